//! What came of a conversion, as a person sees it.

use super::screen::Screen;
use super::sheet;
use crate::cli::args::{Common, Convert};
use crate::cli::failure::Failure;
use crate::engine::OpenedSheet;
use crate::plan::Fate;
use crate::report::{Conversion, Head};

/// Shows what was written, and what finds no place there.
pub(crate) fn show(
    done: &Conversion,
    opened: &OpenedSheet,
    convert: &Convert,
    common: &Common,
    head: &Head,
) -> Result<(), Failure> {
    let mut screen = Screen::unless_quiet(common);
    screen.line(&sheet::decided(opened))?;
    sheet::warn(opened, &mut screen)?;
    screen.line("")?;
    screen.problems(&done.tally, 30)?;
    for (name, count) in &done.lost {
        screen.line(&format!(
            "{count} × {name} finds no place in {}",
            head.target
        ))?;
    }
    if !head.vendor.is_empty() {
        screen.losses(&done.tally, &head.target)?;
    }
    let fates = [Fate::Valid, Fate::Skipped, Fate::Rejected];
    screen.totals(&done.totals, &fates)?;
    let words = match (head.vendor.as_str(), done.totals.read - done.totals.valid) {
        ("", _) | (_, 0) => "",
        _ => ", without the rows that an import would not send",
    };
    screen.line(&format!("Written: {}{words}", convert.out.display()))?;
    screen.flush()?;
    Ok(())
}
