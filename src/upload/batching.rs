//! Which steps go into one request, and the exchange that sends them.

use std::collections::VecDeque;

use crate::backend::{Payload, Receipt, Vendor, WriteResults};
use crate::model::RemoteId;
use crate::plan::{Action, Step};
use crate::wire::Exchange;

/// Takes the steps that make the next request off the front: creates of one vendor batch, or one update.
pub(super) fn next_batch(waiting: &mut VecDeque<Step>, most: usize) -> Option<Vec<Step>> {
    let parent = |step: &Step| {
        step.payload
            .as_ref()
            .and_then(|payload| payload.parent.clone())
    };
    let first = waiting.pop_front()?;
    let mut batch = vec![first];
    let fits = |batch: &[Step], next: &Step| {
        let both_create = batch[0].action == Action::Create && next.action == Action::Create;
        both_create && parent(next) == parent(&batch[0])
    };
    while batch.len() < most.max(1)
        && waiting.front().is_some_and(|next| fits(&batch, next))
        && let Some(next) = waiting.pop_front()
    {
        batch.push(next);
    }
    Some(batch)
}

/// The exchange that sends these steps; `None` where the vendor cannot do it.
pub(super) fn exchange(vendor: &dyn Vendor, steps: &[Step]) -> Option<Exchange<WriteResults>> {
    let payloads: Vec<&Payload> = steps
        .iter()
        .filter_map(|step| step.payload.as_ref())
        .collect();
    let ids: Vec<&RemoteId> = steps
        .iter()
        .filter_map(|step| step.remote.as_ref())
        .collect();
    match steps.first()?.action {
        Action::Create => Some(vendor.create(&payloads)),
        Action::Delete => {
            let id = ids.first().copied()?.clone();
            let parent = payloads.first().and_then(|payload| payload.parent.as_ref());
            let gone = vendor.delete(&id, parent)?;
            Some(gone.map(move |()| vec![Ok(Receipt::of(id.clone()))]))
        }
        _ => vendor.update(&ids.into_iter().zip(payloads).collect::<Vec<_>>()),
    }
}
