//! What comes of a conversion, row by row. It stands alone because contacts go to a file in one of two ways: as the
//! neutral model, rejected ones too, or as the payloads that an import would send, and nothing else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};

use serde_json::Value;

use crate::backend::Payload;
use crate::cli::args::Output;
use crate::cli::failure::Failure;
use crate::intake::{CheckedRow, VendorVerdict};
use crate::model::Diagnostic;
use crate::plan::{Fate, Lost, Remark, Totals};
use crate::report::{JsonDocument, ReportRow, Tally};
use crate::sheet::Writer;

/// Where contacts go.
pub(crate) enum Out {
    /// The neutral model, in a format of files.
    Neutral(Box<dyn Writer>),
    /// What would be sent to a target, a line each.
    Payloads(BufWriter<File>),
}

/// What came of the sheet so far.
pub(crate) struct Converted {
    pub(crate) totals: Totals,
    pub(crate) tally: Tally,
    pub(crate) document: Option<JsonDocument>,
    out: Out,
    /// Values that the format cannot hold, by their names.
    pub(crate) lost: BTreeMap<String, u64>,
    /// Payloads whose parent stands in the path of their request.
    below: u64,
}

impl Converted {
    pub(crate) fn begin(out: Out, output: Output) -> Result<Self, Failure> {
        let wanted = output == Output::Json;
        Ok(Self {
            totals: Totals::default(),
            tally: Tally::default(),
            document: wanted.then(JsonDocument::new).transpose()?,
            out,
            lost: BTreeMap::new(),
            below: 0,
        })
    }

    pub(crate) fn see(&mut self, checked: &CheckedRow, sheet: Option<&str>) -> Result<(), Failure> {
        let verdict = checked.verdicts.first();
        let remarks = verdict.map_or(&checked.remarks, |verdict| &verdict.diagnostics);
        let fate = if remarks.iter().any(Diagnostic::is_error) {
            Fate::Rejected
        } else if verdict.is_some_and(|verdict| verdict.repeats) {
            Fate::Skipped
        } else {
            Fate::Valid
        };
        self.totals.read += 1;
        self.totals.count(fate, 1);
        let entry = ReportRow {
            row: checked.row.number,
            fate,
            remote: None,
            remarks: remarks.iter().map(Remark::from).collect(),
            message: None,
            lost: match verdict {
                Some(verdict) => self.payload(verdict, fate)?,
                None => self.neutral(checked, sheet)?,
            },
            cells: Vec::new(),
        };
        self.tally.see(&entry);
        if let Some(document) = &mut self.document {
            document.add(&entry)?;
        }
        Ok(())
    }

    /// Writes the contact; rejected ones too, which are then to be corrected.
    fn neutral(&mut self, checked: &CheckedRow, sheet: Option<&str>) -> Result<Vec<Lost>, Failure> {
        let Out::Neutral(out) = &mut self.out else {
            return Ok(Vec::new());
        };
        let mut lost = Vec::new();
        for name in out.add(checked.row.number, sheet, &checked.contact)? {
            *self.lost.entry(name.to_owned()).or_default() += 1;
            lost.push(Lost {
                field: name.to_owned(),
                name: None,
                value: String::new(),
            });
        }
        Ok(lost)
    }

    /// Writes what would be sent; what would not be sent is not written.
    fn payload(&mut self, verdict: &VendorVerdict, fate: Fate) -> Result<Vec<Lost>, Failure> {
        let payload = &verdict.encoded.payload;
        if let (Out::Payloads(out), Fate::Valid) = (&mut self.out, fate) {
            serde_json::to_writer(&mut *out, &whole(payload)).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
            self.below += u64::from(payload.parent.is_some());
        }
        Ok(verdict.encoded.losses.iter().map(Lost::from).collect())
    }

    /// Writes what is left of the file.
    pub(crate) fn finished(mut self) -> Result<Self, Failure> {
        // Nothing is added any more: the place of the writer is taken by one that writes nowhere.
        let nowhere = Out::Payloads(BufWriter::new(tempfile::tempfile()?));
        match std::mem::replace(&mut self.out, nowhere) {
            Out::Neutral(out) => out.finish()?,
            Out::Payloads(mut out) => out.flush()?,
        }
        Ok(self)
    }

    pub(crate) fn notes(&self, target: &str) -> Option<String> {
        let below = self.below;
        (below > 0).then(|| {
            format!(
                "{below} payloads for {target} name a parent in the path of their request, which \
                 the lines do not hold"
            )
        })
    }
}

/// What a contact's requests carry, in one value: a second request adds to what the first one made.
fn whole(payload: &Payload) -> Value {
    let mut body = payload.body.to_value();
    if let (Value::Object(body), Some(Value::Object(after))) = (&mut body, &payload.after) {
        body.extend(after.clone());
    }
    body
}
