//! What came of a run: how it ended, in words and as an exit code.

use serde_json::Value;

use super::forecast;
use crate::cli::exit::ExitKind;
use crate::cli::interrupt;
use crate::engine::{Estimate, PlanCounts, RunSummary};
use crate::plan::{Action, Fate, Totals};
use crate::upload::{CanaryFailure, Ended};

/// A plan that is shown, not sent.
#[derive(Clone, Debug)]
pub(crate) struct PlanShown {
    /// What it holds.
    pub(crate) counts: PlanCounts,
    /// What sending it would take.
    pub(crate) estimate: Estimate,
    /// The exit code where something would change.
    pub(crate) code: u8,
}

impl PlanShown {
    /// What the document of `--output json` says of it.
    pub(crate) fn members(&self) -> serde_json::Map<String, Value> {
        let count = |action: Action| {
            let rows = self.counts.get(action.name()).copied();
            (action.name().to_owned(), Value::from(rows.unwrap_or(0)))
        };
        let plan = Action::ALL.into_iter().map(count).collect();
        let forecast = forecast::json(&self.estimate);
        [("plan", plan), ("forecast", forecast)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// What a plan holds, in words: `10 to create, 1 unchanged`.
pub(crate) fn counts_in_words(counts: &PlanCounts) -> String {
    let word = |action: &str| match action {
        "create" => "to create".to_owned(),
        "update" => "to update".to_owned(),
        "delete" => "to delete".to_owned(),
        "skip" => "skipped".to_owned(),
        "reject" => "rejected".to_owned(),
        "doubt" => "in doubt".to_owned(),
        other => other.to_owned(),
    };
    let parts: Vec<String> = counts
        .iter()
        .map(|(action, rows)| format!("{rows} {}", word(action)))
        .collect();
    if parts.is_empty() {
        "nothing to do".to_owned()
    } else {
        parts.join(", ")
    }
}

/// Why a run ended before its end, in words.
pub(crate) fn stopped(ended: &Ended) -> Option<String> {
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
pub(crate) fn stopped_without_values(ended: &Ended) -> Option<String> {
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
pub(crate) fn hint(came: &RunSummary) -> &'static str {
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
pub(crate) enum LeftOut {
    /// Nothing was to be done for it.
    Fine,
    /// It was to be taken back, and was not.
    CanaryFailure,
}

impl LeftOut {
    /// What it means for a run of this command.
    pub(crate) fn of(command: &str) -> Self {
        match command {
            "undo" | "dry undo" => Self::CanaryFailure,
            _ => Self::Fine,
        }
    }
}

/// The exit code of a run whose rows in doubt a person decides; what it had ended with before, if that was something else.
pub(crate) fn settled_code(totals: &Totals, before: Option<u8>) -> u8 {
    if totals.in_doubt > 0 {
        return before.unwrap_or(ExitKind::Doubt as u8);
    }
    match before {
        Some(code) if code != ExitKind::Doubt as u8 => code,
        _ if totals.unsent > 0 => ExitKind::Limit as u8,
        _ if totals.rejected + totals.refused > 0 => ExitKind::Rows as u8,
        _ => 0,
    }
}

/// The exit code of a plan that is shown: what is wrong with its rows, else what it was asked to say of changes.
pub(crate) fn exit_code_of_plan(shown: &PlanShown, totals: &Totals) -> u8 {
    if totals.in_doubt > 0 {
        ExitKind::Doubt as u8
    } else if totals.rejected + totals.refused > 0 {
        ExitKind::Rows as u8
    } else if totals.unsent > 0 {
        shown.code
    } else {
        0
    }
}

/// The exit code that a run's end means.
pub(crate) fn exit_code(came: &RunSummary, totals: &Totals, left_out: LeftOut) -> u8 {
    let left = match left_out {
        LeftOut::Fine => 0,
        LeftOut::CanaryFailure => totals.skipped,
    };
    match came.ended {
        Ended::SignIn(_) => ExitKind::SignIn as u8,
        Ended::Unavailable(_) | Ended::Unanswered(..) => ExitKind::Unavailable as u8,
        Ended::LedgerDisplaced(_) => ExitKind::Internal as u8,
        Ended::StopLoss(_) | Ended::TooManyErrors(_) | Ended::Canary(_) => ExitKind::Guard as u8,
        // Doubt that a look did not settle is for a person; what a limit left is for the next run.
        Ended::Limit(_) | Ended::Finished if totals.in_doubt > 0 => ExitKind::Doubt as u8,
        Ended::Deadline | Ended::Limit(_) => ExitKind::Limit as u8,
        Ended::Stopped => interrupt::came().map_or(ExitKind::Interrupted, ExitKind::from) as u8,
        // Rows that could not be settled within the rounds of one run.
        Ended::Finished if totals.unsent > 0 && came.requests > 0 => ExitKind::Limit as u8,
        Ended::Finished if totals.rejected + totals.refused + left > 0 => ExitKind::Rows as u8,
        Ended::Finished => 0,
    }
}

/// The fates that rows met, in words: `120 read, 118 created, 2 rejected`.
pub(crate) fn fates(totals: &Totals) -> String {
    let mut parts = vec![format!("{} read", totals.read)];
    for fate in Fate::ALL.into_iter().filter(|fate| *fate != Fate::Valid) {
        let rows = totals.of(fate);
        if rows > 0 {
            parts.push(format!("{rows} {}", fate.words()));
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_in_words() {
        let counts = PlanCounts::from([("create", 10), ("unchanged", 1)]);
        assert_eq!(counts_in_words(&counts), "10 to create, 1 unchanged");
        assert_eq!(counts_in_words(&PlanCounts::new()), "nothing to do");
    }

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
