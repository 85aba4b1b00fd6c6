//! A workbook is read by a child of rolo, which is started once: it goes on after the rows that a mapping is decided by.
#![cfg(unix)]

use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;

use rolo::sheet::{Hints, PREVIEW, Source};

use crate::workdir::Workdir;

/// A workbook of a header and so many rows.
fn book(work: &Workdir, rows: u32) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Nom").expect("a text");
    for row in 1..=rows {
        sheet
            .write(row, 0, format!("Durand {row}"))
            .expect("a text");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    work.write("book.xlsx", bytes);
}

/// Opens the workbook with a program that notes each of its starts, and runs rolo in this way.
fn open(work: &Workdir, run: &str) -> Source {
    let starts = work.path("starts");
    let rolo = env!("CARGO_BIN_EXE_rolo");
    let script = format!(
        "#!/bin/sh\necho x >> '{}'\n{}\n",
        starts.display(),
        run.replace("ROLO", &format!("'{rolo}' \"$@\""))
    );
    let program = work.write("program", script);
    let may_run = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&program, may_run).expect("it is ours");
    let hints = Hints {
        program: Some(program),
        ..Hints::default()
    };
    Source::open(&work.path("book.xlsx"), &hints).expect("a workbook")
}

/// The numbers of the first rows, up to so many.
fn numbers(source: &mut Source, most: usize) -> Vec<u64> {
    let mut numbers = Vec::new();
    let read = source.rows(&mut |row| {
        assert_eq!(row.number == 1, row.cell(0) == "Nom", "{row:?}");
        numbers.push(row.number);
        if numbers.len() < most {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    read.expect("readable");
    numbers
}

#[test]
fn a_child_goes_on_after_the_first_rows() {
    for rows in [1, 198, 199, 200, 201, 1000] {
        let work = Workdir::new();
        book(&work, rows);
        let mut source = open(&work, "exec ROLO");
        let all: Vec<u64> = (1..=u64::from(rows) + 1).collect();
        let first = &all[..all.len().min(PREVIEW)];
        let preview: Vec<u64> = source.preview.iter().map(|row| row.number).collect();
        assert_eq!(preview, first);
        // Broken off within the rows that are kept, it goes on all the same.
        assert_eq!(numbers(&mut source, 7), &all[..all.len().min(7)]);
        assert_eq!(numbers(&mut source, usize::MAX), all);
        assert_eq!(work.read("starts"), "x\n", "{rows} rows");
        // Asked for once more, a sheet of many rows is read once more.
        assert_eq!(numbers(&mut source, usize::MAX), all);
        let starts = if all.len() > PREVIEW { "x\nx\n" } else { "x\n" };
        assert_eq!(work.read("starts"), starts, "{rows} rows");
    }
}

#[test]
fn a_child_that_dies_after_the_first_rows_is_an_error() {
    let work = Workdir::new();
    book(&work, 20_000);
    let mut source = open(&work, "ROLO | head -c 100000\nkill -9 $$");
    assert_eq!(source.preview.len(), PREVIEW);
    let mut last = 0;
    let read = source.rows(&mut |row| {
        assert_eq!(row.number, last + 1);
        last = row.number;
        ControlFlow::Continue(())
    });
    let error = read.expect_err("it is cut off").to_string();
    assert!(error.contains("more memory or time"), "{error}");
    assert!((1000..10_000).contains(&last), "{last}");
}
