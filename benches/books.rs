//! Books in and out, each beside what its library does alone with the same cells: `check` of a workbook beside calamine's
//! bare stream of cells, `convert` to a workbook beside `rust_xlsxwriter`, to vCards and NDJSON beside a loop that only parses
//! the sheet, `export` beside the bare HTTP client that gets the same answers of the same sandbox. In turns; medians.
//!
//! `cargo bench --bench books -- 500000` takes other numbers of rows; `-- 100000 people.ods people.xls` checks files, too.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use calamine::{Data, DataRef, Reader as _, Xlsx};
use rolo::sandbox::{self, Running, SandboxOptions};
use serde_json::{Value, json};

const ROUNDS: usize = 5;
const ROLO: &str = env!("CARGO_BIN_EXE_rolo");
const HEADER: [&str; 10] = [
    "First name",
    "Last name",
    "Company",
    "Job title",
    "E-mail",
    "Phone",
    "Street",
    "City",
    "Postal code",
    "Country",
];

fn cells(row: u32) -> [String; 10] {
    let company = row.wrapping_mul(2_654_435_761) % 20_000;
    [
        ["Anne", "Zoé", "Jean-Pierre", "María José"][row as usize % 4].to_owned(),
        format!("Durand{row}"),
        format!("Company {company} SA"),
        ["Buyer", "Directrice", "Techniker"][row as usize % 3].to_owned(),
        format!("person{row}@example{}.com", company % 500),
        format!("+33 1 99 00 {:02} {:02}", row / 100 % 100, row % 100),
        format!("{} rue Haute, bât. B", company % 200 + 1),
        "Lille".to_owned(),
        "59000".to_owned(),
        "France".to_owned(),
    ]
}

fn write_csv(path: &Path, rows: u32) {
    let mut out = csv::Writer::from_path(path).expect("a file");
    out.write_record(HEADER).expect("written");
    for row in 0..rows {
        out.write_record(cells(row)).expect("written");
    }
    out.flush().expect("written");
}

/// A workbook whose texts stand in its cells, or in the list that its cells share.
fn write_book(path: &Path, rows: u32, shared: bool) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = if shared {
        book.add_worksheet_with_low_memory()
    } else {
        book.add_worksheet_with_constant_memory()
    };
    let sheet = sheet.expect("a sheet");
    sheet.write_row(0, 0, HEADER).expect("written");
    for row in 0..rows {
        sheet.write_row(row + 1, 0, cells(row)).expect("written");
    }
    book.save(path).expect("saved");
}

/// The cells of a workbook, written as they are into another one, in constant memory.
fn copy_book(rows: &[Vec<String>], to: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().expect("a sheet");
    let text = rust_xlsxwriter::Format::new().set_num_format("@");
    for (line, row) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
            let written = sheet.write_string_with_format(line, column, cell, &text);
            written.expect("written");
        }
    }
    book.save(to).expect("saved");
}

fn rows_of(book: &Path) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook(book).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("cells");
    let rows = range.rows();
    rows.map(|row| row.iter().map(Data::to_string).collect())
        .collect()
}

/// The floor of reading a workbook: every cell, looked at by nobody. Of other kinds than XLSX the library reads the sheet whole.
fn stream(path: &Path) {
    let mut count = 0;
    if path.extension().is_some_and(|ending| ending == "xlsx") {
        let file = BufReader::new(File::open(path).expect("a file"));
        let mut book = Xlsx::new(file).expect("a workbook");
        let name = book.sheet_names()[0].clone();
        let mut cells = book.worksheet_cells_reader(&name).expect("a sheet");
        while let Some(cell) = cells.next_cell().expect("a cell") {
            count += usize::from(!matches!(cell.get_value(), DataRef::Empty));
        }
    } else {
        let mut book = calamine::open_workbook_auto(path).expect("a workbook");
        let range = book.worksheet_range_at(0).expect("a sheet").expect("cells");
        count = range.used_cells().count();
    }
    assert!(count > 0);
}

fn parse(path: &Path) {
    let mut reader = csv::Reader::from_path(path).expect("a file");
    let mut record = csv::ByteRecord::new();
    let mut bytes = 0;
    while reader.read_byte_record(&mut record).expect("a record") {
        bytes += record.as_slice().len();
    }
    assert!(bytes > 0);
}

/// The memory of a process and its children in KiB: what they have in common counts once.
fn memory(id: u32) -> u64 {
    let read = |file| std::fs::read_to_string(format!("/proc/{id}/{file}"));
    let rollup = read("smaps_rollup".to_owned()).unwrap_or_default();
    let own = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let own = own.and_then(|line| line.split_whitespace().next()?.parse().ok());
    let children = read(format!("task/{id}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|id| id.parse().ok());
    own.unwrap_or(0) + children.map(memory).sum::<u64>()
}

/// Runs a program, looking at its memory now and then; how long it took, and its peak in MiB.
fn watched(mut child: Child) -> (f64, u64) {
    let (began, mut most) = (Instant::now(), 0);
    while child.try_wait().expect("a child").is_none() {
        most = most.max(memory(child.id()));
        std::thread::sleep(Duration::from_millis(20));
    }
    (began.elapsed().as_secs_f64(), most.div_ceil(1024))
}

fn rolo(folder: &Path, arguments: &[&str]) -> (f64, u64) {
    let mut command = Command::new(ROLO);
    command.args(arguments).current_dir(folder);
    command.env("XDG_STATE_HOME", folder).env("HOME", folder);
    command
        .env("SANDBOX_PASSWORD", "sandbox-password")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Timed without anybody looking; looked at by the run after it.
    let took = timed(|| assert!(command.status().is_ok()));
    let (_, peak) = watched(command.spawn().expect("it starts"));
    (took, peak)
}

fn timed(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The figures of some work beside its floor.
fn beside(name: &str, floor: impl Fn(), ours: impl Fn() -> (f64, u64)) {
    let (mut floors, mut all, mut ratios, mut most) = (vec![], vec![], vec![], 0);
    for _ in 0..ROUNDS {
        let bare = timed(&floor);
        let (took, peak) = ours();
        floors.push(bare);
        all.push(took);
        ratios.push(took / bare);
        most = most.max(peak);
    }
    println!(
        "{name}: floor {:.2} s, rolo {:.2} s, {:.2} x (median of {ROUNDS}), peak {most} MiB",
        median(floors),
        median(all),
        median(ratios)
    );
}

fn checks(folder: &Path, file: &Path) {
    let name = format!("check {}", file.display());
    let sheet = file.display().to_string();
    let check = || rolo(folder, &["check", &sheet, "--for", "covage"]);
    beside(&name, || stream(file), check);
}

fn conversions(folder: &Path, rows: u32) {
    let (sheet, made) = (folder.join("sheet.csv"), folder.join("made.xlsx"));
    write_csv(&sheet, rows);
    let convert = |to: &str| rolo(folder, &["convert", "sheet.csv", "-o", to]);
    convert("made.xlsx");
    let cells = rows_of(&made);
    let copy = || copy_book(&cells, &folder.join("copy.xlsx"));
    beside("convert to XLSX", copy, || convert("made.xlsx"));
    beside("convert to CSV", || parse(&sheet), || convert("made.csv"));
    beside("convert to vCard", || parse(&sheet), || convert("made.vcf"));
    let ndjson = || convert("made.ndjson");
    beside("convert to NDJSON", || parse(&sheet), ndjson);
}

/// A sandbox that holds so many records, and a `rolo.toml` that names it.
fn filled(folder: &Path, rows: u32) -> Running {
    let running = sandbox::start(SandboxOptions::default()).expect("a sandbox");
    let url = running.base_url("covage");
    let mut target = format!("[targets.there]\nvendor = \"covage\"\nbase_url = \"{url}\"\n");
    for (name, value) in sandbox::credentials("covage") {
        let value = match *name {
            "password" => "{ env = \"SANDBOX_PASSWORD\" }".to_owned(),
            _ => format!("\"{value}\""),
        };
        writeln!(target, "{name} = {value}").expect("memory");
    }
    std::fs::write(folder.join("rolo.toml"), target).expect("written");
    write_csv(&folder.join("one.csv"), 1);
    rolo(folder, &["import", "one.csv", "--to", "there"]);
    let first = running.records("covage").remove(0);
    let record = |row: u32| {
        let mut record = first.clone();
        record["contact_uuid"] = json!(format!("{row:08}"));
        record["email"] = json!(format!("person{row}@example.com"));
        record
    };
    let records: Vec<Value> = (1..rows).map(record).collect();
    running.seed("covage", &records).expect("seeded");
    running
}

/// The bare client: it signs in, and gets what an export has asked for.
fn list(running: &Running, paths: &[String]) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let url = running.base_url("covage");
    let known: BTreeMap<_, _> = sandbox::credentials("covage").iter().copied().collect();
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build();
        let client = client.expect("a client");
        let sign_in = client.post(format!("{url}/api/v2/account/token/"));
        let answer = sign_in.json(&known).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        let token = answer["access"].as_str().expect("a token");
        for path in paths {
            let get = client.get(format!("{url}{path}")).bearer_auth(token);
            let answer = get.send().await.expect("an answer");
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
            assert!(!answer.bytes().await.expect("a body").is_empty());
        }
    });
}

fn exports(folder: &Path, rows: u32) {
    let running = filled(folder, rows);
    let before = running.requests("covage").len();
    let export = || rolo(folder, &["export", "--from", "there", "-o", "there.csv"]);
    export();
    let seen = running.requests("covage");
    let asked = seen[before..].iter().filter(|seen| seen.method == "GET");
    let asked = asked.map(|seen| format!("{}?{}", seen.path, seen.query));
    let mut paths: Vec<String> = asked.collect();
    // It was run twice.
    paths.truncate(paths.len() / 2);
    beside("export to CSV", || list(&running, &paths), export);
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let rows = words.iter().find_map(|word| word.parse().ok());
    let rows: u32 = rows.unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    println!("{rows} rows");
    for (name, shared) in [("inline.xlsx", false), ("shared.xlsx", true)] {
        let book = folder.join(name);
        write_book(&book, rows, shared);
        checks(folder, &book);
    }
    conversions(folder, rows);
    exports(folder, rows);
    for file in words
        .iter()
        .map(PathBuf::from)
        .filter(|file| file.is_file())
    {
        checks(folder, &file.canonicalize().expect("a file"));
    }
}
