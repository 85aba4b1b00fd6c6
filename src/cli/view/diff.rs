//! What a plan would change, row by row, for a person and for a program. It reads the very steps that would be sent.

use std::io;

use serde_json::{Value, json};

use crate::cli::failure::Failure;
use crate::cli::text::{cut, plain};
use crate::cli::view::screen::{Screen, Tone};
use crate::ledger::{LedgerError, Settled, Store};
use crate::model::{BookId, Identity, RunId};
use crate::plan::{Action, Fate, Step};

/// How many rows are shown unless all are wanted.
pub(crate) const MOST: u64 = 20;

/// How wide a value may be.
const WIDE: usize = 48;

/// One row that would change something.
pub(crate) struct Difference {
    step: Step,
    who: String,
}

impl Difference {
    /// What a step would change; `None` where nothing is sent for it.
    pub(crate) fn of(
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
    pub(crate) fn json(&self) -> Value {
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

    fn show(&self, screen: &mut Screen) -> io::Result<()> {
        let (sign, tone) = match self.step.action {
            Action::Create => ("+", Tone::Good),
            Action::Delete => ("-", Tone::Bad),
            _ => ("~", Tone::Warn),
        };
        let sign = screen.tone(tone, sign);
        let place = match self.step.action {
            Action::Delete => String::new(),
            _ => format!("row {} ", self.step.row),
        };
        let id = self.step.remote.as_ref();
        let id = id.map_or(String::new(), |id| format!(" ({})", plain(id.as_str())));
        screen.line(&format!(
            "  {sign} {place}{}{id}",
            cut(&plain(&self.who), WIDE)
        ))?;
        // What is removed goes whole; its name is enough.
        let changes = self.step.changes.iter();
        for change in changes.filter(|_| self.step.action == Action::Update) {
            let line = format!(
                "      {}: {} → {}",
                plain(&change.field),
                value(change.before.as_deref()),
                value(change.after.as_deref())
            );
            screen.line(&line)?;
        }
        Ok(())
    }
}

/// A value as it is shown.
fn value(text: Option<&str>) -> String {
    match text {
        None | Some("") => "nothing".to_owned(),
        Some(text) => format!("`{}`", cut(&plain(text), WIDE)),
    }
}

/// Shows what a planned run would change, at most so many rows of it.
pub(crate) fn show(
    screen: &mut Screen,
    ledger: &dyn Store,
    (run, book): (&RunId, &BookId),
    most: u64,
) -> Result<(), Failure> {
    let mut seen = 0;
    let mut broken = None;
    ledger.each_step(run, &mut |settled| {
        if let Some(difference) = Difference::of(&settled, ledger, book)? {
            seen += 1;
            if seen <= most
                && let Err(error) = difference.show(screen)
            {
                broken.get_or_insert(error);
            }
        }
        Ok(())
    })?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    if seen > most {
        screen.line(&format!("  … and {} more; --all shows them", seen - most))?;
    }
    Ok(())
}
