//! What is wrong with rows, as JSON that a program reads, made on any thread.

use serde::Serialize;
use serde_json::json;

use super::row::ReportRow;
use crate::model::Severity;
use crate::plan::Fate;

/// What is wrong with some rows, as members of a list of JSON.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub(super) text: Vec<u8>,
    pub(super) count: u64,
}

impl Problems {
    pub(super) fn add(&mut self, row: &ReportRow<'_>) {
        for remark in row.remarks.iter() {
            self.push(remark);
        }
        if let Some(words) = &row.message {
            let code = format!("row.{}", row.fate.name().replace('_', "-"));
            self.push(&json!({
                "code": code, "severity": severity(row.fate), "row": row.row, "column": null, "field": null,
                "found": "", "message": words, "help": "", "suggestion": null,
            }));
        }
    }

    fn push(&mut self, problem: &impl Serialize) {
        let before: &[u8] = if self.count == 0 { b"  " } else { b",\n  " };
        self.count += 1;
        self.text.extend_from_slice(before);
        // Neither a remark nor a JSON value has anything that JSON cannot hold.
        let _ = serde_json::to_writer(&mut self.text, problem);
    }
}

/// What the words about a row weigh: on a record that stands they are good to know, and no error.
fn severity(fate: Fate) -> Severity {
    match fate {
        Fate::Refused | Fate::InDoubt | Fate::Rejected | Fate::Unsent => Severity::Error,
        _ => Severity::Note,
    }
}
