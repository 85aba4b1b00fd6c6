//! A person who looks at the vendor, and says of each row in doubt what became of it: where no look of the program's own can
//! tell, that is how a run comes to its end.

use std::collections::BTreeSet;

use rolo::sandbox::Running;
use serde_json::Value;

use crate::workdir::{Said, Workdir};

/// Every text of a record.
pub(crate) fn texts(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(text) => BTreeSet::from([text.clone()]),
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => BTreeSet::new(),
    }
}

/// The ids of the records that hold one of some texts.
fn ids(running: &Running, vendor: &str, wanted: &[String]) -> Vec<String> {
    let records = running.records(vendor);
    let holds = |record: &&Value| {
        let texts = texts(record);
        wanted.iter().any(|text| texts.contains(text))
    };
    let id = |record: &Value| match record.get("contact_uuid").or_else(|| record.get("id")) {
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
        None => panic!("a record without an id: {record}"),
    };
    records.iter().filter(holds).map(id).collect()
}

/// The rows in doubt of a report.
fn open_rows(work: &Workdir, report: &str) -> Vec<u64> {
    let text = work.read(&format!("{report}/results.csv"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    let rows = rows.filter(|row| &row[1] == "in_doubt");
    rows.map(|row| row[0].parse().expect("a number")).collect()
}

/// Decides every row in doubt of a run whose report is in `report`: it is the record that holds the name of the row and
/// belongs to no other row, or it is absent.
pub(crate) fn decides(
    (work, running, vendor): (&Workdir, &Running, &str),
    (run, report): (&str, &str),
    names: impl Fn(u64) -> Vec<String>,
) {
    for row in open_rows(work, report) {
        let number = row.to_string();
        let words = ["runs", run, "--row", &number];
        let is = |id: &String| {
            let said: Said = work.rolo(&[&words[..], &["--is", id]].concat());
            // A record that is another row's is refused, and so is a row that an earlier run sent.
            assert!([0, 2].contains(&said.code), "{said:?}");
            said.code == 0
        };
        if !ids(running, vendor, &names(row)).iter().any(is) {
            let said = work.rolo(&[&words[..], &["--absent"]].concat());
            assert!([0, 2].contains(&said.code), "{said:?}");
        }
    }
}
