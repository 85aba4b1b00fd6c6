//! Which record is the lost answer: pure judgement over what was sent and what was found, so that every case can
//! be a line of a test. Equal payloads are settled together, by count; what is alike and not equal stays open, since
//! a vendor may have changed what it was sent.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::backend::Payload;
use crate::model::{Contact, Fingerprint, Identity, RemoteId};
use crate::plan::Step;
use crate::upload::compare::{is_nothing, says};

/// A record that may be the answer to a step.
pub(super) struct Candidate {
    pub(super) id: RemoteId,
    pub(super) contact: Contact,
    pub(super) held: Payload,
    /// Whom it is about.
    pub(super) identity: Identity,
    /// Whose it is, once that is known.
    pub(super) taken: bool,
    /// Whether it may be the answer to several steps.
    pub(super) contested: bool,
}

/// What is known of a doubtful step after the look-up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MatchVerdict {
    /// It is this record, which holds this, if that is less than what was sent.
    Found(u64, RemoteId, Option<Fingerprint>),
    /// It is not there.
    Absent(u64),
    /// It cannot be told.
    Open(u64, String),
}

/// Steps that were sent the same.
struct SamePayload<'a> {
    sent: &'a Payload,
    /// Those that have no verdict yet.
    steps: Vec<&'a Step>,
}

/// Gives each step its verdict: equal payloads are settled together, by count. A record that says what was sent and
/// nothing else is the first to be matched; then the payload that says the most, since a richer record says what
/// a poorer payload does too.
pub(super) fn judge(steps: &[Step], mut candidates: Vec<Candidate>) -> Vec<MatchVerdict> {
    let mut groups = groups(steps);
    let mut verdicts = Vec::new();
    for group in &mut groups {
        let same = |held: &Value| says(&group.sent.body, held) && says(held, &group.sent.body);
        let records = free(&candidates, same);
        group.take(records, &mut candidates, &mut verdicts);
    }
    for n in 0..groups.len() {
        let records = free(&candidates, |held| says(&groups[n].sent.body, held));
        if records.is_empty() {
            continue;
        }
        if records.iter().any(|record| candidates[*record].contested)
            || is_rivalled(n, &groups, &records, &candidates)
        {
            groups[n].dispute(&records, &mut candidates, &mut verdicts);
        } else {
            groups[n].take(records, &mut candidates, &mut verdicts);
        }
    }
    let unmatched = groups.iter().flat_map(|group| &group.steps);
    verdicts.extend(unmatched.map(|step| absent_or_open(step, &candidates)));
    verdicts
}

/// Steps by what was sent, those that say the most first.
fn groups(steps: &[Step]) -> Vec<SamePayload<'_>> {
    let mut groups: BTreeMap<String, SamePayload<'_>> = BTreeMap::new();
    for step in steps {
        if let Some(sent) = &step.payload {
            let new = || SamePayload {
                sent,
                steps: vec![],
            };
            let group = groups.entry(sent.body.to_string()).or_insert_with(new);
            group.steps.push(step);
        }
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(weight(&group.sent.body)));
    groups
}

/// The records that nobody has and that hold this.
fn free(candidates: &[Candidate], holds: impl Fn(&Value) -> bool) -> Vec<usize> {
    (0..candidates.len())
        .filter(|n| !candidates[*n].taken && holds(&candidates[*n].held.body))
        .collect()
}

/// Whether one of these records may as well be the answer to steps that were sent something else, of which neither
/// says the other.
fn is_rivalled(
    n: usize,
    groups: &[SamePayload<'_>],
    records: &[usize],
    candidates: &[Candidate],
) -> bool {
    let own = &groups[n].sent.body;
    let mut others = groups.iter().filter(|group| {
        let other = &group.sent.body;
        !group.steps.is_empty() && !says(own, other) && !says(other, own)
    });
    others.any(|other| {
        let says = |record: &usize| says(&other.sent.body, &candidates[*record].held.body);
        records.iter().any(says)
    })
}

impl SamePayload<'_> {
    /// Gives the steps these records; where there are more than steps, it cannot be told which.
    fn take(
        &mut self,
        records: Vec<usize>,
        candidates: &mut [Candidate],
        verdicts: &mut Vec<MatchVerdict>,
    ) {
        if records.len() > self.steps.len() {
            return self.dispute(&records, candidates, verdicts);
        }
        let matched = self.steps.drain(..records.len());
        for (record, step) in records.into_iter().zip(matched) {
            let record = &mut candidates[record];
            record.taken = true;
            let less = less_than_sent(self.sent, &record.held);
            verdicts.push(MatchVerdict::Found(step.number, record.id.clone(), less));
        }
    }

    /// Leaves the steps open, and the records to nobody.
    fn dispute(
        &mut self,
        records: &[usize],
        candidates: &mut [Candidate],
        verdicts: &mut Vec<MatchVerdict>,
    ) {
        let ids: Vec<&str> = records.iter().map(|n| candidates[*n].id.as_str()).collect();
        let why = if let [one] = ids[..] {
            format!("a new record says what was sent, for other rows too: {one}")
        } else {
            let (count, ids) = (ids.len(), ids.join(", "));
            format!("{count} new records say what was sent: {ids}")
        };
        let steps = self.steps.drain(..);
        verdicts.extend(steps.map(|step| MatchVerdict::Open(step.number, why.clone())));
        for record in records {
            candidates[*record].contested = true;
        }
    }
}

/// How many values a payload says.
fn weight(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(members) => members.values().map(weight).sum(),
        value => usize::from(!is_nothing(value)),
    }
}

/// A step whose payload no new record says: absent, unless a new record is the same contact in other words. The
/// vendor may have changed what it was sent, and sending it again would then make it twice.
fn absent_or_open(step: &Step, candidates: &[Candidate]) -> MatchVerdict {
    let alike = candidates.iter().find(|candidate| {
        !candidate.taken && (step.key == candidate.contact.identity() || resembles(step, candidate))
    });
    match alike {
        Some(candidate) => {
            let why = format!(
                "a new record is like what was sent, and not equal: {}",
                candidate.id
            );
            MatchVerdict::Open(step.number, why)
        }
        None => MatchVerdict::Absent(step.number),
    }
}

/// Whether a record may be the contact that was sent, as the vendor wrote it. Of whom an older ledger does not know, the
/// longer part of the texts must be the same.
fn resembles(step: &Step, candidate: &Candidate) -> bool {
    if let Some(identity) = &step.identity {
        return identity.resembles(&candidate.identity);
    }
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

#[cfg(test)]
mod tests;
