//! What a target holds: every page of its list, one after the other, handed on record by record.

use crate::model::{ParentId, RemoteId};
use crate::transport::{Answer, Client, Halt, Line};
use crate::vendor::{Cursor, Page, Record, Vendor};
use crate::wire::{Refusal, Why};

/// Why a list could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The vendor has no list.
    #[error("{0} cannot list its contacts")]
    NoList(&'static str),
    /// The vendor does not let its contacts be listed.
    #[error("the vendor refused to list its contacts: {0}")]
    Refused(Refusal),
    /// What the contacts would hang under is not there.
    #[error("there is no such parent: {0}")]
    NoParent(Refusal),
    /// Something was answered that is no list: an error, a page for people, a redirection, rows that are no records. What is
    /// there is not known.
    #[error("what the target holds cannot be read: {0}")]
    Unreadable(Refusal),
    /// The vendor could not be reached, or did not let us in.
    #[error("the list could not be read")]
    Halted(Halt),
}

impl FetchError {
    /// What a refusal of a list means; `parent` is whose list was asked for.
    fn of(refusal: Refusal, parent: Option<&ParentId>) -> Self {
        match (refusal.why, refusal.status) {
            (Why::Refused, 404) if parent.is_some() => Self::NoParent(refusal),
            (Why::Refused, 403 | 404 | 405 | 410 | 501) => Self::Refused(refusal),
            // The vendor is ill, which says nothing of what it can list.
            (_, 408 | 429 | 500..) => Self::Halted(Halt::Unavailable(refusal.to_string())),
            _ => Self::Unreadable(refusal),
        }
    }
}

/// One thing found in a list.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A record.
    Record(Record),
    /// The id of a record that the list does not show, and that was not asked for.
    Only(RemoteId),
}

/// Hands every record to `each`, in the vendor's order; follows cursors until none is left.
pub async fn fetch<L: Line>(
    client: &Client<L>,
    mut each: impl FnMut(Record),
) -> Result<(), FetchError> {
    fetch_of(
        client,
        None,
        |_| true,
        |found| {
            if let Found::Record(record) = found {
                each(record);
            }
        },
    )
    .await
}

/// The same for what hangs under one parent (everything, for `None`). Where the vendor lists ids only, a record
/// is asked for if it is `wanted`; of the others the id is handed on.
pub async fn fetch_of<L: Line>(
    client: &Client<L>,
    parent: Option<&ParentId>,
    wanted: impl Fn(&RemoteId) -> bool,
    mut each: impl FnMut(Found),
) -> Result<(), FetchError> {
    let vendor = client.vendor();
    let mut ahead = vec![parent.cloned().map(Cursor::of_parent)];
    while let Some(cursor) = ahead.pop() {
        if let Some(only) = cursor.as_ref().and_then(|cursor| vendor.record_at(cursor))
            && !wanted(&only)
        {
            each(Found::Only(only));
            continue;
        }
        let none = || FetchError::NoList(vendor.profile().name);
        let exchange = vendor.list(cursor.as_ref()).ok_or_else(none)?;
        let page = match client.ask(exchange, &mut 0).await {
            Answer::Done(page) | Answer::Partly(page, _) => page,
            Answer::Refused(refusal) => return Err(FetchError::of(refusal, parent)),
            Answer::InDoubt(why) => return Err(FetchError::Halted(Halt::Unavailable(why))),
            Answer::NotSent(halt) => return Err(FetchError::Halted(halt)),
        };
        if let Some(refusal) = no_records(vendor, &page) {
            return Err(FetchError::Unreadable(refusal));
        }
        page.records
            .into_iter()
            .map(Found::Record)
            .for_each(&mut each);
        // The last one is taken first, so that pages come in the vendor's order.
        ahead.extend(page.next.into_iter().rev().map(Some));
    }
    Ok(())
}

/// Why none of a page's records can be understood; none where one can, or where there is none.
fn no_records(vendor: &dyn Vendor, page: &Page) -> Option<Refusal> {
    let mut first = None;
    for record in &page.records {
        match vendor.decode(record) {
            Ok(_) => return None,
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    first
}
