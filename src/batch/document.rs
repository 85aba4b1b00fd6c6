//! What a program is told of a batch: one document, in which each sheet's own stands.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

/// The document of a batch, written while its sheets are imported.
#[derive(Debug)]
pub struct BatchDocument {
    sheets: usize,
}

impl BatchDocument {
    /// Begins it.
    pub fn begin(out: &mut dyn Write) -> io::Result<Self> {
        writeln!(out, "{{\"version\": 1, \"files\": [")?;
        Ok(Self { sheets: 0 })
    }

    /// Makes room for the document of the next sheet.
    pub fn next(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.sheets > 0 {
            writeln!(out, ",")?;
        }
        self.sheets += 1;
        Ok(())
    }

    /// Writes what stands there for a sheet that has no document.
    pub fn failed(
        &self,
        out: &mut dyn Write,
        file: &Path,
        (error, code): (&dyn Error, u8),
    ) -> io::Result<()> {
        let (file, error) = (file.display().to_string(), error.to_string());
        let document = json!({"version": 1, "run": null, "source": {"file": file}, "error": error, "exit_code": code});
        writeln!(out, "{document}")
    }

    /// Ends it.
    pub fn end(self, out: &mut dyn Write, code: u8) -> io::Result<()> {
        writeln!(out, "], \"exit_code\": {code}}}")
    }
}
