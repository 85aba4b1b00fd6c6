//! What came of a run, in words: why it ended before its end, and how many rows met which fate.

use crate::engine::PlanCounts;
use crate::plan::{Fate, Totals};
use crate::upload::{CanaryFailure, Ended};

/// Why a run ended before its end, in words.
pub fn stopped(ended: &Ended) -> Option<String> {
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
pub fn stopped_without_values(ended: &Ended) -> Option<String> {
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

/// The fates that rows met, in words: `120 read, 118 created, 2 rejected`.
pub fn fates(totals: &Totals) -> String {
    let mut parts = vec![format!("{} read", totals.read)];
    for fate in Fate::ALL.into_iter().filter(|fate| *fate != Fate::Valid) {
        let rows = totals.of(fate);
        if rows > 0 {
            parts.push(format!("{rows} {}", fate.words()));
        }
    }
    parts.join(", ")
}

/// What a plan holds, in words: `10 to create, 1 unchanged`.
pub fn counts_in_words(counts: &PlanCounts) -> String {
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
