//! How often `check` asks for memory. Most of its time goes there, and a slip of a few texts a row shows nowhere else: no
//! test asserts a time. It is a program of its own because it counts what the whole process asks for.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rolo::engine::{Account, OpenedSheet, Reading};
use rolo::intake::Pipeline;
use rolo::normalize::Options;
use rolo::report::{Head, Stopwatch, VendorCheck, check_sheet, finish_checks};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

const ROWS: u32 = 10_000;

/// How often memory was asked for, for each hundred rows, when this was last looked at. From run to run it differs by less
/// than one in a hundred; more than ten in a hundred is a change.
const KNOWN: usize = 5270;

/// A sheet as people have them: five countries' numbers, some of them bad, and notes of several lines.
fn sheet() -> String {
    let mut text =
        "First name,Last name,Company,E-mail,Phone,Mobile,City,Country,Notes,Tags\n".to_owned();
    for row in 0..ROWS {
        let (place, line, mobile) = [
            ("Lille,France", "03 20", "06.12"),
            ("München,Germany", "+49 89/", "+49 (0)151 23"),
            ("Sevilla,Spain", "+34 954", "+34 612"),
            ("Milano,Italy", "+39 02", "+39 340"),
            ("Bruxelles,Belgium", "0032 2 5", "0032 470."),
        ][row as usize % 5];
        // Different from row to row, and the same whenever it is asked for.
        let own = u64::from(row).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let digits = own % 900_000 + 100_000;
        let line = if row % 19 == 0 { "12" } else { line };
        let at = if row % 23 == 0 { "@@" } else { "@" };
        let note = if row % 4 == 0 {
            "\"Calls back.\nPrefers e-mail\""
        } else {
            ""
        };
        let company = own % 2000;
        let _ = writeln!(
            text,
            "Zoé,Lefèvre,Company {company} SA,person{row}{at}example{}.com,{line}{digits},{mobile}{digits},\
             {place},{note},Clients;VIP",
            company % 500,
        );
    }
    text
}

/// The command's work, from the file to the report.
fn check(file: &Path, report: &Path) -> io::Result<u64> {
    let account = Account::at("covage", "https://vendor.example", "hq").expect("a vendor");
    let mut sheet = OpenedSheet::open(file, &Reading::default(), None, None).expect("a sheet");
    let head = Head {
        headers: sheet.mapping.original().headers().to_vec(),
        ..Head::of_sheet("check", &sheet.source.about, ("covage", "covage"))?
    };
    let mut checks = vec![VendorCheck::begin(head, Some(report), None)?];
    let line = Pipeline {
        mapping: sheet.mapping.clone(),
        normalize: Options {
            region: "FR".parse().ok(),
            ..Options::default()
        },
        vendors: vec![Arc::clone(&account.vendor)],
        must_keep: account.must_keep.clone(),
    };
    check_sheet(&mut sheet, &line, &mut checks).expect("checked");
    let read = checks[0].totals.read;
    let ending = (&Stopwatch::start(), |_: &_| 0);
    finish_checks(checks, &sheet.source.about, ending, &mut io::sink())?;
    Ok(read)
}

#[test]
fn check_asks_for_memory_no_oftener_than_it_did() {
    // As many threads everywhere: each has something of its own.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2);
    pool.build_global().expect("the only one");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("people.csv");
    std::fs::write(&file, sheet()).expect("written");
    // What is made once, the library of numbers first of all, is made before anything is counted.
    check(&file, &folder.path().join("before")).expect("checked");
    let region = Region::new(COUNTED);
    let read = check(&file, &folder.path().join("report")).expect("checked");
    let counted = region.change();
    assert_eq!(read, u64::from(ROWS));
    let asked = (counted.allocations + counted.reallocations) * 100 / ROWS as usize;
    let margin = KNOWN / 10;
    assert!(
        asked <= KNOWN + margin,
        "for a hundred rows, memory is asked for {asked} times, and was {KNOWN} times: find out what asks for more"
    );
    assert!(
        asked >= KNOWN - margin,
        "for a hundred rows, memory is asked for {asked} times, and was {KNOWN} times: make that the figure in this file"
    );
}
