//! Whether a key still means whom it meant: what keeps a row from turning somebody's record into somebody else's.

use super::builder::PlanBuilder;
use crate::ledger::LedgerError;
use crate::model::{BookId, ContactKey, RemoteId};
use crate::plan::{Change, IdentityDigest, Step};
use crate::transport::Transport;

/// Whether a key was made by rolo: from the contact's values, or from the record. Such a key may give its record to a
/// row; one that a sheet has given may not.
pub(super) fn is_ours(key: &ContactKey, book: &BookId) -> bool {
    key.is_derived() || key.record_in(book).is_some()
}

impl<L: Transport> PlanBuilder<'_, L> {
    /// Why a step may not change the record that its key leads to: it would turn it into somebody else's.
    pub(super) fn stranger(
        &self,
        step: &Step,
        remote: &RemoteId,
        changes: &[Change],
    ) -> Result<Option<String>, LedgerError> {
        let (false, Some(after)) = (self.policy().reuse_keys, &step.identity) else {
            return Ok(None);
        };
        if changes.is_empty() {
            return Ok(None);
        }
        let mut before = self.known().whose(self.book(), remote)?;
        if before.is_none() && self.is_of_nobody_known(&step.key, remote)? {
            let held = self.lookup.held(remote)?.and_then(|held| held.identity);
            before = held.as_ref().map(IdentityDigest::of);
            if before.is_none() {
                return Ok(Some(format!(
                    "the ledger does not know whom record {remote} is about; --compare target reads it there"
                )));
            }
        }
        let is_another = before.is_some_and(|before| before.is_another(&IdentityDigest::of(after)));
        let message = "the key is that of another person in an earlier import";
        Ok(is_another.then(|| message.to_owned()))
    }

    /// Whether a key has led to a record before, and nobody kept whom that is about. A key that was made from the
    /// contact's values, or from the record, cannot have become somebody else's.
    pub(super) fn is_of_nobody_known(
        &self,
        key: &ContactKey,
        remote: &RemoteId,
    ) -> Result<bool, LedgerError> {
        let (known, book) = (self.known(), self.book());
        if self.policy().reuse_keys || is_ours(key, book) {
            return Ok(false);
        }
        let keys = known.keys_of(book, remote)?;
        let has_led = keys.iter().any(|scoped| scoped.key == *key);
        Ok(has_led && known.whose(book, remote)?.is_none())
    }
}
