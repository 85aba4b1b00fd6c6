//! The second half of a plan: the records of rows that no link leads to are found among what the target holds, and each
//! step is decided by what its record says.

use super::builder::{PairingError, PlanBuilder};
use super::stranger::is_ours;
use crate::backend::Payload;
use crate::engine::error::Error;
use crate::engine::index::{MatchProblem, NewRows, UndecidedRow, Whose};
use crate::ledger::LedgerError;
use crate::model::{RemoteId, ScopedKey};
use crate::plan::{
    Action, CLEAR_IMPOSSIBLE, Change, Elsewhere, IdentityDigest, KEY_REUSED, Known, Link, Lost,
    MATCH_AMBIGUOUS, MATCH_FOUND, MATCH_GONE, MATCH_MOVED, MATCH_TAKEN, MatchBy, Mode,
    PARENT_UNKNOWN, Remark, Scope, Step, VALUE_ALTERED,
};
use crate::transport::Transport;
use crate::upload::merges;

/// Steps that are decided at once.
const CHUNK: usize = 1000;

impl<L: Transport> PlanBuilder<'_, L> {
    /// Finds the record of each row, and decides what becomes of it.
    pub(super) fn pair(&mut self) -> Result<(), PairingError> {
        if self.is_decided()? {
            return Ok(());
        }
        self.lookup.sort()?;
        match self.scope {
            Scope::Nothing => self.remember()?,
            Scope::New => {
                self.look(Whose::New)?;
                self.look_at_unknown()?;
            }
            Scope::All => self.look(Whose::All)?,
        }
        let (lookup, known, book) = (&self.lookup, self.known(), self.book());
        // A record that a key of a sheet leads to is that key's, and may not be given to another row.
        lookup.find(&mut |remote| {
            for key in known.keys_of(book, remote)? {
                if !is_ours(&key.key, book) || lookup.has_key(&key)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        let mut after = 0;
        loop {
            let rows = self.lookup.pending(after, CHUNK, self.new_rows())?;
            let Some(last) = rows.last() else {
                break;
            };
            after = last.n;
            self.decide(&rows)?;
        }
        if self.scope == Scope::Nothing {
            self.looks = self.into.parents(self.lease.run())?.len() as u64;
        }
        Ok(())
    }

    /// Whether every row is decided by its link already, so that nothing is to be looked for: most nights.
    fn is_decided(&self) -> Result<bool, Error> {
        let (is_mirror, trusts_links) =
            (self.policy().mode == Mode::Mirror, self.scope != Scope::All);
        Ok(trusts_links && !is_mirror && !self.lookup.is_pending()?)
    }

    /// A row about which nothing was found is made, as its step says, unless something is to be said of that.
    fn new_rows(&self) -> NewRows {
        let policy = self.policy();
        match policy.write_policy().act(None) {
            (Action::Create, None) if !policy.clear_empty => NewRows::Decided,
            _ => NewRows::Undecided,
        }
    }

    /// Decides the steps of some rows.
    fn decide(&mut self, rows: &[UndecidedRow]) -> Result<(), Error> {
        let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
        let steps = self.into.steps(self.lease.run(), &numbers)?.into_iter();
        let steps: Vec<Step> = steps.map(|settled| settled.step).collect();
        // Of a row that says what its record does, it is known that a link leads there.
        let open = rows.iter().zip(&steps).filter(|(row, _)| !row.is_same);
        let keys: Vec<ScopedKey> = open.map(|(_, step)| step.scoped()).collect();
        let known = self.known().known(self.book(), &keys)?;
        let (mut amended, mut learnt, mut held) = (Vec::new(), Vec::new(), Vec::new());
        for (row, step) in rows.iter().zip(steps) {
            let mut decided = self.decided(step.clone(), row, &known)?;
            if let (Action::Unchanged, Some(remote), Some(payload)) =
                (decided.action, &row.remote, &step.payload)
                && !row.is_same
                && !known.links.contains_key(&decided.scoped())
            {
                let link = Link {
                    remote: remote.clone(),
                    fingerprint: payload.fingerprint(),
                    identity: step.identity.as_ref().map(IdentityDigest::of),
                };
                learnt.push((decided.scoped(), link));
            }
            if let (Action::Update, Some(remote)) = (decided.action, &decided.remote) {
                if merges(self.vendor(), &decided) {
                    decided.record = self.lookup.record(remote)?;
                }
                let before = self.lookup.held(remote)?;
                held.extend(before.map(|before| (decided.number, before)));
            }
            if decided != step {
                let lost = step.lost.read().map_err(LedgerError::from)?;
                let lost: Vec<&str> = lost.iter().map(Lost::family).collect();
                self.sums.take(&step, &lost, self.vendor());
                self.sums.add(&decided, &lost, self.vendor());
                amended.push(decided);
            }
        }
        self.into.learn(self.book(), &learnt)?;
        self.into.amend(self.lease, &amended)?;
        Ok(self.into.hold(self.lease, &held)?)
    }

    fn decided(&self, mut step: Step, row: &UndecidedRow, known: &Known) -> Result<Step, Error> {
        match &row.problem {
            Some(MatchProblem::Several(records)) => {
                let ids: Vec<&str> = records.iter().map(RemoteId::as_str).collect();
                let message = format!("more than one record may be it: {}", ids.join(", "));
                return Ok(step.rejected(&MATCH_AMBIGUOUS, message));
            }
            Some(MatchProblem::Taken(record, other)) => {
                let message = format!("row {other} leads to the same record: {record}");
                return Ok(step.rejected(&MATCH_TAKEN, message));
            }
            Some(MatchProblem::NoParent(words)) => {
                let parent = step.parent.as_ref().map_or("?", |parent| parent.as_str());
                let message = format!("there is no parent {parent} at the vendor: {words}");
                return Ok(step.rejected(&PARENT_UNKNOWN, message));
            }
            None => {}
        }
        if let Some(gone) = &row.gone {
            let message = format!("its record is not there any more: {gone}");
            step.remarks
                .push(&Remark::of_row(&MATCH_GONE, step.row, message));
        }
        let changes = match &row.remote {
            None => None,
            Some(_) if row.is_same => Some(Vec::new()),
            Some(remote) => {
                let changes = self.changes(&step, remote, known)?;
                if let Some(message) = self.stranger(&step, remote, &changes)? {
                    return Ok(step.rejected(&KEY_REUSED, message));
                }
                Some(self.lasting(&mut step, remote, changes)?)
            }
        };
        let mut acted = self.acted(step, row, changes)?;
        if acted.action == Action::Create {
            let moved = self.moved(&acted, known)?;
            if let Some(remark) = moved {
                acted.remarks.push(&remark);
            }
        }
        Ok(acted)
    }

    /// What is to be said of a contact that is made under one parent and has a record under another. A key that means
    /// somebody else there is another sheet's.
    fn moved(&self, step: &Step, known: &Known) -> Result<Option<Remark>, Error> {
        let scoped = step.scoped();
        let Some(Elsewhere { remote, parent }) = known.elsewhere.get(&scoped) else {
            return Ok(None);
        };
        let elsewhere = ScopedKey {
            parent: parent.clone(),
            ..scoped
        };
        let before = self.known().whose(self.book(), remote)?;
        let is_other = match (&before, &step.identity) {
            (Some(before), Some(after)) => before.is_another(&IdentityDigest::of(after)),
            _ => false,
        };
        if is_other || self.lookup.has_key(&elsewhere)? {
            return Ok(None);
        }
        let parent = parent.as_ref().map_or("?", |parent| parent.as_str());
        let message = format!("it has a record under parent {parent}, which stays there: {remote}");
        Ok(Some(Remark::of_row(&MATCH_MOVED, step.row, message)))
    }

    /// The step with its action and what is to be said about it.
    fn acted(
        &self,
        mut step: Step,
        row: &UndecidedRow,
        changes: Option<Vec<Change>>,
    ) -> Result<Step, LedgerError> {
        let (action, code) = self.policy().write_policy().act(changes.as_deref());
        if let (Some(by), Some(remote)) = (row.by, &row.remote) {
            let what = match by {
                MatchBy::Email | MatchBy::EmailAndName => "e-mail address",
                MatchBy::NumberAndName => "name and number",
                MatchBy::Whole => "all of its values",
            };
            let message = format!("matched existing record {remote} by {what}");
            step.remarks
                .push(&Remark::of_row(&MATCH_FOUND, step.row, message));
        }
        if let Some(code) = code {
            let message = match &row.remote {
                Some(remote) => format!("it has a record: {remote}"),
                None => "it has no record".to_owned(),
            };
            step.remarks.push(&Remark::of_row(code, step.row, message));
        }
        if action == Action::Create && self.policy().clear_empty {
            // A record that is made has nothing that could be taken away.
            let is_moot = |remark: &Remark| remark.code == CLEAR_IMPOSSIBLE.id;
            let remarks = step.remarks.read()?.into_iter();
            step.remarks = remarks.filter(|remark| !is_moot(remark)).collect();
        }
        step.payload = step.payload.filter(|_| action.is_sent());
        step.identity = step.identity.filter(|_| action.is_sent());
        step.changes = match action {
            Action::Update => changes.unwrap_or_default(),
            _ => Vec::new(),
        };
        let remote = row.remote.clone();
        Ok(Step {
            action,
            remote: remote.filter(|_| action != Action::Reject),
            ..step
        })
    }

    /// What sending a step would change of its record.
    fn changes(&self, step: &Step, remote: &RemoteId, known: &Known) -> Result<Vec<Change>, Error> {
        let Some(payload) = &step.payload else {
            return Ok(Vec::new());
        };
        let link = known.links.get(&step.scoped());
        let said = self.vendor().said(payload);
        let mut changes = if let Some(held) = self.lookup.held(remote)? {
            Change::between(Some(&held.payload), &said)
        } else {
            let sent = self.sent(remote, link)?;
            Change::since(sent.map(|sent| self.vendor().said(&sent)).as_ref(), &said)
        };
        if link.is_none_or(|link| link.fingerprint != payload.fingerprint()) {
            changes.extend(Change::of_secret(&said));
        }
        Ok(changes)
    }

    /// The changes, if one of them may last. Those that the last update made as well are said: the vendor rewrites such
    /// values, and a row that has no other ones is left alone.
    fn lasting(
        &self,
        step: &mut Step,
        remote: &RemoteId,
        changes: Vec<Change>,
    ) -> Result<Vec<Change>, LedgerError> {
        if changes.is_empty() || self.lookup.held(remote)?.is_none() {
            return Ok(changes);
        }
        let last = self.known().last_changes(self.book(), remote)?;
        let (altered, new): (Vec<_>, Vec<_>) = changes
            .iter()
            .partition(|change| change.did_not_last(&last));
        for change in altered {
            let message = format!(
                "the record does not keep the `{}` that it is sent",
                change.field
            );
            let found = change.before.clone().unwrap_or_default();
            step.remarks.push(&Remark {
                found,
                ..Remark::of_row(&VALUE_ALTERED, step.row, message)
            });
        }
        Ok(if new.is_empty() { Vec::new() } else { changes })
    }

    /// What was sent last for a record, unless it is known that the record holds something else.
    fn sent(&self, remote: &RemoteId, link: Option<&Link>) -> Result<Option<Payload>, LedgerError> {
        let sent = self.known().last_sent(self.book(), remote)?;
        let sent = sent.map(|sent| sent.payload);
        let is_held =
            |sent: &Payload| link.is_none_or(|link| link.fingerprint == sent.fingerprint());
        Ok(sent.filter(is_held))
    }
}
