//! `rolo undo`: a run taken back. What it created is deleted, what it updated gets back what was sent before; only
//! where the target still says what the run sent. It is a run of its own, and can be resumed.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::args::{Common, Undo};
use super::back::back;
use super::failure::{Failure, Kind};
use super::resume::{ledger, target_of};
use super::running::{Came, Running, exit_code};
use super::screen::plain;
use super::sending::on_the_network;
use super::target::Reached;
use super::timing::Stopwatch;
use crate::ledger::{Ledger as _, NewRun, Run, Settled, Sqlite};
use crate::model::{ParentId, RemoteId};
use crate::plan::{Action, Fate, Step};
use crate::upload::{self, Stands};

/// How the records that the run wrote stand at the target.
type Held = HashMap<RemoteId, Stands>;

/// Runs the command.
pub(super) fn run(undo: &Undo, common: &Common) -> Result<u8, Failure> {
    let mut ledger = ledger(common, Some(&undo.run))?;
    let run = ledger.run(&undo.run)?;
    let target = target_of(&run, &undo.tuning, common)?;
    let mut written = Vec::new();
    ledger.each_step(&run.id, &mut |settled| {
        // A row that was forgotten has nothing left to be taken back by.
        let known = settled.step.remote.is_some() && settled.step.payload.is_some();
        if matches!(settled.fate, Fate::Created | Fate::Updated) && known {
            written.push(settled);
        }
        Ok(())
    })?;
    // What nobody owns any more was taken back, or removed, before.
    let mut owned = Vec::new();
    for settled in written {
        if let Some(remote) = &settled.step.remote
            && ledger.owns(&run.about.book, remote)?
        {
            owned.push(settled);
        }
    }
    let written = owned;
    if written.is_empty() {
        return Err(Failure::new(
            Kind::Nothing,
            format!("run {} has nothing left that could be taken back", run.id),
            "it created and updated nothing, or that was undone, forgotten or pruned; `rolo runs RUN` tells more",
        ));
    }
    let reached = target.reach(target.pace(undo.sending.rate))?;
    reached.end_at(undo.sending.deadline);
    let held = look(&reached, &written)?;
    let steps = plan(&ledger, &run, &held, written)?;
    let command = if undo.dry_run { "dry undo" } else { "undo" };
    let about = NewRun {
        command: command.to_owned(),
        ..run.about.clone()
    };
    let (sending, stopwatch) = (&undo.sending, Stopwatch::start());
    let running = Running {
        common,
        sending,
        target: &target,
        about,
        stopwatch,
    };
    let preface = [format!(
        "Taking back run {} at {}",
        run.id,
        plain(&target.name)
    )];
    if undo.dry_run {
        return dry(&running, &steps, &preface);
    }
    let id = ledger.begin(&running.about)?;
    ledger.add(&id, &steps)?;
    ledger.planned(&id)?;
    let rows = steps.iter().filter(|step| step.action.is_sent()).count() as u64;
    let (mut ledger, came) = running.deliver(ledger, &id, &reached, rows)?;
    let (code, place) = running.report(&ledger, &came, &preface)?;
    ledger.reported(&id, &place)?;
    Ok(code)
}

/// Plans into a ledger that is gone afterwards.
fn dry(running: &Running<'_>, steps: &[Step], preface: &[String]) -> Result<u8, Failure> {
    let folder = tempfile::tempdir()?;
    let mut ledger = Sqlite::open(&folder.path().join("plan.sqlite3"))?;
    let id = ledger.begin(&running.about)?;
    ledger.add(&id, steps)?;
    let came = Came::planned(&id);
    let totals = ledger.run(&id.0)?.totals;
    let (_, _) = running.report(&ledger, &came, preface)?;
    let mut screen = running.screen();
    for action in [Action::Delete, Action::Update, Action::Skip] {
        let rows = steps.iter().filter(|step| step.action == action).count();
        let word = match action {
            Action::Delete => "to delete",
            Action::Update => "to restore",
            _ => "left alone",
        };
        screen.line(&format!("{rows} {word}"))?;
    }
    screen.line("Nothing was sent.")?;
    screen.flush()?;
    Ok(exit_code(&came, &totals))
}

/// Looks at the records that the run wrote, parent by parent.
fn look(reached: &Reached, written: &[Settled]) -> Result<Held, Failure> {
    let mut by_parent: BTreeMap<Option<ParentId>, HashSet<RemoteId>> = BTreeMap::new();
    for Settled { step, .. } in written {
        let parent = step
            .payload
            .as_ref()
            .and_then(|payload| payload.parent.clone());
        by_parent
            .entry(parent)
            .or_default()
            .extend(step.remote.clone());
    }
    let mut held = Held::new();
    for (parent, ids) in by_parent {
        let standing = upload::standing(&reached.client, parent.as_ref(), &ids);
        held.extend(on_the_network(standing)??);
    }
    Ok(held)
}

fn plan(
    ledger: &Sqlite,
    run: &Run,
    held: &Held,
    written: Vec<Settled>,
) -> Result<Vec<Step>, Failure> {
    let mut steps = Vec::new();
    for (number, Settled { step, fate, .. }) in (0..).zip(written) {
        let prior = match fate {
            Fate::Updated => ledger.prior(run, step.number)?,
            _ => None,
        };
        let stands = step.remote.as_ref().and_then(|remote| held.get(remote));
        let stands = stands.unwrap_or(&Stands::Unknown);
        steps.push(back(step, number, fate, prior, stands));
    }
    Ok(steps)
}
