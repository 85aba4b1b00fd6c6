//! The report as files, read back.

use std::borrow::Cow;
use std::path::Path;

use serde_json::{Value, json};

use super::folder::FORMATS;
use super::lost_counts::LostCounts;
use super::part::ReportPart;
use super::*;
use crate::model::Severity;
use crate::plan::{Fate, Remark, Totals};

fn head() -> Head {
    Head {
        run: Some("01J0".into()),
        command: "import".into(),
        target: "hq".into(),
        vendor: "covage".into(),
        source: json!({"file": "people.csv", "format": "csv", "sheet": null}),
        headers: vec!["Name".into(), "Phone".into()],
    }
}

fn remark(row: u64, message: &str, found: &str) -> Remark {
    Remark {
        code: "phone.too-short".into(),
        severity: Severity::Error,
        row,
        column: Some("B".into()),
        field: Some("phone.work".into()),
        found: found.into(),
        message: message.to_owned().into(),
        help: "look the number up".into(),
        suggestion: None,
    }
}

fn entry(row: u64, fate: Fate, cells: [&'static str; 2]) -> ReportRow<'static> {
    ReportRow {
        row,
        fate,
        remote: (fate == Fate::Created).then(|| "i9usbs1j".into()),
        remarks: vec![].into(),
        message: None,
        lost: vec![],
        cells: vec![cells.map(Cow::Borrowed).to_vec()],
    }
}

fn entries() -> Vec<ReportRow<'static>> {
    let mut bad = entry(3, Fate::Rejected, ["=cmd|' /C calc'!A0", "0612"]);
    bad.remarks = vec![remark(3, "phone has 4 digits", "0612")].into();
    let mut refused = entry(
        4,
        Fate::Refused,
        ["<script>alert(1)</script>", "+33199001234"],
    );
    refused.message = Some("email: taken (HTTP 422)".into());
    let mut made = entry(2, Fate::Created, ["Anne \"A\" Durand", "+33199001234"]);
    made.lost = vec![LostValue {
        field: "email.work".into(),
        name: None,
        value: "as@example.fr".into(),
    }];
    vec![made, bad, refused]
}

fn closing() -> Closing {
    let mut totals = Totals {
        read: 3,
        valid: 2,
        ..Totals::default()
    };
    for fate in [Fate::Created, Fate::Rejected, Fate::Refused] {
        totals.count(fate, 1);
    }
    let timings = Timings {
        began: "2026-01-01T00:00:00Z".into(),
        ..Timings::default()
    };
    Closing {
        totals,
        timings,
        exit_code: 3,
        stopped: None,
    }
}

fn write(place: &Path) {
    let mut report = Report::begin(place, &head()).expect("a folder");
    for entry in entries() {
        report.add(&entry).expect("space");
    }
    assert_eq!(report.finish(&closing()).expect("written"), place);
}

fn read(place: &Path, name: &str) -> String {
    std::fs::read_to_string(place.join(name)).expect(name)
}

#[test]
fn every_row_stands_in_the_results_and_a_spreadsheet_runs_none_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("new/run");
    write(&place);
    let results = read(&place, "results.csv");
    let lines: Vec<&str> = results.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        lines[0],
        "rolo_row,rolo_outcome,rolo_id,rolo_codes,rolo_message,rolo_lost,Name,Phone"
    );
    assert_eq!(
        lines[1],
        "2,created,i9usbs1j,,,email.work=as@example.fr,\"Anne \"\"A\"\" Durand\",'+33199001234"
    );
    assert_eq!(
        lines[2],
        "3,rejected,,phone.too-short,B3: phone has 4 digits `0612`,,'=cmd|' /C calc'!A0,0612"
    );
}

#[test]
fn the_summary_reconciles_and_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("run");
    write(&place);
    let summary: Value = serde_json::from_str(&read(&place, "summary.json")).expect("JSON");
    assert_eq!(summary["totals"]["read"], 3);
    assert_eq!(summary["losses"], json!({"email": 1}));
    assert_eq!(summary["problems"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&summary["exit_code"], &summary["run"]),
        (&json!(3), &json!("01J0"))
    );
}

#[test]
fn the_page_shows_what_it_must_and_runs_nothing_of_the_sheet() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("run");
    write(&place);
    let page = read(&place, "report.html");
    assert!(!page.contains("<script>alert"));
    for text in [
        "phone has 4 digits",
        "email: taken (HTTP 422)",
        "people.csv",
        "Durand",
    ] {
        assert!(page.contains(text), "{text}");
    }
    for outside in ["http://", "https://", "src=", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    write(&one);
    write(&two);
    for (name, _) in FORMATS {
        assert_eq!(read(&one, name), read(&two, name), "{name}");
    }
}

#[test]
fn a_report_replaces_an_earlier_one_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("run");
    write(&place);
    std::fs::write(place.join("results.csv"), "old").expect("writable");
    write(&place);
    assert!(read(&place, "results.csv").contains("Durand"));
    drop(Report::begin(&folder.path().join("other"), &head()).expect("a folder"));
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_large_page_keeps_the_rows_that_need_somebody() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("run");
    let mut report = Report::begin(&place, &head()).expect("a folder");
    for row in 2..5002 {
        let fate = if row % 100 == 0 {
            Fate::Rejected
        } else {
            Fate::Created
        };
        report.add(&entry(row, fate, ["Anne", "x"])).expect("space");
    }
    report.finish(&closing()).expect("written");
    let page = read(&place, "report.html");
    assert_eq!(page.matches("<tr class=\"rejected\"").count(), 50);
    assert!(
        page.contains("4950 rows are not shown here"),
        "what is left out is said"
    );
    assert_eq!(read(&place, "results.csv").lines().count(), 5001);
}

#[test]
fn the_document_is_json_whatever_the_number_of_problems() {
    for count in [0, 2] {
        let mut document = JsonDocument::new().expect("a temporary file");
        entries()
            .iter()
            .skip(1)
            .take(count)
            .for_each(|e| document.add(e).expect("space"));
        let mut out = Vec::new();
        document
            .print(&mut out, &head(), &closing())
            .expect("memory");
        let value: Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(value["problems"].as_array().map(Vec::len), Some(count));
        assert_eq!(value["version"], 1);
        assert_eq!(value["source"]["file"], "people.csv");
        if count > 0 {
            assert_eq!(value["problems"][0]["column"], "B");
        }
    }
}

#[test]
fn words_about_a_record_that_stands_are_no_error() {
    for (fate, severity) in [
        (Fate::Created, "note"),
        (Fate::Refused, "error"),
        (Fate::InDoubt, "error"),
    ] {
        let mut row = entry(2, fate, ["Anne", "x"]);
        row.message = Some("the answer was lost; the record was found".into());
        let mut document = JsonDocument::new().expect("a temporary file");
        document.add(&row).expect("space");
        let mut out = Vec::new();
        document
            .print(&mut out, &head(), &closing())
            .expect("memory");
        let value: Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(value["problems"][0]["severity"], severity, "{fate:?}");
    }
}

fn lost_value(random: &mut fastrand::Rng) -> LostValue<'static> {
    let fields = [
        "email.work",
        "email.home",
        "note",
        "address.work.city",
        "custom",
    ];
    LostValue {
        field: fields[random.usize(0..fields.len())].into(),
        name: None,
        value: "x".into(),
    }
}

/// Many rows, of which some have a cause that no other has.
fn many(rows: u64) -> Vec<ReportRow<'static>> {
    let mut random = fastrand::Rng::with_seed(11);
    let mut some = |row: u64| {
        let fate = [Fate::Valid, Fate::Rejected, Fate::Skipped][random.usize(0..3)];
        let mut one = entry(row, fate, ["Anne", "0612"]);
        let message = format!("digits {}", random.u32(0..2000));
        one.lost = (0..random.usize(0..4))
            .map(|_| lost_value(&mut random))
            .collect();
        one.remarks = vec![remark(row, &message, "0612"), remark(row, "phone", "1")].into();
        one
    };
    (2..rows + 2).map(&mut some).collect()
}

#[test]
fn what_rows_have_in_common_is_the_same_however_they_were_parted() {
    let rows = many(5000);
    let (mut whole, mut parted) = (Tally::default(), Tally::default());
    for row in &rows {
        whole.see(row);
    }
    for some in rows.chunks(700) {
        let (mut part, mut lost) = (Tally::part(None), LostCounts::default());
        for row in some {
            part.see_said(row);
            lost.see(row);
        }
        parted.merge(&part, &lost);
    }
    assert!(
        whole
            .groups()
            .iter()
            .any(|group| group.message == "other reasons")
    );
    assert_eq!(whole.groups(), parted.groups());
    assert_eq!(whole.losses(), parted.losses());
}

#[test]
fn parts_that_were_made_aside_make_the_same_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let (rows, head) = (many(9000), head());
    let places = ["one", "parts"].map(|name| folder.path().join(name));
    let mut report = Report::begin(&places[0], &head).expect("a folder");
    for row in &rows {
        report.add(row).expect("space");
    }
    report.finish(&closing()).expect("written");
    let mut report = Report::begin(&places[1], &head).expect("a folder");
    let layout = report.layout().clone();
    // Two parts are made before the first of them is added: their maker hears late of what the page wants.
    for some in rows.chunks(1000) {
        let parts = some.chunks(500).map(|some| {
            let mut part = ReportPart::new(&layout);
            for row in some {
                part.add(row);
            }
            part
        });
        for part in parts.collect::<Vec<_>>() {
            report.append(part).expect("space");
        }
    }
    report.finish(&closing()).expect("written");
    for (name, _) in FORMATS {
        assert_eq!(read(&places[0], name), read(&places[1], name), "{name}");
    }
}
