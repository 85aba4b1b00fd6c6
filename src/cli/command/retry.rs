//! `rolo retry`: the rows of a run that were refused or rejected, from the sheet as it is now.

use crate::cli::args::past::Need;
use crate::cli::args::recall::{Recalled, recall};
use crate::cli::args::{Common, Retry, spec};
use crate::cli::failure::Failure;
use crate::cli::ledger;
use crate::cli::run_import::{Disposition, ImportRequest, run_import};
use crate::engine::{ContactSource, demand_mapping, sheet_to_retry, wrong_rows};

/// Runs the command.
pub(crate) fn run(retry: &Retry, common: &Common) -> Result<u8, Failure> {
    let ledger = ledger::holding(Some(&retry.run), common)?;
    let run = ledger.run(&retry.run)?;
    let rows = wrong_rows(&*ledger, &run)?;
    drop(ledger);
    let recalled = recall(&run, Need::Sheet, &retry.tuning, common)?;
    let Recalled { mut asked, target } = recalled;
    let sheet = sheet_to_retry(&run, &asked.spec, retry.from.as_deref())?;
    if let ContactSource::Sheet { file, .. } = &mut asked.spec.source {
        *file = spec::absolute(&sheet)?;
    }
    asked.spec.delivery = retry.sending.over(&asked.spec.delivery);
    if let Some(file) = &retry.mapping {
        let (kept, mapping) = spec::mapping(file)?;
        asked.spec.reading.mapping = Some(kept);
        asked.mapping = Some(mapping);
    } else {
        demand_mapping(&run, &asked.spec)?;
    }
    let request = ImportRequest {
        command: "retry",
        asked: &asked,
        target: &target,
        sheet: &sheet,
        sending: &retry.sending,
        rows,
        source: None,
        then: Disposition::Send,
        feed: None,
    };
    run_import(common, request).map(|done| done.code)
}
