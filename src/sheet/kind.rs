//! Which kind of file this is, by its first bytes and never by its name. Most kinds are not read, and a person who
//! brings one wants to hear what it is and what to do instead.

use std::fs::File;
use std::io::{self, Read, Seek};

use ::zip::result::ZipError;

use super::{Format, SheetError, encoding, ndjson, phonebook};

/// How many first bytes are looked at.
const HEAD: usize = 8 << 10;

/// How many bytes of an OLE file are searched for its streams' names.
const DEEP: u64 = 64 << 20;

const SAVE_AS: &str = "save it as an Excel workbook (.xlsx) or as CSV";
const EXPORT: &str = "export the contacts as CSV or as an Excel workbook (.xlsx)";

/// Files that are told by their first bytes alone: the bytes, what it is, what to do.
const MAGIC: [(&[u8], &str, &str); 10] = [
    (b"%PDF", "a PDF document", EXPORT),
    (b"\x89PNG", "an image", EXPORT),
    (b"\xff\xd8\xff", "an image", EXPORT),
    (b"GIF8", "an image", EXPORT),
    (b"RIFF", "an image or a sound", EXPORT),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"SQLite format 3", "a database", EXPORT),
    (b"{\\rtf", "an RTF document", EXPORT),
];

/// Texts that are no tables, by how they begin (in lower case).
const TEXTS: [(&str, &str, &str); 8] = [
    ("begin:vcalendar", "a calendar", EXPORT),
    ("<!doctype html", "a web page", SAVE_AS),
    ("<html", "a web page", SAVE_AS),
    ("<table", "a web page", SAVE_AS),
    ("<?xml", "an XML document", EXPORT),
    ("{\"", "a JSON document", EXPORT),
    ("[{", "a JSON document", EXPORT),
    ("dn: ", "an LDIF file", EXPORT),
];

/// The format of a file; an error says what it is instead. The file stands at its start afterwards.
pub(super) fn recognise(name: &str, file: &mut File) -> Result<Format, SheetError> {
    let mut head = vec![0; HEAD];
    let read = encoding::fill(file, &mut head);
    let filled = read.map_err(|source| SheetError::Open {
        file: name.to_owned(),
        source,
    })?;
    let head = &head[..filled];
    let kind = if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        zip(name, file)?
    } else if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        ole(name, file)?
    } else {
        text(head)
    };
    let rewound = file.rewind();
    rewound.map_err(|source| SheetError::Open {
        file: name.to_owned(),
        source,
    })?;
    match kind {
        Content::Read(format) => Ok(format),
        Content::Other((what, help)) => Err(SheetError::Unsupported {
            file: name.to_owned(),
            what: what.to_owned(),
            help: help.to_owned(),
        }),
    }
}

enum Content {
    Read(Format),
    Other((&'static str, &'static str)),
}

fn text(head: &[u8]) -> Content {
    if let Some((_, what, help)) = MAGIC.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Content::Other((what, help));
    }
    let mut start: &[u8] = head;
    let known = encoding::detect(&mut start).unwrap_or(encoding_rs::UTF_8);
    let (decoded, _, _) = known.decode(head);
    let begins = decoded.trim_start().get(..16.min(decoded.len()));
    let begins = begins
        .unwrap_or_else(|| decoded.trim_start())
        .to_ascii_lowercase();
    if begins.starts_with("begin:vcard") {
        return Content::Read(Format::Vcard);
    }
    if begins.starts_with('<') && phonebook::is_phonebook(&decoded) {
        return Content::Read(Format::Xml);
    }
    let first = decoded.trim_start().lines().next().unwrap_or_default();
    if first.starts_with('{') && (ndjson::is_contact(first) || first.len() > HEAD / 2) {
        return Content::Read(Format::Ndjson);
    }
    if let Some((_, what, help)) = TEXTS.iter().find(|(start, ..)| begins.starts_with(start)) {
        return Content::Other((what, help));
    }
    let odd =
        |c: &char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}');
    if decoded.chars().filter(odd).count() * 10 > decoded.chars().count() {
        return Content::Other(("binary data", EXPORT));
    }
    Content::Read(Format::Csv)
}

/// What is said of a workbook whose end is missing.
const CUT: &str = "it was cut off: the list of its parts is missing";

fn zip(name: &str, file: &mut File) -> Result<Content, SheetError> {
    let mut archive = ::zip::ZipArchive::new(&mut *file).map_err(|error| SheetError::Workbook {
        file: name.to_owned(),
        why: match error {
            // The list of an archive's parts stands at its end.
            ZipError::InvalidArchive(why) if why.contains("EOCD") => CUT.to_owned(),
            error => format!("it is a damaged archive ({error})"),
        },
        help: "copy or download the file again".to_owned(),
    })?;
    let names: Vec<Vec<u8>> = archive.file_names_raw().map(<[u8]>::to_vec).collect();
    let holds = |path: &str| names.iter().any(|name| name == path.as_bytes());
    let under = |folder: &str| {
        let mut names = names.iter();
        names.any(|name| name.starts_with(folder.as_bytes()))
    };
    Ok(if holds("xl/workbook.bin") {
        Content::Read(Format::Xlsb)
    } else if holds("xl/workbook.xml") || (holds("[Content_Types].xml") && under("xl/")) {
        Content::Read(Format::Xlsx)
    } else if holds("content.xml") && is_sheet(&mut archive) {
        Content::Read(Format::Ods)
    } else if holds("content.xml") {
        Content::Other(("an OpenDocument file, and no sheet", SAVE_AS))
    } else if under("word/") {
        Content::Other(("a Word document", EXPORT))
    } else if under("Index/") {
        Content::Other(("a Numbers or Pages document", SAVE_AS))
    } else {
        Content::Other(("a zip archive", "unpack it first"))
    })
}

/// Whether an ODF file is a sheet, by the type that it states; one that states none may be.
fn is_sheet(archive: &mut ::zip::ZipArchive<&mut File>) -> bool {
    let mut stated = String::new();
    match archive.by_name("mimetype") {
        Ok(part) => {
            let read = io::Read::take(part, 200).read_to_string(&mut stated);
            read.is_err() || stated.contains("spreadsheet")
        }
        Err(_) => true,
    }
}

/// An OLE file is an Excel workbook of before 2007, or the wrapper of one with a password.
fn ole(name: &str, file: &mut File) -> Result<Content, SheetError> {
    let mut bytes = Vec::new();
    let read = file
        .rewind()
        .and_then(|()| io::Read::take(file, DEEP).read_to_end(&mut bytes));
    let names = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(&bytes, &name).is_some()
    };
    Ok(if read.is_ok() && names("EncryptedPackage") {
        let help = "open it in the spreadsheet, remove the password, save it";
        Content::Other(("a workbook with a password", help))
    } else if read.is_ok() && (names("Workbook") || names("Book")) {
        Content::Read(Format::Xls)
    } else if is_cut(&bytes) {
        return Err(SheetError::Workbook {
            file: name.to_owned(),
            why: CUT.to_owned(),
            help: "copy or download the file again".to_owned(),
        });
    } else {
        Content::Other(("a document of an old Office format", SAVE_AS))
    })
}

/// Whether the sector at which an OLE file's directory starts lies beyond its end (MS-CFB, 2.2).
fn is_cut(bytes: &[u8]) -> bool {
    let number = |at: usize| {
        let word = bytes.get(at..at + 4)?.first_chunk::<4>()?;
        Some(u64::from(u32::from_le_bytes(*word)))
    };
    let shift = bytes.get(30).copied().filter(|shift| *shift < 32);
    let (Some(shift), Some(sector)) = (shift, number(48)) else {
        return true;
    };
    (sector + 1) << shift >= bytes.len() as u64
}

#[cfg(test)]
mod tests {
    use super::super::csv::written;
    use super::*;

    fn what(bytes: &[u8]) -> String {
        match recognise("x", &mut written(bytes)) {
            Ok(format) => format!("{format:?}"),
            Err(SheetError::Unsupported { what, .. }) => what,
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn a_file_is_known_by_its_content() {
        let ole = |stream: &str| {
            let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mut head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
            head.resize(600, 0);
            // Sectors of 512 bytes; the directory stands in the first.
            head[30] = 9;
            [head, name].concat()
        };
        let utf16 = "begin:vcard"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>();
        let cases: [(&[u8], &str); 20] = [
            (b"a,b\n", "Csv"),
            (b"[Name];[Phone]\n", "Csv"),
            (b"a|\x00b\nc|d and more text\n", "Csv"),
            ("é".as_bytes(), "Csv"),
            (b"%PDF-1.7", "a PDF document"),
            (b"\xef\xbb\xbfBEGIN:VCARD\r\n", "Vcard"),
            (&utf16, "Vcard"),
            (b"{\"name\": {\"full\": \"A\"}}\n", "Ndjson"),
            (b"{\"row\": 2, \"key\": \"7\"}\n", "Ndjson"),
            (
                b"{\"row\": 2, \"position\": \"CEO\", \"primary\": true}\n",
                "Ndjson",
            ),
            (b"{\"row\": 2, \"a\": 1}\n", "a JSON document"),
            (b"{\"a\": 1}\n", "a JSON document"),
            (b"\n <!DOCTYPE html><p>", "a web page"),
            (b"[{\"name\": 1}]", "a JSON document"),
            (
                b"PK\x03\x04 cut off",
                "cannot read the workbook `x`: it was cut off",
            ),
            (&ole("EncryptedPackage"), "a workbook with a password"),
            (&ole("Workbook"), "Xls"),
            (
                &ole("Workbook")[..500],
                "cannot read the workbook `x`: it was cut off",
            ),
            (&[0, 1, 2, 3, 4, 5, 6, 0, 1, 2], "binary data"),
            (b"", "Csv"),
        ];
        for (bytes, expected) in cases {
            let found = what(bytes);
            assert!(
                found.starts_with(expected),
                "{found} for {:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}
