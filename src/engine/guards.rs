//! Guards: what stops an import before anything is sent, because the sheet is not what it was the last time it
//! came. They stand between plan and delivery.

use super::error::{Error, GuardError, LastRun};
use super::spec::Guards;
use crate::ledger::{Feed, Run, Store};
use crate::mapping::Mapping;
use crate::model::{BookId, ParentId};

/// The feed that a sheet is of; a report of ours, which is corrected and fed back, is of none.
pub fn feed_of(name: String, parent: Option<&ParentId>, mapping: &Mapping) -> Option<Feed> {
    let columns = mapping.taken();
    (!mapping.is_report()).then(|| Feed {
        name,
        parent: parent.cloned(),
        columns,
    })
}

/// The last import of the same feed into the same book that read any row.
pub(super) fn last_of(
    ledger: &dyn Store,
    book: &BookId,
    feed: Option<&Feed>,
) -> Result<Option<Run>, Error> {
    let Some(feed) = feed else {
        return Ok(None);
    };
    Ok(ledger.latest(book, feed)?)
}

impl Guards {
    /// Stops where the columns are not those of last time.
    pub fn columns(&self, mapping: &Mapping, last: Option<&Run>) -> Result<(), Error> {
        let before = last.and_then(|run| Some((run, run.about.given.feed.as_ref()?)));
        let Some((run, feed)) = before.filter(|_| !self.allow_drift) else {
            return Ok(());
        };
        match mapping.drifted(&feed.columns) {
            None => Ok(()),
            Some(error) => Err(GuardError::Drifted {
                error,
                last: LastRun::of(run),
            }
            .into()),
        }
    }

    /// Stops where there are no rows, or far fewer than last time.
    pub fn rows(&self, rows: u64, last: Option<&Run>) -> Result<(), Error> {
        if rows == 0 {
            return if self.allow_empty {
                Ok(())
            } else {
                Err(GuardError::NoRows.into())
            };
        }
        match last {
            Some(run) if self.is_shrunken(rows, run.totals.read) => Err(GuardError::Shrunken {
                rows,
                before: run.totals.read,
                last: LastRun::of(run),
            }
            .into()),
            _ => Ok(()),
        }
    }

    /// Stops where more of the records would change that rows were matched with than is allowed.
    pub fn updates(&self, updates: u64, matched: u64) -> Result<(), Error> {
        let allowed = self.max_update.map_or(u64::MAX, |limit| limit.of(matched));
        if updates <= allowed {
            return Ok(());
        }
        Err(GuardError::Updates {
            updates,
            matched,
            allowed,
        }
        .into())
    }
}

impl LastRun {
    fn of(run: &Run) -> Self {
        Self {
            id: run.id.clone(),
            began: run.began.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::UpdateLimit;

    #[test]
    fn no_rows_stop_the_import_unless_allowed() {
        let found = Guards::default().rows(0, None);
        assert!(matches!(found, Err(Error::Guard(GuardError::NoRows))));
        let allowing = Guards {
            allow_empty: true,
            ..Guards::default()
        };
        assert!(allowing.rows(0, None).is_ok() && allowing.rows(1, None).is_ok());
    }

    #[test]
    fn more_changes_than_allowed_stop_the_import() {
        let guards = Guards {
            max_update: Some(UpdateLimit::UNWATCHED),
            ..Guards::default()
        };
        assert!(guards.updates(10, 12).is_ok() && guards.updates(20, 100).is_ok());
        let found = guards.updates(21, 100).expect_err("more than a fifth");
        let Error::Guard(GuardError::Updates { allowed, .. }) = found else {
            panic!("{found}");
        };
        assert_eq!(allowed, 20);
        assert!(
            Guards::default().updates(100, 100).is_ok(),
            "no limit is stated"
        );
    }
}
