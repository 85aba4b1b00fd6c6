//! What a target holds: every page of its list, one after the other, handed on record by record.

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

/// Hands every record to `each`, in the vendor's order; follows cursors until none is left.
pub async fn fetch<L: Line>(
    client: &Client<L>,
    mut each: impl FnMut(Record),
) -> Result<(), FetchError> {
    let mut ahead: Vec<Option<Cursor>> = vec![None];
    while let Some(cursor) = ahead.pop() {
        let none = || FetchError::NoList(client.vendor().profile().name);
        let exchange = client.vendor().list(cursor.as_ref()).ok_or_else(none)?;
        let page = match client.ask(exchange, &mut 0).await {
            Answer::Done(page) | Answer::Partly(page, _) => page,
            Answer::Refused(refusal) => return Err(FetchError::Refused(refusal)),
            Answer::InDoubt(why) => return Err(FetchError::Halted(Halt::Unavailable(why))),
            Answer::NotSent(halt) => return Err(FetchError::Halted(halt)),
        };
        page.records.into_iter().for_each(&mut each);
        // The last one is taken first, so that pages come in the vendor's order.
        ahead.extend(page.next.into_iter().rev().map(Some));
    }
    Ok(())
}
