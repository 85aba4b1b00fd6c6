//! `results.csv`: every row with its original columns behind six of ours. It can be corrected and fed back as
//! it is: columns whose names begin with `rolo_` are ignored on reading.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use super::columns::COLUMNS;
use super::format::ReportFormat;
use super::head::{Closing, Head};
use super::part::ReportPart;
use super::synced_ahead::SyncedAhead;
use super::tally::Tally;
use crate::sheet::CsvTable;

struct Results {
    out: SyncedAhead,
}

pub(super) fn open(out: BufWriter<File>, head: &Head) -> io::Result<Box<dyn ReportFormat>> {
    let names = COLUMNS
        .into_iter()
        .chain(head.headers.iter().map(String::as_str));
    Ok(Box::new(Results {
        out: SyncedAhead::new(CsvTable::new(out, names)?.finish()?),
    }))
}

impl ReportFormat for Results {
    fn add(&mut self, part: &mut ReportPart) -> io::Result<()> {
        match &part.files {
            Some((lines, _)) => self.out.write_all(lines.lines.text()),
            None => Ok(()),
        }
    }

    fn finish(self: Box<Self>, _: &Tally, _: &Closing) -> io::Result<()> {
        self.out.finish()
    }
}
