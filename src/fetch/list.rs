//! One list, from its first page to its last, handed on record by record.

use std::collections::HashSet;

use super::error::FetchError;
use super::pages::{Extent, NextPage, Pages};
use crate::backend::{Cursor, Paging, Record, RecordPage, Vendor};
use crate::model::{ParentId, RemoteId};
use crate::transport::{Client, ExchangeOutcome, Halt, Transport};
use crate::wire::Refusal;

/// One thing found in a list.
#[derive(Clone, Debug, PartialEq)]
pub enum ListItem {
    /// A record.
    Record(Record),
    /// The id of a record that the list does not show, and that was not asked for.
    Id(RemoteId),
}

/// Who reads a list as it comes.
pub trait ListReader {
    /// Whether a record is asked for which the list names by its id only; of the others the id is handed on.
    fn wants(&self, id: &RemoteId) -> bool;

    /// Takes the next thing found in the list.
    fn take(&mut self, item: ListItem);
}

/// A reader made of two functions.
struct Closures<W, F> {
    wanted: W,
    each: F,
}

impl<W: Fn(&RemoteId) -> bool, F: FnMut(ListItem)> ListReader for Closures<W, F> {
    fn wants(&self, id: &RemoteId) -> bool {
        (self.wanted)(id)
    }

    fn take(&mut self, item: ListItem) {
        (self.each)(item);
    }
}

/// Hands every record to `each`, in the vendor's order; follows cursors until none is left.
pub async fn fetch<T: Transport>(
    client: &Client<T>,
    mut each: impl FnMut(Record),
) -> Result<Extent, FetchError> {
    let each = |item| {
        if let ListItem::Record(record) = item {
            each(record);
        }
    };
    fetch_of(client, None, |_| true, each).await
}

/// The same for what hangs under one parent (everything, for `None`). Where the vendor lists ids only, a record
/// is asked for if it is `wanted`; of the others the id is handed on.
pub async fn fetch_of<T: Transport>(
    client: &Client<T>,
    parent: Option<&ParentId>,
    wanted: impl Fn(&RemoteId) -> bool,
    each: impl FnMut(ListItem),
) -> Result<Extent, FetchError> {
    fetch_into(client, parent, &mut Closures { wanted, each }).await
}

/// Reads what hangs under one parent (everything, for `None`) into a reader.
///
/// It ends, whatever the vendor answers, and hands each record on once ([`Extent`] says whether there may be more).
pub(super) async fn fetch_into<T: Transport>(
    client: &Client<T>,
    parent: Option<&ParentId>,
    reader: &mut impl ListReader,
) -> Result<Extent, FetchError> {
    let vendor = client.vendor();
    let mut listed = Extent::Whole;
    let mut asked: HashSet<Cursor> = HashSet::new();
    let first = parent.cloned().map(Cursor::of_parent);
    let mut ahead = vec![first.clone()];
    while let Some(cursor) = ahead.pop() {
        if let Some(only) = cursor.as_ref().and_then(|cursor| vendor.record_at(cursor))
            && !reader.wants(&only)
        {
            reader.take(ListItem::Id(only));
            continue;
        }
        let list = one_list(client, cursor.as_ref(), reader).await;
        let (leads, shown) = match list {
            // It was there a moment ago, when the list that led to it was read.
            Err(FetchError::NoParent(_)) if cursor != first => continue,
            list => list?,
        };
        listed = listed.and(shown);
        // The last one is taken first, so that they come in the vendor's order. None is asked twice.
        let at = ahead.len();
        let new = leads.into_iter().filter(|lead| asked.insert(lead.clone()));
        ahead.extend(new.map(Some));
        ahead[at..].reverse();
    }
    Ok(listed)
}

/// The rows of one list, as they come.
struct PageReader<'a, R> {
    vendor: &'a dyn Vendor,
    pages: Pages,
    /// Where it leads.
    leads: Vec<Cursor>,
    /// Why some of it is no list.
    odd: Option<Refusal>,
    reader: &'a mut R,
}

impl<R: ListReader> PageReader<'_, R> {
    /// Takes a page, or a part of one.
    fn take(&mut self, page: RecordPage) -> Option<Paging> {
        if let Some(refusal) = no_records(self.vendor, &page) {
            self.odd.get_or_insert(refusal);
            return page.paging;
        }
        for record in page.records {
            if self.pages.see(key(self.vendor, &record)) {
                self.reader.take(ListItem::Record(record));
            }
        }
        for lead in page.next {
            let parent = lead.parent.as_ref();
            let parent = parent.map_or(String::new(), ToString::to_string);
            if self.pages.see(parent) {
                self.leads.push(lead);
            }
        }
        page.paging
    }
}

/// Reads all pages of the list that a cursor leads to; hands on its records, and gives back where it leads.
async fn one_list<T: Transport>(
    client: &Client<T>,
    first: Option<&Cursor>,
    reader: &mut impl ListReader,
) -> Result<(Vec<Cursor>, Extent), FetchError> {
    let mut rows = PageReader {
        vendor: client.vendor(),
        pages: Pages::default(),
        leads: Vec::new(),
        odd: None,
        reader,
    };
    let mut at = first.cloned();
    loop {
        let then = match one_page(client, at.as_ref(), &mut rows).await {
            Ok(paging) => rows.pages.turn(paging),
            Err(error) => {
                let then = error.status().and_then(|status| rows.pages.refused(status));
                then.ok_or(error)?
            }
        };
        at = match then {
            NextPage::Next(cursor) => Some(cursor),
            NextPage::Again => first.cloned(),
            NextPage::End(extent) => return Ok((rows.leads, extent)),
        };
    }
}

/// By what a record is known again. One without an id is known by what it says.
fn key(vendor: &dyn Vendor, record: &Record) -> String {
    vendor
        .id_of(record)
        .map_or_else(|| record.value.to_string(), RemoteId::into_string)
}

/// Reads one page; a long one comes in parts.
async fn one_page<T: Transport>(
    client: &Client<T>,
    at: Option<&Cursor>,
    rows: &mut PageReader<'_, impl ListReader>,
) -> Result<Option<Paging>, FetchError> {
    let vendor = client.vendor();
    let none = || FetchError::NoList(vendor.profile().name);
    let exchange = vendor.list(at).ok_or_else(none)?;
    let mut part = |page| drop(rows.take(page));
    let paging = match client.ask_list(exchange, &mut part).await {
        ExchangeOutcome::Done(page) | ExchangeOutcome::Partly(page, _) => rows.take(page),
        ExchangeOutcome::Refused(refusal) => {
            let parent = at.and_then(|cursor| cursor.parent.as_ref());
            return Err(FetchError::of(refusal, parent));
        }
        ExchangeOutcome::InDoubt(why) => return Err(FetchError::Halted(Halt::Unavailable(why))),
        ExchangeOutcome::NotSent(halt) => return Err(FetchError::Halted(halt)),
    };
    match rows.odd.take() {
        Some(refusal) => Err(FetchError::Unreadable(refusal)),
        None => Ok(paging),
    }
}

/// Why none of a page's records can be understood; none where one can, or where there is none.
fn no_records(vendor: &dyn Vendor, page: &RecordPage) -> Option<Refusal> {
    let mut first = None;
    for record in &page.records {
        match vendor.decode(record) {
            Ok(_) => return None,
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    first
}
