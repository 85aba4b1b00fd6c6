//! Exit codes: what each means, and which one an error means.

use super::interrupt;
use crate::batch::codes;
use crate::engine::{Error, GuardError, StateError};
use crate::ledger::LedgerError;
use crate::mapping::MappingError;
use crate::sheet::SheetError;
use crate::transport::{Halt, Signal};

/// Why a command ends; its number is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ExitKind {
    /// Something here is wrong.
    Internal = codes::INTERNAL,
    /// Usage, configuration, mapping.
    Usage = 2,
    /// Finished; some rows were rejected or refused.
    Rows = codes::ROWS,
    /// The input cannot be read, or has drifted.
    Input = codes::INPUT,
    /// The vendor is not available.
    Unavailable = 5,
    /// The sign-in failed.
    SignIn = 6,
    /// A guard or the stop-loss stopped it.
    Guard = codes::GUARD,
    /// A deadline or a limit was reached; it can be resumed.
    Limit = codes::LIMIT,
    /// Nothing was left to do.
    Nothing = 9,
    /// Rows in doubt remain.
    Doubt = codes::DOUBT,
    /// Another run holds the book.
    Held = 11,
    /// Interrupted by Ctrl-C.
    Interrupted = 130,
    /// Ended by SIGTERM.
    Terminated = 143,
}

impl From<Signal> for ExitKind {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Interrupt => Self::Interrupted,
            Signal::Terminate => Self::Terminated,
        }
    }
}

impl From<&SheetError> for ExitKind {
    fn from(error: &SheetError) -> Self {
        match error {
            SheetError::Hint { .. } => Self::Usage,
            _ => Self::Input,
        }
    }
}

impl From<&MappingError> for ExitKind {
    fn from(error: &MappingError) -> Self {
        match error {
            MappingError::Empty | MappingError::Drifted { .. } => Self::Input,
            _ => Self::Usage,
        }
    }
}

impl From<&LedgerError> for ExitKind {
    fn from(error: &LedgerError) -> Self {
        match error {
            LedgerError::Held { .. } | LedgerError::Busy { .. } => Self::Held,
            LedgerError::NoRun(_) | LedgerError::AmbiguousRun(_) | LedgerError::Taken { .. } => {
                Self::Usage
            }
            _ => Self::Internal,
        }
    }
}

impl From<&Halt> for ExitKind {
    fn from(halt: &Halt) -> Self {
        match halt {
            Halt::Stopped => interrupt::came().map_or(Self::Limit, Self::from),
            Halt::SignIn(_) => Self::SignIn,
            Halt::Unavailable(_) => Self::Unavailable,
        }
    }
}

impl From<&StateError> for ExitKind {
    fn from(state: &StateError) -> Self {
        match state {
            StateError::NotPlanned(_)
            | StateError::NotApplied(_)
            | StateError::NoPlan(_)
            | StateError::NoSheet(_)
            | StateError::Piped(_)
            | StateError::Withheld { .. } => Self::Usage,
            StateError::HalfApplied(_)
            | StateError::Applied(_)
            | StateError::Erased(_)
            | StateError::Nothing
            | StateError::NothingToUndo(_) => Self::Nothing,
        }
    }
}

impl From<&Error> for ExitKind {
    fn from(error: &Error) -> Self {
        match error {
            Error::Sheet(error) => error.into(),
            Error::Mapping(error)
            | Error::Unrecognised(error)
            | Error::Guard(GuardError::Drifted { error, .. }) => error.into(),
            Error::Ledger(error) => error.into(),
            Error::Interrupted(broken) => (&broken.error).into(),
            Error::Halted(halt) | Error::NotRead(halt) => halt.into(),
            Error::State(state) => state.into(),
            Error::Guard(_) | Error::Changed { .. } => Self::Guard,
            Error::ColumnChoice { .. }
            | Error::Spec(_)
            | Error::NoVendor(_)
            | Error::Setting(_)
            | Error::Address(_) => Self::Usage,
            Error::UnsureEncoding { .. } => Self::Input,
            Error::Fetch(_) | Error::Unreadable(_) | Error::Unseen(_) => Self::Unavailable,
            Error::Io(_) | Error::Totals(_) => Self::Internal,
        }
    }
}
