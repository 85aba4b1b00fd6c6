//! A report's folder: its files are written beside its place, and put there when they are whole.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::format::{OpenFormat, ReportFormat};
use super::head::{Closing, Head};
use super::row::ReportRow;
use super::tally::Tally;
use super::{html, json, results_csv};

/// Every file of a report.
pub(super) const FORMATS: [(&str, OpenFormat); 3] = [
    ("results.csv", results_csv::open),
    ("summary.json", json::open),
    ("report.html", html::open),
];

/// A report that is being written beside its place.
pub struct Report {
    place: PathBuf,
    draft: tempfile::TempDir,
    formats: Vec<Box<dyn ReportFormat>>,
    tally: Tally,
    /// Whether the rows are seen for the tally, or it is one that was kept.
    gathers: bool,
}

impl Report {
    /// Begins a report that will stand in `place`, a folder; its files replace those of an earlier report there.
    pub fn begin(place: &Path, head: &Head) -> io::Result<Self> {
        let place = std::path::absolute(place)?;
        let parent = place.parent().unwrap_or(&place);
        std::fs::create_dir_all(parent)?;
        let draft = tempfile::Builder::new()
            .prefix(".rolo-report-")
            .tempdir_in(parent)?;
        let formats = FORMATS
            .iter()
            .map(|(name, open)| {
                open(
                    BufWriter::new(File::create_new(draft.path().join(name))?),
                    head,
                )
            })
            .collect::<io::Result<_>>()?;
        Ok(Self {
            place,
            draft,
            formats,
            tally: Tally::of(&head.source),
            gathers: true,
        })
    }

    /// Begins a report in the place of one of the same run, with the tally that was kept of it.
    pub(super) fn again(place: &Path, head: &Head, tally: Tally) -> io::Result<Self> {
        Ok(Self {
            tally,
            gathers: false,
            ..Self::begin(place, head)?
        })
    }

    /// Tries whether a report could be written to `place`, before there is one to write.
    pub fn probe(place: &Path) -> io::Result<()> {
        let place = std::path::absolute(place)?;
        let parent = place.parent().unwrap_or(&place);
        std::fs::create_dir_all(parent)?;
        if place.exists() && !place.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is a file"));
        }
        let folder = if place.is_dir() { &place } else { parent };
        tempfile::Builder::new()
            .prefix(".rolo-report-")
            .tempdir_in(folder)
            .map(drop)
    }

    /// Adds the next row.
    pub fn add(&mut self, entry: &ReportRow) -> io::Result<()> {
        if self.gathers {
            self.tally.see(entry);
        }
        self.formats
            .iter_mut()
            .try_for_each(|format| format.entry(entry))
    }

    /// Writes the end and puts the report in its place; returns the folder.
    pub fn finish(self, closing: &Closing) -> io::Result<PathBuf> {
        for format in self.formats {
            format.finish(&self.tally, closing)?;
        }
        if !self.place.exists() {
            let draft = self.draft.keep();
            std::fs::rename(&draft, &self.place)?;
            return Ok(self.place);
        }
        for (name, _) in &FORMATS {
            std::fs::rename(self.draft.path().join(name), self.place.join(name))?;
        }
        Ok(self.place)
    }
}
