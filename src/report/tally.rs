//! What the rows have in common: remarks by cause, refusals by the vendor's words, losses by field. Memory
//! grows with the number of causes, never with the number of rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lost_counts::LostCounts;
use super::row::ReportRow;
use crate::model::Severity;
use crate::plan::{Fate, IN_DOUBT, REFUSED};

/// Rows that share a cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemGroup {
    /// The code; empty for the vendor's own words.
    pub code: String,
    /// What it weighs.
    pub severity: Severity,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// How many rows.
    pub rows: u64,
    /// The first row's number.
    pub first_row: u64,
    /// The first row's column.
    pub first_column: Option<String>,
    /// The sheet of a workbook that it stands in.
    #[serde(skip)]
    pub sheet: Option<String>,
    /// Which of the groups came up first.
    #[serde(skip)]
    place: usize,
    /// The first row's value, and the one value that would be right; kept out of `summary.json`, which programs
    /// send on.
    #[serde(skip)]
    pub first_value: (String, Option<String>),
}

impl ProblemGroup {
    /// Where the first one stands: `F14`, `Sheet1!F14`, or `row 14`; empty for a record that no row stands for.
    pub fn first(&self) -> String {
        match (&self.first_column, &self.sheet) {
            _ if self.first_row == 0 => String::new(),
            (Some(column), Some(sheet)) => format!("{sheet}!{column}{}", self.first_row),
            (Some(column), None) => format!("{column}{}", self.first_row),
            (None, _) => format!("row {}", self.first_row),
        }
    }
}

/// The causes, as they gather.
#[derive(Clone, Debug)]
pub struct Tally {
    /// By code: of one, there are few.
    groups: BTreeMap<String, Vec<ProblemGroup>>,
    /// How many groups there are.
    count: usize,
    /// How many there may be.
    most: usize,
    losses: BTreeMap<String, u64>,
    sheet: Option<String>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            groups: BTreeMap::new(),
            count: 0,
            most: MOST,
            losses: BTreeMap::new(),
            sheet: None,
        }
    }
}

/// Causes beyond this many are counted under the code alone: a vendor that puts the time into its words must
/// not fill the memory.
const MOST: usize = 1000;

impl Tally {
    /// Of a source, as `sheet::About` describes it in JSON.
    pub fn of(source: &Value) -> Self {
        Self {
            sheet: sheet_of(source),
            ..Self::default()
        }
    }

    /// The causes and losses that a report was written with.
    pub(super) fn kept(groups: Vec<ProblemGroup>, losses: BTreeMap<String, u64>) -> Self {
        let mut tally = Self {
            count: groups.len(),
            losses,
            ..Self::default()
        };
        for group in groups {
            let code = group.code.clone();
            tally.groups.entry(code).or_default().push(group);
        }
        tally
    }

    /// Of some rows of a source, to be merged with those before them: of few rows every cause counts.
    pub(super) fn part(sheet: Option<String>) -> Self {
        Self {
            most: usize::MAX,
            sheet,
            ..Self::default()
        }
    }

    /// Takes in what the next rows have in common, and what they lose: the same as if each of them had been seen.
    pub(super) fn merge(&mut self, part: &Self, lost: &LostCounts) {
        let mut groups: Vec<&ProblemGroup> = part.groups.values().flatten().collect();
        groups.sort_by_key(|group| group.place);
        for group in groups {
            self.count(group.clone());
        }
        for (field, rows) in lost.by_field() {
            self.lose(field, *rows);
        }
    }

    fn lose(&mut self, field: &str, rows: u64) {
        let family = field.split('.').next().unwrap_or(field);
        match self.losses.get_mut(family) {
            Some(sum) => *sum += rows,
            None => drop(self.losses.insert(family.to_owned(), rows)),
        }
    }

    /// Sees a row.
    pub fn see(&mut self, entry: &ReportRow<'_>) {
        self.see_said(entry);
        for lost in &entry.lost {
            self.lose(&lost.field, 1);
        }
    }

    /// Sees what is said of a row, and not what it loses.
    pub(super) fn see_said(&mut self, entry: &ReportRow<'_>) {
        for remark in entry.remarks.iter() {
            let message = without_rows(&remark.message);
            let field = remark.field.as_deref();
            if self.counted((&remark.code, remark.severity, field, &message), 1) {
                continue;
            }
            self.count(ProblemGroup {
                code: remark.code.to_string(),
                severity: remark.severity,
                field: remark.field.as_deref().map(str::to_owned),
                message: message.into_owned(),
                help: remark.help.to_string(),
                rows: 1,
                first_row: remark.row,
                first_column: remark.column.clone(),
                sheet: self.sheet.clone(),
                place: 0,
                first_value: (remark.found.clone(), remark.suggestion.clone()),
            });
        }
        if let (Fate::Refused | Fate::InDoubt, Some(words)) = (entry.fate, &entry.message) {
            self.count(vendors_words(entry, words));
        }
    }

    /// Counts rows for a cause that is known; `false` where it is not.
    fn counted(
        &mut self,
        (code, severity, field, message): (&str, Severity, Option<&str>, &str),
        rows: u64,
    ) -> bool {
        let known = self.groups.get_mut(code).and_then(|groups| {
            groups.iter_mut().find(|group| {
                group.severity == severity
                    && group.field.as_deref() == field
                    && group.message == message
            })
        });
        known.map(|group| group.rows += rows).is_some()
    }

    fn count(&mut self, mut group: ProblemGroup) {
        let known = |tally: &mut Self, group: &ProblemGroup| {
            let field = group.field.as_deref();
            let cause = (&*group.code, group.severity, field, &*group.message);
            tally.counted(cause, group.rows)
        };
        if known(self, &group) {
            return;
        }
        if self.count >= self.most {
            "other reasons".clone_into(&mut group.message);
            if known(self, &group) {
                return;
            }
        }
        group.place = self.count;
        self.count += 1;
        self.groups
            .entry(group.code.clone())
            .or_default()
            .push(group);
    }

    /// The causes: errors first, then by how many rows they have.
    pub fn groups(&self) -> Vec<&ProblemGroup> {
        let mut groups: Vec<&ProblemGroup> = self.groups.values().flatten().collect();
        groups.sort_by(|a, b| {
            let weight = |group: &ProblemGroup| {
                (
                    group.severity,
                    std::cmp::Reverse(group.rows),
                    group.first_row,
                )
            };
            let name = |group: &ProblemGroup| (group.code.clone(), group.field.clone());
            (weight(a).cmp(&weight(b)))
                .then_with(|| name(a).cmp(&name(b)))
                .then_with(|| a.message.cmp(&b.message))
        });
        groups
    }

    /// Values that find no place, by the first word of their field.
    pub fn losses(&self) -> &BTreeMap<String, u64> {
        &self.losses
    }
}

/// The sheet of a workbook that a source is.
pub(super) fn sheet_of(source: &Value) -> Option<String> {
    let sheet = source.get("sheet").and_then(Value::as_str);
    sheet.map(str::to_owned)
}

fn vendors_words(entry: &ReportRow<'_>, words: &str) -> ProblemGroup {
    let code = if entry.fate == Fate::InDoubt {
        &IN_DOUBT
    } else {
        &REFUSED
    };
    ProblemGroup {
        code: code.id.to_owned(),
        severity: code.severity,
        field: None,
        message: words.to_owned(),
        help: code.help.to_owned(),
        rows: 1,
        first_row: entry.row,
        first_column: None,
        sheet: None,
        place: 0,
        first_value: (String::new(), None),
    }
}

/// The message with the numbers of other rows left out, so that equal causes are one.
fn without_rows(message: &str) -> Cow<'_, str> {
    if !message.contains("row ") {
        return Cow::Borrowed(message);
    }
    let mut words = message.split(' ').peekable();
    let mut plain = Vec::new();
    while let Some(word) = words.next() {
        plain.push(word);
        if word == "row"
            && let Some(number) = words.peek()
            && number
                .trim_end_matches(',')
                .chars()
                .all(|c| c.is_ascii_digit())
        {
            plain.pop();
            plain.push("another row");
            let closes = number.ends_with(',');
            words.next();
            if closes {
                plain.push(",");
            }
        }
    }
    Cow::Owned(plain.join(" ").replace(" ,", ","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_no_row_stands_for_stands_nowhere() {
        let at = |row: u64, column: Option<&str>| ProblemGroup {
            code: "x".into(),
            severity: Severity::Note,
            field: None,
            message: String::new(),
            help: String::new(),
            rows: 1,
            first_row: row,
            first_column: column.map(str::to_owned),
            sheet: None,
            place: 0,
            first_value: (String::new(), None),
        };
        assert_eq!(at(0, None).first(), "");
        assert_eq!(at(14, None).first(), "row 14");
        assert_eq!(at(14, Some("F")).first(), "F14");
    }

    #[test]
    fn equal_causes_read_alike() {
        assert_eq!(
            without_rows("the row is the same as row 17"),
            "the row is the same as another row"
        );
        assert_eq!(
            without_rows("the row is the same contact as row 2, and differs from it"),
            "the row is the same contact as another row, and differs from it"
        );
        assert_eq!(without_rows("the row ends"), "the row ends");
    }
}
