//! The look ahead at a sheet of a workbook of before 2007: the records of its stream (MS-XLS, chapter 2.4). Those
//! records say in numbers what later formats say in words.

use std::fs::File;
use std::io;

use super::super::ole;
use super::{Merge, Prescan, Styles, u16_at, u32_at};

// Kinds of records, by their names in MS-XLS.
const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000a;
const BOUND_SHEET: u16 = 0x0085;
const MUL_RK: u16 = 0x00bd;
const XF: u16 = 0x00e0;
const MERGE_CELLS: u16 = 0x00e5;
const RECALC_ID: u16 = 0x01c1;
const NUMBER: u16 = 0x0203;
const ROW: u16 = 0x0208;
const RK: u16 = 0x027e;
const FORMAT: u16 = 0x041e;
const BOF: u16 = 0x0809;

/// Version of the records since Excel 97; before it, texts are bytes.
const BIFF8: u16 = 0x0600;

/// Looks at a sheet by its place among all sheets of the book.
pub(in super::super) fn at(file: File, place: usize) -> io::Result<Prescan> {
    let stream = ole::stream(file, &["Workbook", "Book"])?;
    Ok(look(&stream, place).unwrap_or_default())
}

fn look(stream: &[u8], place: usize) -> Option<Prescan> {
    let book = Globals::of(stream);
    let sheet = stream.get(*book.sheets.get(place)? as usize..)?;
    Some(book.sheet(sheet))
}

/// The records of a stream: kind and content. What follows a broken one is not seen.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, 0)?, u16_at(stream, 2)?);
        let (data, rest) = stream.get(4..)?.split_at_checked(length.into())?;
        stream = rest;
        Some((kind, data))
    })
}

/// What stands before the sheets.
#[derive(Default)]
struct Globals {
    styles: Styles,
    /// Where each sheet starts.
    sheets: Vec<u32>,
    /// Whether a spreadsheet wrote it that computes what it writes.
    computed: bool,
}

impl Globals {
    fn of(stream: &[u8]) -> Self {
        let (mut book, mut version) = (Self::default(), BIFF8);
        for (kind, data) in records(stream) {
            match kind {
                BOF => version = u16_at(data, 0).unwrap_or(BIFF8),
                FORMAT => {
                    if let (Some(number), Some(code)) = (u16_at(data, 0), code(data, version)) {
                        book.styles.format(number, &code);
                    }
                }
                XF => book.styles.used.extend(u16_at(data, 2)),
                BOUND_SHEET => book.sheets.extend(u32_at(data, 0)),
                RECALC_ID => book.computed = true,
                EOF => break,
                _ => {}
            }
        }
        book
    }

    /// Looks at a sheet, from its beginning to its end; charts inside it have cells of their own.
    fn sheet(mut self, stream: &[u8]) -> Prescan {
        let mut look = Prescan {
            patterns: std::mem::take(&mut self.styles.patterns),
            ..Prescan::default()
        };
        let mut depth = 0_u32;
        for (kind, data) in records(stream) {
            match kind {
                BOF => depth += 1,
                EOF if depth <= 1 => break,
                EOF => depth -= 1,
                _ if depth > 1 => {}
                ROW => look.hidden.extend(hidden(data)),
                MERGE_CELLS => merges(data, &mut look),
                _ => {
                    let _ = self.cell(kind, data, &mut look);
                }
            }
        }
        look.sorted()
    }

    fn cell(&self, kind: u16, data: &[u8], look: &mut Prescan) -> Option<()> {
        let (row, column) = (u64::from(u16_at(data, 0)?) + 1, u16_at(data, 2)?.into());
        let mut shown = |column: u32, style: u16| {
            look.shown((row, column), self.styles.pattern(style.into()));
        };
        match kind {
            NUMBER | RK => shown(column, u16_at(data, 4)?),
            // Two bytes of style and four of value for each cell; the last column stands behind them.
            MUL_RK => {
                let cells = data.get(4..data.len().checked_sub(2)?)?;
                for (column, cell) in (column..).zip(cells.chunks_exact(6)) {
                    shown(column, u16_at(cell, 0)?);
                }
            }
            FORMULA => {
                shown(column, u16_at(data, 4)?);
                if !self.computed && is_uncomputed(data)? {
                    look.formula((row, column));
                }
            }
            _ => {}
        }
        Some(())
    }
}

/// A formula's value that nobody computed: the empty text, or 0 with the wish to be computed on opening.
fn is_uncomputed(formula: &[u8]) -> Option<bool> {
    const ON_OPENING: u16 = 2;
    let value = formula.get(6..14)?;
    let empty = value[0] == 3 && value[6..] == [0xff, 0xff];
    let zero = value == [0; 8] && u16_at(formula, 14)? & ON_OPENING != 0;
    Some(empty || zero)
}

/// The row, from 1, if it is hidden.
fn hidden(row: &[u8]) -> Option<u64> {
    const HIDDEN: u16 = 0x20;
    let options = u16_at(row, 12)?;
    (options & HIDDEN != 0).then_some(u64::from(u16_at(row, 0)?) + 1)
}

fn merges(data: &[u8], look: &mut Prescan) {
    for range in data.get(2..).unwrap_or_default().chunks_exact(8) {
        let at = |place| u16_at(range, place);
        let (Some(first), Some(last), Some(column)) = (at(0), at(2), at(4)) else {
            return;
        };
        look.merge((first < last).then(|| Merge {
            column: column.into(),
            first: u64::from(first) + 1,
            last: u64::from(last) + 1,
        }));
    }
}

/// The code of a number format.
fn code(data: &[u8], version: u16) -> Option<String> {
    if version < BIFF8 {
        let length = usize::from(*data.get(2)?);
        return Some(narrow(data.get(3..3 + length)?));
    }
    let (length, wide) = (usize::from(u16_at(data, 2)?), data.get(4)? & 1 != 0);
    if !wide {
        return Some(narrow(data.get(5..5 + length)?));
    }
    let (units, _) = data.get(5..5 + 2 * length)?.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    Some(String::from_utf16_lossy(&units))
}

fn narrow(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
