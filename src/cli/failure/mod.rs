//! What stops a command: its kind decides the exit code, its hints say what to do.

mod run;

use std::error::Error;
use std::fmt::Write as _;

use super::exit::ExitKind;
use super::interrupt;
use super::text::plain;
use crate::backend::BadSetting;
use crate::batch::BatchError;
use crate::config::ConfigError;
use crate::engine::{ParentFileError, SpecError};
use crate::fetch::FetchError;
use crate::ledger::LedgerError;
use crate::mapping::MappingError;
use crate::plan::BrokenTotals;
use crate::report::ReportError;
use crate::sheet::{SheetError, UnknownFormat, UnwritableFile};
use crate::transport::{Halt, TransportError};
use crate::upload::UploadError;

/// What stops a command.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Its kind.
    pub kind: ExitKind,
    /// What happened; its own sources are shown too.
    pub source: Box<dyn Error + Send + Sync>,
    /// What a person does about it.
    pub hints: Vec<String>,
}

impl Failure {
    /// A failure with one hint.
    pub(crate) fn new(
        kind: ExitKind,
        source: impl Into<Box<dyn Error + Send + Sync>>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            source: source.into(),
            hints: vec![hint.into()],
        }
    }

    /// The same, with one hint more.
    pub(crate) fn hinting(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Something that the person asked for cannot be.
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ExitKind::Usage, what.into(), hint)
    }

    /// The failure as it is shown: `error:`, `caused by:`, `hint:`, a line each.
    pub(crate) fn render(&self) -> String {
        let mut text = format!("error: {}\n", plain(&self.source.to_string()));
        let mut cause = self.source.source();
        while let Some(inner) = cause {
            let _ = writeln!(text, "caused by: {}", plain(&inner.to_string()));
            cause = inner.source();
        }
        for hint in self.hints.iter().filter(|hint| !hint.is_empty()) {
            let _ = writeln!(text, "hint: {}", plain(hint));
        }
        text
    }
}

/// What stops a command, for errors that know themselves what a person does about them, and for those about which it is
/// always the same.
macro_rules! failures {
    ($($error:ty, |$of:ident| $kind:expr, $hint:expr;)*) => {$(
        impl From<$error> for Failure {
            fn from($of: $error) -> Self {
                let (kind, hint) = ($kind, $hint);
                Self::new(kind, $of, hint)
            }
        }
    )*};
}

failures! {
    SheetError, |error| ExitKind::from(&error), error.help();
    MappingError, |error| ExitKind::from(&error), error.help();
    LedgerError, |error| ExitKind::from(&error), error.help();
    BadSetting, |error| ExitKind::Usage, error.help();
    SpecError, |error| ExitKind::Usage, error.help();
    UnknownFormat, |error| ExitKind::Usage, error.help();
    ParentFileError, |error| ExitKind::Usage, error.wanted();
    TransportError, |error| ExitKind::Usage,
        "write `base_url = \"https://…\"` into the target; http is for this machine only";
    UnwritableFile, |error| ExitKind::Usage, "check that the folder is there and may be written to";
    BrokenTotals, |error| ExitKind::Internal,
        "this is a defect; please report it, with the report's folder";
    std::io::Error, |error| ExitKind::Internal, "look at the disk's free space and the permissions";
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Halted(halt) => halt.into(),
            FetchError::Unreadable(_) => Self::new(
                ExitKind::Unavailable,
                error,
                "open the target's base_url in a browser: is it the vendor that answers there?",
            ),
            other => Self::new(ExitKind::Unavailable, other, ""),
        }
    }
}

impl From<UploadError> for Failure {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Ledger(error) => error.into(),
            UploadError::Halted(halt) => halt.into(),
        }
    }
}

impl From<Halt> for Failure {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Stopped => match interrupt::came() {
                Some(signal) => {
                    Self::new(signal.into(), "it was stopped before anything was sent", "")
                }
                None => Self::new(
                    ExitKind::Limit,
                    "the time was up before anything was sent",
                    "a later --deadline leaves it more time to look at what the target holds",
                ),
            },
            Halt::SignIn(why) => Self::new(
                ExitKind::SignIn,
                format!("sign-in failed: {why}"),
                "check the target's credentials; nothing more was sent",
            ),
            Halt::Unavailable(why) => Self::new(
                ExitKind::Unavailable,
                format!("the vendor cannot be reached: {why}"),
                "check base_url and the network, then import again: what was created stays linked",
            ),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self {
            kind: ExitKind::Usage,
            source: error.what,
            hints: error.hints,
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Ledger(error) => error.into(),
            ReportError::Sheet(error) => error.into(),
            ReportError::Io(error) => error.into(),
            ReportError::Totals(error) => error.into(),
            error @ ReportError::Undeletable { .. } => Self::new(
                ExitKind::Usage,
                error,
                "check the permissions, then prune again: what is left goes then",
            ),
        }
    }
}

impl From<BatchError> for Failure {
    fn from(error: BatchError) -> Self {
        let kind = match &error {
            BatchError::Unreadable { .. } => ExitKind::Input,
            BatchError::NoSheet(_) => ExitKind::Guard,
            _ => ExitKind::Usage,
        };
        let hints = error.hints();
        let source = match error {
            BatchError::Config(error) => error.what,
            other => other.into(),
        };
        Self {
            kind,
            source,
            hints,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_and_hints_are_shown_a_line_each_and_control_nothing() {
        let source = std::io::Error::other("disk\u{1b}[31m full");
        let error = SheetError::Open {
            file: "a\nb.csv".into(),
            source,
        };
        let text = Failure::from(error).render();
        assert_eq!(
            text,
            "error: cannot open `a\\nb.csv`\ncaused by: disk\\u{1b}[31m full\n\
             hint: check the path and the permissions\n"
        );
    }
}
