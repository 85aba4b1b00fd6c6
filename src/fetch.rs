//! What a target holds: every page of its list, one after the other, handed on record by record.

mod pages;

use std::collections::HashSet;

use crate::backend::{Cursor, Paging, Record, RecordPage, Vendor};
use crate::model::{ParentId, RemoteId};
use crate::transport::{Client, ExchangeOutcome, Halt, Transport};
use crate::wire::{Refusal, RefusalKind};

pub use pages::Extent;
use pages::{NextPage, Pages};

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
        match (refusal.kind, refusal.status) {
            (RefusalKind::Refused, 404) if parent.is_some() => Self::NoParent(refusal),
            (RefusalKind::Refused, 403 | 404 | 405 | 410 | 501) => Self::Refused(refusal),
            // The vendor is ill, which says nothing of what it can list.
            (_, 408 | 429 | 500..) => Self::Halted(Halt::Unavailable(refusal.to_string())),
            _ => Self::Unreadable(refusal),
        }
    }

    /// The status of the answer that was no list.
    fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) | Self::NoParent(refusal) | Self::Unreadable(refusal) => {
                Some(refusal.status)
            }
            Self::NoList(_) | Self::Halted(_) => None,
        }
    }
}

/// One thing found in a list.
#[derive(Clone, Debug, PartialEq)]
pub enum ListItem {
    /// A record.
    Record(Record),
    /// The id of a record that the list does not show, and that was not asked for.
    Id(RemoteId),
}

/// Hands every record to `each`, in the vendor's order; follows cursors until none is left.
pub async fn fetch<L: Transport>(
    client: &Client<L>,
    mut each: impl FnMut(Record),
) -> Result<Extent, FetchError> {
    fetch_of(
        client,
        None,
        |_| true,
        |found| {
            if let ListItem::Record(record) = found {
                each(record);
            }
        },
    )
    .await
}

/// The same for what hangs under one parent (everything, for `None`). Where the vendor lists ids only, a record
/// is asked for if it is `wanted`; of the others the id is handed on.
///
/// It ends, whatever the vendor answers, and hands each record on once ([`Extent`] says whether there may be more).
pub async fn fetch_of<L: Transport>(
    client: &Client<L>,
    parent: Option<&ParentId>,
    wanted: impl Fn(&RemoteId) -> bool,
    mut each: impl FnMut(ListItem),
) -> Result<Extent, FetchError> {
    let vendor = client.vendor();
    let mut listed = Extent::Whole;
    let mut asked: HashSet<Cursor> = HashSet::new();
    let first = parent.cloned().map(Cursor::of_parent);
    let mut ahead = vec![first.clone()];
    while let Some(cursor) = ahead.pop() {
        if let Some(only) = cursor.as_ref().and_then(|cursor| vendor.record_at(cursor))
            && !wanted(&only)
        {
            each(ListItem::Id(only));
            continue;
        }
        let list = one_list(client, cursor.as_ref(), &mut each).await;
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
struct PageReader<'a, F> {
    vendor: &'a dyn Vendor,
    pages: Pages,
    /// Where it leads.
    leads: Vec<Cursor>,
    /// Why some of it is no list.
    odd: Option<Refusal>,
    each: &'a mut F,
}

impl<F: FnMut(ListItem)> PageReader<'_, F> {
    /// Takes a page, or a part of one.
    fn take(&mut self, page: RecordPage) -> Option<Paging> {
        if let Some(refusal) = no_records(self.vendor, &page) {
            self.odd.get_or_insert(refusal);
            return page.paging;
        }
        for record in page.records {
            if self.pages.see(key(self.vendor, &record)) {
                (self.each)(ListItem::Record(record));
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
async fn one_list<L: Transport>(
    client: &Client<L>,
    first: Option<&Cursor>,
    each: &mut impl FnMut(ListItem),
) -> Result<(Vec<Cursor>, Extent), FetchError> {
    let mut rows = PageReader {
        vendor: client.vendor(),
        pages: Pages::default(),
        leads: Vec::new(),
        odd: None,
        each,
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
async fn one_page<L: Transport>(
    client: &Client<L>,
    at: Option<&Cursor>,
    rows: &mut PageReader<'_, impl FnMut(ListItem)>,
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
