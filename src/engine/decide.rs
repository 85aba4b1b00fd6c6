//! A person, having looked at the vendor, says what became of a row whose answer was lost. No look of ours can tell it any
//! more, and nothing is sent here.

use crate::ledger::{Decision, LedgerError, Run, Settled, Store};
use crate::model::RunId;
use crate::plan::{Action, Fate, Totals};

/// Why a row cannot be decided.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// The ledger cannot do it.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// There is no such row.
    #[error("run {run} has no row {row}")]
    NoRow {
        /// The run.
        run: RunId,
        /// The row's number.
        row: u64,
    },
    /// The row is in doubt since an earlier run.
    #[error("row {row} was not sent by run {run}, but by an earlier one")]
    Earlier {
        /// The run.
        run: RunId,
        /// The row's number.
        row: u64,
    },
    /// What became of the row is known.
    #[error("row {row} of run {run} is {}, not in doubt", fate.words())]
    Known {
        /// The run.
        run: RunId,
        /// The row's number.
        row: u64,
        /// What became of it.
        fate: Fate,
    },
    /// The row was to change a record: whose it is, is known.
    #[error("row {0} was to change a record, not to create one")]
    NotCreated(u64),
}

/// Writes what a person says of a row of a run. The number that the ledger keeps of how the run ended is graded anew: by its
/// totals where the row was decided, and by none where it was not.
pub fn decide(
    ledger: &mut dyn Store,
    run: &Run,
    (row, decision): (u64, &Decision),
    grade: impl Fn(Option<&Totals>) -> u8,
) -> Result<(), DecisionError> {
    let lease = ledger.resume(run)?;
    let decided = open_step(ledger, run, row, decision)
        .and_then(|number| Ok(ledger.decide(&lease, number, decision)?));
    let totals = ledger.run(run.id.as_str())?.totals;
    let graded = decided.is_ok().then_some(&totals);
    ledger.end(lease, grade(graded))?;
    decided
}

/// The step of a row that is in doubt and can be decided so.
fn open_step(
    ledger: &dyn Store,
    run: &Run,
    row: u64,
    decision: &Decision,
) -> Result<u64, DecisionError> {
    let mut found: Vec<Settled> = Vec::new();
    ledger.each_step(&run.id, &mut |settled| {
        if settled.step.row == row {
            found.push(settled);
        }
        Ok(())
    })?;
    let is_open =
        |settled: &&Settled| settled.fate == Fate::InDoubt && settled.step.action != Action::Doubt;
    let Some(open) = found.iter().find(is_open) else {
        return Err(not_open(&run.id, row, found.first()));
    };
    if open.step.action != Action::Create && matches!(decision, Decision::Is(_)) {
        return Err(DecisionError::NotCreated(row));
    }
    Ok(open.step.number)
}

fn not_open(run: &RunId, row: u64, found: Option<&Settled>) -> DecisionError {
    let run = run.clone();
    match found.map(|settled| settled.fate) {
        None => DecisionError::NoRow { run, row },
        Some(Fate::InDoubt) => DecisionError::Earlier { run, row },
        Some(fate) => DecisionError::Known { run, row, fate },
    }
}
