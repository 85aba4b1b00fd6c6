//! A sheet, opened and understood: what every command that reads one does first.

use std::path::Path;

use super::failure::{Failure, Kind};
use super::flags;
use super::screen::{Screen, Tone};
use super::spec;
use crate::engine::Reading;
use crate::mapping::{self, Kept, Mapping, MappingError};
use crate::model::{Field, Region};
use crate::normalize;
use crate::sheet::{Hints, Source};

/// An opened sheet with its mapping.
pub(super) struct Opened {
    /// The sheet.
    pub source: Source,
    /// Which column holds what.
    pub mapping: Mapping,
    /// Why no column was recognised, if none was; the mapping then keeps every column as a free value.
    pub unrecognised: Option<MappingError>,
}

/// Opens the sheet that flags name, and maps its columns.
pub(super) fn open_named(flags: &flags::Reading) -> Result<Opened, Failure> {
    let (reading, mapping) = spec::reading(flags)?;
    let mut opened = open(&flags.sheet_file, &reading, mapping.as_ref())?;
    if let Some(name) = flags.called() {
        opened.source.about.file.clone_from(name);
    }
    Ok(opened)
}

/// Opens a sheet and maps its columns, by a mapping file where there is one.
pub(super) fn open(file: &Path, reading: &Reading, kept: Option<&Kept>) -> Result<Opened, Failure> {
    let hints = Hints {
        sheet: reading.sheet.clone(),
        encoding: reading.encoding.clone(),
        delimiter: reading.delimiter,
        program: std::env::current_exe().ok(),
    };
    let mut source = Source::open(file, &hints)?;
    let options = mapping::Options {
        unmapped: reading.unmapped,
        given: reading
            .columns
            .iter()
            .map(|text| given(text))
            .collect::<Result<_, _>>()?,
        header_row: if source.about.format.is_named() {
            Some(0)
        } else {
            reading.header_row
        },
    };
    let guessed = match kept {
        Some(kept) => kept.fit(&source.preview, &options),
        None => Mapping::guess(&source.preview, &options),
    };
    let (mapping, unrecognised) = match guessed {
        Ok(mapping) => (mapping, None),
        Err(error @ (MappingError::NothingRecognised { .. } | MappingError::NoHeader { .. })) => {
            (Mapping::custom(&source.preview, &options), Some(error))
        }
        Err(error) => return Err(error.into()),
    };
    source.about.header_row = mapping.header_row.filter(|row| *row > 0);
    Ok(Opened {
        source,
        mapping,
        unrecognised,
    })
}

fn given(text: &str) -> Result<(String, mapping::Target), Failure> {
    let hint =
        "write --column HEADER=FIELD, such as --column \"Tel 2=phone.home\" or --column F=ignored";
    let (column, target) = text
        .rsplit_once('=')
        .ok_or_else(|| Failure::usage(format!("`--column {text}` has no `=`"), hint))?;
    let target = target
        .parse()
        .map_err(|error| Failure::new(Kind::Usage, error, hint))?;
    Ok((column.trim().to_owned(), target))
}

impl flags::Reading {
    /// How texts are read: the region that the person says, else the target's own.
    pub(super) fn normalizing(&self, own: Option<Region>) -> normalize::Options {
        normalize::Options {
            region: self.region.or(own),
            as_is: self.no_repair,
        }
    }
}

impl Opened {
    /// Stops where no column was recognised: what would be sent is not known.
    pub(super) fn demand_recognised(&mut self) -> Result<(), Failure> {
        self.unrecognised.take().map_or(Ok(()), |error| {
            let mut failure = Failure::from(error);
            failure.hints.push(
                "`rolo map` shows the columns; --column HEADER=FIELD says what one is, --header-row where \
                 the header stands"
                    .to_owned(),
            );
            Err(failure)
        })
    }

    /// Stops where the encoding is not sure: what would be sent may be misread.
    pub(super) fn demand_sure(&self) -> Result<(), Failure> {
        let Some(why) = &self.source.about.unsure else {
            return Ok(());
        };
        let file = &self.source.about.file;
        Err(Failure::new(
            Kind::Input,
            format!("the encoding of `{file}` is not sure: {why}"),
            "say which it is, such as --encoding cp850; nothing was sent",
        ))
    }

    /// The warning of an encoding that is not sure.
    pub(super) fn unsure(&self) -> Option<String> {
        let why = self.source.about.unsure.as_ref()?;
        let words = format!("the encoding is not sure: {why}; --encoding says which it is");
        Some(super::screen::plain(&words))
    }

    /// Says what a person should know before looking at the rows.
    pub(super) fn warn(&self, screen: &mut Screen) -> Result<(), Failure> {
        let warning = screen.tone(Tone::Warn, "warning:");
        for note in &self.source.about.notes {
            screen.line(&format!("note: {}", super::screen::plain(note)))?;
        }
        if let Some(words) = self.unsure() {
            screen.line(&format!("{warning} {words}"))?;
        }
        if let Some(error) = &self.unrecognised {
            screen.line(&format!(
                "{warning} {error}; every column is kept as a free value"
            ))?;
        }
        Ok(())
    }

    /// Whether the sheet has a column that tells its rows apart.
    pub(super) fn has_key(&self) -> bool {
        self.mapping.column_of(Field::Key).is_some()
    }

    /// What was decided about the sheet, in one line.
    pub(super) fn decided(&self) -> String {
        let about = &self.source.about;
        let mut parts = Vec::new();
        parts.extend(about.sheet.clone().map(|sheet| format!("sheet `{sheet}`")));
        parts.extend(about.encoding.clone());
        parts.extend(
            about
                .delimiter
                .as_ref()
                .map(|delimiter| match delimiter.as_str() {
                    "\t" => "tab-separated".to_owned(),
                    other => format!("separated by `{other}`"),
                }),
        );
        parts.push(match self.mapping.header_row {
            Some(row) => format!("header on row {row}"),
            None => "no header".to_owned(),
        });
        parts.push(format!("{} columns", self.mapping.columns.len()));
        super::screen::plain(&format!("{}: {}", about.file, parts.join(", ")))
    }
}
