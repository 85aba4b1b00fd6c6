//! Whether an absence counts. A list that lags lacks what is there; it is believed only where it shows everything else that
//! rolo made there since, and among that a witness: a record whose request left after the lost one had been given up.
//! Pure, so that each case is one line of a test.

use std::collections::HashSet;

use crate::ledger::{Doubt, Made};
use crate::model::RemoteId;
use crate::plan::Moment;

/// What a list shows of what rolo made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Witness {
    /// Whether it shows all that is there, as far as the vendor tells, in records that can be understood.
    is_whole: bool,
    /// How many of our records it lacks.
    lacking: usize,
    /// When the request of the latest record that it shows left.
    latest: Moment,
}

/// What an absence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absence {
    /// It is not there.
    Proven,
    /// That cannot be told, or must not be acted on; why.
    Unproven(&'static str),
}

impl Witness {
    /// What a list that shows these records says of what was made.
    pub(super) fn of(made: &[Made], shown: &HashSet<RemoteId>, is_whole: bool) -> Self {
        let (shown, lacking): (Vec<&Made>, Vec<&Made>) =
            made.iter().partition(|made| shown.contains(&made.remote));
        let moments = shown.iter().filter_map(|made| made.moment);
        Self {
            is_whole,
            lacking: lacking.len(),
            latest: moments.max().unwrap_or_default(),
        }
    }

    /// What it means that the list does not show a step's record.
    pub(super) fn absence(&self, doubt: &Doubt) -> Absence {
        // In this order, since each asks less of the list than the next. The vendor's own yes weighs more than any list.
        // A second absence is never acted on: two lists that lag would make a person three times. A list that is cut short
        // proves nothing. Of what was made before the lost request, a stale list shows all; so every record of ours must
        // be in it, and among them one that left after the lost one was given up: then the list is younger than the doubt.
        Absence::Unproven(if doubt.accepted {
            "the vendor said yes and named no record that can be this row, and none is to be found"
        } else if doubt.resent {
            "it was sent twice, and is not to be found"
        } else if !self.is_whole {
            "it was not found, and the vendor's list does not show all"
        } else if self.lacking > 0 {
            "the vendor's list does not show it, nor other records that were made: it may lag"
        } else if self.latest <= doubt.given_up {
            "the vendor's list does not show it, and nothing that was made later proves that the list is up to date"
        } else {
            return Absence::Proven;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(id: &str, moment: Option<u64>) -> Made {
        Made {
            remote: RemoteId::new(id),
            moment: moment.map(Moment),
        }
    }

    fn shown(ids: &[&str]) -> HashSet<RemoteId> {
        ids.iter().map(|id| RemoteId::new(*id)).collect()
    }

    fn is_proven(made: &[Made], ids: &[&str], doubt: Doubt) -> bool {
        Witness::of(made, &shown(ids), true).absence(&doubt) == Absence::Proven
    }

    #[test]
    fn an_absence_counts_where_the_list_shows_what_left_later() {
        let made = [made("1", Some(3)), made("2", Some(7)), made("3", None)];
        let doubt = |moment| Doubt {
            given_up: Moment(moment),
            ..Doubt::default()
        };
        let all = ["1", "2", "3", "9"];
        for (moment, ids, proven) in [
            (6, &all[..], true),
            // What left before it was given up proves nothing.
            (7, &all[..], false),
            (8, &all[..], false),
            // A list that lacks another of ours lags.
            (6, &["2", "3"][..], false),
            (6, &["1", "3"][..], false),
            (0, &[][..], false),
        ] {
            assert_eq!(
                is_proven(&made, ids, doubt(moment)),
                proven,
                "{moment} {ids:?}"
            );
        }
        assert!(!is_proven(&[], &all, doubt(0)), "no witness");
        let short = Witness::of(&made, &shown(&all), false);
        assert_ne!(
            short.absence(&doubt(0)),
            Absence::Proven,
            "a list that is short"
        );
    }

    #[test]
    fn what_was_said_yes_to_or_sent_twice_is_never_sent_unasked() {
        let made = [made("1", Some(3))];
        for (accepted, resent) in [(true, false), (false, true), (true, true)] {
            let doubt = Doubt {
                given_up: Moment(1),
                accepted,
                resent,
            };
            assert!(!is_proven(&made, &["1"], doubt));
        }
    }
}
