//! What a plan comes to: how many steps of which kind, what is lost by them, and how many requests they take.

use std::collections::BTreeMap;

use crate::backend::Vendor;
use crate::engine::estimate::effort;
use crate::engine::host::{Event, Host};
use crate::plan::{Action, Step};

/// What a plan holds, by action.
pub type PlanCounts = BTreeMap<&'static str, u64>;

/// The sums over a plan.
#[derive(Default)]
pub(super) struct PlanSums {
    counts: PlanCounts,
    /// Values that find no place, by family of fields.
    lost: BTreeMap<String, u64>,
    /// Requests for all but creates.
    requests: u64,
    /// Requests for creates, if each went alone.
    creating: u64,
}

impl PlanSums {
    /// Counts a step, and what it loses, by family of fields.
    pub(super) fn add(&mut self, step: &Step, lost: &[impl AsRef<str>], vendor: &dyn Vendor) {
        *self.counts.entry(step.action.name()).or_default() += 1;
        if step.action.is_sent() {
            for family in lost.iter().map(AsRef::as_ref) {
                match self.lost.get_mut(family) {
                    Some(count) => *count += 1,
                    None => drop(self.lost.insert(family.to_owned(), 1)),
                }
            }
        }
        *self.slot(step.action) += effort(step, vendor);
    }

    /// Takes a step back that becomes another.
    pub(super) fn take(&mut self, step: &Step, lost: &[impl AsRef<str>], vendor: &dyn Vendor) {
        less(&mut self.counts, step.action.name());
        if step.action.is_sent() {
            for family in lost {
                less(&mut self.lost, family.as_ref());
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
    pub(super) fn counts(&self) -> &PlanCounts {
        &self.counts
    }

    /// How many requests the plan takes, with so many looks at parents beside them.
    pub(super) fn requests(&self, vendor: &dyn Vendor, looks: u64) -> u64 {
        let batch = vendor.batch().max(1) as u64;
        let sent = self.requests + self.creating.div_ceil(batch);
        if sent == 0 { 0 } else { sent + looks }
    }

    /// Tells what the steps that will be sent lose, if they lose anything.
    pub(super) fn tell_losses(&self, vendor: &'static str, host: &dyn Host) {
        if !self.lost.is_empty() {
            let lost = &self.lost;
            host.hear(Event::Losses { vendor, lost });
        }
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
