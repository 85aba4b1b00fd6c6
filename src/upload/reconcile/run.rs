//! The doubt of one run, reconciled with what the target holds: a record that was not there before, that no contact of
//! ours owns, and that says what was sent, is the lost answer. Identical contacts are told by count. What cannot be told
//! apart stays in doubt, and so does what is absent where nothing proves that the list is up to date.

use std::collections::{BTreeMap, HashSet};

use super::matching::{Candidate, MatchVerdict, judge};
use super::witness::{Absence, Witness};
use crate::backend::{Record, Vendor};
use crate::fetch::{Extent, FetchError, ListItem, fetch_of};
use crate::ledger::{Ledger, LedgerError, Made};
use crate::model::{BookId, ParentId, RemoteId, RunId};
use crate::plan::{Action, Fate, Outcome, Step};
use crate::transport::{Client, Transport};
use crate::upload::compare::says;
use crate::upload::error::UploadError;

/// What became of the doubt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Steps whose record was found.
    pub found: u64,
    /// Steps whose record is not there: they wait to be sent again.
    pub to_send: u64,
    /// Steps that stay in doubt.
    pub left: u64,
    /// Those of them that were not to be found, and that another look may find.
    pub missing: u64,
}

/// Looks up every step of a run that is in doubt.
pub(super) async fn reconcile<L: Transport>(
    client: &Client<L>,
    ledger: &mut impl Ledger,
    (run, book): (&RunId, &BookId),
    is_last: bool,
) -> Result<Reconciliation, UploadError> {
    let mut reconciliation = Reconciliation::default();
    let mut by_parent: BTreeMap<Option<ParentId>, Vec<Step>> = BTreeMap::new();
    let mut again = Vec::new();
    for step in ledger.doubtful(run)? {
        match (&step.action, &step.payload) {
            (Action::Create, Some(payload)) => {
                by_parent
                    .entry(payload.parent.clone())
                    .or_default()
                    .push(step);
            }
            // What puts a record into a stated condition can be done once more.
            _ => again.push(step.number),
        }
    }
    reconciliation.to_send += again.len() as u64;
    ledger.reopen(run, &again)?;
    let doubts = ledger.doubts(run)?;
    for (parent, steps) in by_parent {
        let parent = parent.as_ref();
        let Some(before) = ledger.surveyed(run, parent)? else {
            reconciliation.left += steps.len() as u64;
            continue;
        };
        let made = ledger.made(run, parent)?;
        let known = (&before, &*made, &*steps);
        let Some(mut list) = listed(client, ledger, (book, parent), known).await? else {
            reconciliation.left += steps.len() as u64;
            continue;
        };
        for (remote, candidate) in misnamed(ledger, book, list.ours)? {
            ledger.contest(book, &remote)?;
            list.candidates.push(candidate);
        }
        let verdicts = judge(&steps, list.candidates);
        let verdict = |verdict| match verdict {
            MatchVerdict::Absent(number) if is_last => {
                let doubt = doubts.get(&number).copied().unwrap_or_default();
                match list.witness.absence(&doubt) {
                    Absence::Proven => MatchVerdict::Absent(number),
                    Absence::Unproven(why) => MatchVerdict::Open(number, why.to_owned()),
                }
            }
            other => other,
        };
        let verdicts = verdicts.into_iter().map(verdict).collect();
        write(ledger, run, verdicts, (is_last, &mut reconciliation))?;
    }
    Ok(reconciliation)
}

/// What a list shows.
struct Listed {
    /// The records that were not there before the run, and that nobody owns.
    candidates: Vec<Candidate>,
    /// Those that we made, and that say what a step in doubt was sent.
    ours: Vec<Candidate>,
    /// What it proves of those that it does not show.
    witness: Witness,
}

/// The records of ours that say what a step in doubt was sent, and not what was sent for them: a vendor answered one
/// contact's create with another one's id.
fn misnamed(
    ledger: &impl Ledger,
    book: &BookId,
    ours: Vec<Candidate>,
) -> Result<Vec<(RemoteId, Candidate)>, LedgerError> {
    let mut found = Vec::new();
    for candidate in ours {
        let sent = ledger.last_sent(book, &candidate.id)?;
        if sent.is_some_and(|sent| !says(&sent.payload.body, &candidate.held.body)) {
            found.push((candidate.id.clone(), candidate));
        }
    }
    Ok(found)
}

/// Reads the list of a parent; `None` where the vendor refuses to list, or answers what is no list.
async fn listed<L: Transport>(
    client: &Client<L>,
    ledger: &impl Ledger,
    (book, parent): (&BookId, Option<&ParentId>),
    (before, made, steps): (&HashSet<RemoteId>, &[Made], &[Step]),
) -> Result<Option<Listed>, UploadError> {
    let vendor = client.vendor();
    let ours: HashSet<&RemoteId> = made.iter().map(|made| &made.remote).collect();
    let (mut found, mut own, mut shown) = (Vec::new(), Vec::new(), HashSet::new());
    let mut unread = 0;
    let new = |id: &RemoteId| !before.contains(id) && !ours.contains(id);
    let is_said = |held: &Candidate| {
        let mut sent = steps.iter().filter_map(|step| step.payload.as_ref());
        sent.any(|sent| says(&sent.body, &held.held.body))
    };
    let fetched = fetch_of(client, parent, new, |one| {
        let (id, one) = match one {
            ListItem::Id(id) => (Some(id), None),
            ListItem::Record(record) => {
                let one = candidate(vendor, &record);
                unread += usize::from(one.is_none());
                (one.as_ref().map(|one| one.id.clone()), one)
            }
        };
        let is_ours = id.as_ref().is_some_and(|id| ours.contains(id));
        shown.extend(id.filter(|_| is_ours));
        if is_ours {
            own.extend(one.filter(is_said));
        } else {
            found.extend(one.filter(|one| new(&one.id)));
        }
    })
    .await;
    let extent = match fetched {
        Ok(extent) => extent,
        Err(FetchError::Halted(halt)) => return Err(UploadError::Halted(halt)),
        Err(_) => return Ok(None),
    };
    let mut candidates = Vec::new();
    for candidate in found {
        if !ledger.owns(book, &candidate.id)? {
            candidates.push(candidate);
        }
    }
    let is_whole = unread == 0 && extent == Extent::Whole;
    let witness = Witness::of(made, &shown, is_whole);
    Ok(Some(Listed {
        candidates,
        ours: own,
        witness,
    }))
}

fn candidate(vendor: &dyn Vendor, record: &Record) -> Option<Candidate> {
    let remote = vendor.decode(record).ok()?;
    let encoded = vendor.encode(&remote.contact);
    Some(Candidate {
        id: remote.id,
        contact: remote.contact,
        held: encoded.payload,
        identity: encoded.identity,
        taken: false,
        contested: false,
    })
}

fn write(
    ledger: &mut impl Ledger,
    run: &RunId,
    verdicts: Vec<MatchVerdict>,
    (is_last, reconciliation): (bool, &mut Reconciliation),
) -> Result<(), LedgerError> {
    let mut outcomes = Vec::new();
    let mut absent = Vec::new();
    for verdict in verdicts {
        match verdict {
            MatchVerdict::Found(number, id, holds) => {
                reconciliation.found += 1;
                let message = Some("the answer was lost; the record was found".to_owned());
                let (remote, new) = (Some(id), Outcome::new(number, Fate::Created));
                outcomes.push(Outcome {
                    remote,
                    message,
                    holds,
                    ..new
                });
            }
            // It may be shown yet.
            MatchVerdict::Absent(_) if !is_last => {
                reconciliation.left += 1;
                reconciliation.missing += 1;
            }
            MatchVerdict::Absent(number) => {
                reconciliation.to_send += 1;
                absent.push(number);
            }
            MatchVerdict::Open(number, why) => {
                reconciliation.left += 1;
                outcomes.push(Outcome {
                    message: Some(why),
                    ..Outcome::new(number, Fate::InDoubt)
                });
            }
        }
    }
    ledger.settle(run, &outcomes)?;
    ledger.send_again(run, &absent)
}
