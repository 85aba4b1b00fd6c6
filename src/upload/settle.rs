//! Doubt, settled. Before a run makes anything, it notes which records are there; afterwards the target is read
//! again, and a record that was not there before, that no contact of ours owns, and that says what was sent, is
//! the lost answer. Identical contacts are settled by count. What cannot be told apart stays in doubt.

use std::collections::{BTreeMap, HashSet};

use crate::fetch::{Extent, FetchError, Found, fetch_of};
use crate::ledger::{Ledger, LedgerError};
use crate::model::{BookId, ParentId, RemoteId, RunId};
use crate::plan::{Action, Fate, Outcome, Step};
use crate::transport::{Client, Halt, Line};
use crate::vendor::{Record, Vendor};
use crate::wire::Refusal;

use super::verdict::{Candidate, Verdict, judge};

/// What became of the doubt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Steps whose record was found.
    pub found: u64,
    /// Steps whose record is not there: they wait to be sent again.
    pub to_send: u64,
    /// Steps that stay in doubt.
    pub left: u64,
}

/// Why doubt could not be settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The ledger could not be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Nothing more can be asked of the vendor.
    #[error("nothing more can be asked of the vendor")]
    Halted(Halt),
}

/// Notes which records are under each parent that the run will make things under. A vendor that refuses to list
/// leaves nothing noted, and what comes into doubt then stays there.
pub async fn survey<L: Line>(
    client: &Client<L>,
    ledger: &mut impl Ledger,
    run: &RunId,
) -> Result<(), SettleError> {
    for parent in ledger.parents(run)? {
        if ledger.surveyed(run, parent.as_ref())?.is_some() {
            continue;
        }
        let mut held = Vec::new();
        let vendor = client.vendor();
        let fetched = fetch_of(
            client,
            parent.as_ref(),
            |_| false,
            |found| match found {
                Found::Only(id) => held.push(id),
                Found::Record(record) => {
                    held.extend(vendor.decode(&record).ok().map(|remote| remote.id));
                }
            },
        )
        .await;
        match fetched {
            Ok(_) => ledger.survey(run, parent.as_ref(), &held)?,
            Err(FetchError::Halted(halt)) => return Err(SettleError::Halted(halt)),
            // A parent that is not there holds nothing; its rows will be refused in the vendor's own words.
            Err(FetchError::NoParent(_)) => ledger.survey(run, parent.as_ref(), &[])?,
            Err(_) => {}
        }
    }
    Ok(())
}

/// Looks up every step of a run that is in doubt.
pub async fn settle<L: Line>(
    client: &Client<L>,
    ledger: &mut impl Ledger,
    run: &RunId,
    book: &BookId,
) -> Result<Settlement, SettleError> {
    let mut settlement = Settlement::default();
    let mut by_parent: BTreeMap<Option<ParentId>, Vec<Step>> = BTreeMap::new();
    let mut again = Vec::new();
    let accepted = ledger.accepted(run)?;
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
    settlement.to_send += again.len() as u64;
    ledger.reopen(run, &again)?;
    for (parent, steps) in by_parent {
        let Some(before) = ledger.surveyed(run, parent.as_ref())? else {
            settlement.left += steps.len() as u64;
            continue;
        };
        let Some((candidates, is_whole)) =
            candidates(client, ledger, book, parent.as_ref(), &before).await?
        else {
            settlement.left += steps.len() as u64;
            continue;
        };
        let mut verdicts = judge(&steps, candidates);
        for verdict in &mut verdicts {
            // What a list does not show may be there all the same.
            if let (Verdict::Absent(number), false) = (&*verdict, is_whole) {
                let why = "it was not found, and the vendor's list does not show all";
                *verdict = Verdict::Open(*number, why.to_owned());
            }
            // A list may lag behind the answer: what the vendor said yes to is not made twice.
            if let Verdict::Absent(number) = *verdict
                && accepted.contains(&number)
            {
                let why = "the vendor said yes, named no record, and none is to be found";
                *verdict = Verdict::Open(number, why.to_owned());
            }
        }
        write(ledger, run, verdicts, &mut settlement)?;
    }
    Ok(settlement)
}

/// Whether a refusal says that the vendor is ill, not that it cannot list: then nothing is known, and without a
/// survey nothing may be made.
pub(super) fn is_passing(refusal: &Refusal) -> bool {
    refusal.status >= 500 || matches!(refusal.status, 408 | 429)
}

/// The records under a parent that were not there before the run, and that nobody owns, and whether the list shows
/// all that is there, in records that can be understood; `None` where the vendor
/// refuses to list, or answers what is no list.
async fn candidates<L: Line>(
    client: &Client<L>,
    ledger: &impl Ledger,
    book: &BookId,
    parent: Option<&ParentId>,
    before: &HashSet<RemoteId>,
) -> Result<Option<(Vec<Candidate>, bool)>, SettleError> {
    let vendor = client.vendor();
    let (mut found, mut unread) = (Vec::new(), 0);
    let new = |id: &RemoteId| !before.contains(id);
    let fetched = fetch_of(client, parent, new, |record| {
        if let Found::Record(record) = record {
            match candidate(vendor, &record) {
                Some(candidate) => found.push(candidate),
                None => unread += 1,
            }
        }
    })
    .await;
    let extent = match fetched {
        Ok(extent) => extent,
        Err(FetchError::Halted(halt)) => return Err(SettleError::Halted(halt)),
        Err(_) => return Ok(None),
    };
    let mut candidates = Vec::new();
    for candidate in found {
        if new(&candidate.id) && !ledger.owns(book, &candidate.id)? {
            candidates.push(candidate);
        }
    }
    Ok(Some((candidates, unread == 0 && extent == Extent::Whole)))
}

fn candidate(vendor: &dyn Vendor, record: &Record) -> Option<Candidate> {
    let remote = vendor.decode(record).ok()?;
    let held = vendor.encode(&remote.contact).payload;
    Some(Candidate {
        id: remote.id,
        contact: remote.contact,
        held,
        taken: false,
        contested: false,
    })
}

fn write(
    ledger: &mut impl Ledger,
    run: &RunId,
    verdicts: Vec<Verdict>,
    settlement: &mut Settlement,
) -> Result<(), LedgerError> {
    let mut outcomes = Vec::new();
    let mut absent = Vec::new();
    for verdict in verdicts {
        match verdict {
            Verdict::Found(number, id, holds) => {
                settlement.found += 1;
                let message = Some("the answer was lost; the record was found".to_owned());
                let (remote, new) = (Some(id), Outcome::new(number, Fate::Created));
                outcomes.push(Outcome {
                    remote,
                    message,
                    holds,
                    ..new
                });
            }
            Verdict::Absent(number) => {
                settlement.to_send += 1;
                absent.push(number);
            }
            Verdict::Open(number, why) => {
                settlement.left += 1;
                outcomes.push(Outcome {
                    message: Some(why),
                    ..Outcome::new(number, Fate::InDoubt)
                });
            }
        }
    }
    ledger.settle(run, &outcomes)?;
    ledger.reopen(run, &absent)
}
