//! A sheet, opened and understood: what is done first of all.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::spec::Reading;
use crate::mapping::{self, Kept, Mapping, MappingError};
use crate::model::Field;
use crate::sheet::{Hints, Source};

/// An opened sheet with its mapping.
pub struct OpenedSheet {
    /// The sheet.
    pub source: Source,
    /// Which column holds what.
    pub mapping: Mapping,
    /// Why no column was recognised, if none was; the mapping then keeps every column as a free value.
    pub unrecognised: Option<MappingError>,
}

impl OpenedSheet {
    /// Opens a sheet and maps its columns, by a mapping file where there is one. Workbooks are read by `program`, a rolo, in a
    /// process of its own with bounded memory and time; without one, in this process.
    pub fn open(
        file: &Path,
        reading: &Reading,
        kept: Option<&Kept>,
        program: Option<PathBuf>,
    ) -> Result<Self, Error> {
        let hints = Hints {
            sheet: reading.sheet.clone(),
            encoding: reading.encoding.clone(),
            delimiter: reading.delimiter,
            program,
        };
        let mut source = Source::open(file, &hints)?;
        let options = mapping::Options {
            unmapped: reading.unmapped,
            given: reading
                .columns
                .iter()
                .map(|text| choice(text))
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
            Err(
                error @ (MappingError::NothingRecognised { .. } | MappingError::NoHeader { .. }),
            ) => (Mapping::custom(&source.preview, &options), Some(error)),
            Err(error) => return Err(error.into()),
        };
        source.about.header_row = mapping.header_row.filter(|row| *row > 0);
        Ok(Self {
            source,
            mapping,
            unrecognised,
        })
    }

    /// Stops where what would be sent is not known: no column was recognised, or the encoding is not sure.
    pub fn demand_understood(&mut self) -> Result<(), Error> {
        if let Some(why) = &self.source.about.unsure {
            return Err(Error::UnsureEncoding {
                file: self.source.about.file.clone(),
                why: why.clone(),
            });
        }
        match self.unrecognised.take() {
            Some(error) => Err(Error::Unrecognised(error)),
            None => Ok(()),
        }
    }

    /// Whether the sheet has a column that tells its rows apart.
    pub fn has_key(&self) -> bool {
        self.mapping.column_of(Field::Key).is_some()
    }
}

/// What a column was stated to be: `HEADER=FIELD`.
fn choice(text: &str) -> Result<(String, mapping::MappingTarget), Error> {
    let unclear = |why: String| Error::ColumnChoice {
        choice: text.to_owned(),
        why,
    };
    let (column, target) = text
        .rsplit_once('=')
        .ok_or_else(|| unclear(String::new()))?;
    let target = target
        .parse()
        .map_err(|error: crate::model::UnknownField| unclear(error.to_string()))?;
    Ok((column.trim().to_owned(), target))
}
