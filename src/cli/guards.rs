//! Guards: what stops an import before anything is sent, because the sheet is not what it was the last time it
//! came. They stand between plan and delivery, and each names the flag that allows what it stopped.

use clap::Args;

use super::failure::{Failure, Kind};
use crate::ledger::{Feed, Ledger, Run, Saved};
use crate::mapping::{Mapping, MappingError};
use crate::model::{BookId, ParentId};

/// What may be otherwise than last time.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Guarding {
    /// Import a sheet that has a header and no rows, instead of stopping with 7
    #[arg(long)]
    pub(super) allow_empty: bool,
    /// How much shorter than last time the same sheet may be, such as 30%; 100% allows anything [default: 50%, where
    /// five rows or more are missing]
    #[arg(long, value_name = "PERCENT", env = "ROLO_MAX_SHRINK")]
    pub(super) max_shrink: Option<Percent>,
    /// Go on though columns of the same sheet are gone or mean something else than last time
    #[arg(long)]
    pub(super) allow_drift: bool,
}

/// A share, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Percent(u64);

impl std::str::FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim().trim_end_matches('%').trim_end().parse();
        match number {
            Ok(number) if number <= 100 => Ok(Self(number)),
            _ => Err(format!(
                "`{text}` is no share: 0% to 100% is wanted, such as 30%"
            )),
        }
    }
}

/// How much shorter a sheet may be where nobody says.
const SHRINK: Percent = Percent(50);
/// How many rows must be missing for that: a sheet of three that becomes one is somebody's work.
const FEW: u64 = 5;

/// The feed that a sheet is of; a report of ours, which is corrected and fed back, is of none.
pub(super) fn feed(name: String, parent: Option<&ParentId>, mapping: &Mapping) -> Option<Feed> {
    let columns = mapping.taken();
    (!mapping.is_report()).then(|| Feed {
        name,
        parent: parent.cloned(),
        columns,
    })
}

/// The last import of the same feed into the same book that read any row.
pub(super) fn last(
    ledger: &dyn Ledger,
    book: &BookId,
    feed: Option<&Feed>,
) -> Result<Option<Run>, Failure> {
    let Some(feed) = feed else {
        return Ok(None);
    };
    let is_same = |run: &Run| {
        let other = run.about.given.feed.as_ref();
        (run.about.command == "import" || run.saved == Some(Saved::Applied))
            && run.totals.read > 0
            && other.is_some_and(|other| other.name == feed.name && other.parent == feed.parent)
    };
    Ok(ledger.latest(book, &is_same)?)
}

impl Guarding {
    /// Stops where the columns are not those of last time.
    pub(super) fn columns(&self, mapping: &Mapping, last: Option<&Run>) -> Result<(), Failure> {
        let before = last.and_then(|run| Some((run, run.about.given.feed.as_ref()?)));
        let Some((run, feed)) = before.filter(|_| !self.allow_drift) else {
            return Ok(());
        };
        let Some(error) = mapping.drifted(&feed.columns) else {
            return Ok(());
        };
        let mut hints = Vec::new();
        if let MappingError::Drifted { proposal, .. } = &error
            && !proposal.is_empty()
        {
            hints.push(proposal.join("; "));
        }
        hints.push(format!(
            "the last import was {} of {}; --allow-drift takes the columns as they are now, --column and --mapping \
             say what they are; nothing was sent",
            run.id, run.began
        ));
        Err(Failure {
            hints,
            ..Failure::from(error)
        })
    }

    /// Stops where there are no rows, or far fewer than last time.
    pub(super) fn rows(&self, rows: u64, last: Option<&Run>) -> Result<(), Failure> {
        if rows == 0 {
            return if self.allow_empty {
                Ok(())
            } else {
                Err(Failure::new(
                    Kind::Guard,
                    "the sheet has no rows",
                    "look at where it comes from; --allow-empty lets it pass; nothing was sent",
                ))
            };
        }
        match last {
            Some(run) if self.is_shrunken(rows, run.totals.read) => Err(shrunken(rows, run)),
            _ => Ok(()),
        }
    }

    fn is_shrunken(&self, rows: u64, before: u64) -> bool {
        let lost = before.saturating_sub(rows);
        let allowed = self.max_shrink.unwrap_or(SHRINK);
        let enough = self.max_shrink.is_some() || lost >= FEW;
        enough && u128::from(lost) * 100 > u128::from(allowed.0) * u128::from(before)
    }
}

fn shrunken(rows: u64, run: &Run) -> Failure {
    let before = run.totals.read;
    let lost = (before - rows) * 100;
    Failure::new(
        Kind::Guard,
        format!("the sheet has shrunk: {rows} rows, and {before} at the last import"),
        format!(
            "that was {} of {}; if this one is right, --max-shrink {}% lets it pass; nothing was sent",
            run.id,
            run.began,
            lost.div_ceil(before)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trips(allowed: Option<&str>, before: u64, rows: u64) -> bool {
        let guarding = Guarding {
            max_shrink: allowed.map(|text| text.parse().expect("a share")),
            ..Guarding::default()
        };
        guarding.is_shrunken(rows, before)
    }

    #[test]
    fn a_sheet_of_less_than_half_the_rows_has_shrunk() {
        for (before, rows, shrunk) in [
            (1000, 499, true),
            (1000, 500, false),
            (1000, 2000, false),
            (8, 3, true),
            (8, 4, false),
            (5, 1, false),
        ] {
            assert_eq!(trips(None, before, rows), shrunk, "{before} to {rows}");
        }
    }

    #[test]
    fn a_stated_share_holds_for_every_sheet() {
        for (allowed, before, rows, shrunk) in [
            ("0%", 3, 2, true),
            ("0", 3, 3, false),
            ("30%", 10, 7, false),
            ("30%", 10, 6, true),
            ("100%", 1000, 1, false),
        ] {
            assert_eq!(trips(Some(allowed), before, rows), shrunk, "{allowed}");
        }
        for wrong in ["", "half", "101%", "-1%"] {
            assert!(wrong.parse::<Percent>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_rows_stop_the_import_unless_allowed() {
        let failure = Guarding::default().rows(0, None).expect_err("no rows");
        assert_eq!(failure.kind, Kind::Guard);
        assert!(failure.render().contains("--allow-empty"));
        let allowing = Guarding {
            allow_empty: true,
            ..Guarding::default()
        };
        assert!(allowing.rows(0, None).is_ok() && allowing.rows(1, None).is_ok());
    }
}
