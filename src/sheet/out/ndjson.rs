//! The neutral NDJSON: one contact a line, absent values left out. Other programs rely on its shape.

use std::io;

use serde::Serialize;

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

/// Adds a contact's line.
pub(super) fn render(
    row: u64,
    sheet: Option<&str>,
    contact: &Contact,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let line = NdjsonLine {
        row,
        sheet,
        contact,
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.push(b'\n');
    Ok(())
}
