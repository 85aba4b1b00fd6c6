//! A vCard's lines, unfolded while they are bytes: a fold may stand inside a character. There are three ways to
//! continue a line, and files that mix them.

use std::io::{self, BufRead};

/// How long a line may be when it is unfolded, in bytes; what is beyond is left out.
const LONGEST: usize = 8 << 20;

/// One unfolded line.
pub(super) struct VcardLine {
    /// The row on which it begins, from 1.
    pub(super) row: u64,
    pub(super) bytes: Vec<u8>,
}

/// The lines of a file.
pub(super) struct VcardLines<R> {
    input: R,
    row: u64,
    /// The line after the one that is handed out.
    next: Option<Vec<u8>>,
    /// Whether the last line ended in CR: an LF after it belongs to it.
    carriage: bool,
}

impl<R: BufRead> VcardLines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            row: 1,
            next: None,
            carriage: false,
        }
    }

    /// The row of the next line.
    pub(super) fn row(&self) -> u64 {
        self.row
    }

    /// The next line that is not blank.
    pub(super) fn next_line(&mut self) -> io::Result<Option<VcardLine>> {
        loop {
            let row = self.row;
            let Some(mut bytes) = self.take()? else {
                return Ok(None);
            };
            if row == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            self.unfold(&mut bytes)?;
            return Ok(Some(VcardLine { row, bytes }));
        }
    }

    /// Adds the lines that continue this one.
    fn unfold(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let kind = ValueEncoding::of(bytes);
        loop {
            let Some(next) = self.peek()? else {
                return Ok(());
            };
            let soft = kind == ValueEncoding::Printable && bytes.ends_with(b"=");
            let from = if soft {
                bytes.pop();
                0
            } else if next.starts_with(b" ") || next.starts_with(b"\t") {
                1
            } else if kind == ValueEncoding::Printable && is_encoded(next)
                || kind == ValueEncoding::Base64 && is_base64(next)
            {
                0
            } else {
                return Ok(());
            };
            let Some(next) = self.take()? else {
                return Ok(());
            };
            let room = LONGEST.saturating_sub(bytes.len());
            let more = &next[from.min(next.len())..];
            bytes.extend_from_slice(&more[..more.len().min(room)]);
            if soft && more.is_empty() {
                return Ok(());
            }
        }
    }

    fn peek(&mut self) -> io::Result<Option<&[u8]>> {
        if self.next.is_none() {
            self.next = self.read()?;
        }
        Ok(self.next.as_deref())
    }

    fn take(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = match self.next.take() {
            Some(line) => Some(line),
            None => self.read()?,
        };
        self.row += u64::from(line.is_some());
        Ok(line)
    }

    /// A line as it stands, up to LF, CR LF, CR CR LF or a lone CR.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut any = false;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(any.then_some(line));
            }
            if self.carriage {
                // After a CR, another CR and an LF belong to the same end.
                let more = buffer.iter().take_while(|byte| **byte == b'\r').count();
                if more == buffer.len() {
                    self.input.consume(more);
                    continue;
                }
                let end = more + usize::from(buffer[more] == b'\n');
                let doubled = more == 0 || buffer[more] == b'\n';
                self.carriage = false;
                self.input.consume(if doubled { end } else { 0 });
                continue;
            }
            any = true;
            let end = memchr::memchr2(b'\r', b'\n', buffer);
            let text = &buffer[..end.unwrap_or(buffer.len())];
            let room = LONGEST.saturating_sub(line.len());
            line.extend_from_slice(&text[..text.len().min(room)]);
            let Some(end) = end else {
                let all = buffer.len();
                self.input.consume(all);
                continue;
            };
            self.carriage = buffer[end] == b'\r';
            self.input.consume(end + 1);
            return Ok(Some(line));
        }
    }
}

/// How a line's value is encoded, which decides how it may go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ValueEncoding {
    Plain,
    Printable,
    Base64,
}

impl ValueEncoding {
    fn of(line: &[u8]) -> Self {
        let head = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let head = head.to_ascii_uppercase();
        let says = |word: &[u8]| memchr::memmem::find(&head, word).is_some();
        if says(b"QUOTED-PRINTABLE") {
            Self::Printable
        } else if says(b";BASE64") || says(b"ENCODING=BASE64") || says(b"ENCODING=B") {
            Self::Base64
        } else {
            Self::Plain
        }
    }
}

/// Whether a line begins with an encoded byte: `=D1`.
fn is_encoded(line: &[u8]) -> bool {
    matches!(line, [b'=', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

fn is_base64(line: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/= ".contains(byte);
    line.len() >= 4 && line.iter().all(plain)
}
