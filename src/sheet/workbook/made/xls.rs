//! Records of a workbook of before 2007 (MS-XLS), and the compound file around them (MS-CFB). It stands alone because
//! two containers, the stream and the mini stream, must be made.

use super::{Record, joined, words};

fn text(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = u16::try_from(units.len()).expect("a short text");
    [joined(&[length]), vec![1], joined(&units)].concat()
}

pub(in super::super) fn format(number: u16, code: &str) -> Record {
    (0x041e, [joined(&[number]), text(code)].concat())
}

pub(in super::super) fn style(format: u16) -> Record {
    (0x00e0, [joined(&[0, format]), vec![0; 16]].concat())
}

pub(in super::super) fn label(row: u16, column: u16, words: &str) -> Record {
    (0x0204, [joined(&[row, column, 0]), text(words)].concat())
}

pub(in super::super) fn number((row, column, style): (u16, u16, u16), value: f64) -> Record {
    let value = value.to_le_bytes().to_vec();
    (0x0203, [joined(&[row, column, style]), value].concat())
}

/// Whole numbers side by side, from a column on.
pub(in super::super) fn side_by_side(
    (row, column, style): (u16, u16, u16),
    values: &[i32],
) -> Record {
    let cell = |value: &i32| [joined(&[style]), ((value << 2) | 2).to_le_bytes().to_vec()].concat();
    let cells: Vec<u8> = values.iter().flat_map(cell).collect();
    let last = column + u16::try_from(values.len()).expect("few") - 1;
    (
        0x00bd,
        [joined(&[row, column]), cells, joined(&[last])].concat(),
    )
}

pub(in super::super) fn error(row: u16, column: u16, code: u8) -> Record {
    (0x0205, [joined(&[row, column, 0]), vec![code, 1]].concat())
}

pub(in super::super) fn formula(
    (row, column, style): (u16, u16, u16),
    value: [u8; 8],
    flags: u16,
) -> Record {
    let rest = [value.to_vec(), joined(&[flags, 0, 0, 0])].concat();
    (0x0006, [joined(&[row, column, style]), rest].concat())
}

pub(in super::super) fn hidden(row: u16) -> Record {
    (0x0208, joined(&[row, 0, 9, 255, 0, 0, 0x0120, 15]))
}

pub(in super::super) fn merge(rows: (u16, u16), columns: (u16, u16)) -> Record {
    (0x00e5, joined(&[1, rows.0, rows.1, columns.0, columns.1]))
}

fn begin(kind: u16) -> Record {
    (0x0809, [joined(&[0x0600, kind, 0, 0]), vec![0; 8]].concat())
}

fn bytes(records: &[Record]) -> Vec<u8> {
    let of = |(kind, data): &Record| {
        let length = u16::try_from(data.len()).expect("a short record");
        [joined(&[*kind, length]), data.clone()].concat()
    };
    records.iter().flat_map(of).collect()
}

/// A workbook: what stands before its sheets, and the records of each.
pub(in super::super) fn book(globals: &[Record], sheets: &[(&str, Vec<Record>)]) -> Vec<u8> {
    let end: Record = (0x000a, Vec::new());
    let bound = |start: usize, name: &str| -> Record {
        let units = name.as_bytes().to_vec();
        let length = u8::try_from(units.len()).expect("a short name");
        let start = words(&[u32::try_from(start).expect("a small book")]);
        (0x0085, [start, vec![0, 0, length, 0], units].concat())
    };
    let pages: Vec<Vec<u8>> = sheets
        .iter()
        .map(|(_, records)| {
            let framed = [vec![begin(0x10)], records.clone(), vec![end.clone()]];
            bytes(&framed.concat())
        })
        .collect();
    let front = |at: usize| {
        let mut records = [vec![begin(5)], globals.to_vec()].concat();
        let mut start = at;
        for ((name, _), page) in sheets.iter().zip(&pages) {
            records.push(bound(start, name));
            start += page.len();
        }
        records.push(end.clone());
        bytes(&records)
    };
    let length = front(0).len();
    container(&[front(length), pages.concat()].concat())
}

const END: u32 = 0xffff_fffe;

/// A compound file with one stream, `Workbook`: in the mini stream where it is short, as the format demands.
fn container(stream: &[u8]) -> Vec<u8> {
    let sectors =
        |length: usize, size: usize| u32::try_from(length.div_ceil(size)).expect("a small file");
    let is_mini = stream.len() < 4096;
    let (body, minis) = (sectors(stream.len(), 512), sectors(stream.len(), 64));
    // Sector 0 is the table, 1 the directory, 2 the table of the mini stream, the rest the stream.
    let first = if is_mini { 3 } else { 2 };
    let chain = |first: u32, count: u32| (first + 1..first + count).chain([END]);
    let mut table = vec![0xffff_fffd, END];
    table.extend(is_mini.then_some(END));
    table.extend(chain(first, body));
    let padded = |mut bytes: Vec<u8>, fill: u8| {
        bytes.resize(bytes.len().next_multiple_of(512), fill);
        bytes
    };
    let length = u32::try_from(stream.len()).expect("a small file");
    let (root, book) = if is_mini { (first, 0) } else { (END, first) };
    let directory = [
        entry("Root Entry", 5, root, body * 512),
        entry("Workbook", 2, book, length),
    ]
    .concat();
    let mini_table = if is_mini {
        padded(words(&chain(0, minis).collect::<Vec<_>>()), 0xff)
    } else {
        Vec::new()
    };
    let mut head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    head.extend([0; 16]);
    head.extend(joined(&[0x3e, 3, 0xfffe, 9, 6, 0, 0, 0]));
    let mini_start = if is_mini { 2 } else { END };
    head.extend(words(&[
        0,
        1,
        1,
        0,
        4096,
        mini_start,
        u32::from(is_mini),
        END,
        0,
        0,
    ]));
    head.resize(512, 0xff);
    let parts = [
        head,
        padded(words(&table), 0xff),
        padded(directory, 0),
        mini_table,
        padded(stream.to_vec(), 0),
    ];
    parts.concat()
}

fn entry(name: &str, kind: u8, start: u32, length: u32) -> Vec<u8> {
    let mut bytes = joined(&name.encode_utf16().collect::<Vec<_>>());
    let named = u16::try_from(bytes.len() + 2).expect("a short name");
    bytes.resize(64, 0);
    bytes.extend(joined(&[named, u16::from(kind)]));
    bytes.extend(words(&[u32::MAX; 3]));
    bytes.resize(116, 0);
    bytes.extend(words(&[start, length, 0]));
    bytes
}
