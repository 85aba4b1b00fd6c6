//! A report as a sheet, and a sheet as a report repeats it: rolo's own columns, and the original ones. The two must
//! be inverse: a report that is corrected and fed back, however often, is the sheet that it was of.

use std::borrow::Cow;

use super::guess::ABOVE;
use super::{Column, Mapping, MappingTarget};
use crate::model::{AddressPart, Diagnostic, Field, Severity, column_letters};
use crate::sheet::Row;

/// Whether a header is of a column that rolo itself added to a report. Such columns are ignored on reading.
pub(super) fn is_own(header: &str) -> bool {
    let start = header.get(..5);
    start.is_some_and(|start| start.eq_ignore_ascii_case("rolo_"))
}

/// The place of the header among the first rows of a report; `None` for any other sheet.
pub(super) fn header(preview: &[Row]) -> Option<usize> {
    let holds = |row: &Row, name: &str| row.cells().any(|cell| cell.trim() == name);
    let rows = preview.iter().take(ABOVE);
    rows.into_iter()
        .position(|row| holds(row, "rolo_row") && holds(row, "rolo_outcome"))
}

/// The column of these letters, own columns not counted: `B` of a sheet is `B` of its reports.
pub(super) fn by_letters(columns: &[Column], letters: &str) -> Option<usize> {
    let original = (0..columns.len()).filter(|place| !is_own(&columns[*place].header));
    let mut original = (0..).zip(original);
    original
        .find(|(at, _)| column_letters(*at) == letters)
        .map(|(_, place)| place)
}

/// The original columns of a sheet, as a report repeats them.
#[derive(Clone, Debug, Default)]
pub struct Original {
    headers: Vec<String>,
    /// Columns (from 0) that an earlier report added; their cells are left out.
    own: Vec<u32>,
    /// Columns whose cells must be shown nowhere; they are empty.
    secret: Vec<u32>,
}

impl Mapping {
    /// Its original columns.
    pub fn original(&self) -> Original {
        let columns = self.columns.iter();
        let original = columns.filter(|column| !column.is_own());
        let secret = |column: &&Column| column.target == MappingTarget::Field(Field::Password);
        Original {
            headers: original.map(Column::name).collect(),
            own: self.traits.own.clone(),
            secret: self
                .columns
                .iter()
                .filter(secret)
                .map(|column| column.index)
                .collect(),
        }
    }

    /// Whether a sheet is one of rolo's own reports, which is corrected and fed back.
    pub fn is_report(&self) -> bool {
        !self.traits.own.is_empty()
    }
}

impl Original {
    /// Their headers. A column without one has the name of what it is, under which a report is read as the sheet was.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The cells in them, of a row and of those that belong to the same contact. A postal code that a spreadsheet held as a number is as it was restored: a text has no
    /// sign of having been a number, and would not be restored again.
    pub fn rows<'r>(&self, row: &'r Row, remarks: &'r [Diagnostic]) -> Vec<Vec<Cow<'r, str>>> {
        let rows = std::iter::once(row).chain(row.attached());
        rows.map(|row| self.cells(row, remarks)).collect()
    }

    fn cells<'r>(&self, row: &'r Row, remarks: &'r [Diagnostic]) -> Vec<Cow<'r, str>> {
        let mut cells = Vec::with_capacity(row.len());
        if self.own.is_empty() && self.secret.is_empty() && row.raw().2.is_empty() {
            cells.extend(row.cells().map(Cow::Borrowed));
            return cells;
        }
        for (column, cell) in (0..).zip(row.cells()) {
            if self.own.contains(&column) {
                continue;
            }
            let shown = if self.secret.contains(&column) {
                ""
            } else {
                restored(row, column, remarks).unwrap_or(cell)
            };
            cells.push(Cow::Borrowed(shown));
        }
        cells
    }
}

/// The postal code that a number stands for.
fn restored<'r>(row: &Row, column: u32, remarks: &'r [Diagnostic]) -> Option<&'r str> {
    let is_it = |remark: &&Diagnostic| {
        let code = matches!(
            remark.field,
            Some(Field::Address(_, AddressPart::PostalCode))
        );
        let place = (remark.place.row, remark.place.column);
        code && remark.severity() == Severity::Fix && place == (row.number, Some(column))
    };
    let mut remarks = remarks.iter().filter(|_| row.is_number(column));
    remarks.find(is_it)?.suggestion.as_deref()
}

impl Column {
    /// Whether rolo itself added it to a report.
    pub fn is_own(&self) -> bool {
        is_own(&self.header)
    }

    /// Its header, or the name of what it is: `phone.work.2`, `custom:C`.
    fn name(&self) -> String {
        match &self.target {
            _ if !self.nameless => self.header.clone(),
            MappingTarget::Ignored => self.header.clone(),
            MappingTarget::Custom(name) => format!("custom:{name}"),
            MappingTarget::Field(field) if self.slot < 2 => field.to_string(),
            MappingTarget::Field(field) => {
                let name = field.to_string();
                let mut parts: Vec<&str> = name.split('.').collect();
                let slot = self.slot.to_string();
                parts.insert(parts.len().min(2), &slot);
                parts.join(".")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kept, Options};
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Vec<Row> {
        let rows = (1..).zip(rows);
        rows.map(|(number, cells)| Row::of(number, cells.iter().copied()))
            .collect()
    }

    /// The report of a sheet's rows, as a sheet.
    fn report(mapping: &Mapping, rows: &[Row]) -> Vec<Row> {
        let original = mapping.original();
        let row = |number, own: [&'static str; 2], cells: &[Cow<'_, str>]| {
            let cells = cells.iter().map(AsRef::as_ref);
            Row::of(number, own.into_iter().chain(cells))
        };
        let headers = original
            .headers()
            .iter()
            .map(|header| header.as_str().into());
        let headers: Vec<Cow<'_, str>> = headers.collect();
        let mut report = vec![row(1, ["rolo_row", "rolo_outcome"], &headers)];
        let rows = rows.iter().filter(|row| mapping.holds(row));
        report.extend(
            (2..)
                .zip(rows)
                .map(|(number, found)| row(number, ["7", "created"], &original.cells(found, &[]))),
        );
        report
    }

    /// What is read of every row.
    fn values(mapping: &Mapping, rows: &[Row]) -> Vec<Vec<String>> {
        let rows = rows.iter().filter(|row| mapping.holds(row));
        let shown = |row: &Row| {
            let values = mapping.draft(row).values();
            let custom = |value: &super::super::Value<'_>| match value.field {
                Field::Custom => value.header.clone().into_owned(),
                field => format!("{field} {}", value.slot),
            };
            values
                .map(|value| format!("{}={}", custom(&value), value.text))
                .collect()
        };
        rows.map(shown).collect()
    }

    /// Reads a sheet, then its report, then the report of that.
    fn assert_stable(rows: &[Row], read: impl Fn(&[Row]) -> Mapping) -> Vec<String> {
        let mapping = read(rows);
        let (wanted, first) = (values(&mapping, rows), report(&mapping, rows));
        let mut again = first.clone();
        for _ in 0..3 {
            let mapping = read(&again);
            assert!(mapping.is_report());
            assert_eq!(values(&mapping, &again), wanted, "{again:?}");
            again = report(&mapping, &again);
            assert_eq!(again, first);
        }
        mapping.original().headers().to_vec()
    }

    fn guess(options: Options) -> impl Fn(&[Row]) -> Mapping {
        move |rows| Mapping::guess(rows, &options).expect("it is understood")
    }

    #[test]
    fn a_report_is_read_as_the_sheet_was() {
        let rows = sheet(&[
            &["Carnet 2026"],
            &["Nom", "", "E-mail", "custom:B", "rolo", "Rôles_"],
            &["Durand", "A-1", "d@example.fr", "x", "y", "z", "more"],
            &["Nom", "", "E-mail", "custom:B", "rolo", "Rôles_"],
            &["Petit", "A-2", "p@example.fr"],
        ]);
        let headers = assert_stable(&rows, guess(Options::default()));
        assert_eq!(headers[..3], ["Nom", "custom:B", "E-mail"]);
        // What was said of where the header is, or of a column by its letters, was said of the sheet.
        let given = |text: &str, take: &str| (text.to_owned(), take.parse().expect("a target"));
        assert_stable(
            &rows,
            guess(Options {
                header_row: Some(2),
                given: vec![given("B", "key"), given("E-mail", "email.home")],
                ..Options::default()
            }),
        );
    }

    #[test]
    fn a_report_of_a_sheet_without_a_header_is_read_as_the_sheet_was() {
        let rows = sheet(&[
            &["Durand", "d@example.fr", "A-1", "+33199001234"],
            &["Petit", "p@example.fr", "A-2", "+33199001235", "more"],
        ]);
        let given = |text: &str, take: &str| (text.to_owned(), take.parse().expect("a target"));
        let headers = assert_stable(
            &rows,
            guess(Options {
                header_row: Some(0),
                given: vec![given("A", "name.full"), given("B", "email.home")],
                ..Options::default()
            }),
        );
        assert_eq!(
            headers,
            [
                "name.full",
                "email.home",
                "custom:C",
                "phone.work",
                "custom:E"
            ]
        );
        let kept = "version = 1\nheader = false\n[[column]]\nname = \"A\"\ntake = \"name.last\"\n\
                    [[column]]\nname = \"B\"\ntake = \"email.work\"\n\
                    [[column]]\nname = \"C\"\ntake = \"custom\"\n\
                    [[column]]\nname = \"D\"\ntake = \"phone.work\"\nslot = 2\n\
                    [[column]]\nname = \"E\"\ntake = \"ignored\"\n";
        let kept = Kept::read(kept).expect("it is sound");
        let headers = assert_stable(&rows, |rows| {
            kept.fit(rows, &Options::default()).expect("it fits")
        });
        assert_eq!(headers[3..], ["phone.work.2", "E"]);
    }

    #[test]
    fn what_a_report_adds_is_no_contact_and_stands_in_no_mapping_file() {
        let rows = sheet(&[
            &[
                "rolo_row",
                "ROLO_Outcome",
                "rolo_outcome",
                "Nom",
                "Mot de passe",
            ],
            &["2", "created", "", "Durand", "secret"],
            &["0", "deleted", "", "", " "],
        ]);
        let mapping = Mapping::guess(&rows, &Options::default()).expect("a header");
        assert!(mapping.holds(&rows[1]) && !mapping.holds(&rows[2]));
        assert_eq!(mapping.original().headers(), ["Nom", "Mot de passe"]);
        assert_eq!(mapping.original().cells(&rows[1], &[]), ["Durand", ""]);
        assert_eq!(Kept::of(&mapping).columns.len(), 2);
        let unknown = sheet(&[&["rolo_row", "rolo_outcome", "Xyz"], &["2", "valid", "a"]]);
        assert!(Mapping::guess(&unknown, &Options::default()).is_err());
        let custom = Mapping::custom(&unknown, &Options::default());
        assert_eq!(values(&custom, &unknown), [["Xyz=a"]]);
    }
}
