//! What rolo writes is read back as it was: every text in every format, and a report that is fed back changes
//! nothing, however often.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use rolo::backend::VENDORS;
use rolo::model::Contact;
use rolo::sheet::{CsvTable, Hints, OutputFormat, Source, Writer};

use crate::scene::{ready, run};
use crate::workdir::sample;

/// Every cell of every row of a file.
fn cells(path: &Path) -> Vec<Vec<String>> {
    let mut source = Source::open(path, &Hints::default()).expect("readable");
    let mut rows = Vec::new();
    let mut each = |row: rolo::sheet::Row| {
        rows.push(row.cells().map(str::to_owned).collect());
        ControlFlow::Continue(())
    };
    source.rows(&mut each).expect("readable");
    rows
}

/// Texts of which spreadsheets, quotes, and rolo's own guard have made trouble, among others.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => select(vec!["'", "=", "+", "-", "@", "\t", "\r", "\n", "\"", ",", ";", "=\"", "\"\"", " ", "_x0041_", "\u{feff}"])
            .prop_map(str::to_owned),
        2 => "[a-zé0-9]{1,4}",
        1 => any::<char>().prop_map(String::from),
    ];
    vec(part, 0..5).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_text_of_a_report_is_read_back(rows in vec([text(), text(), text()], 1..5)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("book");
        let header = ["rolo_row", "rolo_outcome", "Name", "Note", "Badge"];
        let mut table = CsvTable::new(File::create(&path).expect("a file"), header).expect("writable");
        let mut wanted = vec![header.map(str::to_owned).to_vec()];
        for row in &rows {
            let row = ["2", "created"].into_iter().chain(row.iter().map(String::as_str));
            table.row(row.clone()).expect("writable");
            wanted.push(row.map(str::to_owned).collect());
        }
        table.finish().expect("writable");
        prop_assert_eq!(cells(&path), wanted);
    }

    #[test]
    fn every_text_of_a_table_of_contacts_is_read_back(rows in vec([text(), text()], 1..5)) {
        for format in [OutputFormat::Csv, OutputFormat::Xlsx] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("book");
            let mut out = Writer::begin(format, File::create(&path).expect("a file")).expect("a writer");
            let mut wanted = vec![["company", "custom:A", "custom:B"].map(str::to_owned).to_vec()];
            for [a, b] in &rows {
                let [a, b] = [a, b].map(|text| if text.trim().is_empty() { "-" } else { text }.to_owned());
                let custom = vec![("A".to_owned(), a.clone()), ("B".to_owned(), b.clone())];
                let company = Some("x".to_owned());
                out.add(2, None, &Contact { company, custom, ..Contact::default() }).expect("writable");
                wanted.push(vec!["x".to_owned(), a, b]);
            }
            out.finish().expect("writable");
            prop_assert_eq!(&cells(&path), &wanted, "{:?}", format);
        }
    }
}

/// Values that a spreadsheet would run, that were guarded once already, or that look as if they were.
const TROUBLE: [&str; 12] = [
    "=SUM(A1)",
    "+33 1 99 00 12 34",
    "-5",
    "@acme",
    "'tis",
    "''x",
    "'-5",
    "''=1",
    "\tx",
    "\rx",
    "O'Neil",
    "=\"0612\"",
];

/// A sheet with a person for each of the values, and that value in three of the columns.
fn trouble() -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let row = |(n, text): (usize, &&str)| {
        let text = quoted(text);
        format!("K{n},Anne,Durand{n},a{n}@example.fr,+33 1 99 00 00 {n:02},{text},{text},{text}\n")
    };
    let rows: String = TROUBLE.iter().enumerate().map(row).collect();
    format!("Identifiant,Prénom,Nom,E-mail,Téléphone,Note,Badge,'=Code\n{rows}")
}

/// Imports a sheet and then its report, three times over: all is unchanged, and the columns and the book are the same.
fn assert_stable(vendor: &str, sheet: &str, content: &[u8], more: &[&str]) {
    let (work, running) = ready(vendor);
    work.write(sheet, content);
    let import = |sheet: &str| run(&work, &[&["import", sheet, "--to", "there"], more].concat());
    let report = || work.read("report/results.csv");
    let header = |text: &str| text.lines().next().map(str::to_owned);
    let totals = import(sheet).json()["totals"].clone();
    let book = running.records(vendor);
    assert!(
        totals["created"].as_u64() > Some(0),
        "{vendor} {sheet}: {totals}"
    );
    let (first, mut reports) = (report(), Vec::new());
    for _ in 0..3 {
        let now = import("report/results.csv").json()["totals"].clone();
        reports.push(report());
        let found = [&now["read"], &now["unchanged"], &now["rejected"]];
        let wanted = [&totals["read"], &totals["created"], &totals["rejected"]];
        assert_eq!(found, wanted, "{vendor} {sheet}: {}", report());
        assert_eq!(header(&report()), header(&first), "{vendor} {sheet}");
        assert_eq!(running.records(vendor), book, "{vendor} {sheet}");
    }
    assert_eq!(reports[1], reports[2], "{vendor} {sheet}");
}

#[test]
fn a_report_of_what_a_spreadsheet_would_run_changes_nothing_at_any_vendor() {
    for entry in VENDORS {
        assert_stable(entry.profile.id, "people.csv", trouble().as_bytes(), &[]);
    }
}

#[test]
fn a_report_of_what_a_spreadsheet_has_broken_changes_nothing_at_any_vendor() {
    for entry in VENDORS {
        for name in ["contacts.xlsx", "messy.csv"] {
            let content = std::fs::read(sample(name)).expect("a sample");
            assert_stable(entry.profile.id, name, &content, &["--region", "FR"]);
        }
    }
}

/// Rows that a mapping makes one contact are all in the report.
#[test]
fn a_report_of_contacts_of_several_rows_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mapping = folder.path().join("mapping.toml");
    let take =
        |name: &str, take: &str| format!("[[column]]\nname = \"{name}\"\ntake = \"{take}\"\n");
    let text = format!(
        "version = 1\nheader = true\nmerge_by = \"N°\"\n{}{}{}",
        take("N°", "key"),
        take("Nom", "name.full"),
        take("Tél", "phone.work")
    );
    std::fs::write(&mapping, text).expect("writable");
    let mapping = mapping.display().to_string();
    let sheet =
        "N°,Nom,Tél\n7,Durand,+33 1 99 00 00 01\n7,,+33 1 99 00 00 02\n8,Petit,+33 1 99 00 00 03\n";
    for entry in VENDORS {
        let vendor = entry.profile.id;
        assert_stable(
            vendor,
            "rows.csv",
            sheet.as_bytes(),
            &["--mapping", &mapping],
        );
    }
}

/// Free values of columns without a header are kept under their letters, and one vendor keeps free values.
#[test]
fn a_report_of_a_sheet_with_nameless_columns_changes_nothing() {
    let rows = "Durand,d@example.fr,A-1,+33 1 99 00 00 01\nPetit,p@example.fr,A-2,+33 1 99 00 00 02,more\n";
    let headed = format!("Nom,E-mail,,Téléphone\n{rows}");
    assert_stable("aalam", "headed.csv", headed.as_bytes(), &[]);
    let letters = [
        "--header-row",
        "0",
        "--column",
        "A=name.full",
        "--column",
        "B=email.home",
    ];
    assert_stable("aalam", "bare.csv", rows.as_bytes(), &letters);
}
