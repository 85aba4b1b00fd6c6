//! The neutral NDJSON: one contact a line, absent values left out. Other programs rely on its shape.

use std::io::{self, Write};

use serde::Serialize;

use super::writer::Writer;
use crate::model::Contact;

/// One line.
#[derive(Serialize)]
struct NdjsonLine<'a> {
    row: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    #[serde(flatten)]
    contact: &'a Contact,
}

/// The lines of a file.
pub(super) struct NdjsonWriter<W: Write> {
    out: W,
}

impl<W: Write> NdjsonWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Writer for NdjsonWriter<W> {
    fn add(
        &mut self,
        row: u64,
        sheet: Option<&str>,
        contact: &Contact,
    ) -> io::Result<Vec<&'static str>> {
        let line = NdjsonLine {
            row,
            sheet,
            contact,
        };
        serde_json::to_writer(&mut self.out, &line)?;
        self.out.write_all(b"\n")?;
        let secret = contact
            .portal
            .as_ref()
            .and_then(|portal| portal.password.as_ref());
        Ok(secret.map(|_| "portal.password").into_iter().collect())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}
