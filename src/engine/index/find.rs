//! Finding the records of rows that no link leads to: what each row shares with which records is looked up here, the
//! surest first; which of them it is, [`crate::plan::choose`] says.

use rusqlite::params;

use super::{IndexError, MatchIndex, MatchProblem, Standing};
use crate::ledger::LedgerError;
use crate::model::{ParentId, RemoteId};
use crate::plan::{Found, MatchBy, Sharing, choose};

/// Whether a record may be taken by a row that no link leads to it.
type IsFree<'a> = dyn FnMut(&RemoteId) -> Result<bool, LedgerError> + 'a;

impl MatchIndex {
    /// Finds the records of the open rows: by e-mail, then by name and number, then those that say just the same.
    pub fn find(&self, is_free: &mut IsFree<'_>) -> Result<(), IndexError> {
        if self.count_held()? == 0 {
            // Nothing is there that could be anybody's.
            return self.part();
        }
        self.claim()?;
        for by in [MatchBy::Email, MatchBy::NumberAndName, MatchBy::Whole] {
            for n in self.open()? {
                let found = choose(by, &self.sharing(n, by, is_free)?);
                self.note(n, by, found)?;
            }
            self.part()?;
        }
        Ok(())
    }

    fn open(&self) -> Result<Vec<i64>, IndexError> {
        let mut list = self.database.prepare_cached(
            "SELECT n FROM wanted WHERE standing = ?1 AND remote IS NULL AND problem IS NULL ORDER BY n",
        )?;
        let open = list.query_map([Standing::Open.number()], |row| row.get(0))?;
        Ok(open.collect::<Result<_, _>>()?)
    }

    /// What a row shares with records and rows.
    fn sharing(
        &self,
        n: i64,
        by: MatchBy,
        is_free: &mut IsFree<'_>,
    ) -> Result<Sharing, IndexError> {
        let candidates = self.candidates(n, by, is_free)?;
        if by != MatchBy::Email || candidates.is_empty() {
            return Ok(Sharing {
                candidates,
                ..Sharing::default()
            });
        }
        Ok(Sharing {
            candidates,
            namesakes: self.candidates(n, MatchBy::EmailAndName, is_free)?,
            rows: self.rows(n)?,
            is_named: self.is_named(n)?,
        })
    }

    /// The free records that share something with a row.
    fn candidates(
        &self,
        n: i64,
        by: MatchBy,
        is_free: &mut IsFree<'_>,
    ) -> Result<Vec<RemoteId>, IndexError> {
        let mut list = self.database.prepare_cached(
            "SELECT DISTINCT held_match.remote FROM wanted_match JOIN held_match
             ON held_match.by = wanted_match.by AND held_match.digest = wanted_match.digest
             WHERE wanted_match.n = ?1 AND wanted_match.by = ?2 ORDER BY 1",
        )?;
        let mut rows = list.query(params![n, by.number()])?;
        let mut candidates = Vec::new();
        while let Some(row) = rows.next()? {
            let remote = RemoteId::new(row.get::<_, String>(0)?);
            // What the first pass has found, the second does not find again.
            let is_new = !self.is_wanted_by(&remote, n, by)?;
            if is_new && is_free(&remote)? {
                candidates.push(remote);
            }
        }
        Ok(candidates)
    }

    /// Whether a record is another row's: by a link, or by what is looked for before this.
    fn is_wanted_by(&self, remote: &RemoteId, n: i64, by: MatchBy) -> Result<bool, IndexError> {
        let by = match by {
            MatchBy::Email | MatchBy::EmailAndName => MatchBy::Email,
            other => other,
        };
        let mut find = self.database.prepare_cached(
            "SELECT 1 FROM wanted WHERE remote = ?1 AND n <> ?2 AND (by IS NULL OR by <> ?3) LIMIT 1",
        )?;
        Ok(find.exists(params![remote.as_str(), n, by.number()])?)
    }

    /// How many rows have an e-mail address of a row, itself among them.
    fn rows(&self, n: i64) -> Result<usize, IndexError> {
        let mut count = self.database.prepare_cached(
            "SELECT count(DISTINCT other.n) FROM wanted_match AS own JOIN wanted_match AS other
             ON other.by = own.by AND other.digest = own.digest
             WHERE own.n = ?1 AND own.by = ?2",
        )?;
        let rows: i64 = count.query_row(params![n, MatchBy::Email.number()], |row| row.get(0))?;
        Ok(usize::try_from(rows).unwrap_or(usize::MAX))
    }

    /// Whether a row that has an e-mail address has a name as well.
    fn is_named(&self, n: i64) -> Result<bool, IndexError> {
        let mut find = self
            .database
            .prepare_cached("SELECT 1 FROM wanted_match WHERE n = ?1 AND by = ?2 LIMIT 1")?;
        Ok(find.exists(params![n, MatchBy::EmailAndName.number()])?)
    }

    fn note(&self, n: i64, by: MatchBy, found: Found) -> Result<(), IndexError> {
        match found {
            Found::Nobody => {}
            Found::One(remote) => {
                self.database
                    .prepare_cached("UPDATE wanted SET remote = ?2, by = ?3 WHERE n = ?1")?
                    .execute(params![n, remote.as_str(), by.number()])?;
            }
            Found::Several(records) => self.object(n, &MatchProblem::Several(records))?,
        }
        Ok(())
    }

    /// Objects to the rows that hang under a parent, and that may be sent: there is none.
    pub fn has_no_parent(&self, parent: &ParentId, words: &str) -> Result<(), IndexError> {
        let problem = MatchProblem::NoParent(words.to_owned());
        self.database
            .prepare_cached("UPDATE wanted SET problem = ?2 WHERE parent = ?1 AND standing > ?3")?
            .execute(params![
                parent.as_str(),
                serde_json::to_string(&problem).unwrap_or_default(),
                Standing::Done.number(),
            ])?;
        Ok(())
    }

    fn object(&self, n: i64, problem: &MatchProblem) -> Result<(), IndexError> {
        let text = serde_json::to_string(problem).unwrap_or_default();
        self.database
            .prepare_cached("UPDATE wanted SET problem = ?2 WHERE n = ?1")?
            .execute(params![n, text])?;
        Ok(())
    }

    /// Objects to every row that leads to a record to which another row leads as well.
    fn part(&self) -> Result<(), IndexError> {
        let mut list = self.database.prepare_cached(
            "SELECT one.n, one.remote, min(other.row) FROM wanted AS one JOIN wanted AS other
             ON other.remote = one.remote AND other.n <> one.n AND other.standing > ?1
             WHERE one.standing > ?2 AND one.problem IS NULL GROUP BY one.n ORDER BY one.n",
        )?;
        let meant = [Standing::Apart.number(), Standing::Done.number()];
        let contested = list.query_map(meant, |row| {
            let other: i64 = row.get(2)?;
            let problem = MatchProblem::Taken(
                RemoteId::new(row.get::<_, String>(1)?),
                other.unsigned_abs(),
            );
            Ok((row.get(0)?, problem))
        })?;
        for (n, problem) in contested.collect::<Result<Vec<_>, _>>()? {
            self.object(n, &problem)?;
        }
        Ok(())
    }
}
