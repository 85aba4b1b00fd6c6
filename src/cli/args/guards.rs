//! The flags that allow what the guards of an import would stop.

use clap::Args;

use crate::plan::Percent;

/// What may be otherwise than last time.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Guarding {
    /// Import a sheet that has a header and no rows, instead of stopping with 7
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// How much shorter than last time the same sheet may be, such as 30%; 100% allows anything [default: 50%, where
    /// five rows or more are missing]
    #[arg(long, value_name = "PERCENT", env = "ROLO_MAX_SHRINK")]
    pub(crate) max_shrink: Option<Percent>,
    /// Go on though columns of the same sheet are gone or mean something else than last time
    #[arg(long)]
    pub(crate) allow_drift: bool,
}
