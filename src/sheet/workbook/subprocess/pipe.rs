//! What passes the pipe between a child and its parent: messages of a kind, a length and a body. Both sides must
//! agree on it byte by byte, and a child that dies may cut it anywhere.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use super::super::super::row::RowRemark;
use super::super::super::{CODES, Row, SheetError};

/// What the child says before its rows.
#[derive(Serialize, Deserialize)]
pub(super) struct Greeting {
    pub(super) sheet: String,
    pub(super) notes: Vec<String>,
}

/// An error on its way through the pipe.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    kind: ErrorKind,
    why: String,
    help: String,
}

#[derive(Serialize, Deserialize)]
enum ErrorKind {
    Workbook,
    Unsupported,
    Hint,
}

impl Told {
    pub(super) fn of(error: SheetError) -> Self {
        match error {
            SheetError::Unsupported { what, help, .. } => Self {
                kind: ErrorKind::Unsupported,
                why: what,
                help,
            },
            SheetError::Hint { why, help, .. } => Self {
                kind: ErrorKind::Hint,
                why,
                help,
            },
            SheetError::Workbook { why, help, .. } => Self {
                kind: ErrorKind::Workbook,
                why,
                help,
            },
            other => Self {
                kind: ErrorKind::Workbook,
                why: other.to_string(),
                help: other.help(),
            },
        }
    }

    pub(super) fn error(self, file: &str) -> SheetError {
        let (file, why, help) = (file.to_owned(), self.why, self.help);
        match self.kind {
            ErrorKind::Workbook => SheetError::Workbook { file, why, help },
            ErrorKind::Unsupported => SheetError::Unsupported {
                file,
                what: why,
                help,
            },
            ErrorKind::Hint => SheetError::Hint { file, why, help },
        }
    }
}

/// What stands before each message: a greeting, a row, an error, the end.
pub(super) const GREETING: u8 = b'G';
pub(super) const ROW: u8 = b'R';
pub(super) const ERROR: u8 = b'X';
pub(super) const END: u8 = b'E';

pub(super) fn message(out: &mut dyn Write, kind: u8, body: &[u8]) -> io::Result<()> {
    out.write_all(&[kind])?;
    out.write_all(&length(body.len()).to_le_bytes())?;
    out.write_all(body)?;
    if kind == ROW { Ok(()) } else { out.flush() }
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A row: its number, four lengths, its text, where its cells end, which are numbers, its remarks as JSON. It is put
/// together in `body`, whose content is of no use.
pub(super) fn send(out: &mut dyn Write, row: &Row, body: &mut Vec<u8>) -> io::Result<()> {
    let (text, ends, numbers) = row.raw();
    let remarks = remarks(row)?;
    body.clear();
    body.reserve(text.len() + 4 * (ends.len() + numbers.len()) + 32);
    body.extend_from_slice(&row.number.to_le_bytes());
    for count in [text.len(), ends.len(), numbers.len(), remarks.len()] {
        body.extend_from_slice(&length(count).to_le_bytes());
    }
    body.extend_from_slice(text.as_bytes());
    for number in ends.iter().chain(numbers) {
        body.extend_from_slice(&number.to_le_bytes());
    }
    body.extend_from_slice(&remarks);
    message(out, ROW, body)
}

fn remarks(row: &Row) -> io::Result<Vec<u8>> {
    if row.remarks().is_empty() {
        return Ok(Vec::new());
    }
    let remarks = row.remarks().iter().map(|remark| {
        let RowRemark {
            code,
            column,
            found,
            message,
        } = remark;
        (code.id, column, found, message)
    });
    Ok(serde_json::to_vec(&remarks.collect::<Vec<_>>())?)
}

/// How long a message may be that room is made for before it is there.
const EXPECTED: usize = 1 << 20;

/// Reads one message; its kind.
pub(super) fn received(pipe: &mut impl Read, body: &mut Vec<u8>) -> io::Result<u8> {
    let mut head = [0; 5];
    pipe.read_exact(&mut head)?;
    let [kind, rest @ ..] = head;
    let length = u32::from_le_bytes(rest) as usize;
    if length <= EXPECTED {
        body.resize(length, 0);
        pipe.read_exact(body)?;
        return Ok(kind);
    }
    body.clear();
    pipe.take(length as u64).read_to_end(body)?;
    if body.len() == length {
        Ok(kind)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

pub(super) fn row(body: &[u8]) -> Option<Row> {
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
            row.remark(RowRemark {
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
        sent.remark(RowRemark {
            code: &super::super::super::NO_VALUE,
            column: Some(2),
            found: "x".to_owned(),
            message: "y".into(),
        });
        let mut pipe = Vec::new();
        send(&mut pipe, &sent, &mut vec![7]).expect("memory");
        let mut body = Vec::new();
        let kind = received(&mut pipe.as_slice(), &mut body).expect("a message");
        assert_eq!((kind, row(&body)), (ROW, Some(sent)));
        for cut in 0..body.len() {
            assert_eq!(row(&body[..cut]), None, "{cut}");
        }
        assert!(received(&mut &pipe[..9], &mut body).is_err());
    }
}
