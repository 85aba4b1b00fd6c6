//! `rolo runs prune`: what is to go.

use std::path::PathBuf;

use clap::Args;

/// `rolo runs prune`.
#[derive(Debug, Args)]
pub(crate) struct Prune {
    /// Runs that ended longer ago than this, such as 90d or 12w
    #[arg(long, value_name = "AGE", value_parser = days)]
    pub(crate) older_than: u32,
    /// Delete the reports of these runs as well, where the ledger knows them
    #[arg(long)]
    pub(crate) reports: bool,
    /// Delete the sheets in `done/` of this folder as well that are older
    #[arg(long, value_name = "DIR")]
    pub(crate) sheets: Option<PathBuf>,
    /// Show what would go, and erase nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

fn days(text: &str) -> Result<u32, String> {
    let wanted = || format!("invalid age `{text}`: expected a number and d or w, for example 90d");
    let unit = text.chars().next_back().ok_or_else(wanted)?;
    let number: u32 = text[..text.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| wanted())?;
    match unit {
        'd' => Ok(number),
        'w' => number.checked_mul(7).ok_or_else(wanted),
        _ => Err(wanted()),
    }
}
