//! Records of a binary workbook of since 2007 (MS-XLSB), and the archive around them. It stands alone because its
//! records are of another kind.

use std::io::Cursor;
use std::io::Write as _;

use super::{Record, joined, words};

fn text(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = u32::try_from(units.len()).expect("a short text");
    [words(&[length]), joined(&units)].concat()
}

pub(in super::super) fn row(number: u32, hidden: u8) -> Record {
    let flags = vec![0, hidden * 0x10, 0];
    (
        0,
        [words(&[number, 0]), joined(&[300]), flags, words(&[0])].concat(),
    )
}

pub(in super::super) fn label(column: u32, words_of: &str) -> Record {
    (6, [words(&[column, 0]), text(words_of)].concat())
}

pub(in super::super) fn number(column: u32, style: u32, value: f64) -> Record {
    (
        5,
        [words(&[column, style]), value.to_le_bytes().to_vec()].concat(),
    )
}

pub(in super::super) fn whole(column: u32, style: u32, value: i32) -> Record {
    (
        2,
        [
            words(&[column, style]),
            ((value << 2) | 2).to_le_bytes().to_vec(),
        ]
        .concat(),
    )
}

/// An error, of a formula or not.
pub(in super::super) fn error(kind: u16, column: u32, code: u8) -> Record {
    (
        kind,
        [words(&[column, 0]), vec![code, 0, 0], words(&[0, 0])].concat(),
    )
}

pub(in super::super) fn merge(rows: (u32, u32), columns: (u32, u32)) -> Record {
    (176, words(&[rows.0, rows.1, columns.0, columns.1]))
}

fn bytes(records: &[Record]) -> Vec<u8> {
    let of = |(kind, data): &Record| {
        let mut bytes = vec![u8::try_from(kind & 0x7f).expect("seven bits")];
        if *kind > 0x7f {
            bytes[0] |= 0x80;
            bytes.push(u8::try_from(kind >> 7).expect("seven bits"));
        }
        let low = u8::try_from(data.len() & 0x7f).expect("seven bits");
        let high = u8::try_from(data.len() >> 7).expect("a short record");
        bytes.extend([low | 0x80, high]);
        [bytes, data.clone()].concat()
    };
    records.iter().flat_map(of).collect()
}

/// A workbook of one sheet, `Clients`: dates from 1904 or not, its number formats, its styles by their formats.
pub(in super::super) fn book(
    flags: u32,
    (formats, styles): (&[(u16, &str)], &[u16]),
    cells: &[Record],
) -> Vec<u8> {
    let many = |count: usize| words(&[u32::try_from(count).expect("few")]);
    let format = |(number, code): &(u16, &str)| (44, [joined(&[*number]), text(code)].concat());
    let style = |number: &u16| (47, [joined(&[0, *number]), vec![0; 12]].concat());
    let mut look: Vec<Record> = vec![(278, vec![]), (615, many(formats.len()))];
    look.extend(formats.iter().map(format));
    look.extend([(616, vec![]), (626, many(1)), style(&164), (627, vec![])]);
    look.push((617, many(styles.len())));
    look.extend(styles.iter().map(style));
    look.extend([(618, vec![]), (279, vec![])]);
    let bundle = [words(&[0, 1]), text("rId1"), text("Clients")].concat();
    let book = [
        (131, vec![]),
        (153, words(&[flags])),
        (143, vec![]),
        (156, bundle),
    ];
    let book = [
        book.to_vec(),
        vec![(144, vec![]), (157, vec![0; 26]), (132, vec![])],
    ]
    .concat();
    let (cells, merges): (Vec<_>, Vec<_>) =
        cells.iter().cloned().partition(|(kind, _)| *kind != 176);
    let sheet = [
        vec![(129, vec![]), (148, words(&[0, 9, 0, 9])), (145, vec![])],
        cells,
        vec![(146, vec![]), (177, words(&[1]))],
        merges,
        vec![(178, vec![]), (130, vec![])],
    ];
    let relations = "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
    zipped(&[
        ("xl/workbook.bin", bytes(&book)),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes().to_vec()),
        ("xl/styles.bin", bytes(&look)),
        ("xl/worksheets/sheet1.bin", bytes(&sheet.concat())),
    ])
}

fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in parts {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*path, options).expect("memory");
        archive.write_all(content).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}
