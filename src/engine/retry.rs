//! What a run could not do: the rows that were rejected or refused, found again in the sheet as it is now.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::{Error, StateError};
use super::plan::RowChoice;
use super::spec::{ContactSource, ImportSpec};
use crate::ledger::{Run, Store};
use crate::plan::Fate;

/// The rows of a run that were refused or rejected.
pub fn wrong_rows(ledger: &dyn Store, run: &Run) -> Result<RowChoice, Error> {
    let (mut keys, mut cells) = (HashSet::new(), HashMap::new());
    ledger.each_step(&run.id, &mut |settled| {
        if matches!(settled.fate, Fate::Rejected | Fate::Refused) {
            let step = settled.step;
            // A key that was made from the values changes when they are corrected.
            if step.key.is_derived() {
                cells.insert(step.row, step.cells.read()?.concat());
            }
            keys.insert(step.key);
        }
        Ok(())
    })?;
    if keys.is_empty() {
        return Err(StateError::Nothing.into());
    }
    Ok(RowChoice::Some { keys, cells })
}

/// The sheet that is read again: the one that is named, else the run's own.
pub fn sheet(run: &Run, spec: &ImportSpec, named: Option<&Path>) -> Result<PathBuf, Error> {
    match (named, &spec.source) {
        (_, ContactSource::Target { .. }) => Err(StateError::NoSheet(run.id.clone()).into()),
        (Some(sheet), ContactSource::Sheet { .. }) => Ok(sheet.to_owned()),
        (None, ContactSource::Sheet { file, .. }) if file.as_os_str() == "-" => {
            Err(StateError::Piped(run.id.clone()).into())
        }
        (None, ContactSource::Sheet { file, .. }) => Ok(sheet_of(run, file)),
    }
}

/// Stops where the mapping of a run gave secrets: the sheet cannot be read as it was.
pub fn demand_mapping(run: &Run, spec: &ImportSpec) -> Result<(), Error> {
    match &spec.reading.mapping {
        Some(kept) if !kept.withheld.is_empty() => Err(StateError::Withheld {
            run: run.id.clone(),
            file: kept.file.clone(),
            withheld: kept.withheld.clone(),
        }
        .into()),
        _ => Ok(()),
    }
}

/// Where the sheet of a run is: where it was put since, else as it was given; the run knows which one of a folder or a
/// glob it was.
fn sheet_of(run: &Run, given: &Path) -> PathBuf {
    let told = |name: &str| {
        let text = run.about.source.get(name).and_then(Value::as_str)?;
        Some(run.about.given.folder.join(text))
    };
    let moved = told("moved_to").filter(|place| place.is_file());
    let own = || Some(given.to_owned()).filter(|path| path.is_file());
    moved
        .or_else(own)
        .or_else(|| told("file"))
        .unwrap_or_else(|| given.to_owned())
}
