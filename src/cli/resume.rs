//! `rolo resume` and `rolo retry`: what a run left undone, and what it could not do.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::args::{Common, Resume, Retry};
use super::failure::{Failure, Kind};
use super::import::{self, Then};
use super::past::{Need, no_import};
use super::planning::Rows;
use super::recall::{Recalled, recall};
use super::running::Running;
use super::screen::plain;
use super::sending::settle_earlier;
use super::spec;
use super::timing::Stopwatch;
use super::turn::in_turn;
use crate::engine::Source;
use crate::ledger::{Ledger as _, LedgerError, Run, Saved, Sqlite};
use crate::plan::Fate;
use crate::upload::Promise;

/// Opens the ledger that holds a run.
pub(super) fn ledger(common: &Common, run: Option<&str>) -> Result<Sqlite, Failure> {
    let path = common.ledger_path()?;
    if path.exists() {
        return Ok(Sqlite::open(&path)?);
    }
    Err(match run {
        Some(id) => LedgerError::NoRun(id.to_owned()).into(),
        None => nothing(),
    })
}

fn nothing() -> Failure {
    Failure::new(
        Kind::Nothing,
        "nothing is left to do",
        "`rolo runs` lists the runs",
    )
}

/// Runs `rolo resume`.
pub(super) fn resume(resume: &Resume, common: &Common) -> Result<u8, Failure> {
    let mut ledger = ledger(common, resume.run.as_deref())?;
    let run = match &resume.run {
        Some(id) => ledger.run(id)?,
        None => ledger
            .unfinished()?
            .into_iter()
            .next()
            .ok_or_else(nothing)?,
    };
    whole(&run)?;
    if matches!(run.saved, Some(Saved::Waiting | Saved::Dropped)) {
        return Err(Failure::usage(
            format!("run {} is a saved plan that was not applied", run.id),
            format!("`rolo apply {}` sends it", run.id),
        ));
    }
    let recalled = recall(&run, Need::Steps, &resume.tuning, common)?;
    in_turn(&resume.sending, common, || Ok(ledger.resume(&run)))?;
    let ended = go_on(ledger, &run, &recalled, resume, common);
    if let Err(failure) = &ended {
        // What cannot be written here is written by the next run on the book; the first failure is the one to tell.
        let _ = give_free(&run, failure.kind, common);
    }
    ended
}

/// Ends a run that broke off; one that nothing became of since stays as it was.
fn give_free(before: &Run, kind: Kind, common: &Common) -> Result<(), Failure> {
    let mut ledger = Sqlite::open(&common.ledger_path()?)?;
    let is_same = ledger.run(&before.id.0)?.totals == before.totals;
    let code = before.exit_code.filter(|_| is_same);
    ledger.end(&before.id, code.unwrap_or(kind as u8))?;
    Ok(())
}

/// Stops where a run ended before it was planned.
pub(super) fn whole(run: &Run) -> Result<(), Failure> {
    run.planned.then_some(()).ok_or_else(|| {
        Failure::usage(
            format!(
                "run {} ended before every row was planned, and sent nothing",
                run.id
            ),
            "import the sheet again",
        )
    })
}

fn go_on(
    mut ledger: Sqlite,
    run: &Run,
    Recalled { asked, target }: &Recalled,
    resume: &Resume,
    common: &Common,
) -> Result<u8, Failure> {
    let running = Running {
        common,
        sending: &resume.sending,
        delivery: resume.sending.over(&asked.spec.delivery),
        target,
        about: run.about.clone(),
        stopwatch: Stopwatch::start(),
        // Somebody has seen a saved plan.
        promise: match run.saved {
            Some(_) => Promise::Binding,
            None => Promise::Told,
        },
    };
    let reached = target.reach(running.pace())?;
    reached.end_at(resume.sending.deadline);
    if !ledger.doubtful_runs(&run.about.book)?.is_empty() {
        settle_earlier(&mut ledger, &run.about.book, &reached, &running.delivery)?;
    }
    if resume.resend_in_doubt {
        let left: Vec<u64> = ledger
            .doubtful(&run.id)?
            .iter()
            .map(|step| step.number)
            .collect();
        ledger.reopen(&run.id, &left)?;
    }
    ledger.supersede(&run.id)?;
    let preface = format!("Run {} to {}, resumed", run.id, plain(&target.name));
    let code = running.carry_out(ledger, &run.id, &reached, &[preface])?;
    let was_done = run.totals.unsent == 0 && run.totals.in_doubt == 0;
    Ok(if was_done { Kind::Nothing as u8 } else { code })
}

/// Runs `rolo retry`.
pub(super) fn retry(retry: &Retry, common: &Common) -> Result<u8, Failure> {
    let ledger = ledger(common, Some(&retry.run))?;
    let run = ledger.run(&retry.run)?;
    let rows = wrong_rows(&ledger, &run)?;
    drop(ledger);
    let recalled = recall(&run, Need::Sheet, &retry.tuning, common)?;
    let Recalled { mut asked, target } = recalled;
    let sheet = sheet(&run, &asked.spec.source, retry.from.as_deref())?;
    if let Source::Sheet { file, .. } = &mut asked.spec.source {
        *file = spec::absolute(&sheet)?;
    }
    asked.spec.delivery = retry.sending.over(&asked.spec.delivery);
    if let Some(file) = &retry.mapping {
        let (kept, mapping) = spec::mapping(file)?;
        asked.spec.reading.mapping = Some(kept);
        asked.mapping = Some(mapping);
    } else if let Some(kept) = &asked.spec.reading.mapping
        && !kept.withheld.is_empty()
    {
        return Err(Failure::usage(
            format!(
                "the mapping of run {} gives passwords, which are not kept: {}",
                run.id,
                kept.withheld.join(", ")
            ),
            format!("name it again: --mapping {}", kept.file.display()),
        ));
    }
    let meant = import::Meant {
        command: "retry",
        asked: &asked,
        target: &target,
        sheet: &sheet,
        sending: &retry.sending,
        rows,
        given: import::given()?,
        source: None,
        then: Then::Send,
        feed: None,
    };
    import::again(common, meant).map(|done| done.code)
}

/// The rows of a run that were refused or rejected.
fn wrong_rows(ledger: &Sqlite, run: &Run) -> Result<Rows, Failure> {
    let (mut keys, mut cells) = (HashSet::new(), HashMap::new());
    ledger.each_step(&run.id, &mut |settled| {
        if matches!(settled.fate, Fate::Rejected | Fate::Refused) {
            let step = settled.step;
            // A key that was made from the values changes when they are corrected.
            if step.key.is_derived() {
                cells.insert(step.row, step.cells.into_iter().flatten().collect());
            }
            keys.insert(step.key);
        }
        Ok(())
    })?;
    if keys.is_empty() {
        return Err(nothing());
    }
    Ok(Rows::Some { keys, cells })
}

/// The sheet that is read again: the one that is named, else the run's own.
fn sheet(run: &Run, source: &Source, named: Option<&Path>) -> Result<PathBuf, Failure> {
    match (named, source) {
        (_, Source::Target { .. }) => Err(no_import(run)),
        (Some(sheet), Source::Sheet { .. }) => Ok(sheet.to_owned()),
        (None, Source::Sheet { file, .. }) if file.as_os_str() == "-" => Err(Failure::usage(
            format!("run {} read standard input, which is gone", run.id),
            "name the sheet with --from",
        )),
        (None, Source::Sheet { file, .. }) => Ok(sheet_of(run, file)),
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
