//! What a target holds: every page of its list, one after the other, handed on record by record.

use crate::model::{ParentId, RemoteId};
use crate::transport::{Answer, Client, Halt, Line};
use crate::vendor::{Cursor, Record};
use crate::wire::Refusal;

/// Why a list could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The vendor has no list.
    #[error("{0} cannot list its contacts")]
    NoList(&'static str),
    /// The vendor said no.
    #[error("the vendor refused to list its contacts: {0}")]
    Refused(Refusal),
    /// The vendor could not be reached, or did not let us in.
    #[error("the list could not be read")]
    Halted(Halt),
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
            Answer::Refused(refusal) => return Err(FetchError::Refused(refusal)),
            Answer::InDoubt(why) => return Err(FetchError::Halted(Halt::Unavailable(why))),
            Answer::NotSent(halt) => return Err(FetchError::Halted(halt)),
        };
        page.records
            .into_iter()
            .map(Found::Record)
            .for_each(&mut each);
        // The last one is taken first, so that pages come in the vendor's order.
        ahead.extend(page.next.into_iter().rev().map(Some));
    }
    Ok(())
}
