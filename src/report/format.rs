//! One file of a report: what each format does.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use super::head::{Closing, Head};
use super::page::PageWish;
use super::part::ReportPart;
use super::tally::Tally;

/// One file of a report.
pub(super) trait ReportFormat {
    /// Adds what the next rows are in it.
    fn add(&mut self, part: &mut ReportPart) -> io::Result<()>;
    /// Writes what stands after the rows.
    fn finish(self: Box<Self>, tally: &Tally, closing: &Closing) -> io::Result<()>;
}

/// Opens one file of a report.
pub(super) type OpenFormat =
    fn(BufWriter<File>, &Head, &PageWish) -> io::Result<Box<dyn ReportFormat>>;

/// Closes a file of a report: what is written is on the disk.
pub(super) fn close(mut out: BufWriter<File>) -> io::Result<()> {
    out.flush()?;
    out.get_ref().sync_all()
}
