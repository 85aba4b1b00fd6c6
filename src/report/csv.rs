//! `results.csv`: every row with its original columns behind six of ours. It can be corrected and fed back as
//! it is: columns whose names begin with `rolo_` are ignored on reading.

use std::fs::File;
use std::io::{self, BufWriter};

use super::{Closing, Entry, Format, Head, Tally, close};
use crate::sheet::CsvTable;

/// Our columns.
const COLUMNS: [&str; 6] = [
    "rolo_row",
    "rolo_outcome",
    "rolo_id",
    "rolo_codes",
    "rolo_message",
    "rolo_lost",
];

struct Results {
    table: CsvTable<BufWriter<File>>,
    /// How many columns the source has.
    width: usize,
}

pub(super) fn open(out: BufWriter<File>, head: &Head) -> io::Result<Box<dyn Format>> {
    let names = COLUMNS
        .into_iter()
        .chain(head.headers.iter().map(String::as_str));
    Ok(Box::new(Results {
        table: CsvTable::new(out, names)?,
        width: head.headers.len(),
    }))
}

impl Format for Results {
    fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        let lost: Vec<String> = entry
            .lost
            .iter()
            .map(|lost| match &lost.name {
                Some(name) => format!("{name}={}", lost.value),
                None => format!("{}={}", lost.field, lost.value),
            })
            .collect();
        let ours = [
            entry.row.to_string(),
            entry.fate.name().to_owned(),
            entry.remote.clone().unwrap_or_default(),
            entry.codes().join(" "),
            entry.words(),
            lost.join("; "),
        ];
        let missing = self.width.saturating_sub(entry.cells.len());
        let cells = entry.cells.iter().map(String::as_str);
        let cells = cells.chain(std::iter::repeat_n("", missing));
        self.table.row(ours.iter().map(String::as_str).chain(cells))
    }

    fn finish(self: Box<Self>, _: &Tally, _: &Closing) -> io::Result<()> {
        close(self.table.finish()?)
    }
}
