//! `rolo resume` and `rolo retry`: what a run left undone, and what it could not do.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use clap::Parser as _;
use serde_json::Value;

use super::args::{Arguments, Command, Common, Import, Resume, Retry, Tuning};
use super::config::Targets;
use super::failure::{Failure, Kind};
use super::import::{self, Then};
use super::planning::Rows;
use super::running::Running;
use super::screen::plain;
use super::sending::settle_earlier;
use super::target::Target;
use super::timing::Stopwatch;
use super::turn::in_turn;
use crate::ledger::{Ledger as _, LedgerError, Run, Saved, Sqlite};
use crate::plan::Fate;

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
            format!("run {} is a saved plan that nobody applied", run.id),
            format!("`rolo apply {}` sends it", run.id),
        ));
    }
    let target = target_of(&run, &resume.tuning, common)?;
    in_turn(&resume.sending, common, || Ok(ledger.resume(&run)))?;
    let ended = go_on(ledger, &run, &target, resume, common);
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

/// The target that a run is to, as it was and is tuned.
pub(super) fn target_of(run: &Run, tuning: &Tuning, common: &Common) -> Result<Target, Failure> {
    let targets = Targets::read(common.config.as_deref())?;
    let target = Target::find(&run.about.target, &targets, &remembered(run, tuning))?;
    if target.book()? != run.about.book {
        return Err(Failure::new(
            Kind::Guard,
            format!(
                "target `{}` is another address book than the run is for",
                target.name
            ),
            "restore the target's base_url and account, or import the sheet again",
        ));
    }
    Ok(target)
}

fn go_on(
    mut ledger: Sqlite,
    run: &Run,
    target: &Target,
    resume: &Resume,
    common: &Common,
) -> Result<u8, Failure> {
    let reached = target.reach(target.pace(resume.sending.rate))?;
    reached.end_at(resume.sending.deadline);
    if !ledger.doubtful_runs(&run.about.book)?.is_empty() {
        settle_earlier(&mut ledger, &run.about.book, &reached, &resume.sending)?;
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
    let (sending, about, stopwatch) = (&resume.sending, run.about.clone(), Stopwatch::start());
    let running = Running {
        common,
        sending,
        target,
        about,
        stopwatch,
    };
    let preface = format!("Run {} to {}, resumed", run.id, plain(&target.name));
    let code = running.carry_out(ledger, &run.id, &reached, &[preface])?;
    let was_done = run.totals.unsent == 0 && run.totals.in_doubt == 0;
    Ok(if was_done { Kind::Nothing as u8 } else { code })
}

/// Runs `rolo retry`.
pub(super) fn retry(retry: &Retry, common: &Common) -> Result<u8, Failure> {
    let ledger = ledger(common, Some(&retry.run))?;
    let run = ledger.run(&retry.run)?;
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
    drop(ledger);
    let mut import = given(&run)?;
    if let Some(sheet) = &retry.from {
        import.reading.sheet_file.clone_from(sheet);
    } else if import.reading.sheet_file.as_os_str() == "-" {
        return Err(Failure::usage(
            format!("run {} read standard input, which is gone", run.id),
            "name the sheet with --from",
        ));
    }
    import.sending = retry.sending.clone();
    import.tuning.set.extend(retry.tuning.set.iter().cloned());
    if retry.tuning.parent.is_some() {
        import.tuning.parent.clone_from(&retry.tuning.parent);
    }
    let (rows, given) = (Rows::Some { keys, cells }, run.about.given.clone());
    let meant = import::Meant {
        command: "retry",
        rows,
        given,
        source: None,
        then: Then::Send,
        feed: None,
    };
    import::again(&import, common, meant).map(|done| done.code)
}

/// The import that a run was, as it was given on the command line.
fn given(run: &Run) -> Result<Import, Failure> {
    let not_one = || {
        Failure::usage(
            format!("run {} was no import of a sheet", run.id),
            "retry is for imports; `rolo resume` goes on with any run",
        )
    };
    let given = &run.about.given;
    let arguments = Arguments::try_parse_from(&given.arguments).map_err(|_| not_one())?;
    let mut import = match arguments.command {
        Command::Import(import) => import,
        Command::Plan(plan) => plan.import,
        _ => return Err(not_one()),
    };
    let sheet = &import.reading.sheet_file;
    if sheet.as_os_str() != "-" {
        import.reading.sheet_file = sheet_of(run, &given.folder.join(sheet));
    }
    Ok(import)
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

/// What was said of the target when the run was begun, and what is said of it now.
pub(super) fn remembered(run: &Run, now: &Tuning) -> Tuning {
    let then = Arguments::try_parse_from(&run.about.given.arguments).ok();
    let mut tuning = match then.map(|arguments| arguments.command) {
        Some(Command::Import(import)) => import.tuning,
        Some(Command::Plan(plan)) => plan.import.tuning,
        Some(Command::Migrate(migrate)) => migrate.tuning,
        _ => Tuning::default(),
    };
    tuning.set.extend(now.set.iter().cloned());
    if now.parent.is_some() {
        tuning.parent.clone_from(&now.parent);
    }
    tuning
}
