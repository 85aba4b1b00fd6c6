//! Sheets written by hand, element by element.

use std::io::Write as _;

use super::super::fixtures::{self, texts};
use super::*;
use crate::sheet::csv::written;

/// A file whose sheets are these elements.
fn file(styles: &str, tables: &str) -> Vec<u8> {
    packed(&content(styles, tables))
}

fn content(styles: &str, tables: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><office:document-content><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
}

fn packed(content: &str) -> Vec<u8> {
    let mut bytes = io::Cursor::new(Vec::new());
    let mut archive = zip::ZipWriter::new(&mut bytes);
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file(CONTENT, options).expect("memory");
    archive.write_all(content.as_bytes()).expect("memory");
    archive.finish().expect("memory");
    bytes.into_inner()
}

fn rows(bytes: &[u8], hint: Option<&str>) -> Result<Vec<Row>, SheetError> {
    fixtures::rows(open("x.ods", written(bytes), hint))
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

/// The archive is whole and its document is not: rows are missing, and nothing else tells.
#[test]
fn a_document_that_is_cut_off_is_an_error() {
    let whole = content("", CELLS);
    for (end, _) in whole.match_indices('>').skip(4) {
        if end + 1 < whole.len() {
            let error = rows(&packed(&whole[..=end]), None).expect_err("rows are missing");
            let said = error.to_string();
            assert!(said.contains("it was cut off"), "{end}: {said}");
        }
    }
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
