//! A workbook read in a child of this program: rows come through a pipe. It is the bound that holds where a library
//! allocates without end, loops or crashes: then the child dies, and says nothing more.

mod pipe;
mod reading;

use std::fs::File;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::super::{Format, Hints, Row, SheetError};
use super::open;
use super::opened::AGAIN;
use crate::sheet::rows::Table;
use pipe::{END, ERROR, GREETING, Greeting, Told, message, send};
use reading::{BegunReading, Said};

/// The name of the command under which the program reads a workbook for itself.
pub(super) const COMMAND: &str = "read-workbook";

/// The child's side: reads the workbook and writes its rows, until the reader has enough.
pub(in crate::sheet) fn serve(
    file: File,
    format: Format,
    hints: &Hints,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut opened = match open("", file, format, hints) {
        Ok(opened) => opened,
        Err(error) => return message(out, ERROR, &serde_json::to_vec(&Told::of(error))?),
    };
    let greeting = Greeting {
        sheet: opened.sheet,
        notes: opened.notes,
    };
    message(out, GREETING, &serde_json::to_vec(&greeting)?)?;
    let (mut failed, mut body) = (None, Vec::new());
    let end = opened
        .table
        .rows(&mut |row| match send(out, &row, &mut body) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        });
    match (failed, end) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => message(out, ERROR, &serde_json::to_vec(&Told::of(error))?),
        (None, Ok(())) => message(out, END, &[]),
    }
}

/// The parent's side: a workbook that is read in a child.
pub(in crate::sheet) struct Child {
    name: String,
    file: File,
    format: Format,
    sheet: Option<String>,
    program: PathBuf,
    /// The reading that was broken off, or not yet asked for.
    begun: Option<BegunReading>,
}

impl Child {
    /// Starts a child to learn which sheet it reads.
    pub(in crate::sheet) fn open(
        name: &str,
        file: File,
        (format, hints, program): (Format, &Hints, PathBuf),
    ) -> Result<(Self, String, Vec<String>), SheetError> {
        let mut child = Self {
            name: name.to_owned(),
            file,
            format,
            sheet: hints.sheet.clone(),
            program,
            begun: None,
        };
        let (reading, Greeting { sheet, notes }) = child.begin()?;
        child.begun = Some(reading);
        Ok((child, sheet, notes))
    }

    fn died(&self) -> SheetError {
        SheetError::Workbook {
            file: self.name.clone(),
            why: "reading it takes more memory or time than a sheet of contacts can need"
                .to_owned(),
            help: AGAIN.to_owned(),
        }
    }

    fn start(&self) -> io::Result<std::process::Child> {
        use std::io::Seek as _;
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        let mut command = Command::new(&self.program);
        command.arg(COMMAND).arg(self.format.name());
        if let Some(sheet) = &self.sheet {
            command.arg("--sheet").arg(sheet);
        }
        command
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }

    /// Starts a child, and hears which sheet it reads.
    fn begin(&self) -> Result<(BegunReading, Greeting), SheetError> {
        let started = self.start().and_then(BegunReading::of);
        let mut reading = started.map_err(|source| SheetError::Open {
            file: self.name.clone(),
            source,
        })?;
        match reading.next() {
            Some(Said::Greeting(greeting)) => Ok((reading, greeting)),
            Some(Said::Error(told)) => Err(told.error(&self.name)),
            _ => Err(self.died()),
        }
    }
}

impl Table for Child {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let mut reading = match self.begun.take() {
            Some(reading) => reading,
            None => self.begin()?.0,
        };
        let mut again = reading.seen.iter().flatten();
        let mut flow = again.try_for_each(|row| each(row.clone()));
        while flow.is_continue() && !reading.is_over {
            match reading.next() {
                Some(Said::Row(row)) => {
                    reading.see(&row);
                    flow = each(row);
                }
                Some(Said::End) => reading.is_over = true,
                Some(Said::Error(told)) => return Err(told.error(&self.name)),
                _ => return Err(self.died()),
            }
        }
        self.begun = reading.seen.is_some().then_some(reading);
        Ok(())
    }
}
