//! How the import of one sheet ended, and what that means for its file and for the sheets behind it.

use std::error::Error;
use std::path::PathBuf;

use super::codes;
use super::outcome::FileOutcome;
use crate::mapping::MappingError;
use crate::model::RunId;
use crate::plan::Totals;

/// How the import of one sheet ended.
#[derive(Clone, Debug)]
pub struct ImportEnd {
    /// The exit code.
    pub code: u8,
    /// The run, if one began.
    pub run: Option<RunId>,
    /// How many rows met which fate.
    pub totals: Totals,
    /// Where the report is.
    pub report: Option<PathBuf>,
    /// Where the cause of a failure lies; none for a run that ended by itself.
    pub failure: Option<FailureScope>,
}

/// Where the cause of a failure lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureScope {
    /// In the sheet: it would not meet another one.
    Sheet,
    /// Around it: it would meet every sheet.
    Everything,
}

impl FailureScope {
    /// Where the cause of a failure with this exit code lies.
    pub fn of(code: u8, source: &(dyn Error + 'static)) -> Self {
        let is_unknown = matches!(
            source.downcast_ref::<MappingError>(),
            Some(
                MappingError::NothingRecognised { .. }
                    | MappingError::NoHeader { .. }
                    | MappingError::Unmapped { .. }
                    | MappingError::NoColumn { .. }
            )
        );
        if matches!(code, codes::INPUT | codes::GUARD) || is_unknown {
            Self::Sheet
        } else {
            Self::Everything
        }
    }
}

/// Whether the next sheet is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextSheet {
    /// It is.
    Go,
    /// It stays for the next run, and so do all behind it.
    Stop,
}

impl ImportEnd {
    /// A failure, before or in its run.
    pub fn failed(code: u8, source: &(dyn Error + 'static)) -> Self {
        Self {
            code,
            run: None,
            totals: Totals::default(),
            report: None,
            failure: Some(FailureScope::of(code, source)),
        }
    }

    /// What becomes of the sheet, and of those behind it. What can be taken up again stays for the next run: the ledger
    /// knows what was sent. What would hit every sheet stops them all.
    pub fn outcome(&self) -> (FileOutcome, NextSheet) {
        match (self.failure, self.code) {
            (None, 0) => (FileOutcome::Done, NextSheet::Go),
            (None, codes::ROWS) | (Some(FailureScope::Sheet), _) => {
                (FileOutcome::Failed, NextSheet::Go)
            }
            (None, codes::DOUBT) => (FileOutcome::Left, NextSheet::Go),
            _ => (FileOutcome::Left, NextSheet::Stop),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::SheetError;

    fn done(code: u8) -> ImportEnd {
        ImportEnd {
            code,
            run: None,
            totals: Totals::default(),
            report: None,
            failure: None,
        }
    }

    #[test]
    fn what_the_next_night_can_go_on_with_stays_and_what_hits_all_stops_all() {
        use FileOutcome::{Done, Failed, Left};
        use NextSheet::{Go, Stop};
        for (code, outcome, next) in [
            (0, Done, Go),
            (3, Failed, Go),
            (10, Left, Go),
            (5, Left, Stop),
            (6, Left, Stop),
            (7, Left, Stop),
            (8, Left, Stop),
            (130, Left, Stop),
            (143, Left, Stop),
        ] {
            assert_eq!(done(code).outcome(), (outcome, next), "{code}");
        }
    }

    #[test]
    fn a_failure_of_one_sheet_is_told_from_one_of_them_all() {
        let file = "a.csv".to_owned();
        let (row, headers) = (1, vec!["Foo".to_owned()]);
        let other = std::io::Error::other("the sheet has no rows");
        for end in [
            ImportEnd::failed(4, &SheetError::Empty { file }),
            ImportEnd::failed(2, &MappingError::NothingRecognised { row, headers }),
            ImportEnd::failed(7, &other),
        ] {
            assert_eq!(end.outcome(), (FileOutcome::Failed, NextSheet::Go));
        }
        let why = "no such field".to_owned();
        for end in [
            ImportEnd::failed(2, &MappingError::File { why }),
            ImportEnd::failed(2, &other),
            ImportEnd::failed(11, &other),
            ImportEnd::failed(1, &other),
        ] {
            assert_eq!(end.outcome(), (FileOutcome::Left, NextSheet::Stop));
        }
    }
}
