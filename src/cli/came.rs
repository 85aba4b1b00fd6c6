//! What came of a run: how it ended, in words and as an exit code.

use serde_json::Value;

use super::failure::Kind;
use super::forecast::Forecast;
use super::planning::Counts;
use crate::ledger::LedgerError;
use crate::model::RunId;
use crate::plan::{Action, Totals};
use crate::upload::{CanaryFailure, Ended};

/// What came of a run.
#[derive(Clone)]
pub(super) struct Came {
    pub(super) run: RunId,
    pub(super) ended: Ended,
    pub(super) interrupted: Option<u8>,
    pub(super) requests: u64,
    pub(super) upload_seconds: f64,
    /// Whether it ended before every row was planned: then nothing of it can be resumed.
    pub(super) undecided: bool,
    /// What it is, if nothing was to be sent.
    pub(super) shown: Option<Shown>,
}

/// A plan that is shown, not sent.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// What it holds.
    pub(super) counts: Counts,
    /// How long it would take.
    pub(super) forecast: Forecast,
    /// The exit code where something would change.
    pub(super) code: u8,
}

impl Shown {
    /// What the document of `--output json` says of it.
    pub(super) fn members(&self) -> serde_json::Map<String, Value> {
        let count = |action: Action| {
            let rows = self.counts.get(action.name()).copied();
            (action.name().to_owned(), Value::from(rows.unwrap_or(0)))
        };
        let plan = Action::ALL.into_iter().map(count).collect();
        let forecast = self.forecast.json();
        [("plan", plan), ("forecast", forecast)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

impl Came {
    /// A run that only planned.
    pub(super) fn planned(run: &RunId) -> Self {
        Self {
            run: run.clone(),
            ended: Ended::Finished,
            interrupted: None,
            requests: 0,
            upload_seconds: 0.0,
            undecided: false,
            shown: None,
        }
    }

    /// The same run of a ledger whose files are not where they were.
    pub(super) fn displaced(&self, error: &LedgerError) -> Self {
        Self {
            ended: Ended::LedgerDisplaced(error.to_string()),
            ..self.clone()
        }
    }

    /// A plan that is shown.
    pub(super) fn shown(run: &RunId, shown: Shown) -> Self {
        Self {
            shown: Some(shown),
            ..Self::planned(run)
        }
    }
}

/// Why a run ended before its end, in words.
pub(super) fn stopped(ended: &Ended) -> Option<String> {
    match ended {
        Ended::Finished => None,
        Ended::Stopped => Some("the run was stopped".to_owned()),
        Ended::Deadline => Some("the deadline was reached".to_owned()),
        Ended::Limit(rows) => Some(format!("{rows} rows were sent, as wanted")),
        Ended::TooManyErrors(rows) => Some(format!("{rows} rows were refused")),
        Ended::Canary(wrong) => Some(canary(wrong, |wrong| &wrong.words)),
        Ended::StopLoss(why) => Some(format!(
            "too many refusals in a row for the same reason: {why}"
        )),
        Ended::SignIn(why) => Some(format!("sign-in failed: {why}")),
        Ended::Unavailable(why) => Some(format!("the vendor cannot be reached: {why}")),
        Ended::Unanswered(requests, why) => Some(format!(
            "{requests} requests in a row got no usable answer: {why}"
        )),
        Ended::LedgerDisplaced(why) => Some(why.clone()),
    }
}

/// The same without any value of a contact, the vendor's words about one among them: what is said where nobody asked
/// to see contacts, and where a mail or a log may keep it.
pub(super) fn stopped_without_values(ended: &Ended) -> Option<String> {
    match ended {
        Ended::Canary(wrong) => Some(canary(wrong, |wrong| &wrong.place)),
        Ended::StopLoss(_) => Some("too many refusals in a row for the same reason".to_owned()),
        Ended::Unanswered(requests, _) => {
            Some(format!("{requests} requests in a row got no usable answer"))
        }
        other => stopped(other),
    }
}

fn canary(wrong: &[CanaryFailure], words: impl Fn(&CanaryFailure) -> &String) -> String {
    let words: Vec<&str> = wrong.iter().map(|wrong| words(wrong).as_str()).collect();
    format!("the canary stopped the run: {}", words.join("; "))
}

/// What a person does about it.
pub(super) fn hint(came: &Came) -> &'static str {
    match &came.ended {
        Ended::Finished => "",
        Ended::Stopped | Ended::Deadline if came.undecided => {
            "nothing was sent, since the plan was not made yet; import again"
        }
        Ended::Stopped | Ended::Deadline | Ended::Limit(_) => {
            "`rolo resume` goes on; what was created is linked and is not sent twice"
        }
        Ended::StopLoss(_) | Ended::TooManyErrors(_) => {
            "mend the cause, then `rolo retry RUN` for what was refused and `rolo resume` for what was not sent; \
             --stop-after and --max-errors allow more"
        }
        Ended::Canary(_) => {
            "look at these rows at the vendor; `rolo resume RUN` sends the others all the same, `rolo undo RUN` takes \
             back what was made"
        }
        Ended::SignIn(_) => {
            "check the target's credentials, then import again; `rolo resume` goes on where rows were sent"
        }
        Ended::Unavailable(_) => {
            "check base_url and the network, then import again; `rolo resume` goes on where rows were sent"
        }
        Ended::Unanswered(..) => {
            "look at the vendor, then `rolo resume`: what was sent is looked up, and the rest is sent; --stop-after 0 sends \
             all rows whatever comes back"
        }
        Ended::LedgerDisplaced(_) => {
            "what was sent stands in the report, and not in a ledger that is there now; put the file back if it was moved \
             away, then import again with --compare target, so that what was created is recognised and not created again"
        }
    }
}

/// What it means that a row was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing was to be done for it.
    Fine,
    /// It was to be taken back, and was not.
    Wrong,
}

impl Part {
    /// What it means for a run of this command.
    pub(super) fn of(command: &str) -> Self {
        match command {
            "undo" | "dry undo" => Self::Wrong,
            _ => Self::Fine,
        }
    }
}

/// The exit code of a run whose rows in doubt a person decides; what it had ended with before, if that was something else.
pub(super) fn settled_code(totals: &Totals, before: Option<u8>) -> u8 {
    if totals.in_doubt > 0 {
        return before.unwrap_or(Kind::Doubt as u8);
    }
    match before {
        Some(code) if code != Kind::Doubt as u8 => code,
        _ if totals.unsent > 0 => Kind::Limit as u8,
        _ if totals.rejected + totals.refused > 0 => Kind::Rows as u8,
        _ => 0,
    }
}

/// The exit code that a run's end means.
pub(super) fn exit_code(came: &Came, totals: &Totals, left_out: Part) -> u8 {
    let left = match left_out {
        Part::Fine => 0,
        Part::Wrong => totals.skipped,
    };
    match came.ended {
        Ended::SignIn(_) => Kind::SignIn as u8,
        Ended::Unavailable(_) | Ended::Unanswered(..) => Kind::Unavailable as u8,
        Ended::LedgerDisplaced(_) => Kind::Internal as u8,
        Ended::StopLoss(_) | Ended::TooManyErrors(_) | Ended::Canary(_) => Kind::Guard as u8,
        // Doubt that a look did not settle is for a person; what a limit left is for the next run.
        Ended::Limit(_) | Ended::Finished if totals.in_doubt > 0 => Kind::Doubt as u8,
        Ended::Deadline | Ended::Limit(_) => Kind::Limit as u8,
        Ended::Stopped => came.interrupted.unwrap_or(Kind::Interrupted as u8),
        // Rows that could not be settled within the rounds of one run; in a dry run, all that would be sent.
        Ended::Finished if totals.unsent > 0 && came.requests > 0 => Kind::Limit as u8,
        Ended::Finished if totals.rejected + totals.refused + left > 0 => Kind::Rows as u8,
        Ended::Finished if totals.unsent > 0 => came.shown.as_ref().map_or(0, |shown| shown.code),
        Ended::Finished => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_without_values_has_none() {
        let wrong = |row: u64| CanaryFailure {
            place: format!("row {row}: `phone` is not held as it was sent"),
            words: format!("row {row}: `phone` was sent as `+33199001234` and is held as nothing"),
        };
        let canary = Ended::Canary(vec![wrong(2), wrong(3)]);
        let loss = Ended::StopLoss("a@example.fr is taken".to_owned());
        for (ended, value, said) in [
            (&canary, "+33199001234", "row 3: `phone`"),
            (&loss, "a@example.fr", "same reason"),
        ] {
            let (full, brief) = (stopped(ended), stopped_without_values(ended));
            assert!(full.is_some_and(|words| words.contains(value) && words.contains(said)));
            assert!(brief.is_some_and(|words| !words.contains(value) && words.contains(said)));
        }
        let limit = Ended::Limit(3);
        assert_eq!(stopped_without_values(&limit), stopped(&limit));
    }
}
