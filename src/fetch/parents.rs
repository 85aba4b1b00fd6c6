//! The lists of several parents, read side by side: as many at once as the client has lanes, each request within its pace.

use futures_util::stream::{FuturesUnordered, StreamExt};

use super::error::FetchError;
use super::list::{ListReader, fetch_into};
use super::pages::Extent;
use crate::model::ParentId;
use crate::transport::{Client, Transport};

/// Reads the lists of these parents (everything, for `None`), each into a reader of its own, and hands a reader to `done`
/// when its list has ended, in the order in which they end.
///
/// The parents are drawn one by one as a lane becomes free, and a reader is gone once `done` has seen it: of so many
/// parents, no more than [`Client::lanes`] are held in memory. The first error, of drawing or of `done`, ends it; the lists
/// that are being read then are broken off.
pub async fn fetch_lists<T: Transport, R: ListReader, E>(
    client: &Client<T>,
    lists: impl IntoIterator<Item = Result<(Option<ParentId>, R), E>>,
    mut done: impl FnMut(Option<ParentId>, R, Result<Extent, FetchError>) -> Result<(), E>,
) -> Result<(), E> {
    let mut lists = lists.into_iter();
    let mut reading = FuturesUnordered::new();
    loop {
        while reading.len() < client.lanes()
            && let Some(list) = lists.next()
        {
            let (parent, mut reader) = list?;
            reading.push(async move {
                let extent = fetch_into(client, parent.as_ref(), &mut reader).await;
                (parent, reader, extent)
            });
        }
        let Some((parent, reader, extent)) = reading.next().await else {
            return Ok(());
        };
        done(parent, reader, extent)?;
    }
}

#[cfg(test)]
mod tests;
