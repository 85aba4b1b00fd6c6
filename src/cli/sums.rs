//! What a plan comes to: how many steps of which kind, what is lost by them, and how many requests they take.

use std::collections::BTreeMap;

use crate::backend::{Effort, Vendor};
use crate::plan::{Action, Step};

/// What a plan holds, by action.
pub(super) type Counts = BTreeMap<&'static str, u64>;

/// The sums over a plan.
#[derive(Default)]
pub(super) struct Sums {
    counts: Counts,
    /// Values that find no place, by family of fields.
    lost: BTreeMap<String, u64>,
    /// Requests for all but creates.
    requests: u64,
    /// Requests for creates, if each went alone.
    creating: u64,
}

impl Sums {
    /// Counts a step.
    pub(super) fn add(&mut self, step: &Step, vendor: &dyn Vendor) {
        *self.counts.entry(step.action.name()).or_default() += 1;
        if step.action.is_sent() {
            for lost in &step.lost {
                *self.lost.entry(lost.family().to_owned()).or_default() += 1;
            }
        }
        *self.slot(step.action) += effort(step, vendor);
    }

    /// Takes a step back that becomes another.
    pub(super) fn take(&mut self, step: &Step, vendor: &dyn Vendor) {
        less(&mut self.counts, step.action.name());
        if step.action.is_sent() {
            for lost in &step.lost {
                less(&mut self.lost, lost.family());
            }
        }
        *self.slot(step.action) -= effort(step, vendor);
    }

    fn slot(&mut self, action: Action) -> &mut u64 {
        match action {
            Action::Create => &mut self.creating,
            _ => &mut self.requests,
        }
    }

    /// The steps by action.
    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How many requests the plan takes, with so many looks at parents beside them.
    pub(super) fn requests(&self, vendor: &dyn Vendor, looks: u64) -> u64 {
        let batch = vendor.batch().max(1) as u64;
        let sent = self.requests + self.creating.div_ceil(batch);
        if sent == 0 { 0 } else { sent + looks }
    }

    /// What the steps that will be sent lose, in words.
    pub(super) fn losses(&self, vendor: &str) -> Option<String> {
        let parts: Vec<String> = self
            .lost
            .iter()
            .map(|(field, count)| format!("{field} {count}"))
            .collect();
        (!parts.is_empty()).then(|| {
            let list = parts.join(", ");
            format!("note: {vendor} cannot hold some values: {list}; --fail-on-loss rejects rows that lose them")
        })
    }
}

fn less<K: Ord + std::borrow::Borrow<str>>(counts: &mut BTreeMap<K, u64>, name: &str) {
    if let Some(count) = counts.get_mut(name) {
        *count -= 1;
        if *count == 0 {
            counts.remove(name);
        }
    }
}

/// How many requests a step takes; none where nothing is sent for it.
pub(super) fn effort(step: &Step, vendor: &dyn Vendor) -> u64 {
    let effort = match step.action {
        Action::Create => Effort::Create,
        Action::Update => Effort::Update,
        Action::Delete => Effort::Delete,
        _ => return 0,
    };
    step.payload
        .as_ref()
        .map_or(0, |payload| vendor.requests(effort, payload))
}

/// The counts in words: `10 to create, 1 unchanged`.
pub(super) fn words(counts: &Counts) -> String {
    let word = |action: &str| match action {
        "create" => "to create".to_owned(),
        "update" => "to update".to_owned(),
        "delete" => "to delete".to_owned(),
        "skip" => "skipped".to_owned(),
        "reject" => "rejected".to_owned(),
        "doubt" => "in doubt".to_owned(),
        other => other.to_owned(),
    };
    let parts: Vec<String> = counts
        .iter()
        .map(|(action, rows)| format!("{rows} {}", word(action)))
        .collect();
    if parts.is_empty() {
        "nothing to do".to_owned()
    } else {
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_in_words() {
        let counts = Counts::from([("create", 10), ("unchanged", 1)]);
        assert_eq!(words(&counts), "10 to create, 1 unchanged");
        assert_eq!(words(&Counts::new()), "nothing to do");
    }
}
