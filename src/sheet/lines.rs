//! The text on its way to the csv parser, watched: where its lines end, which quote is open, how long a record grows.
//! The parser tells none of this: its line numbers are wrong with CRLF and after blank lines, and it takes an
//! unclosed quote for a cell that reaches to the end of the file.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;

/// A record that is longer than this (in bytes) is no record: a quote is not closed, or it is no table.
const LONGEST: u64 = 1 << 20;

/// How many bytes are read at once.
pub(super) const CHUNK: usize = 64 << 10;

/// Why the text cannot be read on; travels inside an `io::Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TextFault {
    /// A quote that is opened in this row is not closed before the end, or not within the longest record.
    #[error("a quote is opened in row {0} and never closed")]
    Quote(u64),
    /// The record that starts in this row is longer than the longest.
    #[error("the record in row {0} is longer than 1 MiB")]
    Long(u64),
}

/// A line break in the text that is handed out: its first byte, and the byte after it.
struct Break {
    start: u64,
    end: u64,
}

/// Hands the text on, without the blanks between a delimiter and a quote, and remembers its line breaks.
pub(super) struct Watch<R> {
    inner: R,
    delimiter: u8,
    chunk: Vec<u8>,
    /// What of the chunk is still to be handed out.
    ready: Range<usize>,
    /// What of the chunk was read but cannot be judged without the byte that follows.
    waiting: Range<usize>,
    ended: bool,
    /// How many bytes were let through, and the last of them.
    offset: u64,
    last: u8,
    /// The line that the next byte stands on.
    line: u64,
    /// The line on which the open quote was opened.
    quote: Option<u64>,
    /// Whether the next byte is the second of a doubled quote.
    doubled: bool,
    /// Where the record starts: offset and line.
    record: (u64, u64),
    breaks: VecDeque<Break>,
    /// The line of the record that was asked for last.
    asked: u64,
}

impl<R: Read> Watch<R> {
    pub(super) fn new(inner: R, delimiter: u8) -> Self {
        Self {
            inner,
            delimiter,
            chunk: vec![0; CHUNK],
            ready: 0..0,
            waiting: 0..0,
            ended: false,
            offset: 0,
            last: b'\n',
            line: 1,
            quote: None,
            doubled: false,
            record: (0, 1),
            breaks: VecDeque::new(),
            asked: 1,
        }
    }

    /// The line on which a record stands, by the byte at which the parser began it; to be asked in order. The
    /// parser begins a record with the line breaks that it skips: those at that very byte are passed too.
    pub(super) fn line_at(&mut self, byte: u64) -> u64 {
        let mut byte = byte;
        while let Some(next) = self.breaks.front().filter(|next| next.start <= byte) {
            byte = byte.max(next.end);
            self.asked += 1;
            self.breaks.pop_front();
        }
        self.asked
    }

    fn refill(&mut self) -> io::Result<()> {
        let kept = self.waiting.len();
        self.chunk.copy_within(self.waiting.clone(), 0);
        let read = read_some(&mut self.inner, &mut self.chunk[kept..])?;
        let filled = kept + read;
        self.ended = read == 0;
        let certain = if self.ended {
            filled
        } else {
            certain(&self.chunk[..filled])
        };
        self.waiting = certain..filled;
        let drops = self.look(certain, filled);
        if certain > 0 {
            self.last = self.chunk[certain - 1];
        }
        let length = close_up(&mut self.chunk, certain, &drops);
        self.offset += length as u64;
        self.ready = 0..length;
        self.judge()
    }

    /// Follows quotes and line breaks up to `end`; gives the blanks to be dropped.
    fn look(&mut self, end: usize, filled: usize) -> Vec<Range<usize>> {
        let mut drops: Vec<Range<usize>> = Vec::new();
        let mut gone = 0;
        let mut skip = std::mem::take(&mut self.doubled).then_some(0);
        let chunk = std::mem::take(&mut self.chunk);
        for at in memchr::memchr3_iter(b'"', b'\n', b'\r', &chunk[..end]) {
            match chunk[at] {
                b'"' if skip == Some(at) => {}
                b'"' if self.quote.is_some() => {
                    if chunk[..filled].get(at + 1) == Some(&b'"') {
                        skip = Some(at + 1);
                        self.doubled = at + 1 == end;
                    } else {
                        self.quote = None;
                    }
                }
                b'"' => {
                    if let Some(blanks) = self.blanks_before(&chunk[..at]) {
                        self.quote = Some(self.line);
                        gone += blanks;
                        drops.extend((blanks > 0).then(|| at - blanks..at));
                    }
                }
                byte => {
                    let before = if at == 0 { self.last } else { chunk[at - 1] };
                    let place = self.offset + (at - gone) as u64;
                    self.end_line(before == b'\r' && byte == b'\n', place);
                }
            }
        }
        self.chunk = chunk;
        drops
    }

    /// How many blanks stand between a cell's start and a quote; `None` where the quote opens no cell.
    fn blanks_before(&self, text: &[u8]) -> Option<usize> {
        let blanks = text.iter().rev().take_while(|byte| **byte == b' ').count();
        let before = text
            .len()
            .checked_sub(blanks + 1)
            .map_or(self.last, |at| text[at]);
        let starts = before == self.delimiter || before == b'\n' || before == b'\r';
        starts.then_some(blanks)
    }

    fn end_line(&mut self, second_half: bool, place: u64) {
        if second_half {
            if let Some(last) = self.breaks.back_mut() {
                last.end = place + 1;
            }
        } else {
            self.line += 1;
            self.breaks.push_back(Break {
                start: place,
                end: place + 1,
            });
        }
        if self.quote.is_none() {
            self.record = (place + 1, self.line);
        }
    }

    fn judge(&mut self) -> io::Result<()> {
        let long = self.offset - self.record.0 > LONGEST;
        let quote = self.quote;
        let broken = match quote {
            Some(line) if self.ended || (long && !self.closes()?) => TextFault::Quote(line),
            _ if long => TextFault::Long(self.record.1),
            _ => return Ok(()),
        };
        Err(io::Error::other(broken))
    }

    /// Whether the open quote is closed further down, as a quote is: before a delimiter, a line's end or the
    /// text's. Nothing can be read on afterwards.
    fn closes(&mut self) -> io::Result<bool> {
        let mut rest = self.chunk[self.waiting.clone()].to_vec();
        let mut open = std::mem::take(&mut self.doubled);
        loop {
            for byte in rest {
                match byte {
                    b'"' => open = !open,
                    // A quote, or the last of several: it does not stand for itself.
                    byte if open => {
                        let ends = [self.delimiter, b'\n', b'\r', b' '];
                        return Ok(ends.contains(&byte));
                    }
                    _ => {}
                }
            }
            let read = read_some(&mut self.inner, &mut self.chunk)?;
            if read == 0 {
                return Ok(open);
            }
            rest = self.chunk[..read].to_vec();
        }
    }
}

impl<R: Read> Read for Watch<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() && !self.ended {
            self.refill()?;
        }
        let count = out.len().min(self.ready.len());
        out[..count].copy_from_slice(&self.chunk[self.ready.start..self.ready.start + count]);
        self.ready.start += count;
        Ok(count)
    }
}

/// Up to where a chunk can be judged: not a last quote, and not the blanks that a quote may follow.
fn certain(chunk: &[u8]) -> usize {
    let unquoted = chunk.strip_suffix(b"\"").unwrap_or(chunk);
    let blanks = unquoted
        .iter()
        .rev()
        .take_while(|byte| **byte == b' ')
        .count();
    let end = unquoted.len() - blanks;
    if end == 0 && chunk.len() > CHUNK / 2 {
        chunk.len()
    } else {
        end
    }
}

/// Moves what is not dropped together; gives its length.
fn close_up(chunk: &mut [u8], end: usize, drops: &[Range<usize>]) -> usize {
    let Some(first) = drops.first() else {
        return end;
    };
    let mut length = first.start;
    for (place, drop) in drops.iter().enumerate() {
        let stop = drops.get(place + 1).map_or(end, |next| next.start);
        chunk.copy_within(drop.end..stop, length);
        length += stop - drop.end;
    }
    length
}

/// Reads at least one byte, unless the end is reached.
fn read_some(inner: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match inner.read(out) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests;
