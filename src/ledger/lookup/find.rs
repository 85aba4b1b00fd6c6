//! Finding the records of rows that no link leads to: the passes over signs, the surest first, by the rule that
//! [`crate::plan::choose`] states.

use rusqlite::params;

use super::{Lookup, Problem};
use crate::ledger::LedgerError;
use crate::model::RemoteId;
use crate::plan::{Found, Sign, choose};

/// Whether a record may be taken by a row that no link leads to it.
type IsFree<'a> = dyn FnMut(&RemoteId) -> Result<bool, LedgerError> + 'a;

impl Lookup {
    /// Finds the records of the open rows: by e-mail, then by name and number, then those that say just the same.
    pub fn find(&self, is_free: &mut IsFree<'_>) -> Result<(), LedgerError> {
        self.database.execute_batch("BEGIN")?;
        self.claim()?;
        for by in [Sign::Email, Sign::NumberAndName, Sign::Whole] {
            for n in self.open()? {
                let found = self.choose(n, by, is_free)?;
                self.note(n, by, found)?;
            }
            self.part()?;
        }
        self.database.execute_batch("COMMIT")?;
        Ok(())
    }

    fn open(&self) -> Result<Vec<i64>, LedgerError> {
        let mut list = self.database.prepare_cached(
            "SELECT n FROM wanted WHERE standing = 4 AND remote IS NULL AND problem IS NULL ORDER BY n",
        )?;
        let open = list.query_map([], |row| row.get(0))?;
        Ok(open.collect::<Result<_, _>>()?)
    }

    fn choose(&self, n: i64, by: Sign, is_free: &mut IsFree<'_>) -> Result<Found, LedgerError> {
        let candidates = self.candidates(n, by, is_free)?;
        if by != Sign::Email || candidates.is_empty() {
            return Ok(choose(candidates, Vec::new(), 1));
        }
        let rows = self.sharing(n)?;
        let named = self.candidates(n, Sign::EmailAndName, is_free)?;
        Ok(choose(candidates, named, rows))
    }

    /// The free records that share a sign with a row.
    fn candidates(
        &self,
        n: i64,
        by: Sign,
        is_free: &mut IsFree<'_>,
    ) -> Result<Vec<RemoteId>, LedgerError> {
        let mut list = self.database.prepare_cached(
            "SELECT DISTINCT held_sign.remote FROM wanted_sign JOIN held_sign
             ON held_sign.sign = wanted_sign.sign AND held_sign.digest = wanted_sign.digest
             WHERE wanted_sign.n = ?1 AND wanted_sign.sign = ?2 ORDER BY 1",
        )?;
        let mut rows = list.query(params![n, by.number()])?;
        let mut candidates = Vec::new();
        while let Some(row) = rows.next()? {
            let remote = RemoteId(row.get(0)?);
            // What the first pass has found, the second does not find again.
            let is_new = !self.is_wanted_by(&remote, n, by)?;
            if is_new && is_free(&remote)? {
                candidates.push(remote);
            }
        }
        Ok(candidates)
    }

    /// Whether a record is another row's: by a link, or by a sign that comes before this one.
    fn is_wanted_by(&self, remote: &RemoteId, n: i64, by: Sign) -> Result<bool, LedgerError> {
        let by = match by {
            Sign::Email | Sign::EmailAndName => Sign::Email,
            other => other,
        };
        let mut find = self.database.prepare_cached(
            "SELECT 1 FROM wanted WHERE remote = ?1 AND n <> ?2 AND (by IS NULL OR by <> ?3) LIMIT 1",
        )?;
        Ok(find.exists(params![remote.0, n, by.number()])?)
    }

    /// How many rows have an e-mail address of a row, itself among them.
    fn sharing(&self, n: i64) -> Result<usize, LedgerError> {
        let mut count = self.database.prepare_cached(
            "SELECT count(DISTINCT other.n) FROM wanted_sign AS own JOIN wanted_sign AS other
             ON other.sign = own.sign AND other.digest = own.digest
             WHERE own.n = ?1 AND own.sign = 0",
        )?;
        let rows: i64 = count.query_row([n], |row| row.get(0))?;
        Ok(usize::try_from(rows).unwrap_or(usize::MAX))
    }

    fn note(&self, n: i64, by: Sign, found: Found) -> Result<(), LedgerError> {
        match found {
            Found::Nobody => {}
            Found::One(remote) => {
                self.database
                    .prepare_cached("UPDATE wanted SET remote = ?2, by = ?3 WHERE n = ?1")?
                    .execute(params![n, remote.0, by.number()])?;
            }
            Found::Several(records) => self.object(n, &Problem::Several(records))?,
        }
        Ok(())
    }

    fn object(&self, n: i64, problem: &Problem) -> Result<(), LedgerError> {
        let text = serde_json::to_string(problem).unwrap_or_default();
        self.database
            .prepare_cached("UPDATE wanted SET problem = ?2 WHERE n = ?1")?
            .execute(params![n, text])?;
        Ok(())
    }

    /// Objects to every row that leads to a record to which another row leads as well.
    fn part(&self) -> Result<(), LedgerError> {
        let mut list = self.database.prepare_cached(
            "SELECT one.n, one.remote, min(other.row) FROM wanted AS one JOIN wanted AS other
             ON other.remote = one.remote AND other.n <> one.n AND other.standing > 0
             WHERE one.standing > 1 AND one.problem IS NULL GROUP BY one.n ORDER BY one.n",
        )?;
        let contested = list.query_map([], |row| {
            let other: i64 = row.get(2)?;
            let problem = Problem::Taken(RemoteId(row.get(1)?), other.unsigned_abs());
            Ok((row.get(0)?, problem))
        })?;
        for (n, problem) in contested.collect::<Result<Vec<_>, _>>()? {
            self.object(n, &problem)?;
        }
        Ok(())
    }
}
