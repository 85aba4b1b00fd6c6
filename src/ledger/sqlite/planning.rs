//! What a plan asks of the ledger beside what every run asks: that steps be put in the place of others when all rows
//! are known; whom a record belongs to; and what rolo itself has made in a book.

use rusqlite::{OptionalExtension as _, params};

use super::{Sqlite, links, row, write};
use crate::backend::Snapshot;
use crate::ledger::LedgerError;
use crate::model::{BookId, ContactKey, ParentId, RemoteId, RunId, ScopedKey};
use crate::plan::{Change, IdentityDigest, Step};

/// Hears of one link.
type Each<'a> = dyn FnMut(ScopedKey, RemoteId) -> Result<(), LedgerError> + 'a;

impl Sqlite {
    /// Puts steps in the place of those with their numbers; the run must still be in the making.
    pub fn amend(&mut self, run: &RunId, steps: &[Step]) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        let change = self.database.transaction()?;
        for step in steps {
            for table in ["content", "fate"] {
                change
                    .prepare_cached(&format!(
                        "DELETE FROM {table} WHERE run = ?1 AND number = ?2"
                    ))?
                    .execute(params![n, step.number.cast_signed()])?;
            }
            write::insert(&change, n, step)?;
        }
        Ok(change.commit()?)
    }

    /// Keeps what the records of some steps held when the plan looked at them: what an undo puts back.
    pub fn hold(&mut self, run: &RunId, held: &[(u64, Snapshot)]) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        let change = self.database.transaction()?;
        for (number, held) in held {
            change
                .prepare_cached(
                    "UPDATE content SET held = ?3, held_identity = ?4 WHERE run = ?1 AND number = ?2",
                )?
                .execute(params![
                    n,
                    number.cast_signed(),
                    held.payload.text(),
                    row::identity_text(held.identity.as_ref())
                ])?;
        }
        Ok(change.commit()?)
    }

    /// The keys of every contact that is linked to a record.
    pub fn keys_of(&self, book: &BookId, remote: &RemoteId) -> Result<Vec<ScopedKey>, LedgerError> {
        let mut list = self.database.prepare_cached(
            "SELECT key, parent FROM link WHERE book = ?1 AND remote = ?2 ORDER BY 1, 2",
        )?;
        let keys = list.query_map(params![book.as_str(), remote.as_str()], |row| {
            let (key, parent) = (
                ContactKey::new(row.get::<_, String>(0)?),
                row::parent(row.get(1)?),
            );
            Ok(ScopedKey { key, parent })
        })?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// What a record hangs under, as far as is known.
    pub fn home_of(
        &self,
        book: &BookId,
        remote: &RemoteId,
    ) -> Result<Option<ParentId>, LedgerError> {
        links::follow_all(&self.database, book)?;
        links::home_of(&self.database, book, remote)
    }

    /// What the last step that wrote a record changed of it; nothing for one that made it, or whose rows were pruned.
    pub fn last_changes(
        &self,
        book: &BookId,
        remote: &RemoteId,
    ) -> Result<Vec<Change>, LedgerError> {
        links::follow_all(&self.database, book)?;
        let mut find = self.database.prepare_cached(
            "SELECT content.changes FROM link INDEXED BY link_remote
             JOIN content ON content.run = link.run AND content.number = link.number
             WHERE link.book = ?1 AND link.remote = ?2 ORDER BY link.run DESC LIMIT 1",
        )?;
        let text: Option<String> = find
            .query_row(params![book.as_str(), remote.as_str()], |row| row.get(0))
            .optional()?;
        text.map_or_else(|| Ok(Vec::new()), |text| row::json("changes", &text))
    }

    /// Whom a record of a book is about, as far as the ledger knows.
    pub fn whose(
        &self,
        book: &BookId,
        remote: &RemoteId,
    ) -> Result<Option<IdentityDigest>, LedgerError> {
        links::follow_all(&self.database, book)?;
        links::whose(&self.database, book, remote)
    }

    /// Hands on every link of a book whose key was made from the contact's values.
    pub fn each_derived(&self, book: &BookId, each: &mut Each<'_>) -> Result<(), LedgerError> {
        // Such keys begin with a tilde.
        self.each_link("book = ?1 AND key >= '~' AND key < '~~'", book, each)
    }

    /// Hands on every link to a record that a run of ours has made in a book.
    pub fn each_made(&self, book: &BookId, each: &mut Each<'_>) -> Result<(), LedgerError> {
        // An index for a mirror alone would cost every import.
        let made = "book = ?1 AND made = 1";
        self.each_link(made, book, each)
    }

    fn each_link(
        &self,
        which: &str,
        book: &BookId,
        each: &mut Each<'_>,
    ) -> Result<(), LedgerError> {
        links::follow_all(&self.database, book)?;
        let mut list = self.database.prepare_cached(&format!(
            "SELECT key, parent, remote FROM link WHERE {which} ORDER BY key, parent"
        ))?;
        let mut rows = list.query([book.as_str()])?;
        while let Some(row) = rows.next()? {
            let (key, parent) = (
                ContactKey::new(row.get::<_, String>(0)?),
                row::parent(row.get(1)?),
            );
            each(
                ScopedKey { key, parent },
                RemoteId::new(row.get::<_, String>(2)?),
            )?;
        }
        Ok(())
    }
}
