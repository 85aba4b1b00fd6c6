//! `rolo apply`: a saved plan, sent as it was shown. What it stood on is looked at again first: in the ledger, whether
//! another run wrote the same contacts; at the target, whether the records that it would touch are as they were, and
//! whether somebody made records where it makes some.

use clap::Args;

use super::args::{Common, Retuning, Sending, TAKEN_UP};
use super::failure::{Failure, Kind};
use super::past::Need;
use super::plan::digest;
use super::recall::{Recalled, recall};
use super::resume::{ledger, whole};
use super::running::Running;
use super::screen::plain;
use super::sending::{look, settle_earlier};
use super::target::Reached;
use super::timing::Stopwatch;
use super::turn::in_turn;
use crate::ledger::{Ledger as _, NewRun, Run, Saved, Sqlite, Stale, StaleReason, When};
use crate::model::RemoteId;
use crate::plan::Compare;
use crate::upload::{PlanSnapshot, Promise};

/// `rolo apply`.
#[derive(Debug, Args)]
#[command(after_help = TAKEN_UP)]
pub(super) struct Apply {
    /// The plan: its run's id, or the beginning of it
    #[arg(value_name = "RUN")]
    pub(super) run: String,
    /// Send it even if the target changed since the plan was made
    #[arg(long)]
    pub(super) even_if_changed: bool,
    /// How it is sent.
    #[command(flatten)]
    pub(super) sending: Sending,
    /// What is said of the target.
    #[command(flatten)]
    pub(super) tuning: Retuning,
}

/// Runs the command.
pub(super) fn run(apply: &Apply, common: &Common) -> Result<u8, Failure> {
    let mut ledger = ledger(common, Some(&apply.run))?;
    let before = ledger.run(&apply.run)?;
    waits(&before)?;
    let recalled = recall(&before, Need::Steps, &apply.tuning, common)?;
    // Whoever holds the book may be applying this very plan.
    in_turn(&apply.sending, common, || {
        waits(&ledger.run(&before.id.0)?)?;
        Ok(ledger.resume(&before))
    })?;
    let applied = send(ledger, &before, &recalled, apply, common);
    if let Err(failure) = &applied {
        // What cannot be written here is written by the next run on the book; the first failure is the one to tell.
        let _ = give_free(&before, failure.kind, common);
    }
    applied
}

/// Ends a plan that was not applied, or broke off; one that was not sent stays as it was.
fn give_free(before: &Run, kind: Kind, common: &Common) -> Result<(), Failure> {
    let mut ledger = Sqlite::open(&common.ledger_path()?)?;
    let code = match ledger.run(&before.id.0)?.saved {
        Some(Saved::Waiting) => before.exit_code.unwrap_or(0),
        _ => kind as u8,
    };
    ledger.end(&before.id, code)?;
    Ok(())
}

/// Stops where a run is no plan that waits to be applied.
fn waits(run: &Run) -> Result<(), Failure> {
    whole(run)?;
    let nothing = |what: String, hint: String| Err(Failure::new(Kind::Nothing, what, hint));
    match run.saved {
        Some(Saved::Waiting) => Ok(()),
        Some(Saved::Applied) if run.totals.unsent + run.totals.in_doubt > 0 => nothing(
            format!("plan {} was applied, and did not come to its end", run.id),
            format!("`rolo resume {}` goes on with it", run.id),
        ),
        Some(Saved::Applied) => nothing(
            format!("plan {} was applied already", run.id),
            "nothing is left to do; `rolo plan` makes another".to_owned(),
        ),
        Some(Saved::Dropped) => nothing(
            format!(
                "the rows of plan {} were erased by `rolo runs prune`",
                run.id
            ),
            "`rolo plan` makes another".to_owned(),
        ),
        None => Err(Failure::usage(
            format!("run {} is not a saved plan", run.id),
            "`rolo plan` saves one; `rolo resume` goes on with a run that did not end",
        )),
    }
}

/// Looks whether the plan still stands, and sends it.
fn send(
    mut ledger: Sqlite,
    run: &Run,
    recalled: &Recalled,
    apply: &Apply,
    common: &Common,
) -> Result<u8, Failure> {
    let Recalled { asked, target } = recalled;
    let delivery = apply.sending.over(&asked.spec.delivery);
    let reached = target.reach(target.pace(delivery.rate))?;
    reached.end_at(apply.sending.deadline);
    if !ledger.doubtful_runs(&run.about.book)?.is_empty() {
        settle_earlier(&mut ledger, &run.about.book, &reached, &delivery)?;
    }
    let sight = stands(&mut ledger, run, (recalled, &reached), apply)?;
    sight.note(&mut ledger, &run.id)?;
    // Where the plan is sent though something changed, what another run has made is still not made again.
    ledger.supersede(&run.id)?;
    ledger.apply(&run.id)?;
    let about = NewRun {
        command: "apply".to_owned(),
        ..run.about.clone()
    };
    let running = Running {
        common,
        sending: &apply.sending,
        delivery,
        target,
        about,
        stopwatch: Stopwatch::start(),
        promise: if apply.even_if_changed {
            Promise::Told
        } else {
            Promise::Binding
        },
    };
    let preface = format!("Plan {} to {}", run.id, plain(&target.name));
    running.carry_out(ledger, &run.id, &reached, &[preface])
}

/// Looks at what the plan stood on; what was seen, if it still stands.
fn stands(
    ledger: &mut Sqlite,
    run: &Run,
    (Recalled { asked, target }, reached): (&Recalled, &Reached),
    apply: &Apply,
) -> Result<PlanSnapshot, Failure> {
    let sight = look(ledger, &run.id, reached)?;
    let reads_nothing = asked.spec.policy.compare == Some(Compare::Ledger);
    if let (Some(why), false) = (&sight.unreadable, apply.even_if_changed || reads_nothing) {
        return Err(Failure::new(
            Kind::Unavailable,
            why.clone(),
            "nothing was sent; `rolo plan` with --compare ledger reads nothing, or --even-if-changed sends the plan all the same",
        ));
    }
    ledger.sighted(&run.id, When::Applied, &sight.records)?;
    let same = run.requests.as_ref() == Some(&digest(target, ledger, &run.id)?);
    let (stale, new) = (ledger.stale(&run.id)?, sight.newcomers(ledger, &run.id)?);
    if apply.even_if_changed || same && stale.is_empty() && new.is_empty() {
        return Ok(sight);
    }
    Err(Failure::new(
        Kind::Guard,
        format!(
            "`{}` is not what the plan was made for: {}",
            run.about.target,
            differences(same, &stale, &new)
        ),
        "nothing was sent; `rolo plan` again, or --even-if-changed sends the plan all the same",
    ))
}

/// How many differences are named.
const NAMED: usize = 10;

fn differences(same: bool, stale: &[Stale], new: &[RemoteId]) -> String {
    let other = "the requests would differ: a setting changed, or rows were erased";
    let mut parts: Vec<String> = (!same).then(|| other.to_owned()).into_iter().collect();
    parts.extend(stale.iter().take(NAMED).map(difference));
    if stale.len() > NAMED {
        parts.push(format!("{} more rows", stale.len() - NAMED));
    }
    if !new.is_empty() {
        let ids: Vec<&str> = new.iter().take(NAMED).map(|id| id.0.as_str()).collect();
        let more = if new.len() > NAMED { ", …" } else { "" };
        let noun = if new.len() == 1 {
            "record is"
        } else {
            "records are"
        };
        parts.push(format!(
            "{} {noun} new there: {}{more}",
            new.len(),
            ids.join(", ")
        ));
    }
    parts.join("; ")
}

fn difference(stale: &Stale) -> String {
    let record = stale.remote.as_ref();
    let record = record.map_or("its record".to_owned(), |id| format!("record {id}"));
    let what = match stale.why {
        StaleReason::InDoubt => "another run has sent it, and no answer came".to_owned(),
        StaleReason::Written => "another run has written it".to_owned(),
        StaleReason::Gone => format!("{record} is gone"),
        StaleReason::Came => format!("{record} was not there, and is now"),
        StaleReason::Changed => format!("{record} has changed"),
    };
    format!("row {}: {what}", stale.row)
}
