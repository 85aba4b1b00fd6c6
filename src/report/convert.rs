//! A sheet, written anew: its contacts as the neutral model, rejected ones too, or as the payloads that an import would
//! send, and nothing else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use serde_json::Value;

use super::error::ReportError;
use super::json::JsonDocument;
use super::part::{PartLayout, ReportPart};
use super::row::{LostValue, ReportRow};
use super::tally::Tally;
use crate::backend::Payload;
use crate::engine::OpenedSheet;
use crate::intake::{self, CheckedRow, Pipeline, VendorVerdict};
use crate::model::{Contact, Diagnostic};
use crate::plan::{Fate, Remark, Totals};
use crate::sheet::{OutputFormat, Writer};

/// Where contacts go.
pub enum ConversionOut {
    /// The neutral model, in a format of files.
    Neutral(Writer),
    /// What would be sent to a target, a line each.
    Payloads(BufWriter<File>),
}

/// What came of the sheet so far.
pub struct Conversion {
    /// Its rows by fate.
    pub totals: Totals,
    /// Its problems and losses.
    pub tally: Tally,
    /// The document that a program reads, if one is wanted.
    pub document: Option<JsonDocument>,
    out: ConversionOut,
    /// Values that the format cannot hold, by their names.
    pub lost: BTreeMap<String, u64>,
    /// Payloads whose parent stands in the path of their request.
    below: u64,
}

impl Conversion {
    /// Begins one that is written to `out`.
    pub fn begin(out: ConversionOut, document: Option<JsonDocument>) -> Self {
        Self {
            totals: Totals::default(),
            tally: Tally::default(),
            document,
            out,
            lost: BTreeMap::new(),
            below: 0,
        }
    }

    /// The format that contacts are written in; none where payloads are.
    fn format(&self) -> Option<OutputFormat> {
        match &self.out {
            ConversionOut::Neutral(out) => Some(out.format()),
            ConversionOut::Payloads(_) => None,
        }
    }

    fn append(&mut self, part: &ConvertedPart) -> io::Result<()> {
        self.totals.read += part.rows.rows as u64;
        for fate in Fate::ALL {
            self.totals.count(fate, part.totals.of(fate));
        }
        self.tally.merge(&part.rows.tally, &part.rows.lost);
        for (name, rows) in &part.lost {
            *self.lost.entry((*name).to_owned()).or_default() += rows;
        }
        self.below += part.below;
        if let Some(document) = &mut self.document {
            document.append(&part.rows)?;
        }
        match &mut self.out {
            ConversionOut::Neutral(out) => out.write(&part.text),
            ConversionOut::Payloads(out) => out.write_all(&part.text),
        }
    }

    /// Writes what is left of the file.
    pub fn finished(mut self) -> io::Result<Self> {
        // Nothing is added any more: the place of the writer is taken by one that writes nowhere.
        let nowhere = ConversionOut::Payloads(BufWriter::new(tempfile::tempfile()?));
        match std::mem::replace(&mut self.out, nowhere) {
            ConversionOut::Neutral(out) => out.finish()?,
            ConversionOut::Payloads(mut out) => out.flush()?,
        }
        Ok(self)
    }

    /// What the payloads for a target do not hold, if that is so.
    pub fn note(&self, target: &str) -> Option<String> {
        let below = self.below;
        (below > 0).then(|| {
            format!(
                "{below} payloads for {target} name a parent in the path of their request, which \
                 the lines do not hold"
            )
        })
    }
}

/// What comes of some rows: made on any thread.
struct ConvertedPart {
    totals: Totals,
    rows: ReportPart,
    /// What is written of them.
    text: Vec<u8>,
    lost: BTreeMap<&'static str, u64>,
    below: u64,
}

impl ConvertedPart {
    fn new(layout: &PartLayout) -> Self {
        Self {
            totals: Totals::default(),
            rows: ReportPart::new(layout),
            text: Vec::new(),
            lost: BTreeMap::new(),
            below: 0,
        }
    }

    fn see(
        &mut self,
        checked: &CheckedRow,
        format: Option<OutputFormat>,
        sheet: Option<&str>,
    ) -> io::Result<()> {
        let verdict = checked.verdicts.first();
        let remarks = verdict.map_or(&checked.remarks, |verdict| &verdict.diagnostics);
        let fate = if remarks.iter().any(Diagnostic::is_error) {
            Fate::Rejected
        } else if verdict.is_some_and(|verdict| verdict.repeats) {
            Fate::Skipped
        } else {
            Fate::Valid
        };
        self.totals.count(fate, 1);
        let lost = match (verdict, format) {
            (Some(verdict), None) => self.payload(verdict, &checked.contact, fate)?,
            (None, Some(format)) => self.neutral(checked, format, sheet)?,
            _ => Vec::new(),
        };
        self.rows.add(&ReportRow {
            row: checked.row.number,
            fate,
            remote: None,
            remarks: remarks.iter().map(Remark::from).collect(),
            message: None,
            lost,
            cells: Vec::new(),
        });
        Ok(())
    }

    /// Writes the contact; rejected ones too, which are then to be corrected.
    fn neutral(
        &mut self,
        checked: &CheckedRow,
        format: OutputFormat,
        sheet: Option<&str>,
    ) -> io::Result<Vec<LostValue<'static>>> {
        let (row, contact) = (checked.row.number, &checked.contact);
        let mut lost = Vec::new();
        for name in format.render(row, sheet, contact, &mut self.text)? {
            *self.lost.entry(name).or_default() += 1;
            lost.push(LostValue {
                field: name.into(),
                name: None,
                value: "".into(),
            });
        }
        Ok(lost)
    }

    /// Writes what would be sent; what would not be sent is not written.
    fn payload<'c>(
        &mut self,
        verdict: &VendorVerdict,
        contact: &'c Contact,
        fate: Fate,
    ) -> io::Result<Vec<LostValue<'c>>> {
        let payload = &verdict.accounted.payload;
        if fate == Fate::Valid {
            serde_json::to_writer(&mut self.text, &whole(payload))?;
            self.text.push(b'\n');
            self.below += u64::from(payload.parent.is_some());
        }
        let losses = verdict.accounted.losses(contact).into_iter();
        Ok(losses.map(LostValue::from).collect())
    }
}

/// Sends every row through the line, to at most one vendor, and writes what comes of it: payloads for a vendor, contacts
/// where there is none.
pub fn convert_sheet(
    opened: &mut OpenedSheet,
    line: &Pipeline,
    conversion: &mut Conversion,
) -> Result<(), ReportError> {
    let sheet = opened.source.about.sheet.clone();
    let format = conversion.format();
    let layout = PartLayout {
        problems: conversion.document.is_some(),
        ..PartLayout::default()
    };
    let make = |rows: Vec<CheckedRow>| -> io::Result<ConvertedPart> {
        let mut part = ConvertedPart::new(&layout);
        for checked in &rows {
            part.see(checked, format, sheet.as_deref())?;
        }
        Ok(part)
    };
    intake::run(&mut opened.source, line, make, |part| {
        Ok(conversion.append(&part?)?)
    })
}

/// What a contact's requests carry, in one value: a second request adds to what the first one made.
fn whole(payload: &Payload) -> Value {
    let mut body = payload.body.to_value();
    if let (Value::Object(body), Some(Value::Object(after))) = (&mut body, &payload.after) {
        body.extend(after.clone());
    }
    body
}
