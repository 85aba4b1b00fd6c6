//! From flags, environment and files to what was asked of an import: the one place where they become an [`ImportSpec`].
//! What runs afterwards sees only the spec.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::flags;
use super::policy::Aims;
use super::unattended::Many;
use super::{ImportArgs, Migrate};
use crate::cli::failure::Failure;
use crate::config::{TargetTable, Targets, resolve};
use crate::engine::{ContactSource, Delivery, Guards, ImportSpec, KeptMapping, Policy, Reading};
use crate::mapping::Kept;
use crate::plan::UpdateLimit;

/// What was asked, with the mapping file as it is read now: the spec holds no secret, and a mapping may give some.
pub(crate) struct Asked {
    pub(crate) spec: ImportSpec,
    pub(crate) mapping: Option<Kept>,
}

impl Asked {
    /// What an import was asked; a sheet that is one of many is imported while nobody watches.
    pub(crate) fn of(import: &ImportArgs, targets: &Targets, many: Many) -> Result<Self, Failure> {
        let written = targets.known.get(&import.target);
        let (reading, mapping) = reading(&import.reading)?;
        let unwatched = || (many == Many::Yes).then_some(UpdateLimit::UNWATCHED);
        let guarding = &import.guarding;
        let spec = ImportSpec {
            version: ImportSpec::VERSION,
            source: ContactSource::Sheet {
                file: absolute(&import.reading.sheet_file)?,
                name: import.reading.source_name.clone(),
            },
            reading,
            target: resolve(&import.target, targets, &import.tuning.overrides())?,
            policy: Policy {
                reuse_keys: import.reuse_keys,
                ..policy(&import.aims, (&import.target, written))?
            },
            guards: Guards {
                allow_empty: guarding.allow_empty,
                max_shrink: guarding.max_shrink,
                allow_drift: guarding.allow_drift,
                max_update: limit(&import.aims, (&import.target, written))?.or_else(unwatched),
            },
            delivery: import.sending.over(&Delivery::default()),
        };
        Ok(Self { spec, mapping })
    }

    /// What a migration was asked: the contacts of the one target are the sheet of the other.
    pub(crate) fn of_migration(
        migrate: &Migrate,
        targets: &Targets,
        parent_map: BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let written = targets.known.get(&migrate.to);
        let spec = ImportSpec {
            version: ImportSpec::VERSION,
            source: ContactSource::Target {
                name: migrate.from.clone(),
                parents: migrate.parent_of_from.clone(),
                parent_map,
            },
            reading: Reading::default(),
            target: resolve(&migrate.to, targets, &migrate.tuning.overrides())?,
            policy: policy(&migrate.aims, (&migrate.to, written))?,
            guards: Guards {
                // An empty book has nothing to move, and that is no accident of a file.
                allow_empty: true,
                max_update: limit(&migrate.aims, (&migrate.to, written))?,
                ..Guards::default()
            },
            delivery: migrate.sending.over(&Delivery::default()),
        };
        Ok(Self {
            spec,
            mapping: None,
        })
    }
}

/// How a sheet is read, and the mapping file that was named.
pub(crate) fn reading(flags: &flags::ReadingArgs) -> Result<(Reading, Option<Kept>), Failure> {
    let mapping = flags.mapping.as_deref().map(mapping).transpose()?;
    let (kept, mapping) = mapping.unzip();
    let reading = Reading {
        sheet: flags.sheet.clone(),
        encoding: flags.encoding.clone(),
        delimiter: flags.delimiter,
        header_row: flags.header_row,
        columns: flags.columns.clone(),
        mapping: kept,
        unmapped: flags.unmapped,
        no_repair: flags.no_repair,
        region: flags.region,
    };
    Ok((reading, mapping))
}

/// A mapping file as it is kept, and as it is.
pub(crate) fn mapping(file: &Path) -> Result<(KeptMapping, Kept), Failure> {
    let content = kept(file)?;
    let kept = KeptMapping::of(std::path::absolute(file)?, content.clone());
    Ok((kept, content))
}

/// Reads a mapping file.
fn kept(file: &Path) -> Result<Kept, Failure> {
    let text = crate::sheet::small_text(file).map_err(|error| {
        let what = format!("cannot read the mapping `{}`: {error}", file.display());
        Failure::usage(
            what,
            "`rolo map SHEET -o mapping.toml` writes one to start from",
        )
    })?;
    Ok(Kept::read(&text)?)
}

/// Where a sheet is; standard input is nowhere.
pub(crate) fn absolute(sheet: &Path) -> Result<PathBuf, Failure> {
    if sheet.as_os_str() == "-" {
        return Ok(sheet.to_owned());
    }
    Ok(std::path::absolute(sheet)?)
}

/// Which record is whose, and what becomes of it: what the flags say, else the target.
fn policy(aims: &Aims, (target, written): (&str, Option<&TargetTable>)) -> Result<Policy, Failure> {
    let own = written.map(|written| written.compare(target)).transpose()?;
    Ok(Policy {
        mode: aims.mode,
        on_existing: aims.on_existing,
        compare: aims.compare.or(own.flatten()),
        clear_empty: aims.clear_empty,
        mirror_all: aims.mirror_all,
        max_delete: aims.max_delete,
        reuse_keys: false,
        duplicates: aims.duplicates,
    })
}

/// How many records may be changed, if anybody says.
fn limit(
    aims: &Aims,
    (target, written): (&str, Option<&TargetTable>),
) -> Result<Option<UpdateLimit>, Failure> {
    let own = written
        .map(|written| written.max_update(target))
        .transpose()?;
    Ok(aims.max_update.or(own.flatten()).map(UpdateLimit::from))
}

#[cfg(test)]
mod tests;
