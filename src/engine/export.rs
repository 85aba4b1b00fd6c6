//! What a target holds, written as contacts into a table. The ledger learns which records they are, so that a later import
//! of the table finds them and changes nothing.

use std::collections::BTreeMap;
use std::io;

use rayon::prelude::*;

use super::account::Account;
use super::error::Error;
use super::host::{Event, Host, Phase};
use super::session::Session;
use crate::backend::{Encoded, Record, Remote, Vendor};
use crate::fetch::{Extent, ListItem, fetch_of};
use crate::ledger::{ScopedLink, Store};
use crate::model::{BookId, Contact, ContactKey, Fingerprint, ParentId, RemoteId, ScopedKey};
use crate::plan::{IdentityDigest, Link};
use crate::sheet::{OutputFormat, Writer};
use crate::transport::Transport;
use crate::wire::Refusal;

/// Records that are written at once.
const GROUP: usize = 1024;

/// Links that go to the ledger at once, in the order of their keys: so many that each page of its index is written a few
/// times, and not once for each of its links.
const LEARNT: usize = 8 * GROUP;

/// Records of a group that are one piece of work: few would not be worth a thread's while.
const PIECE: usize = 64;

/// Which key a contact gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKeys {
    /// The one that the ledger knows it by, if it came from a sheet with keys; else that of its record.
    Known,
    /// That of its record.
    Records,
}

/// What is exported, and how its contacts are written.
pub struct ExportRequest<'a, L> {
    /// Whose contacts.
    pub account: &'a Account,
    /// The way there.
    pub session: &'a Session<L>,
    /// What hangs under these; `None` among them is everything.
    pub parents: &'a [Option<ParentId>],
    /// Which key a contact gets.
    pub keys: ExportKeys,
    /// What a contact's parent becomes.
    pub parent: &'a dyn Fn(&ParentId) -> ParentId,
    /// Who hears of it.
    pub host: &'a dyn Host,
}

/// What came of all records: the table is written to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many were written.
    pub written: u64,
    /// Records that could not be understood, in the vendor's or our words.
    pub unread: Vec<String>,
    /// Why there may be more than the lists have shown.
    pub short: Vec<String>,
    /// Values that the format cannot hold, by their names.
    pub lost: BTreeMap<&'static str, u64>,
}

impl Exported {
    /// Whether everything was shown, and understood.
    pub fn is_whole(&self) -> bool {
        self.unread.is_empty() && self.short.is_empty()
    }
}

/// Writes every contact that hangs under the parents.
pub fn export<L: Transport>(
    request: &ExportRequest<'_, L>,
    ledger: &mut dyn Store,
    out: Writer,
) -> Result<Exported, Error> {
    let session = request.session;
    let mut writing = Writing {
        vendor: session.client().vendor(),
        book: &request.account.book,
        ledger,
        out,
        parent: request.parent,
        keys: request.keys,
        waiting: Vec::new(),
        links: Vec::new(),
        done: Exported::default(),
    };
    request.host.hear(Event::Began(Phase::Reading, None));
    for parent in request.parents {
        let mut broken = None;
        let each = |found| {
            if let ListItem::Record(record) = found
                && broken.is_none()
            {
                request.host.hear(Event::Rows(1));
                broken = writing.take(record).err();
            }
        };
        let fetched = session.run(fetch_of(session.client(), parent.as_ref(), |_| true, each));
        broken.map_or(Ok(()), Err)?;
        if let Extent::Short(why) = fetched? {
            writing.done.short.push(why);
        }
    }
    request.host.hear(Event::Ended);
    writing.write()?;
    writing.learn()?;
    let Writing { out, done, .. } = writing;
    out.finish()?;
    Ok(done)
}

/// What came of the records so far.
struct Writing<'a> {
    vendor: &'a dyn Vendor,
    book: &'a BookId,
    ledger: &'a mut dyn Store,
    out: Writer,
    parent: &'a dyn Fn(&ParentId) -> ParentId,
    keys: ExportKeys,
    /// Records that are written together.
    waiting: Vec<Record>,
    /// Links that the ledger is to learn.
    links: Vec<ScopedLink>,
    done: Exported,
}

impl Writing<'_> {
    fn take(&mut self, record: Record) -> Result<(), Error> {
        self.waiting.push(record);
        if self.waiting.len() >= GROUP {
            self.write()
        } else {
            Ok(())
        }
    }

    /// Writes the records that wait.
    fn write(&mut self) -> Result<(), Error> {
        let records = std::mem::take(&mut self.waiting);
        let vendor = self.vendor;
        let read = records.into_par_iter().with_min_len(PIECE);
        let read: Vec<_> = read.map(|record| ReadRecord::of(vendor, record)).collect();
        let (mut records, mut remotes) = (Vec::new(), Vec::new());
        for found in read {
            match found {
                Ok(record) => {
                    remotes.push(record.remote.clone());
                    records.push(record);
                }
                Err(refusal) => self.done.unread.push(refusal.to_string()),
            }
        }
        let keys = self.ledger.keys_of_records(self.book, &remotes)?;
        for (record, known) in records.iter_mut().zip(keys) {
            let known = known.filter(|key| self.is_meant(key));
            self.links.push(record.link(self.book, known));
            record.contact.parent = record.contact.parent.as_ref().map(self.parent);
        }
        self.render(&records)?;
        if self.links.len() >= LEARNT {
            self.learn()
        } else {
            Ok(())
        }
    }

    fn learn(&mut self) -> Result<(), Error> {
        let mut links = std::mem::take(&mut self.links);
        // Those of one key stay in their order.
        links.sort_by(|(one, _), (other, _)| one.key.cmp(&other.key));
        Ok(self.ledger.learn(self.book, &links)?)
    }

    /// Whether a contact keeps the key that the ledger knows it by.
    fn is_meant(&self, key: &ContactKey) -> bool {
        self.keys == ExportKeys::Known && !key.is_derived()
    }

    fn render(&mut self, records: &[ReadRecord]) -> Result<(), Error> {
        let format = self.out.format();
        let numbers = (self.done.written + 1..).zip(records);
        let numbered: Vec<(u64, &ReadRecord)> = numbers.collect();
        let rendered = numbered.par_iter().with_min_len(PIECE);
        let rendered: Vec<_> = rendered
            .map(|(number, record)| Rendered::of(format, *number, &record.contact))
            .collect();
        for rendered in rendered {
            let rendered = rendered?;
            self.done.written += 1;
            self.out.write(&rendered.text)?;
            for name in rendered.lost {
                *self.done.lost.entry(name).or_default() += 1;
            }
        }
        Ok(())
    }
}

/// A record, understood, with what a later import would send for it: if that is the same, nothing is to be done.
struct ReadRecord {
    remote: RemoteId,
    contact: Contact,
    /// What it hangs under at the vendor.
    parent: Option<ParentId>,
    fingerprint: Fingerprint,
    identity: IdentityDigest,
}

impl ReadRecord {
    fn of(vendor: &dyn Vendor, record: Record) -> Result<Self, Refusal> {
        let Remote { id, mut contact } = vendor.decode(&record)?;
        let Encoded {
            payload, identity, ..
        } = vendor.encode(&contact);
        let (fingerprint, identity) = (payload.fingerprint(), IdentityDigest::of(&identity));
        contact.parent = contact.parent.or(record.parent);
        Ok(Self {
            remote: id,
            contact,
            parent: payload.parent,
            fingerprint,
            identity,
        })
    }

    /// Gives the contact its key, the known one or that of its record, by which it is linked.
    fn link(&mut self, book: &BookId, known: Option<ContactKey>) -> ScopedLink {
        let key = known.unwrap_or_else(|| ContactKey::of_record(book, &self.remote));
        self.contact.key = Some(key.clone());
        let link = Link {
            remote: self.remote.clone(),
            fingerprint: self.fingerprint.clone(),
            identity: Some(self.identity.clone()),
        };
        let parent = self.parent.clone();
        (ScopedKey { key, parent }, link)
    }
}

/// A contact as the table's format has it.
struct Rendered {
    text: Vec<u8>,
    /// Values that the format cannot hold.
    lost: Vec<&'static str>,
}

impl Rendered {
    fn of(format: OutputFormat, number: u64, contact: &Contact) -> io::Result<Self> {
        let mut text = Vec::new();
        let lost = format.render(number, None, contact, &mut text)?;
        Ok(Self { text, lost })
    }
}
