//! What came of an import over all its sheets: what is told to those who were not there. Data and words only.

use std::path::PathBuf;

use crate::cli::exit::meaning;
use crate::cli::unattended::discover::Fits;
use crate::cli::view::ending::fates;
use crate::plan::{Fate, Totals};

/// A command that imports, and what came of its sheets so far.
#[derive(Default)]
pub(crate) struct Night {
    /// The target's name.
    pub(crate) target: String,
    /// The sheet, the folder or the glob, as it was given.
    pub(crate) source: String,
    /// The sheets, in the order in which they were imported.
    pub(crate) sheets: Vec<Came>,
    /// How long it took.
    pub(crate) seconds: f64,
}

/// What came of one sheet.
pub(crate) struct Came {
    /// Its file's name.
    pub(crate) name: String,
    /// The run, if one began.
    pub(crate) run: Option<String>,
    /// The exit code; none for a sheet whose turn did not come.
    pub(crate) code: Option<u8>,
    /// How many rows met which fate.
    pub(crate) totals: Totals,
    /// Where the report is.
    pub(crate) report: Option<PathBuf>,
    /// What becomes of the file.
    pub(crate) fits: Fits,
}

/// Exit codes, the least serious first: what a person has to do, then what keeps every sheet from its end.
const ORDER: [u8; 14] = [0, 9, 3, 8, 10, 4, 7, 11, 5, 6, 2, 1, 130, 143];

/// How serious an exit code is.
pub(crate) fn weight(code: u8) -> usize {
    let known = ORDER.iter().position(|other| *other == code);
    known.unwrap_or(ORDER.len())
}

impl Night {
    /// The most serious of the exit codes.
    pub(crate) fn code(&self) -> u8 {
        let codes = self.sheets.iter().filter_map(|sheet| sheet.code);
        codes.max_by_key(|code| weight(*code)).unwrap_or(0)
    }

    /// The first sheet that ended with the most serious exit code.
    fn worst(&self) -> Option<&Came> {
        let code = self.code();
        let mut sheets = self.sheets.iter();
        sheets.find(|sheet| sheet.code == Some(code))
    }

    /// The run to look at first.
    pub(crate) fn run(&self) -> Option<&str> {
        self.worst()?.run.as_deref()
    }

    /// The report to look at first.
    pub(crate) fn report(&self) -> Option<PathBuf> {
        self.worst()?.report.clone()
    }

    /// The totals of all sheets.
    pub(crate) fn totals(&self) -> Totals {
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
    pub(crate) fn sent(&self) -> u64 {
        let totals = self.totals();
        totals.created + totals.updated + totals.deleted + totals.refused + totals.in_doubt
    }

    /// How many sheets became what, in words.
    pub(crate) fn sheets_in_words(&self) -> String {
        let count = |fits| {
            self.sheets
                .iter()
                .filter(|sheet| sheet.fits == fits)
                .count()
        };
        let words = Fits::ALL.map(|fits| format!("{} {}", count(fits), fits.word()));
        format!("{} sheets: {}", self.sheets.len(), words.join(", "))
    }

    /// All of it for a person, a line for each sheet.
    pub(crate) fn letter(&self, code: u8) -> String {
        let mut lines = vec![self.sentence(code), String::new()];
        lines.extend(self.sheets.iter().map(Came::line));
        lines.push(String::new());
        lines.join("\n")
    }

    /// All of it in one sentence.
    pub(crate) fn sentence(&self, code: u8) -> String {
        let (source, target) = (&self.source, &self.target);
        let rows = fates(&self.totals());
        format!(
            "rolo import of {source} to {target} ended with {code}: {} ({rows})",
            meaning(code)
        )
    }
}

impl Came {
    /// What came of it, in one line: `people.xlsx: failed, exit code 3, 2 read, 1 rejected; reports/people.xlsx`.
    fn line(&self) -> String {
        let (name, word) = (&self.name, self.fits.word());
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

    fn came(name: &str, code: Option<u8>, created: u64) -> Came {
        let totals = Totals {
            read: created,
            created,
            ..Totals::default()
        };
        Came {
            name: name.to_owned(),
            run: Some(name.to_uppercase()),
            code,
            totals,
            report: None,
            fits: Fits::Left,
        }
    }

    #[test]
    fn the_most_serious_sheet_speaks_for_all() {
        let night = Night {
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
        assert_eq!((night.code(), night.run()), (5, Some("C")));
        assert_eq!((night.totals().created, night.sent()), (6, 6));
        assert_eq!(
            night.sentence(5),
            "rolo import of inbox to hq ended with 5: the vendor is not available (6 read, 6 created)"
        );
        let letter = night.letter(5);
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
            night.sheets_in_words(),
            "4 sheets: 0 done, 0 failed, 4 left"
        );
        assert_eq!(Night::default().code(), 0);
        assert!(weight(1) > weight(4) && weight(4) > weight(3) && weight(77) > weight(143));
    }
}
