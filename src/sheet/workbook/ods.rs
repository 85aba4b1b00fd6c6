//! ODF sheets (`.ods`), row by row. It stands alone because the file says what every cell shows: a phone number kept
//! as a quantity stands there with its leading zero, which a reader of values would lose.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek as _};
use std::ops::ControlFlow;

use super::super::row::Remark;
use super::super::xml::{Document, Node, attribute};
use super::super::{Row, SheetError, Table};
use super::gather::reach;
use super::{HIDDEN_ROW, Opened, Sheet, choose, locked, numbers, weigh, wrong};

/// How many rows a sheet has at most.
const DEEPEST: u64 = 1 << 20;

/// How many merged cells are remembered at a time.
const MERGES: usize = 10_000;

const CONTENT: &str = "content.xml";

struct Book {
    name: String,
    file: File,
    /// Which of the file's tables is read.
    place: usize,
}

pub(super) fn open(name: &str, mut file: File, hint: Option<&str>) -> Result<Opened, SheetError> {
    weigh(name, &mut file)?;
    let failed = |error: io::Error| wrong(name, error.to_string());
    if is_locked(&file).map_err(failed)? {
        return Err(locked(name));
    }
    let sheets = sheets(&file).map_err(failed)?;
    let (place, notes) = choose(name, &sheets, hint)?;
    let sheet = sheets.into_iter().nth(place).map(|sheet| sheet.name);
    let sheet = sheet.ok_or_else(|| wrong(name, "it has no sheet with cells"))?;
    let table = Box::new(Book {
        name: name.to_owned(),
        file,
        place,
    });
    Ok(Opened {
        table,
        sheet,
        notes,
    })
}

type Part<'f> = BufReader<zip::read::ZipFile<'f, BufReader<&'f File>>>;

/// Runs over a part of the archive.
fn with_part<T>(
    mut file: &File,
    part: &str,
    run: impl FnOnce(Document<Part<'_>>) -> io::Result<T>,
) -> io::Result<T> {
    file.rewind()?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file))?;
    let part = archive.by_name(part)?;
    run(Document::new(BufReader::with_capacity(1 << 16, part)))
}

fn is_locked(file: &File) -> io::Result<bool> {
    let found = with_part(file, "META-INF/manifest.xml", |mut document| {
        loop {
            match document.next()? {
                Node::Open(name, _) if name == "encryption-data" => return Ok(true),
                Node::End => return Ok(false),
                _ => {}
            }
        }
    });
    // A file without a manifest is odd, and readable.
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other,
    }
}

/// The tables of the file. A table is hidden by its style, which stands before it.
fn sheets(file: &File) -> io::Result<Vec<Sheet>> {
    with_part(file, CONTENT, |mut document| {
        let (mut sheets, mut hidden, mut style) = (Vec::new(), Vec::new(), String::new());
        let mut depth = 0;
        loop {
            match document.next()? {
                Node::Open(name, attributes) => match name.as_str() {
                    "style" => {
                        attribute(&attributes, "name")
                            .unwrap_or_default()
                            .clone_into(&mut style);
                    }
                    "table-properties" if attribute(&attributes, "display") == Some("false") => {
                        hidden.push(style.clone());
                    }
                    "table" => {
                        depth += 1;
                        let name = attribute(&attributes, "name").unwrap_or_default();
                        let styled = attribute(&attributes, "style-name").unwrap_or_default();
                        sheets.extend((depth == 1).then(|| Sheet {
                            name: name.to_owned(),
                            visible: !hidden.iter().any(|style| style == styled),
                        }));
                    }
                    _ => {}
                },
                Node::Close(name) if name == "table" => depth -= 1,
                Node::End => return Ok(sheets),
                _ => {}
            }
        }
    })
}

impl Table for Book {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let (name, place) = (self.name.as_str(), self.place);
        let mut stopped = None;
        let read = with_part(&self.file, CONTENT, |document| {
            let mut reading = Reading::new(name, document);
            reading.find(place)?;
            stopped = reading.rows(each).err();
            reading.failed.map_or(Ok(()), Err)
        });
        match (stopped, read) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(wrong(name, error.to_string())),
            (None, Ok(())) => Ok(()),
        }
    }
}

struct Reading<'n, R> {
    name: &'n str,
    document: Document<R>,
    /// The row that the next one is.
    number: u64,
    /// Cells that cover those below them: the column, the last row, the cell.
    merged: Vec<(u32, u64, Cell)>,
    failed: Option<io::Error>,
}

/// A cell: what it shows, what it is, how often it stands, and how many rows it covers.
#[derive(Clone, Default)]
struct Cell {
    kind: String,
    value: String,
    shown: String,
    times: u32,
    rows: u32,
}

impl Cell {
    fn is_blank(&self) -> bool {
        self.shown.trim().is_empty() && self.value.is_empty()
    }
}

impl<'n, R: BufRead> Reading<'n, R> {
    fn new(name: &'n str, document: Document<R>) -> Self {
        Self {
            name,
            document,
            number: 1,
            merged: Vec::new(),
            failed: None,
        }
    }

    /// Reads up to the start of a table.
    fn find(&mut self, place: usize) -> io::Result<()> {
        let (mut depth, mut seen) = (0, 0);
        loop {
            match self.document.next()? {
                Node::Open(name, _) if name == "table" => {
                    if depth == 0 && seen == place {
                        return Ok(());
                    }
                    seen += usize::from(depth == 0);
                    depth += 1;
                }
                Node::Close(name) if name == "table" => depth -= 1,
                Node::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn node(&mut self) -> Node {
        self.document.next().unwrap_or_else(|error| {
            self.failed = Some(error);
            Node::End
        })
    }

    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        loop {
            match self.node() {
                Node::Open(name, attributes) if name == "table-row" => {
                    let times = repeated(&attributes, "number-rows-repeated");
                    let hidden =
                        attribute(&attributes, "visibility").is_some_and(|v| v != "visible");
                    let row = self.row(hidden)?;
                    for _ in 0..if row.is_blank() { 0 } else { times } {
                        let mut copy = row.clone();
                        copy.number = self.number;
                        self.number += 1;
                        if self.number > DEEPEST + 1 {
                            return Err(wrong(self.name, "it has more rows than a sheet can have"));
                        }
                        if each(copy).is_break() {
                            return Ok(());
                        }
                    }
                    if row.is_blank() {
                        self.number = self.number.saturating_add(u64::from(times));
                    }
                }
                // A table inside a cell is passed over with its cell; this is the end of ours.
                Node::Close(name) if name == "table" => return Ok(()),
                Node::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn row(&mut self, hidden: bool) -> Result<Row, SheetError> {
        self.merged.retain(|(_, last, _)| *last >= self.number);
        let mut row = Row::new(self.number);
        let (mut column, mut filled): (u32, Vec<(u32, Cell)>) = (0, Vec::new());
        loop {
            match self.node() {
                Node::Open(name, attributes)
                    if name == "table-cell" || name == "covered-table-cell" =>
                {
                    let cell = self.cell(&name, &attributes);
                    if cell.is_blank() && name == "covered-table-cell" {
                        filled.extend(self.covering(column, cell.times));
                    } else {
                        self.put(&mut row, column, &cell)?;
                    }
                    column = column.saturating_add(cell.times);
                }
                Node::Close(name) if name == "table-row" => break,
                Node::End => break,
                _ => {}
            }
        }
        let mut row = with_filled(row, &filled);
        if hidden {
            row.remark(Remark {
                code: &HIDDEN_ROW,
                column: None,
                found: String::new(),
                message: "the row is hidden in the sheet".into(),
            });
        }
        Ok(row)
    }

    fn put(&mut self, row: &mut Row, column: u32, cell: &Cell) -> Result<(), SheetError> {
        if cell.is_blank() {
            return Ok(());
        }
        for repeat in 0..cell.times {
            reach(self.name, row, column.saturating_add(repeat))?;
            push(row, cell);
        }
        if cell.rows > 1 && self.merged.len() < MERGES {
            let last = self.number.saturating_add(u64::from(cell.rows) - 1);
            self.merged.push((column, last, cell.clone()));
        }
        Ok(())
    }

    /// The merged cells that begin in one of these columns further up: a merged cell holds its value for every row
    /// that it covers, in its first column.
    fn covering(&self, column: u32, times: u32) -> impl Iterator<Item = (u32, Cell)> {
        let columns = column..column.saturating_add(times);
        let begun = self.merged.iter();
        begun
            .filter(move |(first, ..)| columns.contains(first))
            .map(|(first, _, cell)| (*first, cell.clone()))
    }

    fn cell(&mut self, element: &str, attributes: &[(String, String)]) -> Cell {
        let of = |name| attribute(attributes, name).unwrap_or_default().to_owned();
        let kind = of("value-type");
        let mut cell = Cell {
            value: match kind.as_str() {
                "date" => of("date-value"),
                "boolean" => of("boolean-value"),
                "string" => of("string-value"),
                _ => of("value"),
            },
            kind,
            shown: String::new(),
            times: repeated(attributes, "number-columns-repeated"),
            rows: repeated(attributes, "number-rows-spanned"),
        };
        // Comments and drawings stand inside their cell, and are no value of it.
        let (mut aside, mut paragraphs) = (0_u32, 0_u32);
        loop {
            match self.node() {
                Node::Open(name, attributes) => match name.as_str() {
                    "annotation" | "frame" | "table" | "custom-shape" | "control" => aside += 1,
                    "p" | "h" if aside == 0 => {
                        if paragraphs > 0 {
                            cell.shown.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "line-break" if aside == 0 => cell.shown.push('\n'),
                    "tab" if aside == 0 => cell.shown.push('\t'),
                    "s" if aside == 0 => {
                        let times = repeated(&attributes, "c").min(1000);
                        cell.shown.extend(std::iter::repeat_n(' ', times as usize));
                    }
                    _ => {}
                },
                Node::Text(text) if aside == 0 && paragraphs > 0 => cell.shown.push_str(&text),
                Node::Text(_) => {}
                Node::Close(name) => match name.as_str() {
                    "annotation" | "frame" | "table" | "custom-shape" | "control" => {
                        aside = aside.saturating_sub(1);
                    }
                    name if name == element && aside == 0 => return cell,
                    _ => {}
                },
                Node::End => return cell,
            }
        }
    }
}

/// The row with what merged cells further up put into it; a row that has nothing else stays blank.
fn with_filled(row: Row, filled: &[(u32, Cell)]) -> Row {
    if row.is_blank() || filled.is_empty() {
        return row;
    }
    let mut texts: Vec<(u32, String)> = Vec::new();
    for (column, cell) in filled {
        let mut shown = Row::new(row.number);
        push(&mut shown, cell);
        texts.push((*column, shown.cell(0).to_owned()));
    }
    texts.sort_by_key(|(column, _)| *column);
    let texts: Vec<(u32, &str)> = texts
        .iter()
        .map(|(at, text)| (*at, text.as_str()))
        .collect();
    row.with_cells(&texts)
}

fn repeated(attributes: &[(String, String)], name: &str) -> u32 {
    let times = attribute(attributes, name).and_then(|text| text.parse().ok());
    times.unwrap_or(1)
}

fn push(row: &mut Row, cell: &Cell) {
    match cell.kind.as_str() {
        "float" | "percentage" | "currency" => match cell.value.parse::<f64>() {
            Ok(value) => push_number(row, value, &cell.shown),
            Err(_) => row.push(&cell.shown),
        },
        "date" => row.push(cell.value.strip_suffix("T00:00:00").unwrap_or(&cell.value)),
        "boolean" => row.push(if cell.value == "true" {
            "TRUE"
        } else {
            "FALSE"
        }),
        _ if cell.shown.is_empty() => row.push(&cell.value),
        _ => row.push(&cell.shown),
    }
}

/// What is shown, where it is the same number: with leading zeros, blanks or a plus; else the number itself.
fn push_number(row: &mut Row, value: f64, shown: &str) {
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    let plain = numbers::shown(value, None);
    let phone = |c: char| c.is_ascii_digit() || " .-+()/\u{a0}\u{202f}".contains(c);
    let same = digits.trim_start_matches('0') == plain && shown.chars().all(phone);
    if same {
        row.push_number(shown);
    } else {
        numbers::push(row, value, None);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::super::csv::written;
    use super::*;

    /// A file whose sheets are these elements.
    fn file(styles: &str, tables: &str) -> Vec<u8> {
        let mut bytes = io::Cursor::new(Vec::new());
        let mut archive = zip::ZipWriter::new(&mut bytes);
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(CONTENT, options).expect("memory");
        let content = format!(
            "<?xml version=\"1.0\"?><office:document-content><office:automatic-styles>{styles}</office:automatic-styles>\
             <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
        );
        archive.write_all(content.as_bytes()).expect("memory");
        archive.finish().expect("memory");
        bytes.into_inner()
    }

    fn rows(bytes: &[u8], hint: Option<&str>) -> Result<Vec<Row>, SheetError> {
        let mut opened = open("x.ods", written(bytes), hint)?;
        let mut rows = Vec::new();
        opened.table.rows(&mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    fn texts(row: &Row) -> Vec<&str> {
        row.cells().collect()
    }

    const CELLS: &str = "<table:table table:name=\"A\"><table:table-row><table:table-cell office:value-type=\"string\">\
         <text:p>Nom</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"2\"/>\
         <table:table-cell><text:p>T<text:span>el</text:span><text:s text:c=\"2\"/>1 &amp; 2</text:p><text:p>b</text:p>\
         <office:annotation><text:p>aside</text:p></office:annotation></table:table-cell></table:table-row>\
         <table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>\
         <table:table-row table:visibility=\"collapse\" table:number-rows-repeated=\"2\">\
         <table:table-cell office:value-type=\"float\" office:value=\"612345678\"><text:p>06 12 34 56 78</text:p></table:table-cell>\
         <table:table-cell office:value-type=\"float\" office:value=\"1234\"><text:p>1.2E+03</text:p></table:table-cell>\
         <table:table-cell office:value-type=\"date\" office:date-value=\"2021-01-02T00:00:00\"><text:p>02/01/21</text:p></table:table-cell>\
         <table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"><text:p>VRAI</text:p></table:table-cell>\
         <table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell/></table:table-row></table:table>";

    #[test]
    fn cells_are_read_as_the_sheet_shows_them() {
        let rows = rows(&file("", CELLS), None).expect("readable");
        let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 5, 6]);
        assert_eq!(texts(&rows[0]), ["Nom", "", "", "Tel  1 & 2\nb"]);
        assert_eq!(
            texts(&rows[1]),
            ["06 12 34 56 78", "1234", "2021-01-02", "TRUE"]
        );
        assert!(rows[1].is_number(0) && !rows[1].is_number(2));
        assert_eq!(rows[1].remarks()[0].code.id, "sheet.hidden-row");
    }

    #[test]
    fn the_first_visible_sheet_is_read_and_the_others_are_named() {
        let styles = "<style:style style:name=\"ta2\"><style:table-properties table:display=\"false\"/></style:style>";
        let sheet = |name: &str, style: &str| {
            format!(
                "<table:table table:name=\"{name}\" table:style-name=\"{style}\"><table:table-row><table:table-cell>\
                 <text:p>{name}1</text:p></table:table-cell></table:table-row></table:table>"
            )
        };
        let bytes = file(styles, &(sheet("Old", "ta2") + &sheet("New", "ta1")));
        let opened = open("x.ods", written(&bytes), None).expect("readable");
        assert_eq!(opened.sheet, "New");
        assert!(
            opened.notes[0].contains("`Old` (hidden)"),
            "{:?}",
            opened.notes
        );
        assert_eq!(
            texts(&rows(&bytes, Some("1")).expect("readable")[0]),
            ["Old1"]
        );
    }

    #[test]
    fn a_merged_cell_holds_its_value_for_the_rows_that_it_covers() {
        let row = |cells: &[&str]| format!("<table:table-row>{}</table:table-row>", cells.concat());
        let cell = |attributes: &str, text: &str| {
            format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
        };
        let covered = "<table:covered-table-cell/>";
        let two = "<table:covered-table-cell table:number-columns-repeated=\"2\"/>";
        let tall = cell("table:number-rows-spanned=\"3\"", "Exemple");
        let wide = "table:number-columns-spanned=\"2\" table:number-rows-spanned=\"2\"";
        let table = [
            row(&[
                &cell("", "Company"),
                &cell("", "Group"),
                &cell("", "x"),
                &cell("", "Name"),
            ]),
            row(&[&tall, &cell(wide, "Clients"), covered, &cell("", "a")]),
            row(&[covered, two, &cell("", "b")]),
            row(&[covered]),
            row(&[
                "<table:table-cell/>",
                "<table:table-cell/>",
                "<table:table-cell/>",
                &cell("", "c"),
            ]),
        ];
        let table = format!(
            "<table:table table:name=\"A\">{}</table:table>",
            table.concat()
        );
        let rows = rows(&file("", &table), None).expect("readable");
        let expected = [
            vec!["Company", "Group", "x", "Name"],
            vec!["Exemple", "Clients", "", "a"],
            vec!["Exemple", "Clients", "", "b"],
            vec!["", "", "", "c"],
        ];
        assert_eq!(rows.iter().map(texts).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_endless_sheet_is_refused() {
        let cell = "<table:table-cell><text:p>x</text:p></table:table-cell>";
        let rows_of = |times: &str| {
            format!(
                "<table:table table:name=\"A\"><table:table-row table:number-rows-repeated=\"{times}\">{cell}\
                 </table:table-row></table:table>"
            )
        };
        assert!(rows(&file("", &rows_of("4000000000")), None).is_err());
        let wide = cell.replace(
            "<table:table-cell>",
            "<table:table-cell table:number-columns-repeated=\"9999\">",
        );
        let wide = rows_of("1").replace(cell, &wide);
        assert!(rows(&file("", &wide), None).is_err());
    }
}
