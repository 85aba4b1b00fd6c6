//! What a target holds, written as contacts into a table. The ledger learns which records they are, so that a later import
//! of the table finds them and changes nothing.

use std::collections::BTreeMap;

use super::account::Account;
use super::error::Error;
use super::host::{Event, Host, Phase};
use super::session::Session;
use crate::backend::{Encoded, Record, Vendor};
use crate::fetch::{Extent, ListItem, fetch_of};
use crate::ledger::{ScopedLink, Store};
use crate::model::{BookId, Contact, ContactKey, ParentId, ScopedKey};
use crate::plan::{IdentityDigest, Link};
use crate::sheet::Writer;
use crate::transport::Transport;

/// Links that go to the ledger at once.
const GROUP: usize = 1000;

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
                broken = writing.take(&record).err();
            }
        };
        let fetched = session.run(fetch_of(session.client(), parent.as_ref(), |_| true, each));
        broken.map_or(Ok(()), Err)?;
        if let Extent::Short(why) = fetched? {
            writing.done.short.push(why);
        }
    }
    request.host.hear(Event::Ended);
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
    /// Links that the ledger is to learn.
    links: Vec<ScopedLink>,
    done: Exported,
}

impl Writing<'_> {
    fn take(&mut self, record: &Record) -> Result<(), Error> {
        let remote = match self.vendor.decode(record) {
            Ok(remote) => remote,
            Err(refusal) => {
                self.done.unread.push(refusal.to_string());
                return Ok(());
            }
        };
        let mut contact = remote.contact;
        // What a later import would send for this contact: if it is the same, nothing is to be done.
        let Encoded {
            payload, identity, ..
        } = self.vendor.encode(&contact);
        let parent = payload.parent.clone();
        let own = ContactKey::of_record(self.book, &remote.id);
        let known = self.ledger.key_of(self.book, &remote.id)?;
        let known = known.filter(|key| self.keys == ExportKeys::Known && !key.is_derived());
        let key = known.unwrap_or(own);
        contact.key = Some(key.clone());
        if contact.parent.is_none() {
            contact.parent.clone_from(&record.parent);
        }
        contact.parent = contact.parent.as_ref().map(self.parent);
        self.links.push((
            ScopedKey { key, parent },
            Link {
                remote: remote.id,
                fingerprint: payload.fingerprint(),
                identity: Some(IdentityDigest::of(&identity)),
            },
        ));
        self.write(&contact)?;
        if self.links.len() >= GROUP {
            self.learn()
        } else {
            Ok(())
        }
    }

    fn write(&mut self, contact: &Contact) -> Result<(), Error> {
        self.done.written += 1;
        for name in self.out.add(self.done.written, None, contact)? {
            *self.done.lost.entry(name).or_default() += 1;
        }
        Ok(())
    }

    fn learn(&mut self) -> Result<(), Error> {
        let links = std::mem::take(&mut self.links);
        Ok(self.ledger.learn(self.book, &links)?)
    }
}
