//! A past run, to be taken up again: what was asked of it, and its target as it was meant, at the address and with the
//! credentials of today. Nothing of today's shell or files changes what a run is but the flags that say so.

use std::io::Write as _;

use super::past::{self, Need};
use super::spec::Asked;
use super::{Common, Retuning};
use crate::cli::failure::Failure;
use crate::cli::text::plain;
use crate::config::{Overrides, Target, Targets, resolve, set_switches, what_changed};
use crate::engine::{ImportSpec, TargetSpec};
use crate::ledger::Run;

/// A run to be taken up again.
pub(crate) struct Recalled {
    /// What was asked of it, and what these flags say instead.
    pub(crate) asked: Asked,
    /// Its target.
    pub(crate) target: Target,
}

/// Recalls what was asked of a run.
pub(crate) fn recall(
    run: &Run,
    need: Need,
    tuning: &Retuning,
    common: &Common,
) -> Result<Recalled, Failure> {
    let mut targets = Targets::read(common.config.as_deref())?;
    let mut asked = match &run.about.spec {
        Some(json) => of_spec(ImportSpec::of_json(json)?),
        None => past::asked(run, &targets, need)?,
    };
    let spec = &mut asked.spec.target;
    if common.config.is_none() && !targets.known.contains_key(&spec.name) {
        // Another folder's rolo.toml, or one that a variable named.
        for file in spec.file.iter().filter(|file| file.is_file()) {
            targets.add(file)?;
        }
    }
    if !common.quiet {
        say_what_changed(spec, &targets);
    }
    set_switches(&mut spec.settings, &tuning.set)?;
    if let Some(parent) = &tuning.parent {
        spec.parent = Some(crate::model::ParentId::new(parent.clone()));
    }
    let target = Target::of(spec, &targets)?;
    is_of(run, &target)?;
    Ok(Recalled { asked, target })
}

/// What was asked, as it was kept; a mapping that gives secrets is not whole.
fn of_spec(spec: ImportSpec) -> Asked {
    let mapping = spec.reading.mapping.as_ref();
    let mapping = mapping.map(|kept| kept.content.clone());
    Asked { spec, mapping }
}

/// Stops where a target is another account than the run's.
fn is_of(run: &Run, target: &Target) -> Result<(), Failure> {
    if target.account()?.book == run.about.book {
        return Ok(());
    }
    Err(Failure::usage(
        format!(
            "target `{}` is another address book than the run is for",
            target.name
        ),
        "restore the target's base_url and account, or import the sheet again",
    ))
}

/// Says what the files say of a target now and did not say when the run began; it does not count.
fn say_what_changed(spec: &TargetSpec, targets: &Targets) {
    // What is wrong with today's settings is nothing to this run.
    let Ok(now) = resolve(&spec.name, targets, &Overrides::default()) else {
        return;
    };
    let changed = what_changed(spec, &now);
    if !changed.is_empty() {
        let _ = writeln!(
            std::io::stderr(),
            "note: target `{}` has changed since the run began, which goes on as it was: {}; --set changes a switch",
            plain(&spec.name),
            plain(&changed.join(", "))
        );
    }
}
