//! What is shown of an upload before it is sent, and how a run is held to it. An update that is merged with what the record
//! holds is rehearsed with the record as the plan read it; the run reads it again, and may find another.

use std::collections::VecDeque;

use super::batching;
use crate::backend::{Vendor, WriteResults};
use crate::plan::Step;
use crate::wire::{Exchange, Foreseen, Refusal};

/// What becomes of an update whose record is not the one any more that the plan read, where that changes what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// It is not sent: a person has seen the plan.
    Binding,
    /// What stands there now is merged with it, and the row says so.
    Told,
}

/// What is said of an update that is not sent.
const OTHER: &str = "the record changed since the plan was made, so that other values would be sent than it shows; nothing was sent";
/// What is said of an update that is sent otherwise.
const MERGED: &str =
    "the record changed since it was planned; what was sent is merged with what it holds now";

impl Promise {
    /// An exchange that sends these steps, held to what the plan shows of it.
    pub(super) fn hold(
        self,
        exchange: Exchange<WriteResults>,
        vendor: &dyn Vendor,
        steps: &[Step],
    ) -> Exchange<WriteResults> {
        let shown = foreseen(vendor, steps);
        let is_known = |foreseen: &Foreseen| matches!(foreseen, Foreseen::Exactly(_));
        if !steps.iter().any(|step| step.record.is_some()) || !shown.iter().all(is_known) {
            return exchange;
        }
        exchange.held_to(shown, move |rest| match self {
            Self::Binding => Err(Refusal::ours(OTHER)),
            Self::Told => Ok(rest.map(merged)),
        })
    }
}

fn merged(mut written: WriteResults) -> WriteResults {
    for receipt in written.iter_mut().flatten() {
        let remark = receipt.remark.take();
        receipt.remark = Some(match remark {
            Some(remark) => format!("{remark}; {MERGED}"),
            None => MERGED.to_owned(),
        });
    }
    written
}

/// Whether what a step sends follows from what its record holds.
pub fn merges(vendor: &dyn Vendor, step: &Step) -> bool {
    let steps = std::slice::from_ref(step);
    batching::exchange(vendor, steps).is_some_and(|exchange| exchange.begins_with_reading())
}

/// What sending some steps together is going to send.
fn foreseen(vendor: &dyn Vendor, steps: &[Step]) -> Vec<Foreseen> {
    let record = match steps {
        [one] => one.record.as_deref(),
        _ => None,
    };
    let exchange = batching::exchange(vendor, steps);
    exchange.map_or_else(Vec::new, |exchange| exchange.rehearse(record))
}

/// The requests by which an upload would change something, batch by batch, for steps that are handed over one by one: the
/// very ones.
pub struct Requests<'a> {
    vendor: &'a dyn Vendor,
    waiting: VecDeque<Step>,
}

impl<'a> Requests<'a> {
    /// None yet.
    pub fn of(vendor: &'a dyn Vendor) -> Self {
        Self {
            vendor,
            waiting: VecDeque::new(),
        }
    }

    /// Takes the next step; returns the requests of the batch that is whole now, if one is.
    pub fn add(&mut self, step: Step) -> Option<Vec<Foreseen>> {
        self.waiting.push_back(step);
        // One step more than a batch holds shows where the batch ends.
        (self.waiting.len() > self.vendor.batch())
            .then(|| self.next())
            .flatten()
    }

    /// The requests of the steps that are left, batch by batch.
    pub fn rest(mut self) -> Vec<Vec<Foreseen>> {
        std::iter::from_fn(|| self.next()).collect()
    }

    fn next(&mut self) -> Option<Vec<Foreseen>> {
        let steps = batching::next_batch(&mut self.waiting, self.vendor.batch())?;
        Some(foreseen(self.vendor, &steps))
    }
}
