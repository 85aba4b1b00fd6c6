//! `rolo export`: what a target holds, as a file of contacts. The ledger learns which records they are, so that a
//! later import of the file finds them and changes nothing.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use super::args::{Common, Export, Output};
use super::config::Targets;
use super::convert::{folder_of, format_of, keep};
use super::failure::{Failure, Kind};
use super::progress::{Progress, Quiet};
use super::screen::{Screen, plain};
use super::sending::on_the_network;
use super::target::Target;
use crate::backend::{Rate, Record, Vendor};
use crate::fetch::{Extent, ListItem, fetch_of};
use crate::ledger::{Ledger as _, ScopedLink, Sqlite};
use crate::model::{BookId, Contact, ContactKey, ParentId, ScopedKey};
use crate::plan::{IdentityDigest, Link};
use crate::sheet::{Writer, writer};

/// What came of the records so far.
struct Exported<'a> {
    vendor: &'a dyn Vendor,
    book: BookId,
    ledger: Sqlite,
    out: Box<dyn Writer>,
    /// What a contact's parent becomes.
    parent: &'a dyn Fn(&ParentId) -> ParentId,
    keys: Keys,
    /// Links that the ledger is to learn.
    links: Vec<ScopedLink>,
    /// How many were written.
    written: u64,
    /// Records that could not be understood, in the vendor's or our words.
    unread: Vec<String>,
    /// Values that the format cannot hold, by their names.
    lost: BTreeMap<&'static str, u64>,
}

/// Links that go to the ledger at once.
const GROUP: usize = 1000;

/// Runs the command.
pub(super) fn run(export: &Export, common: &Common) -> Result<u8, Failure> {
    let format = format_of(&export.out, &export.vcard)?;
    let targets = Targets::read(common.config.as_deref())?;
    let target = Target::find(&export.target, &targets, &export.tuning())?;
    let parents = parents(&export.parent, export.parents.as_deref())?;
    let unwritable = |error: std::io::Error| {
        let hint = "check that the folder is there and may be written to";
        let what = format!("cannot write `{}`: {error}", export.out.display());
        Failure::new(Kind::Usage, what, hint)
    };
    let draft = tempfile::NamedTempFile::new_in(folder_of(&export.out)).map_err(unwritable)?;
    let out = writer(format, draft.reopen()?)?;
    let pace = target.pace(export.rate);
    let exported = fetch_all(
        &target,
        pace,
        &parents,
        common,
        out,
        (Keys::Known, &ParentId::clone),
    )?;
    keep(draft, &export.out).map_err(unwritable)?;
    let code = if exported.unread.is_empty() && exported.short.is_empty() {
        0
    } else {
        Kind::Rows as u8
    };
    tell(export, common, &exported, code)?;
    Ok(code)
}

/// Which key a contact gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// The one that the ledger knows it by, if it came from a sheet with keys; else that of its record.
    Known,
    /// That of its record.
    Records,
}

/// What came of all records: the file is written to its end.
pub(super) struct Done {
    /// How many were written.
    pub(super) written: u64,
    /// Records that could not be understood, in the vendor's or our words.
    pub(super) unread: Vec<String>,
    /// Why there may be more than the lists have shown.
    pub(super) short: Vec<String>,
    /// Values that the format cannot hold, by their names.
    pub(super) lost: BTreeMap<&'static str, u64>,
}

/// Writes every contact that hangs under the parents; `parent` says what a contact's parent becomes.
pub(super) fn fetch_all(
    target: &Target,
    pace: Rate,
    parents: &[Option<ParentId>],
    common: &Common,
    out: Box<dyn Writer>,
    (keys, parent): (Keys, &dyn Fn(&ParentId) -> ParentId),
) -> Result<Done, Failure> {
    let reached = target.reach(pace)?;
    let mut exported = Exported {
        vendor: reached.client.vendor(),
        book: target.book()?,
        ledger: Sqlite::open(&common.ledger_path()?)?,
        out,
        parent,
        keys,
        links: Vec::new(),
        written: 0,
        unread: Vec::new(),
        lost: BTreeMap::new(),
    };
    let is_quiet = common.quiet || common.output == Output::Json;
    let bar = Progress::new(
        None,
        "reading",
        if is_quiet { Quiet::Yes } else { Quiet::No },
    );
    let mut short = Vec::new();
    for parent in parents {
        let mut broken = None;
        let each = |found| {
            if let ListItem::Record(record) = found
                && broken.is_none()
            {
                bar.add(1);
                broken = exported.take(&record).err();
            }
        };
        let client = &reached.client;
        let fetched = on_the_network(fetch_of(client, parent.as_ref(), |_| true, each))?;
        broken.map_or(Ok(()), Err)?;
        if let Extent::Short(why) = fetched? {
            short.push(why);
        }
    }
    bar.finish();
    exported.learn()?;
    let Exported {
        out,
        written,
        unread,
        lost,
        ..
    } = exported;
    out.finish()?;
    Ok(Done {
        written,
        unread,
        short,
        lost,
    })
}

/// The parents that are asked for: those of the flag and of the file, or all.
pub(super) fn parents(
    named: &[String],
    file: Option<&Path>,
) -> Result<Vec<Option<ParentId>>, Failure> {
    let mut ids = named.to_vec();
    if let Some(file) = file {
        let text = crate::sheet::small_text(file).map_err(|error| {
            let what = format!("cannot read `{}`: {error}", file.display());
            Failure::new(Kind::Usage, what, "the file holds one id a line")
        })?;
        ids.extend(
            text.lines()
                .map(|line| line.trim().to_owned())
                .filter(|id| !id.is_empty()),
        );
    }
    if ids.is_empty() {
        return Ok(vec![None]);
    }
    Ok(ids.into_iter().map(|id| Some(ParentId(id))).collect())
}

impl Exported<'_> {
    fn take(&mut self, record: &Record) -> Result<(), Failure> {
        let remote = match self.vendor.decode(record) {
            Ok(remote) => remote,
            Err(refusal) => {
                self.unread.push(refusal.to_string());
                return Ok(());
            }
        };
        let mut contact = remote.contact;
        // What a later import would send for this contact: if it is the same, nothing is to be done.
        let encoded = self.vendor.encode(&contact);
        let parent = encoded.payload.parent.clone();
        let own = ContactKey::of_record(&self.book, &remote.id);
        let known = self.ledger.key_of(&self.book, &remote.id)?;
        let known = known.filter(|key| self.keys == Keys::Known && !key.is_derived());
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
                fingerprint: encoded.payload.fingerprint(),
                identity: Some(IdentityDigest::of(&encoded.identity)),
            },
        ));
        self.write(&contact)?;
        if self.links.len() >= GROUP {
            self.learn()
        } else {
            Ok(())
        }
    }

    fn write(&mut self, contact: &Contact) -> Result<(), Failure> {
        self.written += 1;
        for name in self.out.add(self.written, None, contact)? {
            *self.lost.entry(name).or_default() += 1;
        }
        Ok(())
    }

    fn learn(&mut self) -> Result<(), Failure> {
        let links = std::mem::take(&mut self.links);
        Ok(self.ledger.learn(&self.book, &links)?)
    }
}

fn tell(
    export: &Export,
    common: &Common,
    Done {
        written,
        unread,
        short,
        lost,
    }: &Done,
    code: u8,
) -> Result<(), Failure> {
    if common.output == Output::Json {
        let document = json!({
            "version": 1, "run": null, "target": export.target,
            "totals": {"read": *written + unread.len() as u64, "written": written, "unread": unread.len()},
            "problems": short.iter().chain(unread).collect::<Vec<_>>(), "losses": lost, "exit_code": code,
        });
        writeln!(super::screen::out(), "{document}")?;
        return Ok(());
    }
    let mut screen = if common.quiet {
        Screen::dark()
    } else {
        Screen::stdout()
    };
    screen.line(&format!("{written} contacts of {}", plain(&export.target)))?;
    for why in short {
        screen.line(&format!("there may be more: {}", plain(why)))?;
    }
    for why in unread.iter().take(20) {
        screen.line(&format!("not understood: {}", plain(why)))?;
    }
    for (name, count) in lost {
        screen.line(&format!("{count} × {name} finds no place in this format"))?;
    }
    screen.line(&format!("Written: {}", export.out.display()))?;
    screen.flush()?;
    Ok(())
}
