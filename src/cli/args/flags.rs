//! The flags that several commands share: how a sheet is read, what is said of a target, how steps are sent.

use std::path::PathBuf;

use clap::Args;

use crate::backend::{MustKeep, Rate};
use crate::config::Overrides;
use crate::engine::{self, Delivery, LockWait};
use crate::mapping::Unmapped;
use crate::model::Region;
use crate::normalize;
use crate::transport::Deadline;
use crate::upload::Promise;

/// How a sheet is read.
#[derive(Clone, Debug, Args)]
pub(crate) struct ReadingArgs {
    /// The contact sheet: CSV or XLSX, told apart by content; `-` is standard input
    #[arg(value_name = "SHEET")]
    pub sheet_file: PathBuf,
    /// What the sheet is called where it comes again and again: the name of standard input, or of a file that has another
    /// name each time
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) source_name: Option<String>,
    /// Read this sheet of a workbook, by name or by number from 1 [default: the first visible one]
    #[arg(long, value_name = "SHEET")]
    pub sheet: Option<String>,
    /// The encoding of a text file, when the detected one is wrong
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
    /// The delimiter of a text file, when the detected one is wrong
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Option<char>,
    /// The row that holds the header, as a spreadsheet shows it; 0 says that there is none
    #[arg(long, value_name = "ROW")]
    pub header_row: Option<u64>,
    /// Take a column for a field, by header or letter: `--column "Tel 2=phone.home"`, `--column F=ignored`
    #[arg(long = "column", value_name = "COLUMN=FIELD")]
    pub columns: Vec<String>,
    /// Take what each column is from this file, which `rolo map -o FILE` writes; a sheet that no longer fits stops
    #[arg(long, value_name = "FILE", env = "ROLO_MAPPING")]
    pub mapping: Option<PathBuf>,
    /// What becomes of columns that no field claims: custom, drop or error
    #[arg(long, value_name = "WHAT", default_value = "custom")]
    pub unmapped: Unmapped,
    /// Leave what a spreadsheet broke as it is: no leading zero is given back
    #[arg(long)]
    pub no_repair: bool,
    /// The country in whose way numbers without a country code are written, such as FR; never guessed
    #[arg(long, value_name = "COUNTRY", env = "ROLO_REGION")]
    pub region: Option<Region>,
}

impl ReadingArgs {
    /// How texts are read: the region that the person says, else the target's own.
    pub(crate) fn normalizing(&self, own: Option<Region>) -> normalize::Options {
        normalize::Options {
            region: self.region.or(own),
            as_is: self.no_repair,
        }
    }

    /// Whether the sheet comes by standard input.
    pub(crate) fn is_piped(&self) -> bool {
        self.sheet_file.as_os_str() == "-"
    }

    /// What standard input is called, in reports too; a file has a name.
    pub(crate) fn called(&self) -> Option<&String> {
        self.source_name.as_ref().filter(|_| self.is_piped())
    }
}

fn delimiter(text: &str) -> Result<char, String> {
    match text {
        "\\t" | "tab" => Ok('\t'),
        _ => {
            let mut letters = text.chars();
            match (letters.next(), letters.next()) {
                (Some(one), None) => Ok(one),
                _ => Err("expected one character, or `tab`".to_owned()),
            }
        }
    }
}

/// What may be said of a target instead of writing it into `rolo.toml`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Tuning {
    /// Set a switch of the vendor; `rolo vendors VENDOR` lists them
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// What contacts without a parent of their own hang under: Sonar's account, Orzame's contact
    #[arg(long, value_name = "ID", env = "ROLO_PARENT")]
    pub parent: Option<String>,
    /// Reject rows that would lose a value of these fields, such as `phone,email`; `all` is every field
    #[arg(
        long,
        value_name = "FIELDS",
        env = "ROLO_FAIL_ON_LOSS",
        default_value = "",
        hide_default_value = true
    )]
    pub fail_on_loss: MustKeep,
}

/// How steps are sent, and when to stop.
#[derive(Clone, Debug, Args)]
pub(crate) struct SendingArgs {
    /// Requests at most, such as 10/s or 60/min [default: the target's, else the vendor's]
    #[arg(long, value_name = "RATE", env = "ROLO_RATE")]
    pub rate: Option<Rate>,
    /// Requests in flight at most [default: the target's, else the vendor's]
    #[arg(long, value_name = "N", env = "ROLO_CONCURRENCY", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub concurrency: Option<u16>,
    /// Stop after this many refusals in a row for the same reason, or requests in a row without an answer; 0 never stops [default: 10]
    #[arg(long, value_name = "N")]
    pub(crate) stop_after: Option<u32>,
    /// Stop after this many refusals in all; 0 never stops [default: 0]
    #[arg(long, value_name = "N")]
    pub(crate) max_errors: Option<u64>,
    /// Send at most this many rows; the rest can be resumed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Send this many rows first, read them back, and go on only if the target holds what was sent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) canary: Option<u64>,
    /// Stop at this time (06:00), or after this while (45m, 2h); the rest can be resumed
    #[arg(long, value_name = "TIME")]
    pub(crate) deadline: Option<Deadline>,
    /// Wait until no other run writes the same book, instead of ending with 11
    #[arg(long)]
    pub(crate) wait: bool,
    /// Look so long for rows whose answer was lost: the vendor may still be at them, and its list may lag [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) settle_after: Option<u64>,
    /// Write the report into this folder [default: rolo-reports/RUN]
    #[arg(long, value_name = "DIR", env = "ROLO_REPORT")]
    pub(crate) report: Option<PathBuf>,
}

impl Tuning {
    /// What is said of a target instead of what the files say.
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides {
            set: self.set.clone(),
            parent: self.parent.clone(),
            fail_on_loss: self.fail_on_loss.clone(),
        }
    }
}

impl SendingArgs {
    /// Whether a book that another run holds is waited for.
    pub(crate) fn wait(&self) -> LockWait {
        if self.wait {
            LockWait::Yes
        } else {
            LockWait::No
        }
    }

    /// How the steps of a run are sent that is delivered so.
    pub(crate) fn of<'a>(&self, delivery: &'a Delivery, promise: Promise) -> engine::Sending<'a> {
        engine::Sending {
            delivery,
            limit: self.limit.unwrap_or(0),
            canary: self.canary.unwrap_or(0),
            promise,
        }
    }

    /// How fast it is sent: what these flags say, and for the rest what was said before.
    pub(crate) fn over(&self, before: &Delivery) -> Delivery {
        Delivery {
            rate: self.rate.or(before.rate),
            concurrency: self.concurrency.or(before.concurrency),
            stop_after: self.stop_after.unwrap_or(before.stop_after),
            max_errors: self.max_errors.unwrap_or(before.max_errors),
            settle_after: self.settle_after.unwrap_or(before.settle_after),
        }
    }
}

/// What may be said anew of the target of a run that is taken up again. No variable is read for it: another shell must
/// not change what a run is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Retuning {
    /// Set a switch of the vendor otherwise than the run did
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// What contacts without a parent of their own hang under, if the run was to say otherwise
    #[arg(long, value_name = "ID")]
    pub(crate) parent: Option<String>,
}

/// What the help of each command says that takes up a run.
pub(crate) const TAKEN_UP: &str = "The run is taken up as it was asked for: its sheet, columns, mapping, region, mode, \
    guards, target and switches are kept with it, and neither today's ROLO_* variables nor today's rolo.toml change \
    them. Of rolo.toml, the target's address, credentials and pace are read anew; a target that is another account \
    now is refused. What the flags above say holds instead of what the run began with; --rate and --concurrency, also \
    by ROLO_RATE and ROLO_CONCURRENCY, --stop-after, --max-errors and --settle-after are else as they were, while \
    --limit, --canary, --deadline, --wait and --report hold for one command only.";
