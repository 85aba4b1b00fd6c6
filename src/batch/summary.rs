//! What came of an import over all its sheets: what is told to those who were not there. Data and words only.

use std::path::PathBuf;

use super::codes::{meaning, weight};
use super::end::ImportEnd;
use super::file_state::FoundSheet;
use super::outcome::FileOutcome;
use crate::plan::{Fate, Totals};
use crate::report::fates;

/// A command that imports, and what came of its sheets so far.
#[derive(Default)]
pub struct BatchSummary {
    /// The target's name.
    pub target: String,
    /// The sheet, the folder or the glob, as it was given.
    pub source: String,
    /// The sheets, in the order in which they were imported.
    pub sheets: Vec<FileResult>,
    /// How long it took.
    pub seconds: f64,
}

/// What came of one sheet.
pub struct FileResult {
    /// Its file's name.
    pub name: String,
    /// The run, if one began.
    pub run: Option<String>,
    /// The exit code; none for a sheet whose turn did not come.
    pub code: Option<u8>,
    /// How many rows met which fate.
    pub totals: Totals,
    /// Where the report is.
    pub report: Option<PathBuf>,
    /// What becomes of the file.
    pub outcome: FileOutcome,
}

impl BatchSummary {
    /// The most serious of the exit codes.
    pub fn code(&self) -> u8 {
        let codes = self.sheets.iter().filter_map(|sheet| sheet.code);
        codes.max_by_key(|code| weight(*code)).unwrap_or(0)
    }

    /// The first sheet that ended with the most serious exit code.
    fn worst(&self) -> Option<&FileResult> {
        let code = self.code();
        let mut sheets = self.sheets.iter();
        sheets.find(|sheet| sheet.code == Some(code))
    }

    /// The run to look at first.
    pub fn run(&self) -> Option<&str> {
        self.worst()?.run.as_deref()
    }

    /// The report to look at first.
    pub fn report(&self) -> Option<PathBuf> {
        self.worst()?.report.clone()
    }

    /// The totals of all sheets.
    pub fn totals(&self) -> Totals {
        let mut sum = Totals::default();
        for sheet in &self.sheets {
            sum.read += sheet.totals.read;
            sum.removals += sheet.totals.removals;
            for fate in Fate::ALL {
                sum.count(fate, sheet.totals.of(fate));
            }
        }
        sum
    }

    /// How many rows were sent.
    pub fn sent(&self) -> u64 {
        let totals = self.totals();
        totals.created + totals.updated + totals.deleted + totals.refused + totals.in_doubt
    }

    /// How many sheets became what, in words.
    pub fn sheets_in_words(&self) -> String {
        let count = |outcome| {
            self.sheets
                .iter()
                .filter(|sheet| sheet.outcome == outcome)
                .count()
        };
        let words =
            FileOutcome::ALL.map(|outcome| format!("{} {}", count(outcome), outcome.name()));
        format!("{} sheets: {}", self.sheets.len(), words.join(", "))
    }

    /// All of it for a person, a line for each sheet.
    pub fn letter(&self, code: u8) -> String {
        let mut lines = vec![self.sentence(code), String::new()];
        lines.extend(self.sheets.iter().map(FileResult::line));
        lines.push(String::new());
        lines.join("\n")
    }

    /// All of it in one sentence.
    pub fn sentence(&self, code: u8) -> String {
        let (source, target) = (&self.source, &self.target);
        let rows = fates(&self.totals());
        format!(
            "rolo import of {source} to {target} ended with {code}: {} ({rows})",
            meaning(code)
        )
    }
}

impl FileResult {
    /// What came of a sheet.
    pub fn of(sheet: &FoundSheet, end: &ImportEnd) -> Self {
        Self {
            name: sheet.name(),
            run: end.run.as_ref().map(|run| run.as_str().to_owned()),
            code: Some(end.code),
            totals: end.totals,
            report: end.report.clone(),
            outcome: end.outcome().0,
        }
    }

    /// A sheet whose turn did not come.
    pub fn waiting(sheet: &FoundSheet) -> Self {
        Self {
            name: sheet.name(),
            run: None,
            code: None,
            totals: Totals::default(),
            report: None,
            outcome: FileOutcome::Left,
        }
    }

    /// What came of it, in one line: `people.xlsx: failed, exit code 3, 2 read, 1 rejected; reports/people.xlsx`.
    fn line(&self) -> String {
        let (name, word) = (&self.name, self.outcome.name());
        let Some(code) = self.code else {
            return format!("{name}: {word}, its turn did not come");
        };
        let report = self.report.as_ref();
        let report = report.map_or_else(String::new, |place| format!("; {}", place.display()));
        let rows = fates(&self.totals);
        format!("{name}: {word}, exit code {code}, {rows}{report}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(name: &str, code: Option<u8>, created: u64) -> FileResult {
        let totals = Totals {
            read: created,
            created,
            ..Totals::default()
        };
        FileResult {
            name: name.to_owned(),
            run: Some(name.to_uppercase()),
            code,
            totals,
            report: None,
            outcome: FileOutcome::Left,
        }
    }

    #[test]
    fn the_most_serious_sheet_speaks_for_all() {
        let summary = BatchSummary {
            target: "hq".to_owned(),
            source: "inbox".to_owned(),
            sheets: vec![
                came("a", Some(0), 3),
                came("b", Some(3), 2),
                came("c", Some(5), 1),
                came("d", None, 0),
            ],
            seconds: 1.0,
        };
        assert_eq!((summary.code(), summary.run()), (5, Some("C")));
        assert_eq!((summary.totals().created, summary.sent()), (6, 6));
        assert_eq!(
            summary.sentence(5),
            "rolo import of inbox to hq ended with 5: the vendor is not available (6 read, 6 created)"
        );
        let letter = summary.letter(5);
        let lines: Vec<&str> = letter.lines().skip(2).collect();
        assert_eq!(
            (lines.len(), lines[1], lines[3]),
            (
                4,
                "b: left, exit code 3, 2 read, 2 created",
                "d: left, its turn did not come"
            )
        );
        assert_eq!(
            summary.sheets_in_words(),
            "4 sheets: 0 done, 0 failed, 4 left"
        );
        assert_eq!(BatchSummary::default().code(), 0);
    }
}
