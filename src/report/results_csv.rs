//! `results.csv`: every row with its original columns behind six of ours. It can be corrected and fed back as
//! it is: columns whose names begin with `rolo_` are ignored on reading.

use std::fs::File;
use std::io::{self, BufWriter};

use super::format::{COLUMNS, ReportFormat, close};
use super::head::{Closing, Head};
use super::row::ReportRow;
use super::tally::Tally;
use crate::sheet::CsvTable;

struct Results {
    table: CsvTable<BufWriter<File>>,
    /// How many columns the source has.
    width: usize,
}

pub(super) fn open(out: BufWriter<File>, head: &Head) -> io::Result<Box<dyn ReportFormat>> {
    let names = COLUMNS
        .into_iter()
        .chain(head.headers.iter().map(String::as_str));
    Ok(Box::new(Results {
        table: CsvTable::new(out, names)?,
        width: head.headers.len(),
    }))
}

impl Results {
    fn row(&mut self, ours: &[String], cells: &[String]) -> io::Result<()> {
        let padded = |cells: &[String], width: usize| {
            let missing = width.saturating_sub(cells.len());
            std::iter::repeat_n("", missing)
        };
        let ours = ours
            .iter()
            .map(String::as_str)
            .chain(padded(ours, COLUMNS.len()));
        let cells = cells
            .iter()
            .map(String::as_str)
            .chain(padded(cells, self.width));
        self.table.row(ours.chain(cells))
    }
}

impl ReportFormat for Results {
    fn entry(&mut self, entry: &ReportRow) -> io::Result<()> {
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
        let (first, attached) = entry.cells.split_first().unzip();
        self.row(&ours, first.map_or(&[], Vec::as_slice))?;
        // Of the other rows of the same contact there is nothing more to say.
        let ours = [entry.row.to_string()];
        let mut attached = attached.into_iter().flatten();
        attached.try_for_each(|cells| self.row(&ours, cells))
    }

    fn finish(self: Box<Self>, _: &Tally, _: &Closing) -> io::Result<()> {
        close(self.table.finish()?)
    }
}
