//! What `--output json` prints where there are several sheets: one document, in which each sheet's own stands.

use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use crate::cli::args::{Common, Output};
use crate::cli::failure::Failure;
use crate::cli::view::screen::out;

/// `--output json` prints one document: the documents of the sheets stand in it.
pub(crate) struct Documents {
    json: bool,
    printed: usize,
}

impl Documents {
    pub(crate) fn begin(common: &Common) -> std::io::Result<Self> {
        let json = common.output == Output::Json;
        if json {
            writeln!(out(), "{{\"version\": 1, \"files\": [")?;
        }
        Ok(Self { json, printed: 0 })
    }

    pub(crate) fn next(&mut self) -> std::io::Result<()> {
        if self.json && self.printed > 0 {
            writeln!(out(), ",")?;
        }
        self.printed += 1;
        Ok(())
    }

    /// What stands there for a sheet that has no document.
    pub(crate) fn failed(&self, sheet: &Path, failure: &Failure) -> std::io::Result<()> {
        if self.json {
            let (file, code) = (sheet.display().to_string(), failure.kind as u8);
            let error = failure.source.to_string();
            let document = json!({"version": 1, "run": null, "source": {"file": file}, "error": error, "exit_code": code});
            writeln!(out(), "{document}")?;
        }
        Ok(())
    }

    pub(crate) fn end(&self, code: u8) -> std::io::Result<()> {
        if self.json {
            writeln!(out(), "], \"exit_code\": {code}}}")?;
        }
        Ok(())
    }
}
