//! What a plan would change, row by row, for a person.

use std::io;

use crate::cli::failure::Failure;
use crate::cli::text::{cut, plain};
use crate::cli::view::screen::{Screen, Tone};
use crate::ledger::Store;
use crate::model::{BookId, RunId};
use crate::plan::Action;
use crate::report::Difference;

/// How many rows are shown unless all are wanted.
pub(crate) const MOST: u64 = 20;

/// How wide a value may be.
const WIDE: usize = 48;

fn show_one(difference: &Difference, screen: &mut Screen) -> io::Result<()> {
    let (sign, tone) = match difference.step.action {
        Action::Create => ("+", Tone::Good),
        Action::Delete => ("-", Tone::Bad),
        _ => ("~", Tone::Warn),
    };
    let sign = screen.tone(tone, sign);
    let place = match difference.step.action {
        Action::Delete => String::new(),
        _ => format!("row {} ", difference.step.row),
    };
    let id = difference.step.remote.as_ref();
    let id = id.map_or(String::new(), |id| format!(" ({})", plain(id.as_str())));
    screen.line(&format!(
        "  {sign} {place}{}{id}",
        cut(&plain(&difference.who), WIDE)
    ))?;
    // What is removed goes whole; its name is enough.
    let changes = difference.step.changes.iter();
    for change in changes.filter(|_| difference.step.action == Action::Update) {
        let line = format!(
            "      {}: {} → {}",
            plain(&change.field),
            value(change.before.as_deref()),
            value(change.after.as_deref())
        );
        screen.line(&line)?;
    }
    Ok(())
}

/// A value as it is shown.
fn value(text: Option<&str>) -> String {
    match text {
        None | Some("") => "nothing".to_owned(),
        Some(text) => format!("`{}`", cut(&plain(text), WIDE)),
    }
}

/// Shows what a planned run would change, at most so many rows of it.
pub(crate) fn show(
    screen: &mut Screen,
    ledger: &dyn Store,
    (run, book): (&RunId, &BookId),
    most: u64,
) -> Result<(), Failure> {
    let mut seen = 0;
    let mut broken = None;
    ledger.each_step(run, &mut |settled| {
        if let Some(difference) = Difference::of(&settled, ledger, book)? {
            seen += 1;
            if seen <= most
                && let Err(error) = show_one(&difference, screen)
            {
                broken.get_or_insert(error);
            }
        }
        Ok(())
    })?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    if seen > most {
        screen.line(&format!("  … and {} more; --all shows them", seen - most))?;
    }
    Ok(())
}
