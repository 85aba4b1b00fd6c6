//! The look ahead at a sheet of a workbook of since 2007. It reads XML. A sheet without anything to be seen costs one
//! search through its bytes.

use std::fs::File;
use std::io::{self, BufReader, Read};

use super::super::super::xml::{Document, Node, attribute};
use super::positioned::Positioned;
use super::{Merge, Prescan};

/// Looks at the sheet of this name.
pub(in super::super) fn at(file: File, sheet: &str) -> io::Result<Prescan> {
    let named = first_of(file, |name| name == sheet, usize::MAX)?;
    Ok(named.map_or_else(Prescan::default, |(_, look)| look))
}

/// Looks at the only sheet of a workbook, whose name it gives: that can be done before anything else is known of it.
pub(in super::super) fn at_the_only(file: File) -> io::Result<Option<(String, Prescan)>> {
    first_of(file, |_| true, 1)
}

/// Looks at the sheet whose name is wanted, where the workbook has no more than so many of them.
fn first_of(
    file: File,
    is_wanted: impl Fn(&str) -> bool,
    most: usize,
) -> io::Result<Option<(String, Prescan)>> {
    let mut archive = zip::ZipArchive::new(BufReader::new(Positioned::of(file)))?;
    let Some((name, path)) = path_of(&mut archive, is_wanted, most)? else {
        return Ok(None);
    };
    if !has_more(archive.by_name(&path)?)? {
        return Ok(Some((name, Prescan::default())));
    }
    let part = archive.by_name(&path)?;
    let look = read(Document::new(BufReader::with_capacity(1 << 16, part)))?;
    Ok(Some((name, look)))
}

type Archive = zip::ZipArchive<BufReader<Positioned>>;

/// A sheet's name, and the part that holds it: the workbook names a relation, and the relation a path.
fn path_of(
    archive: &mut Archive,
    is_wanted: impl Fn(&str) -> bool,
    most: usize,
) -> io::Result<Option<(String, String)>> {
    let (mut found, mut sheets) = (None, 0);
    each(archive, "xl/workbook.xml", |name, attributes| {
        let sheet = attribute(attributes, "name").filter(|_| name == "sheet");
        sheets += usize::from(name == "sheet");
        if let Some(sheet) = sheet.filter(|sheet| is_wanted(sheet)) {
            let mut ids = attributes.iter();
            let id = ids.find(|(key, value)| key == "id" && value.parse::<u64>().is_err());
            found = id.map(|(_, value)| (sheet.to_owned(), value.clone()));
        }
    })?;
    let Some((name, id)) = found.filter(|_| sheets <= most) else {
        return Ok(None);
    };
    let mut path = None;
    each(archive, "xl/_rels/workbook.xml.rels", |name, attributes| {
        if name == "Relationship" && attribute(attributes, "Id") == Some(&id) {
            path = attribute(attributes, "Target").map(|target| match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("xl/{target}"),
            });
        }
    })?;
    Ok(path.map(|path| (name, path)))
}

fn each(
    archive: &mut Archive,
    part: &str,
    mut see: impl FnMut(&str, &[(String, String)]),
) -> io::Result<()> {
    let part = BufReader::new(archive.by_name(part)?);
    let mut document = Document::new(part);
    loop {
        match document.next()? {
            Node::Open(name, attributes) => see(&name, &attributes),
            Node::End => return Ok(()),
            _ => {}
        }
    }
}

/// Whether the part has anything to be looked at.
fn has_more(mut part: impl Read) -> io::Result<bool> {
    const SIGNS: [&[u8]; 4] = [b"hidden=\"1", b"hidden=\"t", b"mergeCell", b"<f"];
    const OVERLAP: usize = 16;
    let mut chunk = vec![0; 1 << 18];
    let mut kept = 0;
    loop {
        let read = part.read(&mut chunk[kept..])?;
        if read == 0 {
            return Ok(false);
        }
        let filled = kept + read;
        let found = |sign: &&[u8]| memchr::memmem::find(&chunk[..filled], sign).is_some();
        if SIGNS.iter().any(found) {
            return Ok(true);
        }
        kept = filled.min(OVERLAP);
        chunk.copy_within(filled - kept..filled, 0);
    }
}

fn read<R: io::BufRead>(mut document: Document<R>) -> io::Result<Prescan> {
    let mut look = Prescan::default();
    let (mut row, mut column) = (0, 0);
    let (mut formula, mut valued, mut inside, mut text) = (false, false, false, false);
    loop {
        match document.next()? {
            Node::Open(name, attributes) => match name.as_str() {
                "row" => {
                    row = number(&attributes).unwrap_or(row + 1);
                    column = 0;
                    let hidden = attribute(&attributes, "hidden");
                    if matches!(hidden, Some("1" | "true")) {
                        look.hidden.insert(row);
                    }
                }
                "c" => {
                    let place = attribute(&attributes, "r").and_then(place);
                    column = place.map_or(column + 1, |(_, column)| column + 1);
                    // The value of a formula that gives text may be empty.
                    text = attribute(&attributes, "t") == Some("str");
                    (formula, valued, inside) = (false, false, false);
                }
                "f" => formula = true,
                "is" => valued = true,
                "v" => inside = true,
                "mergeCell" => {
                    let range = attribute(&attributes, "ref").and_then(merge);
                    look.merge(range);
                }
                _ => {}
            },
            Node::Close(name) => match name.as_str() {
                "v" => valued |= text,
                "c" if formula && !valued => look.formula((row, column - 1)),
                _ => {}
            },
            Node::Text(value) => valued |= inside && !value.is_empty(),
            Node::End => return Ok(look.sorted()),
        }
    }
}

fn number(attributes: &[(String, String)]) -> Option<u64> {
    attribute(attributes, "r")?.parse().ok()
}

/// `B7` as row 7, column 1.
fn place(text: &str) -> Option<(u64, u32)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = text.split_at(digits);
    let mut column = 0_u32;
    for letter in letters.bytes() {
        let value = u32::from(letter.to_ascii_uppercase().checked_sub(b'A')?) + 1;
        column = column.checked_mul(26)?.checked_add(value)?;
    }
    Some((row.parse().ok()?, column.checked_sub(1)?))
}

/// A range over several rows.
fn merge(range: &str) -> Option<Merge> {
    let (from, to) = range.split_once(':')?;
    let ((first, column), (last, _)) = (place(from)?, place(to)?);
    (first < last).then_some(Merge {
        column,
        first,
        last,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_without_a_value_are_found() {
        let sheet = "<worksheet><sheetData><row r=\"2\"><c r=\"A2\"><f>1+1</f><v>2</v></c><c r=\"B2\"><f>1</f></c>\
                     <c r=\"C2\" t=\"str\"><f>x</f><v></v></c><c><f>1</f><v/></c></row><row hidden=\"1\"/></sheetData>\
                     <mergeCells><mergeCell ref=\"B2:C4\"/><mergeCell ref=\"A1:F1\"/></mergeCells></worksheet>";
        let look = read(Document::new(sheet.as_bytes())).expect("sound");
        let found: Vec<u32> = look.formulas_without_value(2).collect();
        assert_eq!(found, [1, 3]);
        assert!(look.hides(3) && !look.hides(2));
        let merges: Vec<_> = look
            .merges
            .iter()
            .map(|m| (m.column, m.first, m.last))
            .collect();
        assert_eq!(merges, [(1, 2, 4)]);
        assert_eq!(place("XFD1048576"), Some((1_048_576, 16_383)));
        assert_eq!(place("7"), None);
    }
}
