//! A workbook read in a child of this program: rows come through a pipe. It stands alone because it is the bound
//! that holds where a library allocates without end, loops or crashes: then the child dies, and says nothing more.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::super::row::Remark;
use super::super::{CODES, Format, Hints, Row, SheetError, Table};
use super::{AGAIN, open};

/// The name of the command under which the program reads a workbook for itself.
pub(super) const COMMAND: &str = "read-workbook";

/// What the child says before its rows.
#[derive(Serialize, Deserialize)]
struct Greeting {
    sheet: String,
    notes: Vec<String>,
}

/// An error on its way through the pipe.
#[derive(Serialize, Deserialize)]
struct Told {
    kind: Kind,
    why: String,
    help: String,
}

#[derive(Serialize, Deserialize)]
enum Kind {
    Workbook,
    Unsupported,
    Hint,
}

impl Told {
    fn of(error: SheetError) -> Self {
        match error {
            SheetError::Unsupported { what, help, .. } => Self {
                kind: Kind::Unsupported,
                why: what,
                help,
            },
            SheetError::Hint { why, help, .. } => Self {
                kind: Kind::Hint,
                why,
                help,
            },
            SheetError::Workbook { why, help, .. } => Self {
                kind: Kind::Workbook,
                why,
                help,
            },
            other => Self {
                kind: Kind::Workbook,
                why: other.to_string(),
                help: other.help(),
            },
        }
    }

    fn error(self, file: &str) -> SheetError {
        let (file, why, help) = (file.to_owned(), self.why, self.help);
        match self.kind {
            Kind::Workbook => SheetError::Workbook { file, why, help },
            Kind::Unsupported => SheetError::Unsupported {
                file,
                what: why,
                help,
            },
            Kind::Hint => SheetError::Hint { file, why, help },
        }
    }
}

/// What stands before each message: a greeting, a row, an error, the end.
const GREETING: u8 = b'G';
const ROW: u8 = b'R';
const ERROR: u8 = b'X';
const END: u8 = b'E';

/// The child's side: reads the workbook and writes its rows, until the reader has enough.
pub(in super::super) fn serve(
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

fn message(out: &mut dyn Write, kind: u8, body: &[u8]) -> io::Result<()> {
    out.write_all(&[kind])?;
    out.write_all(&length(body.len()).to_le_bytes())?;
    out.write_all(body)?;
    if kind == ROW { Ok(()) } else { out.flush() }
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A row: its number, four lengths, its text, where its cells end, which are numbers, its remarks as JSON.
fn send(out: &mut dyn Write, row: &Row) -> io::Result<()> {
    let (text, ends, numbers) = row.raw();
    let remarks: Vec<_> = row
        .remarks()
        .iter()
        .map(|remark| {
            (
                remark.code.id,
                remark.column,
                &remark.found,
                &remark.message,
            )
        })
        .collect();
    let remarks = if remarks.is_empty() {
        Vec::new()
    } else {
        serde_json::to_vec(&remarks)?
    };
    let mut body = Vec::with_capacity(text.len() + 4 * (ends.len() + numbers.len()) + 32);
    body.extend(row.number.to_le_bytes());
    for count in [text.len(), ends.len(), numbers.len(), remarks.len()] {
        body.extend(length(count).to_le_bytes());
    }
    body.extend(text.as_bytes());
    for number in ends.iter().chain(numbers) {
        body.extend(number.to_le_bytes());
    }
    body.extend(remarks);
    message(out, ROW, &body)
}

/// The parent's side: a workbook that is read in a child, each time it is asked.
pub(in super::super) struct Child {
    name: String,
    file: File,
    format: Format,
    sheet: Option<String>,
    program: PathBuf,
}

impl Child {
    /// Starts a child to learn which sheet it reads.
    pub(in super::super) fn open(
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

/// Reads one message; its kind.
fn received(pipe: &mut impl Read, body: &mut Vec<u8>) -> io::Result<u8> {
    let mut head = [0; 5];
    pipe.read_exact(&mut head)?;
    let [kind, rest @ ..] = head;
    body.clear();
    let length = u64::from(u32::from_le_bytes(rest));
    pipe.take(length).read_to_end(body)?;
    if body.len() as u64 == length {
        Ok(kind)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

fn row(body: &[u8]) -> Option<Row> {
    let (number, rest) = body.split_first_chunk::<8>()?;
    let (lengths, rest) = numbers(rest, 4)?;
    let &[text, ends, flags, remarks] = lengths.as_slice() else {
        return None;
    };
    let (text, rest) = rest.split_at_checked(text as usize)?;
    let text = String::from_utf8(text.to_vec()).ok()?;
    let (ends, rest) = numbers(rest, ends as usize)?;
    let (flags, rest) = numbers(rest, flags as usize)?;
    let mut row = Row::joined(u64::from_le_bytes(*number), text, ends).with_numbers(flags);
    if remarks > 0 {
        type Sent = (String, Option<u32>, String, String);
        for (id, column, found, message) in serde_json::from_slice::<Vec<Sent>>(rest).ok()? {
            let code = CODES.iter().find(|code| code.id == id)?;
            row.remark(Remark {
                code,
                column,
                found,
                message: message.into(),
            });
        }
    }
    Some(row)
}

fn numbers(bytes: &[u8], count: usize) -> Option<(Vec<u32>, &[u8])> {
    let (bytes, rest) = bytes.split_at_checked(count.checked_mul(4)?)?;
    let (words, _) = bytes.as_chunks::<4>();
    Some((
        words.iter().map(|word| u32::from_le_bytes(*word)).collect(),
        rest,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_passes_the_pipe_as_it_is() {
        let mut sent = Row::of(7, ["a", "", "çé"]);
        sent.push_number("33");
        sent.remark(Remark {
            code: &super::super::NO_VALUE,
            column: Some(2),
            found: "x".to_owned(),
            message: "y".into(),
        });
        let mut pipe = Vec::new();
        send(&mut pipe, &sent).expect("memory");
        let mut body = Vec::new();
        let kind = received(&mut pipe.as_slice(), &mut body).expect("a message");
        assert_eq!((kind, row(&body)), (ROW, Some(sent)));
        for cut in 0..body.len() {
            assert_eq!(row(&body[..cut]), None, "{cut}");
        }
        assert!(received(&mut &pipe[..9], &mut body).is_err());
    }
}
