//! Doubt, settled. Before a run makes anything, it notes which records are there; afterwards the target is read
//! again, and a record that was not there before, that no contact of ours owns, and that says what was sent, is
//! the lost answer. Identical contacts are settled by count. What cannot be told apart stays in doubt.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::fetch::{FetchError, Found, fetch_of};
use crate::ledger::{Ledger, LedgerError};
use crate::model::{BookId, Contact, Fingerprint, ParentId, RemoteId, RunId};
use crate::plan::{Action, Fate, Outcome, Step};
use crate::transport::{Client, Halt, Line};
use crate::vendor::{Payload, Record, Vendor};

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

/// A record that may be the answer to a step.
struct Candidate {
    id: RemoteId,
    contact: Contact,
    held: Payload,
    /// Whose it is, once that is known.
    taken: bool,
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
            Ok(()) => ledger.survey(run, parent.as_ref(), &held)?,
            Err(FetchError::Halted(halt)) => return Err(SettleError::Halted(halt)),
            // A parent that is not there holds nothing; its rows will be refused in the vendor's own words.
            Err(FetchError::Refused(refusal)) if refusal.status == 404 => {
                ledger.survey(run, parent.as_ref(), &[])?;
            }
            Err(FetchError::Refused(_) | FetchError::NoList(_)) => {}
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
        let Some(candidates) = candidates(client, ledger, book, parent.as_ref(), &before).await?
        else {
            settlement.left += steps.len() as u64;
            continue;
        };
        let verdicts = judge(&steps, candidates);
        write(ledger, run, verdicts, &mut settlement)?;
    }
    Ok(settlement)
}

/// The records under a parent that were not there before the run, and that nobody owns; `None` where the vendor
/// refuses to list.
async fn candidates<L: Line>(
    client: &Client<L>,
    ledger: &impl Ledger,
    book: &BookId,
    parent: Option<&ParentId>,
    before: &HashSet<RemoteId>,
) -> Result<Option<Vec<Candidate>>, SettleError> {
    let vendor = client.vendor();
    let mut found = Vec::new();
    let new = |id: &RemoteId| !before.contains(id);
    let fetched = fetch_of(client, parent, new, |record| {
        if let Found::Record(record) = record {
            found.extend(candidate(vendor, &record));
        }
    })
    .await;
    match fetched {
        Ok(()) => {}
        Err(FetchError::Halted(halt)) => return Err(SettleError::Halted(halt)),
        Err(FetchError::Refused(_) | FetchError::NoList(_)) => return Ok(None),
    }
    let mut candidates = Vec::new();
    for candidate in found {
        if new(&candidate.id) && !ledger.owns(book, &candidate.id)? {
            candidates.push(candidate);
        }
    }
    Ok(Some(candidates))
}

fn candidate(vendor: &dyn Vendor, record: &Record) -> Option<Candidate> {
    let remote = vendor.decode(record).ok()?;
    let held = vendor.encode(&remote.contact).payload;
    Some(Candidate {
        id: remote.id,
        contact: remote.contact,
        held,
        taken: false,
    })
}

/// What is known of a doubtful step after the look-up.
enum Verdict {
    /// It is this record, which holds this, if that is less than what was sent.
    Found(u64, RemoteId, Option<Fingerprint>),
    /// It is not there.
    Absent(u64),
    /// It cannot be told.
    Open(u64, String),
}

/// Gives each step its verdict: equal payloads are settled together, by count.
fn judge(steps: &[Step], mut candidates: Vec<Candidate>) -> Vec<Verdict> {
    let mut groups: BTreeMap<String, Vec<(&Step, &Payload)>> = BTreeMap::new();
    for step in steps {
        if let Some(payload) = &step.payload {
            groups
                .entry(payload.body.to_string())
                .or_default()
                .push((step, payload));
        }
    }
    let mut verdicts = Vec::new();
    let mut unmatched = Vec::new();
    for group in groups.into_values() {
        let payload = group[0].1;
        let equal: Vec<usize> = (0..candidates.len())
            .filter(|n| !candidates[*n].taken && says(&payload.body, &candidates[*n].held.body))
            .collect();
        if equal.len() > group.len() {
            let ids: Vec<&str> = equal.iter().map(|n| candidates[*n].id.0.as_str()).collect();
            let why = format!(
                "{} new records say what was sent: {}",
                equal.len(),
                ids.join(", ")
            );
            verdicts.extend(
                group
                    .iter()
                    .map(|(step, _)| Verdict::Open(step.number, why.clone())),
            );
            for n in equal {
                candidates[n].taken = true;
            }
            continue;
        }
        let mut equal = equal.into_iter();
        for (step, payload) in group {
            match equal.next() {
                Some(n) => {
                    candidates[n].taken = true;
                    let less = less_than_sent(payload, &candidates[n].held);
                    verdicts.push(Verdict::Found(step.number, candidates[n].id.clone(), less));
                }
                None => unmatched.push(step),
            }
        }
    }
    verdicts.extend(
        unmatched
            .into_iter()
            .map(|step| absent_or_open(step, &candidates)),
    );
    verdicts
}

/// A step whose payload no new record says: absent, unless a new record is the same contact in other words. The
/// vendor may have changed what it was sent, and sending it again would then make it twice.
fn absent_or_open(step: &Step, candidates: &[Candidate]) -> Verdict {
    let alike = candidates.iter().find(|candidate| {
        !candidate.taken && (step.key == candidate.contact.identity() || resembles(step, candidate))
    });
    match alike {
        Some(candidate) => {
            let why = format!(
                "a new record is like what was sent, and not equal: {}",
                candidate.id
            );
            Verdict::Open(step.number, why)
        }
        None => Verdict::Absent(step.number),
    }
}

/// Whether a record shares a text of some length with what was sent: a name, a number, an address.
fn resembles(step: &Step, candidate: &Candidate) -> bool {
    let Some(payload) = &step.payload else {
        return false;
    };
    let sent = telling(&payload.body);
    telling(&candidate.held.body).intersection(&sent).count() * 2 > sent.len()
}

/// The texts of a payload that tell contacts apart: those that are not short.
fn telling(value: &Value) -> HashSet<String> {
    match value {
        Value::String(text) if text.chars().count() >= 4 => HashSet::from([text.to_lowercase()]),
        Value::Array(items) => items.iter().flat_map(telling).collect(),
        Value::Object(members) => members.values().flat_map(telling).collect(),
        _ => HashSet::new(),
    }
}

/// What a record holds, if the second request that belongs to the contact was never sent: the next import then
/// sees a change.
fn less_than_sent(sent: &Payload, held: &Payload) -> Option<Fingerprint> {
    let after = held.after.as_ref().unwrap_or(&Value::Null);
    let whole = sent.after.as_ref().is_none_or(|sent| says(sent, after));
    (!whole).then(|| held.fingerprint())
}

/// Whether a record says all that was sent: each member that was sent stands in it with the same value. What is
/// empty says nothing, the order of a list says nothing, and a password is never shown.
pub fn says(sent: &Value, held: &Value) -> bool {
    match (sent, held) {
        (Value::Object(sent), held) => sent
            .iter()
            .filter(|(name, _)| name.as_str() != "password")
            .all(|(name, value)| says(value, held.get(name).unwrap_or(&Value::Null))),
        (Value::Array(sent), Value::Array(held)) => holds_all(sent, held),
        (sent, held) if is_nothing(sent) => is_nothing(held),
        (sent, held) => sent == held,
    }
}

fn holds_all(sent: &[Value], held: &[Value]) -> bool {
    let mut left: Vec<&Value> = held.iter().filter(|value| !is_nothing(value)).collect();
    let full = sent.iter().filter(|value| !is_nothing(value));
    full.into_iter().all(
        |value| match left.iter().position(|held| says(value, held)) {
            Some(n) => {
                left.swap_remove(n);
                true
            }
            None => false,
        },
    )
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(members) => members.values().all(is_nothing),
    }
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
