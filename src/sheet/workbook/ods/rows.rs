//! The rows of a table, cell by cell. A cell says three things (its kind, its value, what it shows), may stand for
//! many, and may cover those below it.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use super::super::super::row::RowRemark;
use super::super::super::table::unguarded;
use super::super::super::xml::{Document, Node, attribute};
use super::super::super::{Row, SheetError};
use super::super::gather::reach;
use super::super::opened::wrong;
use super::super::{HIDDEN_ROW, numbers};

/// How many rows a sheet has at most.
const DEEPEST: u64 = 1 << 20;

/// How many merged cells are remembered at a time.
const MERGES: usize = 10_000;

pub(super) struct RowReader<'n, R> {
    name: &'n str,
    document: Document<R>,
    /// The row that the next one is.
    number: u64,
    /// Cells that cover those below them: the column, the last row, the cell.
    merged: Vec<(u32, u64, Cell)>,
    pub(super) failed: Option<io::Error>,
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

impl<'n, R: BufRead> RowReader<'n, R> {
    pub(super) fn new(name: &'n str, document: Document<R>) -> Self {
        Self {
            name,
            document,
            number: 1,
            merged: Vec::new(),
            failed: None,
        }
    }

    /// Reads up to the start of a table.
    pub(super) fn find(&mut self, place: usize) -> io::Result<()> {
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

    pub(super) fn rows(
        &mut self,
        each: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
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
            row.remark(RowRemark {
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
        _ if cell.shown.is_empty() => row.push(unguarded(&cell.value)),
        _ => row.push(unguarded(&cell.shown)),
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
