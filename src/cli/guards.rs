//! Guards: what stops an import before anything is sent, because the sheet is not what it was the last time it
//! came. They stand between plan and delivery, and each names the flag that allows what it stopped.

use clap::Args;

use super::failure::{Failure, Kind};
use crate::engine::Guards;
use crate::ledger::{Feed, Ledger, Run, Saved};
use crate::mapping::{Mapping, MappingError};
use crate::model::{BookId, ParentId};
use crate::plan::Percent;

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

impl Guards {
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

    /// Stops where more of the records would change that rows were matched with than is allowed.
    pub(super) fn updates(&self, updates: u64, matched: u64) -> Result<(), Failure> {
        let allowed = self.max_update.map_or(u64::MAX, |limit| limit.of(matched));
        if updates <= allowed {
            return Ok(());
        }
        Err(Failure::new(
            Kind::Guard,
            format!(
                "{updates} of the {matched} records that rows were matched with would change, and {allowed} are allowed"
            ),
            format!(
                "look at the sheet: have columns changed places? --dry-run --max-update {updates} shows what would \
                 change, --max-update {updates} allows it; nothing was sent"
            ),
        ))
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
    use crate::plan::UpdateLimit;

    #[test]
    fn no_rows_stop_the_import_unless_allowed() {
        let failure = Guards::default().rows(0, None).expect_err("no rows");
        assert_eq!(failure.kind, Kind::Guard);
        assert!(failure.render().contains("--allow-empty"));
        let allowing = Guards {
            allow_empty: true,
            ..Guards::default()
        };
        assert!(allowing.rows(0, None).is_ok() && allowing.rows(1, None).is_ok());
    }

    #[test]
    fn more_changes_than_allowed_stop_the_import_and_say_how_to_allow_them() {
        let guards = Guards {
            max_update: Some(UpdateLimit::UNWATCHED),
            ..Guards::default()
        };
        assert!(guards.updates(10, 12).is_ok() && guards.updates(20, 100).is_ok());
        let failure = guards.updates(21, 100).expect_err("more than a fifth");
        assert_eq!(failure.kind, Kind::Guard);
        assert!(failure.render().contains("--max-update 21 allows it"));
        assert!(
            Guards::default().updates(100, 100).is_ok(),
            "no limit is stated"
        );
    }
}
