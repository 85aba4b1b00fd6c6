//! Ids that cannot be what the vendor says they are: one that it named for another contact too, or that stood there before
//! the run made anything. Such an answer is a yes that names no record, and must never become a link: the next import
//! would change somebody else. Nobody looks for it while the vendor waits; it is found before links follow.

use rusqlite::{Connection, Transaction, params};

use super::witness;
use crate::ledger::{LedgerError, message};
use crate::model::{BookId, RemoteId};
use crate::plan::{Fate, Moment};

/// Records that a run's answers name for more than one contact, for a contact of another run, or that were there before.
/// What an earlier run named it for stays; within the run nobody can tell which answer was true.
const CONTESTED: &str = "SELECT fate.remote FROM fate
    WHERE fate.run = ?1 AND fate.state = 'created' AND fate.remote IS NOT NULL
    GROUP BY fate.remote HAVING count(*) > 1
    UNION SELECT fate.remote FROM fate JOIN run ON run.n = fate.run
    JOIN link INDEXED BY link_remote ON link.book = run.book AND link.remote = fate.remote
    WHERE fate.run = ?1 AND fate.state = 'created' AND fate.linked = 0 AND link.key <> fate.key
    UNION SELECT fate.remote FROM fate
    JOIN before ON before.run = fate.run AND before.parent = fate.parent AND before.remote = fate.remote
    WHERE fate.run = ?1 AND fate.state = 'created' AND fate.linked = 0";

/// Puts what a run made under such ids in doubt, and takes its links back.
pub(super) fn contest(change: &Transaction<'_>, run: i64) -> rusqlite::Result<()> {
    let contested: Vec<String> = {
        let mut list = change.prepare_cached(CONTESTED)?;
        list.query_map([run], |row| row.get(0))?
            .collect::<Result<_, _>>()?
    };
    doubt(change, run, &contested)
}

/// Puts whatever a run of ours made under an id in doubt, and takes the link back: what stands there is another's.
pub(super) fn contest_one(
    database: &mut Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    let runs: Vec<i64> = {
        let mut list = change.prepare_cached(
            "SELECT DISTINCT run FROM link INDEXED BY link_remote
             WHERE book = ?1 AND remote = ?2 AND run IS NOT NULL",
        )?;
        list.query_map(params![book.as_str(), remote.as_str()], |row| row.get(0))?
            .collect::<Result<_, _>>()?
    };
    for run in runs {
        doubt(&change, run, std::slice::from_ref(&remote.to_string()))?;
    }
    Ok(change.commit()?)
}

fn doubt(change: &Transaction<'_>, run: i64, contested: &[String]) -> rusqlite::Result<()> {
    if contested.is_empty() {
        return Ok(());
    }
    let Moment(now) = witness::latest(change, run)?.advance();
    let mut doubt = change.prepare(
        "UPDATE fate SET state = ?3, remote = NULL, accepted = 1, linked = 0, moment = ?4,
         message = ?5
         WHERE run = ?1 AND remote = ?2 AND state = 'created'",
    )?;
    let mut unlink = change.prepare(
        "DELETE FROM link WHERE remote = ?2 AND run = ?1
         AND book = (SELECT book FROM run WHERE n = ?1)",
    )?;
    for remote in contested {
        doubt.execute(params![
            run,
            remote,
            Fate::InDoubt.name(),
            now.cast_signed(),
            message::contested(remote)
        ])?;
        unlink.execute(params![run, remote])?;
    }
    change.execute(
        "UPDATE run SET moment = ?2, over = 0 WHERE n = ?1",
        params![run, now.cast_signed()],
    )?;
    Ok(())
}
