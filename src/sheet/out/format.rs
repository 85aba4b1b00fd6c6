//! The formats that contacts are written in, by the names of their files.

use std::path::{Path, PathBuf};

/// A format that contacts are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// One neutral contact a line.
    Ndjson,
    /// A table under the names of the fields.
    Csv,
    /// The same as a workbook.
    Xlsx,
    /// vCards of version 3.0, which most programs read.
    Vcard3,
    /// vCards of version 4.0.
    Vcard4,
}

impl OutputFormat {
    /// Every format, with the ending of its files.
    pub const ALL: [(&'static str, Self); 4] = [
        ("ndjson", Self::Ndjson),
        ("csv", Self::Csv),
        ("xlsx", Self::Xlsx),
        ("vcf", Self::Vcard3),
    ];

    /// The format of a file's ending (`.ndjson`), in any case.
    pub fn of_ending(ending: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(known, _)| known.eq_ignore_ascii_case(ending))
            .map(|(_, format)| format)
    }

    /// The format's name in reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Vcard3 | Self::Vcard4 => "vcard",
        }
    }

    /// The format that a file's name says; `vcard` says which version a vCard has.
    pub fn of_file(file: &Path, vcard: &str) -> Result<Self, UnknownFormat> {
        let ending = file.extension().unwrap_or_default().to_string_lossy();
        match Self::of_ending(&ending) {
            Some(Self::Vcard3) if vcard == "4.0" => Ok(Self::Vcard4),
            Some(format) => Ok(format),
            None => Err(UnknownFormat(file.to_owned())),
        }
    }
}

/// A file whose name says no format.
#[derive(Debug, thiserror::Error)]
#[error("`{}` does not say the format to write", .0.display())]
pub struct UnknownFormat(PathBuf);

impl UnknownFormat {
    /// What a person does about it.
    pub fn help(&self) -> String {
        let known = OutputFormat::ALL.map(|(ending, _)| format!(".{ending}"));
        format!("let its name end in {}", known.join(", "))
    }
}
