//! What is to be planned, and what a plan comes to.

use super::rows::RowChoice;
use super::sums::PlanCounts;
use crate::engine::account::Account;
use crate::engine::error::Error;
use crate::engine::host::Host;
use crate::engine::session::Session;
use crate::engine::spec::ImportSpec;
use crate::ledger::{Run, Store};
use crate::plan::Action;
use crate::transport::{Halt, Https, Transport};
use crate::upload::Ended;

/// What is to be planned, and by what.
pub struct PlanRequest<'a, L = Https> {
    /// What was asked.
    pub spec: &'a ImportSpec,
    /// Whom the contacts go to.
    pub account: &'a Account,
    /// The way to what the target holds.
    pub session: &'a Session<L>,
    /// The ledger that knows what is linked; none where that is the one that is planned into.
    pub known: Option<&'a dyn Store>,
    /// The last import of the same feed.
    pub last: Option<&'a Run>,
    /// Which rows are meant.
    pub rows: &'a RowChoice,
    /// Whether the requests of the plan are shown before anything is sent.
    pub shows: bool,
    /// Who hears of it.
    pub host: &'a dyn Host,
}

/// What was planned.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The steps by action.
    pub counts: PlanCounts,
    /// How many requests they take.
    pub requests: u64,
    /// Why the target could not be read: then the rows are not decided, and nothing of them may be sent.
    pub halt: Option<Halt>,
}

impl Planned {
    /// The plan, if every row is decided.
    pub fn whole(self) -> Result<Self, Error> {
        match self.halt {
            None => Ok(self),
            Some(halt) => Err(Error::NotRead(halt)),
        }
    }

    /// How many rows something is to be sent for.
    pub fn to_send(&self) -> u64 {
        let sent = |action: Action| self.counts.get(action.name()).copied().unwrap_or_default();
        sent(Action::Create) + sent(Action::Update) + sent(Action::Delete)
    }

    /// How a run ends that sends nothing.
    pub(in crate::engine) fn ended<L: Transport>(&self, session: &Session<L>) -> Ended {
        match &self.halt {
            Some(halt) => Ended::of(halt.clone(), session.stop()),
            None => Ended::Finished,
        }
    }
}
