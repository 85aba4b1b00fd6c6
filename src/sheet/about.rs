//! What is known of a file before its rows are: its format, what was decided about it, and what the person said of it
//! instead. It is shown to people and programs as it is.

use std::path::PathBuf;

use serde::Serialize;

use super::SheetError;

/// Which kind of file a table was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Delimited text.
    Csv,
    /// Neutral contacts, one JSON object a line.
    Ndjson,
    /// Contacts as telephones and mail programs exchange them: versions 2.1, 3.0, 4.0.
    Vcard,
    /// A telephone's own phonebook.
    Xml,
    /// Office Open XML workbook (also with macros).
    Xlsx,
    /// Binary workbook of since 2007.
    Xlsb,
    /// Workbook of before 2007.
    Xls,
    /// Sheet of the open document format (ODF).
    Ods,
}

impl Format {
    /// Every format, with its name in JSON.
    pub const ALL: [(&'static str, Self); 8] = [
        ("csv", Self::Csv),
        ("ndjson", Self::Ndjson),
        ("vcard", Self::Vcard),
        ("xml", Self::Xml),
        ("xlsx", Self::Xlsx),
        ("xlsb", Self::Xlsb),
        ("xls", Self::Xls),
        ("ods", Self::Ods),
    ];

    /// The format's name in JSON.
    pub fn name(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, format)| *format == self)
            .map_or("", |(name, _)| name)
    }

    /// Whether the file holds contacts by itself: its first row is then row 0, made of the names of their fields.
    pub fn is_named(self) -> bool {
        matches!(self, Self::Ndjson | Self::Vcard | Self::Xml)
    }
}

/// What was decided about a file, shown to the person and in every JSON document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    /// The file's path as it was given; `-` is standard input.
    pub file: String,
    /// Its format, by content.
    pub format: Format,
    /// The encoding of a text file, in the WHATWG name (`utf-8`, `windows-1252`), or `cp850`, `cp437`.
    pub encoding: Option<String>,
    /// The delimiter of a delimited text: one character.
    pub delimiter: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The row that holds the header, as a spreadsheet or an editor numbers it; set once the header is found.
    pub header_row: Option<u64>,
    /// Why its encoding is not sure: how the text reads in each of those that it may be in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsure: Option<String>,
    /// What a person should know of the file as a whole, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What the person says of the file instead of leaving it to be found out.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// The sheet of a workbook, by name or by number from 1; without it, the first visible one.
    pub sheet: Option<String>,
    /// The encoding, by a WHATWG label, or `cp850`, `cp437`.
    pub encoding: Option<String>,
    /// The delimiter.
    pub delimiter: Option<char>,
    /// This program: workbooks are read by a child of it, in bounded memory and time. Without it they are read
    /// in this process.
    pub program: Option<PathBuf>,
}

impl Hints {
    /// What of the hints says nothing of a file of this format: a sheet of what has none would be another table
    /// than the person meant, the rest changes nothing and is told.
    pub(super) fn idle(&self, name: &str, format: Format) -> Result<Vec<String>, SheetError> {
        let is_workbook = matches!(
            format,
            Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods
        );
        if let (Some(sheet), false) = (&self.sheet, is_workbook) {
            return Err(SheetError::Hint {
                file: name.to_owned(),
                why: format!(
                    "there is no sheet `{sheet}`: the file is not a workbook ({})",
                    format.name()
                ),
                help: "leave --sheet out".to_owned(),
            });
        }
        let is_text = matches!(format, Format::Csv | Format::Vcard);
        let encoding = self.encoding.as_ref().filter(|_| !is_text);
        let delimiter = self.delimiter.filter(|_| format != Format::Csv);
        let idle = |what: &str| format!("{what} says nothing of a file in {}", format.name());
        let words = [
            encoding.map(|label| idle(&format!("encoding `{label}`"))),
            delimiter.map(|sign| idle(&format!("delimiter `{sign}`"))),
        ];
        Ok(words.into_iter().flatten().collect())
    }
}
