//! The words that come in: the command line as data, and how flags, environment and files become what is asked.

mod flags;
mod guards;
pub(crate) mod past;
mod policy;
mod prune;
pub(crate) mod recall;
pub(crate) mod spec;
mod unattended;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use flags::{ReadingArgs, Retuning, SendingArgs, TAKEN_UP, Tuning};
pub(crate) use policy::Aims;
pub(crate) use prune::Prune;
pub(crate) use unattended::{Many, Moving, Telling, without_secrets};

use guards::Guarding;

use crate::backend::Rate;
use crate::report::JsonDocument;
use crate::sandbox::Faults;

/// Moves address books: reads contact sheets, checks them, uploads them, and accounts for every row.
#[derive(Debug, Parser)]
#[command(
    name = "rolo",
    version,
    max_term_width = 100,
    disable_help_subcommand = false
)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What holds for every command.
    #[command(flatten)]
    pub common: Common,
}

/// What holds for every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// Read targets from this file instead of ./rolo.toml
    #[arg(long, global = true, value_name = "FILE", env = "ROLO_CONFIG")]
    pub config: Option<PathBuf>,
    /// How results are printed
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "text",
        env = "ROLO_OUTPUT"
    )]
    pub output: Output,
    /// Say nothing unless something is wrong
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Where runs and links are kept [default: rolo/ledger.sqlite3 in the state folder]
    #[arg(long, global = true, value_name = "FILE", env = "ROLO_LEDGER")]
    pub ledger: Option<PathBuf>,
}

impl Common {
    /// The document that is printed at the end, if one is wanted.
    pub(crate) fn document(&self) -> std::io::Result<Option<JsonDocument>> {
        let wanted = self.output == Output::Json;
        wanted.then(JsonDocument::new).transpose()
    }

    /// Whether nothing is to be shown while a command runs: the person wants quiet, or a program reads the output.
    pub(crate) fn screen_quiet(&self) -> Quiet {
        if self.quiet || self.output == Output::Json {
            Quiet::Yes
        } else {
            Quiet::No
        }
    }
}

/// Whether the person wants quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// Nothing unless something is wrong.
    Yes,
    /// As usual.
    No,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For a person
    Text,
    /// One JSON document on standard output
    Json,
}

/// What to do.
#[allow(clippy::large_enum_variant)] // there is one, for as long as the process lives
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a sheet against the rules of one or more vendors; nothing is sent
    Check(Check),
    /// Import a sheet into a target: plan, upload, report
    Import(ImportArgs),
    /// Plan an import and save it: show what would change, send nothing; `apply` sends it
    #[command(
        mut_arg("dry_run", |arg| arg.hide(true)),
        mut_arg("done", |arg| arg.hide(true)),
        mut_arg("failed", |arg| arg.hide(true)),
        mut_arg("no_move", |arg| arg.hide(true)),
        mut_arg("expect_files", |arg| arg.hide(true)),
        mut_arg("on_failure", |arg| arg.hide(true)),
        mut_arg("healthcheck", |arg| arg.hide(true)),
        mut_arg("metrics", |arg| arg.hide(true)),
        mut_arg("limit", |arg| arg.hide(true)),
        mut_arg("canary", |arg| arg.hide(true)),
        mut_arg("deadline", |arg| arg.hide(true)),
        mut_arg("stop_after", |arg| arg.hide(true)),
        mut_arg("max_errors", |arg| arg.hide(true)),
        mut_arg("settle_after", |arg| arg.hide(true)),
        mut_arg("concurrency", |arg| arg.hide(true))
    )]
    Plan(Plan),
    /// Send a saved plan: exactly what it shows, or nothing if the target changed since
    Apply(Apply),
    /// Convert a sheet: CSV, XLSX, vCard or NDJSON, by the name of the output
    Convert(Convert),
    /// Write what a target holds into a file of contacts
    Export(Export),
    /// Move what one target holds into another
    Migrate(Migrate),
    /// Show what each column of a sheet is taken for
    Map(Map),
    /// List the vendors, or tell what is known of one
    Vendors(Vendors),
    /// Explain a code that a report shows
    Explain(Explain),
    /// Run the vendors' sandboxes on this machine
    Sandbox(Sandbox),
    /// List past runs, tell the story of one, check the ledger, or prune it
    Runs(RunsArgs),
    /// Go on with a run that did not end: look up what is in doubt, send what was not sent
    Resume(Resume),
    /// Import again the rows of a run that were refused or rejected, from the sheet as it is now
    Retry(Retry),
    /// Take a run back: delete what it created, restore what it updated, where unchanged since
    Undo(Undo),
    /// Erase a person from the ledger and the reports
    Forget(Forget),
    /// Read a workbook for another rolo, in bounded memory and time
    #[command(hide = true)]
    ReadWorkbook(ReadWorkbook),
}

/// `rolo check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// How the sheet is read.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// A vendor or a target of rolo.toml; may be repeated; `all` is every vendor
    #[arg(long = "for", value_name = "VENDOR|TARGET", required = true)]
    pub targets: Vec<String>,
    /// What is said of the target.
    #[command(flatten)]
    pub tuning: Tuning,
    /// Write a report into this folder (a folder in it for each, if there are several)
    #[arg(long, value_name = "DIR", env = "ROLO_REPORT")]
    pub report: Option<PathBuf>,
}

/// `rolo import`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ImportArgs {
    /// How the sheet is read.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// A target of rolo.toml, or `sandbox:VENDOR`
    #[arg(long = "to", value_name = "TARGET", env = "ROLO_TO")]
    pub target: String,
    /// What is done with the records that there are.
    #[command(flatten)]
    pub(crate) aims: Aims,
    /// Let a key mean another person than it did in an earlier import
    #[arg(long)]
    pub(crate) reuse_keys: bool,
    /// Plan only: show what would be sent, send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What may be otherwise than last time.
    #[command(flatten)]
    pub(crate) guarding: Guarding,
    /// Where sheets are put.
    #[command(flatten)]
    pub(crate) moving: Moving,
    /// Who is told.
    #[command(flatten)]
    pub(crate) telling: Telling,
    /// What is said of the target.
    #[command(flatten)]
    pub tuning: Tuning,
    /// How it is sent.
    #[command(flatten)]
    pub(crate) sending: SendingArgs,
}

/// `rolo plan`.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// The import that is planned; how it is sent is said to `apply`.
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    /// Show every change, not the first few
    #[arg(long)]
    pub(crate) all: bool,
    /// End with 0 if nothing would change and 2 if something would; rows that are wrong make 3 or 10 all the same
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

/// `rolo apply`.
#[derive(Debug, Args)]
#[command(after_help = TAKEN_UP)]
pub(crate) struct Apply {
    /// The plan: its run's id, or the beginning of it
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Send it even if the target changed since the plan was made
    #[arg(long)]
    pub(crate) even_if_changed: bool,
    /// How it is sent.
    #[command(flatten)]
    pub(crate) sending: SendingArgs,
    /// What is said of the target.
    #[command(flatten)]
    pub(crate) tuning: Retuning,
}

/// `rolo resume`.
#[derive(Debug, Args)]
#[command(after_help = TAKEN_UP)]
pub(crate) struct Resume {
    /// The run: its id, or the beginning of it [default: the latest that is not done]
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// Send rows again whose fate could not be found out: they may then stand there twice
    #[arg(long)]
    pub(crate) resend_in_doubt: bool,
    /// How it is sent.
    #[command(flatten)]
    pub(crate) sending: SendingArgs,
    /// What is said of the target.
    #[command(flatten)]
    pub(crate) tuning: Retuning,
}

/// `rolo retry`.
#[derive(Debug, Args)]
#[command(after_help = TAKEN_UP)]
pub(crate) struct Retry {
    /// The run: its id, or the beginning of it
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Read this sheet instead of the one that the run read
    #[arg(long, value_name = "SHEET")]
    pub(crate) from: Option<PathBuf>,
    /// How it is sent.
    #[command(flatten)]
    pub(crate) sending: SendingArgs,
    /// Take what each column is from this file, where the run was to take it from another
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// What is said of the target.
    #[command(flatten)]
    pub(crate) tuning: Retuning,
}

/// `rolo undo`.
#[derive(Debug, Args)]
#[command(after_help = TAKEN_UP)]
pub(crate) struct Undo {
    /// The run: its id, or the beginning of it
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Show what would be deleted and restored; send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How it is sent.
    #[command(flatten)]
    pub(crate) sending: SendingArgs,
    /// What is said of the target.
    #[command(flatten)]
    pub(crate) tuning: Retuning,
}

/// `rolo forget`.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Forget {
    /// The person with this phone number
    #[arg(long, value_name = "NUMBER")]
    pub(crate) phone: Option<String>,
    /// The person with this e-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// The person with this key
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
}

/// `rolo export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// A target of rolo.toml, or `sandbox:VENDOR`
    #[arg(long = "from", value_name = "TARGET")]
    pub(crate) target: String,
    /// Where the contacts are written; its ending says how
    #[arg(long = "out", short, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Only what hangs under these: Sonar's accounts, Orzame's contacts [default: the target's, else all]
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub(crate) parent: Vec<String>,
    /// The same from a file, an id a line
    #[arg(long, value_name = "FILE")]
    pub(crate) parents: Option<PathBuf>,
    /// The version of the vCards to write: 3.0 or 4.0
    #[arg(long, value_name = "VERSION", default_value = "3.0", value_parser = ["3.0", "4.0"])]
    pub vcard: String,
    /// Set a switch of the vendor; `rolo vendors VENDOR` lists them
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Requests at most, such as 10/s or 60/min [default: the target's, else the vendor's]
    #[arg(long, value_name = "RATE", env = "ROLO_RATE")]
    pub(crate) rate: Option<Rate>,
}

impl Export {
    /// What is said of the target.
    pub(crate) fn tuning(&self) -> Tuning {
        Tuning {
            set: self.set.clone(),
            ..Tuning::default()
        }
    }
}

/// `rolo migrate`.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// The target that is read: of rolo.toml, or `sandbox:VENDOR`
    #[arg(long, value_name = "TARGET")]
    pub(crate) from: String,
    /// The target that is written to
    #[arg(long, value_name = "TARGET")]
    pub(crate) to: String,
    /// Show what would be sent, and what is lost on the way; send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// What parents are called at the other target: a file with a line `old,new` for each
    #[arg(long, value_name = "FILE")]
    pub(crate) parent_map: Option<PathBuf>,
    /// What is done with the records that there are.
    #[command(flatten)]
    pub(crate) aims: Aims,
    /// Only what hangs under these at the target that is read
    #[arg(long = "parent-of-from", value_name = "ID,…", value_delimiter = ',')]
    pub(crate) parent_of_from: Vec<String>,
    /// The same from a file, an id a line
    #[arg(long, value_name = "FILE")]
    pub(crate) parents: Option<PathBuf>,
    /// What is said of the target that is written to.
    #[command(flatten)]
    pub(crate) tuning: Tuning,
    /// How it is sent.
    #[command(flatten)]
    pub(crate) sending: SendingArgs,
}

/// `rolo convert`.
#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// How the sheet is read.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Where the contacts are written; its ending says how: .ndjson, .csv, .xlsx, .vcf
    #[arg(long = "out", short, value_name = "FILE")]
    pub out: PathBuf,
    /// Write what an import would send to this vendor or target of rolo.toml, one payload a line (.ndjson)
    #[arg(long = "for", value_name = "VENDOR|TARGET")]
    pub(crate) target: Option<String>,
    /// What is said of the target.
    #[command(flatten)]
    pub(crate) tuning: Tuning,
    /// The version of the vCards to write: 3.0 or 4.0
    #[arg(long, value_name = "VERSION", default_value = "3.0", value_parser = ["3.0", "4.0"])]
    pub vcard: String,
}

/// `rolo read-workbook`: what rolo starts for itself.
#[derive(Debug, Args)]
pub(crate) struct ReadWorkbook {
    /// The format of the workbook on standard input.
    pub format: String,
    /// The sheet to read.
    #[arg(long)]
    pub sheet: Option<String>,
}

/// `rolo map`.
#[derive(Debug, Args)]
pub(crate) struct Map {
    /// How the sheet is read.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Write the mapping into this file, to be corrected and kept
    #[arg(long = "out", short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `rolo vendors`.
#[derive(Debug, Args)]
pub(crate) struct Vendors {
    /// Tell what is known of this one
    #[arg(value_name = "VENDOR")]
    pub vendor: Option<String>,
}

/// `rolo explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code, such as phone.too-short; without one, all are listed
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// `rolo sandbox`.
#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// The port on this machine; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
    /// What goes wrong: `429=5%,500=1%,drop_before=1%,drop_after=1%,delay=50ms,expire=20,seed=7,limit=60/min,names=capitals`
    #[arg(long, value_name = "FAULTS")]
    pub faults: Option<Faults>,
    /// What is assumed of the vendors, such as `sonar_accounts=500`
    #[arg(long, value_name = "NAME=VALUE,…")]
    pub settings: Option<crate::sandbox::SandboxSettings>,
    /// Keep the books in this folder; without it they are gone when the sandbox ends
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
}

/// `rolo runs`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RunsArgs {
    /// Tell the story of this run: its id, or the beginning of it
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
    /// Tell it of this row of the sheet
    #[arg(long, value_name = "ROW", requires = "run")]
    pub row: Option<u64>,
    /// Say that this row, which is in doubt, is that record of the vendor
    #[arg(
        long = "is",
        value_name = "ID",
        requires = "row",
        conflicts_with = "absent"
    )]
    pub is: Option<String>,
    /// Say that the vendor does not have this row, which is in doubt; `rolo resume` then sends it
    #[arg(long, requires = "row")]
    pub absent: bool,
    /// List at most this many
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub most: usize,
    /// Check that the ledger is whole
    #[arg(long)]
    pub check: bool,
    /// Or prune it.
    #[command(subcommand)]
    pub action: Option<RunsAction>,
}

/// What else can be done with past runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsAction {
    /// Erase the rows of old runs; links stay, so that nothing is made twice
    Prune(Prune),
}
