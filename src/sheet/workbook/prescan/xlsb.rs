//! The look ahead at a sheet of a binary workbook of since 2007 (MS-XLSB, chapter 2.4). Its records are of another
//! kind than those of the older workbooks: in zipped parts, of any length.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};

use super::super::super::xml::{Document, Node, attribute};
use super::{Merge, Prescan, Styles, u16_at, u32_at};

// Kinds of records, by their names in MS-XLSB.
const ROW_HDR: u16 = 0;
const CELL_RK: u16 = 2;
const CELL_REAL: u16 = 5;
const FMLA_NUM: u16 = 9;
const FMLA_ERROR: u16 = 11;
const FMT: u16 = 44;
const XF: u16 = 47;
const BUNDLE_SH: u16 = 156;
const MERGE_CELL: u16 = 176;
const BEGIN_CELL_XFS: u16 = 617;
const END_CELL_XFS: u16 = 618;

/// How long a record may be, in bytes: a text of 32,767 characters, twice over.
const LONGEST: u64 = 1 << 18;

type Archive = zip::ZipArchive<BufReader<File>>;

/// Looks at a sheet by its place among all sheets of the book.
pub(in super::super) fn at(file: File, place: usize) -> io::Result<Prescan> {
    let mut archive = zip::ZipArchive::new(BufReader::new(file))?;
    let styles = match part(&mut archive, "xl/styles.bin") {
        Ok(records) => styles(records)?,
        Err(_) => Styles::default(),
    };
    let Some(path) = path_of(&mut archive, place)? else {
        return Ok(Prescan::default());
    };
    sheet(part(&mut archive, &path)?, styles)
}

fn part<'a>(archive: &'a mut Archive, path: &str) -> io::Result<BinaryRecords<impl BufRead + 'a>> {
    Ok(BinaryRecords {
        input: BufReader::with_capacity(1 << 16, archive.by_name(path)?),
        data: Vec::new(),
    })
}

/// The part that holds a sheet: the workbook names a relation, and the relation a path.
fn path_of(archive: &mut Archive, place: usize) -> io::Result<Option<String>> {
    let mut sheets = Vec::new();
    part(archive, "xl/workbook.bin")?.each(|kind, data| {
        // Its state and its number stand before the relation; a sheet without one has no cells.
        sheets.extend(text(data, 8).filter(|_| kind == BUNDLE_SH));
    })?;
    let Some(id) = sheets.into_iter().nth(place) else {
        return Ok(None);
    };
    let relations = BufReader::new(archive.by_name("xl/_rels/workbook.bin.rels")?);
    let mut document = Document::new(relations);
    loop {
        match document.next()? {
            Node::Open(name, attributes)
                if name == "Relationship" && attribute(&attributes, "Id") == Some(&id) =>
            {
                let target = attribute(&attributes, "Target");
                return Ok(target.map(|target| match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None => format!("xl/{target}"),
                }));
            }
            Node::End => return Ok(None),
            _ => {}
        }
    }
}

fn styles(mut records: BinaryRecords<impl BufRead>) -> io::Result<Styles> {
    let (mut styles, mut inside) = (Styles::default(), false);
    records.each(|kind, data| match kind {
        FMT => {
            if let (Some(number), Some(code)) = (u16_at(data, 0), text(data, 2)) {
                styles.format(number, &code);
            }
        }
        BEGIN_CELL_XFS => inside = true,
        END_CELL_XFS => inside = false,
        XF if inside => styles.used.extend(u16_at(data, 2)),
        _ => {}
    })?;
    Ok(styles)
}

fn sheet(mut records: BinaryRecords<impl BufRead>, mut styles: Styles) -> io::Result<Prescan> {
    let mut look = Prescan {
        patterns: std::mem::take(&mut styles.patterns),
        ..Prescan::default()
    };
    let mut row = 0;
    records.each(|kind, data| {
        let _ = see(&mut look, &mut row, &styles, (kind, data));
    })?;
    Ok(look.sorted())
}

fn see(
    look: &mut Prescan,
    row: &mut u64,
    styles: &Styles,
    (kind, data): (u16, &[u8]),
) -> Option<()> {
    match kind {
        ROW_HDR => {
            const HIDDEN: u8 = 0x10;
            *row = u64::from(u32_at(data, 0)?) + 1;
            if data.get(11)? & HIDDEN != 0 {
                look.hidden.insert(*row);
            }
        }
        CELL_RK | CELL_REAL | FMLA_NUM => {
            let style = u32_at(data, 4)? & 0x00ff_ffff;
            look.shown((*row, u32_at(data, 0)?), styles.pattern(style as usize));
        }
        FMLA_ERROR => look.error((*row, u32_at(data, 0)?), error(*data.get(8)?)),
        MERGE_CELL => {
            let (first, last) = (u32_at(data, 0)?, u32_at(data, 4)?);
            let column = u32_at(data, 8)?;
            look.merge((first < last).then(|| Merge {
                column,
                first: u64::from(first) + 1,
                last: u64::from(last) + 1,
            }));
        }
        _ => {}
    }
    Some(())
}

/// An error's name (MS-XLSB 2.5.97.2).
fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

/// A text with its length in characters before it, at a byte of a record.
fn text(data: &[u8], at: usize) -> Option<String> {
    let length = u32_at(data, at)? as usize;
    let bytes = data.get(at + 4..)?.get(..length.checked_mul(2)?)?;
    let (units, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    Some(String::from_utf16_lossy(&units))
}

/// The records of a part.
struct BinaryRecords<R> {
    input: R,
    data: Vec<u8>,
}

impl<R: BufRead> BinaryRecords<R> {
    /// Shows each record: kind and content. One that is too long is shown cut.
    fn each(&mut self, mut see: impl FnMut(u16, &[u8])) -> io::Result<()> {
        while let Some(kind) = self.number(2)? {
            let length = u64::from(self.number(4)?.unwrap_or(0));
            self.data.clear();
            let mut content = self.input.by_ref().take(length);
            content.by_ref().take(LONGEST).read_to_end(&mut self.data)?;
            io::copy(&mut content, &mut io::sink())?;
            see(u16::try_from(kind).unwrap_or(u16::MAX), &self.data);
        }
        Ok(())
    }

    /// A number of seven bits a byte, the lowest first; none at the end.
    fn number(&mut self, most: u32) -> io::Result<Option<u32>> {
        let mut number = 0;
        for place in 0..most {
            let mut byte = [0];
            if self.input.read(&mut byte)? == 0 {
                return Ok(None);
            }
            number |= u32::from(byte[0] & 0x7f) << (7 * place);
            if byte[0] & 0x80 == 0 {
                break;
            }
        }
        Ok(Some(number))
    }
}
