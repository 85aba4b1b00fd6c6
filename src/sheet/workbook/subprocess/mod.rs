//! A workbook read in a child of this program: rows come through a pipe. It is the bound that holds where a library
//! allocates without end, loops or crashes: then the child dies, and says nothing more.

mod pipe;

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::super::{Format, Hints, Row, SheetError};
use super::open;
use super::opened::AGAIN;
use crate::sheet::rows::Table;
use pipe::{END, ERROR, GREETING, Greeting, ROW, Told, message, received, row, send};

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
    let mut failed = None;
    let end = opened.table.rows(&mut |row| match send(out, &row) {
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

/// The parent's side: a workbook that is read in a child, each time it is asked.
pub(in crate::sheet) struct Child {
    name: String,
    file: File,
    format: Format,
    sheet: Option<String>,
    program: PathBuf,
}

impl Child {
    /// Starts a child to learn which sheet it reads.
    pub(in crate::sheet) fn open(
        name: &str,
        file: File,
        (format, hints, program): (Format, &Hints, PathBuf),
    ) -> Result<(Self, String, Vec<String>), SheetError> {
        let child = Self {
            name: name.to_owned(),
            file,
            format,
            sheet: hints.sheet.clone(),
            program,
        };
        let mut greeting = None;
        child.read(
            &mut |found| {
                greeting = Some(found);
                ControlFlow::Break(())
            },
            &mut |_| ControlFlow::Break(()),
        )?;
        let Greeting { sheet, notes } = greeting.ok_or_else(|| child.died())?;
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

    fn read(
        &self,
        greet: &mut dyn FnMut(Greeting) -> ControlFlow<()>,
        each: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let mut process = self.start().map_err(|source| SheetError::Open {
            file: self.name.clone(),
            source,
        })?;
        let result = match process.stdout.take() {
            Some(pipe) => self.follow(BufReader::with_capacity(1 << 16, pipe), greet, each),
            None => Err(self.died()),
        };
        // It may still be writing what nobody reads.
        let _ = process.kill();
        let _ = process.wait();
        result
    }

    fn follow(
        &self,
        mut pipe: impl Read,
        greet: &mut dyn FnMut(Greeting) -> ControlFlow<()>,
        each: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let mut body = Vec::new();
        loop {
            let kind = received(&mut pipe, &mut body).map_err(|_| self.died())?;
            let flow = match kind {
                GREETING => serde_json::from_slice(&body).ok().map(&mut *greet),
                ROW => row(&body).map(&mut *each),
                ERROR => {
                    let told: Option<Told> = serde_json::from_slice(&body).ok();
                    return Err(told.map_or_else(|| self.died(), |told| told.error(&self.name)));
                }
                _ => return Ok(()),
            };
            match flow {
                Some(ControlFlow::Continue(())) => {}
                Some(ControlFlow::Break(())) => return Ok(()),
                None => return Err(self.died()),
            }
        }
    }
}

impl Table for Child {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        self.read(&mut |_| ControlFlow::Continue(()), each)
    }
}
