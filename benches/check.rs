//! `rolo check`, with a report and without, beside a loop that parses the same file with the csv crate and does nothing
//! else. Each runs in a process of its own, so that its time and its peak of memory are its own.
//!
//! The rows are made up: 14 columns, five countries' ways of writing numbers, 5 % bad e-mails and 5 % bad phones;
//! of three phones one is a switchboard's.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints its figures"
)]

use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;

const HEADER: &str = "First name,Last name,Company,Job title,E-mail,Phone,Mobile,Fax,Street,City,Postal code,\
                      Country,Notes,Tags";
const FIRST: [&str; 8] = [
    "Anne",
    "Jean-Pierre",
    "Zoé",
    "Maximilian",
    "Giulia",
    "Pádraig",
    "María José",
    "Lars",
];
const LAST: [&str; 10] = [
    "Durand",
    "Lefèvre",
    "Müller",
    "O'Brien",
    "van den Berg",
    "García Márquez",
    "Rossi",
    "Schmidt",
    "Petit",
    "D'Almeida",
];
const TITLES: [&str; 5] = [
    "Directrice",
    "Buyer",
    "Techniker",
    "Responsable achats",
    "Ingeniera",
];

/// A country: name, city, postal code, a landline and a mobile number, as they are written there; each `#` is a
/// digit. The sheet is read with `--region FR`, so that only France leaves its own code out.
const COUNTRIES: [[&str; 5]; 5] = [
    [
        "France",
        "Lille",
        "59000",
        "03 20 ## ## ##",
        "06.1#.##.##.##",
    ],
    [
        "Germany",
        "München",
        "80331",
        "+49 89/######",
        "+49 (0)151 ########",
    ],
    [
        "Spain",
        "Sevilla",
        "41001",
        "+34 95# ### ###",
        "+34 6## ### ###",
    ],
    [
        "Italy",
        "Milano",
        "20121",
        "+39 02 ########",
        "+39 34# #######",
    ],
    [
        "Belgium",
        "Bruxelles",
        "1000",
        "0032 2 5## ## ##",
        "0032 47#.##.##.##",
    ],
];

fn digits(pattern: &str, random: &mut fastrand::Rng) -> String {
    pattern
        .chars()
        .map(|c| {
            if c == '#' {
                char::from(b'0' + random.u8(0..10))
            } else {
                c
            }
        })
        .collect()
}

fn write_rows(path: &Path, rows: u32) -> io::Result<()> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "{HEADER}")?;
    for row in 0..rows {
        let first = FIRST[random.usize(0..FIRST.len())];
        let last = LAST[random.usize(0..LAST.len())];
        let company = random.u32(0..20_000);
        let [country, city, code, line, mobile] = COUNTRIES[company as usize % COUNTRIES.len()];
        let mut own = fastrand::Rng::with_seed(u64::from(company));
        let switchboard = digits(line, &mut own);
        let (direct, mobile) = (digits(line, &mut random), digits(mobile, &mut random));
        let phone = match random.u32(0..100) {
            0..5 => ["12", "unknown", "03 20 12", "+33 6 12 34 56 78 90 12"][random.usize(0..4)],
            5..36 => &switchboard,
            _ => &direct,
        };
        let at = if random.u32(0..20) == 0 { "@@" } else { "@" };
        let note = match random.u32(0..4) {
            0 => "\"Calls back in the morning.\nPrefers e-mail, \"\"no phone\"\"\"",
            1 => "met at the fair",
            _ => "",
        };
        let title = TITLES[random.usize(0..TITLES.len())];
        writeln!(
            out,
            "{first},{last},Company {company} SA,{title},person{row}{at}example{}.com,{phone},{mobile},\
             {switchboard},\"{} rue Haute, bât. B\",{city},{code},{country},{note},Clients;VIP",
            company % 500,
            random.u32(1..200),
        )?;
    }
    out.flush()
}

/// The floor: every record parsed, nothing looked at.
fn parse(path: &str) -> ExitCode {
    let mut reader = csv::ReaderBuilder::new().from_path(path).expect("a file");
    let mut record = csv::ByteRecord::new();
    let mut bytes = 0;
    while reader.read_byte_record(&mut record).expect("a record") {
        bytes += record.as_slice().len();
    }
    assert!(bytes > 0);
    ExitCode::SUCCESS
}

/// The most memory that this process held, in MiB, where the system says it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0).div_ceil(1024)
}

/// Runs this program anew with these arguments; how long it took, and its peak.
fn child(arguments: &[&str]) -> (Duration, u64) {
    let program = std::env::current_exe().expect("this program");
    let began = Instant::now();
    let output = Command::new(program)
        .args(arguments)
        .output()
        .expect("a child");
    let took = began.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    let peak = said.lines().last().and_then(|line| line.parse().ok());
    (
        took,
        peak.unwrap_or_else(|| panic!("{arguments:?}: {said}")),
    )
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn compare(rows: u32) {
    let folder = tempfile::tempdir().expect("a folder");
    let sheet = folder.path().join("sheet.csv");
    write_rows(&sheet, rows).expect("written");
    let (sheet, report) = (sheet.display().to_string(), folder.path().join("report"));
    let report = report.display().to_string();
    let plain = ["check", &sheet, "--for", "covage", "--region", "FR"];
    let reported = [&plain[..], &["--report", &report]].concat();
    for (name, arguments) in [("check", &plain[..]), ("check, report", &reported)] {
        let (mut floors, mut ours, mut ratios, mut most) = (vec![], vec![], vec![], 0);
        for _ in 0..ROUNDS {
            let (floor, _) = child(&["parse", &sheet]);
            let (took, peak) = child(arguments);
            floors.push(floor.as_secs_f64());
            ours.push(took.as_secs_f64());
            ratios.push(took.as_secs_f64() / floor.as_secs_f64());
            most = most.max(peak);
        }
        println!(
            "{rows} rows: csv crate {:.2} s, {name} {:.2} s, {:.1} x (median of {ROUNDS}), peak {most} MiB",
            median(&mut floors),
            median(&mut ours),
            median(&mut ratios)
        );
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let code = match arguments.get(1).map(String::as_str) {
        Some("parse") => parse(&arguments[2]),
        Some("check") => rolo::cli::main(),
        Some("write") => {
            let rows = arguments[3].parse().expect("a number of rows");
            write_rows(Path::new(&arguments[2]), rows).expect("written");
            return ExitCode::SUCCESS;
        }
        _ => {
            let given = arguments.iter().find_map(|word| word.parse().ok());
            compare(given.unwrap_or(1_000_000));
            return ExitCode::SUCCESS;
        }
    };
    eprintln!("{}", peak());
    code
}
