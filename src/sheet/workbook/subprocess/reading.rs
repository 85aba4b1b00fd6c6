//! A child that reads, and what it has said so far. The first rows are kept, so that whoever broke off after them (to
//! decide what the columns hold) goes on with the same child: a workbook is opened once.

use std::io::{self, BufReader};
use std::process::{Child, ChildStdout};

use super::super::super::Row;
use super::pipe::{END, ERROR, GREETING, Greeting, ROW, Told, received, row};

/// How many of the first rows are kept: those of a preview.
const KEPT: usize = 200;

/// What a child says.
pub(super) enum Said {
    Greeting(Greeting),
    Row(Row),
    Error(Told),
    End,
}

/// A child in the middle of its sheet.
pub(super) struct BegunReading {
    pipe: BufReader<ChildStdout>,
    body: Vec<u8>,
    /// All rows so far; none once there are too many to be kept, and the reading cannot be gone on with.
    pub(super) seen: Option<Vec<Row>>,
    /// Whether the child has come to the end of the sheet.
    pub(super) is_over: bool,
    _process: Process,
}

impl BegunReading {
    pub(super) fn of(process: Child) -> io::Result<Self> {
        let mut process = Process(process);
        let pipe = process.0.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            pipe: BufReader::with_capacity(1 << 16, pipe),
            body: Vec::new(),
            seen: Some(Vec::new()),
            is_over: false,
            _process: process,
        })
    }

    /// What the child says next; none where it has died, or makes no sense.
    pub(super) fn next(&mut self) -> Option<Said> {
        Some(match received(&mut self.pipe, &mut self.body).ok()? {
            GREETING => Said::Greeting(serde_json::from_slice(&self.body).ok()?),
            ROW => Said::Row(row(&self.body)?),
            ERROR => Said::Error(serde_json::from_slice(&self.body).ok()?),
            END => Said::End,
            _ => return None,
        })
    }

    /// Keeps a row, while there is room for all of them.
    pub(super) fn see(&mut self, row: &Row) {
        match &mut self.seen {
            Some(seen) if seen.len() < KEPT => seen.push(row.clone()),
            seen => *seen = None,
        }
    }
}

/// A child that does not outlive its reader: it may still be writing what nobody reads.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
