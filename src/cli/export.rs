//! `rolo export`: what a target holds, as a file of contacts. The ledger learns which records they are, so that a
//! later import of the file finds them and changes nothing.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::json;

use super::args::{Common, Export, Output};
use super::config::Targets;
use super::convert::{folder_of, format_of, keep};
use super::failure::{Failure, Kind};
use super::progress::{Progress, Quiet};
use super::screen::{Screen, plain};
use super::sending::on_the_network;
use super::target::Target;
use crate::fetch::{Found, fetch_of};
use crate::ledger::{Ledger as _, Sqlite};
use crate::model::{BookId, Contact, ContactKey, ParentId};
use crate::plan::Link;
use crate::sheet::{Writer, writer};
use crate::vendor::{Record, Vendor};

/// What came of the records so far.
struct Exported<'a> {
    vendor: &'a dyn Vendor,
    book: BookId,
    ledger: Sqlite,
    out: Box<dyn Writer>,
    /// Links that the ledger is to learn.
    links: Vec<(ContactKey, Link)>,
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
    let format = format_of(&export.out)?;
    let targets = Targets::read(common.config.as_deref())?;
    let target = Target::find(&export.target, &targets, &export.tuning())?;
    let parents = parents(export)?;
    let reached = target.reach(target.pace(export.rate))?;
    let unwritable = |error: std::io::Error| {
        let hint = "check that the folder is there and may be written to";
        Failure::new(
            Kind::Usage,
            format!("cannot write `{}`: {error}", export.out.display()),
            hint,
        )
    };
    let draft = tempfile::NamedTempFile::new_in(folder_of(&export.out)).map_err(unwritable)?;
    let mut exported = Exported {
        vendor: reached.client.vendor(),
        book: target.book()?,
        ledger: Sqlite::open(&common.ledger_path()?)?,
        out: writer(format, draft.reopen()?)?,
        links: Vec::new(),
        written: 0,
        unread: Vec::new(),
        lost: BTreeMap::new(),
    };
    let quiet = if common.quiet || common.output == Output::Json {
        Quiet::Yes
    } else {
        Quiet::No
    };
    let bar = Progress::new(None, "reading", quiet);
    for parent in &parents {
        let mut broken = None;
        let fetched = on_the_network(fetch_of(
            &reached.client,
            parent.as_ref(),
            |_| true,
            |found| {
                if let Found::Record(record) = found
                    && broken.is_none()
                {
                    bar.add(1);
                    broken = exported.take(&record).err();
                }
            },
        ))?;
        broken.map_or(Ok(()), Err)?;
        fetched?;
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
    keep(draft, &export.out).map_err(unwritable)?;
    let code = if unread.is_empty() {
        0
    } else {
        Kind::Rows as u8
    };
    tell(export, common, (written, &unread, &lost), code)?;
    Ok(code)
}

/// The parents that are asked for: those of the flag and of the file, or all.
fn parents(export: &Export) -> Result<Vec<Option<ParentId>>, Failure> {
    let mut ids = export.parent.clone();
    if let Some(file) = &export.parents {
        let text = std::fs::read_to_string(file).map_err(|error| {
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
        let fingerprint = self.vendor.encode(&contact).payload.fingerprint();
        let own = ContactKey::of_record(self.vendor.profile().id, &remote.id);
        let known = self.ledger.key_of(&self.book, &remote.id)?;
        let key = known.filter(|key| !key.is_derived()).unwrap_or(own);
        contact.key = Some(key.clone());
        if contact.parent.is_none() {
            contact.parent.clone_from(&record.parent);
        }
        self.links.push((
            key,
            Link {
                remote: remote.id,
                fingerprint,
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
    (written, unread, lost): (u64, &[String], &BTreeMap<&'static str, u64>),
    code: u8,
) -> Result<(), Failure> {
    if common.output == Output::Json {
        let document = json!({
            "version": 1, "run": null, "target": export.target,
            "totals": {"read": written + unread.len() as u64, "written": written, "unread": unread.len()},
            "problems": unread, "losses": lost, "exit_code": code,
        });
        writeln!(std::io::stdout().lock(), "{document}")?;
        return Ok(());
    }
    let mut screen = if common.quiet {
        Screen::dark()
    } else {
        Screen::stdout()
    };
    screen.line(&format!("{written} contacts of {}", plain(&export.target)))?;
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
