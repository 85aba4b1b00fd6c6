//! A person who stands in a sheet twice, under two keys: told, or left out. By the rule by which rows are paired with
//! records, so that two rows are one person where one record would be both.

use super::builder::PlanBuilder;
use super::read_row::ReadRow;
use crate::ledger::LedgerError;
use crate::plan::{Duplicates, MatchKey, Remark, Step};
use crate::transport::Transport;

impl<L: Transport> PlanBuilder<'_, L> {
    /// For each row, the earlier one that is the same person under another key. A row that is rejected, or that repeats
    /// another, is nobody's.
    pub(super) fn same_persons(
        &mut self,
        chunk: &[ReadRow],
    ) -> Result<Vec<Option<u64>>, LedgerError> {
        let rows: Vec<(u64, &[MatchKey])> = chunk
            .iter()
            .map(|ReadRow { checked, matches }| {
                let verdict = checked.verdicts.first();
                let is_somebody =
                    verdict.is_some_and(|verdict| !verdict.is_rejected() && !verdict.repeats);
                let keys = if is_somebody { &matches[..] } else { &[] };
                (checked.row.number, keys)
            })
            .collect();
        Ok(self.lookup.same_persons(&rows, self.policy().duplicates)?)
    }
}

/// The step of a row that is the same person as an earlier one, with what that means.
pub(super) fn duplicate(mut step: Step, same_as: Option<u64>, duplicates: Duplicates) -> Step {
    let Some(row) = same_as else { return step };
    let message = format!("the row is the same person as row {row}, under another key");
    match duplicates {
        Duplicates::Reject => step.rejected(duplicates.code(), message),
        Duplicates::Warn => {
            let remark = Remark::of_row(duplicates.code(), step.row, message);
            step.remarks.push(remark);
            step
        }
    }
}
