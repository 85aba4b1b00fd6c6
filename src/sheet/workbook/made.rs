//! Binary workbooks for tests, written byte by byte from their specifications (MS-CFB, MS-XLS, MS-XLSB). It stands
//! alone because no library writes them, and their readers must be judged by something that they did not write.

/// A record: kind and content.
pub(super) type Record = (u16, Vec<u8>);

/// Joins numbers, the lowest byte of each first.
fn joined(shorts: &[u16]) -> Vec<u8> {
    shorts
        .iter()
        .flat_map(|short| short.to_le_bytes())
        .collect()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

pub(super) mod xls {
    //! Records of a workbook of before 2007.

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
        let cell =
            |value: &i32| [joined(&[style]), ((value << 2) | 2).to_le_bytes().to_vec()].concat();
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
        super::container(&[front(length), pages.concat()].concat())
    }
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

pub(super) mod xlsb {
    //! Records of a binary workbook of since 2007.

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
}
