//! The flags that say which record is whose, and what becomes of it: shared by the commands that plan.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::plan::{Compare, DeleteLimit, Duplicates, Mode, OnExisting};

/// What is done with the records that there are.
#[derive(Clone, Debug, Args)]
pub(crate) struct Aims {
    /// What is done: create what is missing and update what differs, only one of the two, or delete as well what
    /// the sheet no longer has
    #[arg(
        long,
        value_enum,
        value_name = "MODE",
        default_value = "upsert",
        env = "ROLO_MODE"
    )]
    pub(crate) mode: Mode,
    /// What becomes of a row whose record at the vendor says something else
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value = "update",
        env = "ROLO_ON_EXISTING"
    )]
    pub(crate) on_existing: OnExisting,
    /// What becomes of a row that is the same person as an earlier one of the sheet, under another key
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value = "warn",
        env = "ROLO_DUPLICATES"
    )]
    pub(crate) duplicates: Duplicates,
    /// Compare rows with what the ledger remembers, or with what the target holds now [default: the target's, else
    /// the vendor's: see `rolo vendors VENDOR`]
    #[arg(long, value_enum, value_name = "WITH", env = "ROLO_COMPARE")]
    pub(crate) compare: Option<Compare>,
    /// Let an empty cell take away what stands at the vendor; without it, an empty cell leaves it
    #[arg(long)]
    pub(crate) clear_empty: bool,
    /// With --mode mirror, also delete records that rolo did not make
    #[arg(long)]
    pub(crate) mirror_all: bool,
    /// Stop before anything is sent if a mirror would delete more: a count, a share, or both as 50,20%
    #[arg(
        long,
        value_name = "N|N%",
        default_value = "10,10%",
        env = "ROLO_MAX_DELETE"
    )]
    pub(crate) max_delete: DeleteLimit,
    /// Stop before anything is sent if more of the records that rows were matched with would change: a count, a
    /// percentage, or both as 50,20% [default: the target's; else 20%, and 10 in any case, where SHEET is a folder or a
    /// glob; else any number]
    #[arg(long, value_name = "N|N%", env = "ROLO_MAX_UPDATE")]
    pub(crate) max_update: Option<DeleteLimit>,
}

/// Names the values of an enumeration as flags and their help have them, in this order.
macro_rules! values {
    ($type:ty: $($value:ident, $name:literal, $help:literal;)*) => {
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(Self::$value),*]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(match self {
                    $(Self::$value => PossibleValue::new($name).help($help),)*
                })
            }
        }
    };
}

values! { Mode:
    Upsert, "upsert", "Create what is missing, update what differs";
    Create, "create", "Create what is missing; leave out rows that have a record";
    Update, "update", "Update what differs; leave out rows that have no record";
    Mirror, "mirror", "Like upsert, and delete what rolo created there and the sheet no longer has";
}
values! { OnExisting:
    Skip, "skip", "Leave the record as it is";
    Update, "update", "Change the record";
    Fail, "fail", "Reject the row";
}
values! { Duplicates:
    Warn, "warn", "Send both, and say so";
    Reject, "reject", "Reject the later row";
}
values! { Compare:
    Ledger, "ledger", "What was sent last; nothing is read";
    Target, "target", "What stands there now";
}
