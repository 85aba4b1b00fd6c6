//! What a plan would change, row by row, as data. It reads the very steps that would be sent.

use serde_json::{Value, json};

use crate::ledger::{LedgerError, Settled, Store};
use crate::model::{BookId, Identity};
use crate::plan::{Action, Fate, Step};

/// One row that would change something.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What would be sent.
    pub step: Step,
    /// Whose record it is, as a person calls them.
    pub who: String,
}

impl Difference {
    /// What a step would change; `None` where nothing is sent for it.
    pub fn of(
        settled: &Settled,
        ledger: &dyn Store,
        book: &BookId,
    ) -> Result<Option<Self>, LedgerError> {
        let step = &settled.step;
        if !step.action.is_sent() || settled.fate != Fate::Unsent {
            return Ok(None);
        }
        // What is removed is called by what was sent for it.
        let before = match (step.action, &step.remote) {
            (Action::Delete, Some(remote)) => ledger.last_sent(book, remote)?,
            _ => None,
        };
        let before = before.and_then(|before| before.identity);
        let identity = before.as_ref().or(step.identity.as_ref());
        let called = identity.and_then(Identity::called).map(str::to_owned);
        Ok(Some(Self {
            who: called.unwrap_or_else(|| step.key.to_string()),
            step: step.clone(),
        }))
    }

    /// The change as JSON.
    pub fn json(&self) -> Value {
        let Step {
            row,
            action,
            key,
            remote,
            changes,
            ..
        } = &self.step;
        json!({
            "row": row, "action": action.name(), "key": key, "id": remote, "who": self.who,
            "fields": changes,
        })
    }
}
