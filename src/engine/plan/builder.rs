//! A plan in the making: where its steps go, and what it has found out so far. What it does stands in the files beside it,
//! in the order in which it is done.

use super::duplicates::SamePersons;
use super::request::PlanRequest;
use super::sums::PlanSums;
use crate::backend::Vendor;
use crate::engine::error::Error;
use crate::engine::host::Event;
use crate::engine::index::{IndexError, MatchIndex};
use crate::engine::spec::Policy;
use crate::ledger::{Lease, LedgerError, Store};
use crate::model::BookId;
use crate::plan::Scope;
use crate::transport::{Halt, Transport};
use crate::upload::UploadError;

/// A plan in the making.
pub(super) struct PlanBuilder<'a, L> {
    pub(super) request: &'a PlanRequest<'a, L>,
    pub(super) into: &'a mut dyn Store,
    pub(super) lease: &'a Lease,
    pub(super) lookup: MatchIndex,
    pub(super) persons: SamePersons,
    pub(super) sums: PlanSums,
    pub(super) scope: Scope,
    /// The number of the next step.
    pub(super) number: u64,
    /// How many parents are still to be looked at before anything is made there.
    pub(super) looks: u64,
}

impl<'a, L: Transport> PlanBuilder<'a, L> {
    /// The ledger that knows what is linked already: in a dry run, which plans into one of its own, the real one.
    pub(super) fn known(&self) -> &dyn Store {
        self.request.known.unwrap_or(self.into)
    }

    pub(super) fn book(&self) -> &'a BookId {
        &self.request.account.book
    }

    pub(super) fn vendor(&self) -> &'a dyn Vendor {
        self.request.account.vendor.as_ref()
    }

    pub(super) fn policy(&self) -> &'a Policy {
        &self.request.spec.policy
    }

    pub(super) fn hear(&self, event: Event<'_>) {
        self.request.host.hear(event);
    }

    /// A plan of nothing yet.
    pub(super) fn new(
        request: &'a PlanRequest<'a, L>,
        into: &'a mut dyn Store,
        lease: &'a Lease,
    ) -> Result<Self, Error> {
        let listing = request.account.profile().listing;
        Ok(Self {
            request,
            into,
            lease,
            lookup: MatchIndex::new()?,
            persons: SamePersons::default(),
            sums: PlanSums::default(),
            scope: request.spec.policy.scope(listing),
            number: 0,
            looks: 0,
        })
    }
}

/// Why the rows could not be paired.
pub(super) enum PairingError {
    /// Nothing more can be asked of the vendor.
    Halted(Halt),
    /// Something else is wrong.
    Failed(Error),
}

impl From<UploadError> for PairingError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Ledger(error) => Self::Failed(error.into()),
            UploadError::Halted(halt) => Self::Halted(halt),
        }
    }
}

impl From<Error> for PairingError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<LedgerError> for PairingError {
    fn from(error: LedgerError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<IndexError> for PairingError {
    fn from(error: IndexError) -> Self {
        Self::Failed(error.into())
    }
}
