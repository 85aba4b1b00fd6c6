//! The terminal as the engine's host: it shows how far a run is, says what a person should know at once, and grades an end
//! by the exit code.

use std::cell::RefCell;
use std::io::Write as _;

use super::ending::{LeftOut, exit_code};
use super::progress::Progress;
use crate::cli::args::{Common, Quiet};
use crate::cli::exit::ExitKind;
use crate::cli::interrupt::{self, Interrupted};
use crate::cli::text::plain;
use crate::engine::{End, Event, Host, Phase};

/// The terminal, for one command.
pub(crate) struct Terminal {
    quiet: Quiet,
    /// Whether even what is said beside a run is left out (`--quiet`).
    silent: bool,
    left_out: LeftOut,
    bar: RefCell<Option<Progress>>,
    waiting: RefCell<Option<Interrupted>>,
}

impl Terminal {
    /// The terminal of a command, whose rows that are left out mean this.
    pub(crate) fn of(common: &Common, left_out: LeftOut) -> Self {
        Self {
            quiet: common.screen_quiet(),
            silent: common.quiet,
            left_out,
            bar: RefCell::default(),
            waiting: RefCell::default(),
        }
    }

    /// Says something above the bar; nothing where the person wants quiet.
    fn say(&self, text: &str) {
        match &*self.bar.borrow() {
            Some(bar) => bar.say(text),
            None if self.quiet == Quiet::No => warn(text),
            None => {}
        }
    }

    fn wait(&self, target: &str) {
        *self.waiting.borrow_mut() = Some(Interrupted::listening());
        if !self.silent {
            let target = plain(target);
            warn(&format!(
                "note: waiting for another run, which is writing the book of target `{target}`"
            ));
        }
    }
}

fn warn(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Planning => "planning",
        Phase::Sending => "sending",
        Phase::Reading => "reading",
    }
}

impl Host for Terminal {
    fn hear(&self, event: Event<'_>) {
        match event {
            Event::Began(phase, rows) => {
                *self.bar.borrow_mut() = Some(Progress::new(rows, name(phase), self.quiet));
            }
            Event::Rows(rows) => {
                if let Some(bar) = &*self.bar.borrow() {
                    bar.add(rows);
                }
            }
            Event::Ended => {
                if let Some(bar) = self.bar.borrow_mut().take() {
                    bar.finish();
                }
            }
            Event::Waiting(target) => self.wait(target),
            Event::Incomplete(why) => self.say(&format!(
                "warning: what the target holds may not be known in full, so that contacts which it does not show are \
                 not found: {why}"
            )),
            Event::NotListed(why) => self.say(&format!(
                "warning: what the target holds cannot be read, so that contacts which others made there are not \
                 found: {why}"
            )),
            Event::Homeless(remote) => self.say(&format!(
                "warning: record {remote} is not deleted: what it hangs under is not known any more"
            )),
            Event::Losses { vendor, lost } => {
                let parts: Vec<String> = lost
                    .iter()
                    .map(|(field, count)| format!("{field} {count}"))
                    .collect();
                let list = parts.join(", ");
                self.say(&format!(
                    "note: {vendor} cannot hold some values: {list}; --fail-on-loss rejects rows that lose them"
                ));
            }
            Event::Planned(estimate) => {
                if let Some(words) = estimate.words() {
                    self.say(&words);
                }
            }
            Event::Unseen { vendor, records } => warn(&format!(
                "warning: {vendor} does not show {records} of what the plan stands on; whether that changes cannot be \
                 told"
            )),
            Event::Proven(rows) => {
                let rows = match rows {
                    1 => "1 row was".to_owned(),
                    rows => format!("{rows} rows were"),
                };
                self.say(&format!(
                    "note: {rows} sent first and read back; the target holds what was sent"
                ));
            }
        }
    }

    fn is_interrupted(&self) -> bool {
        interrupt::came().is_some()
    }

    fn grade(&self, end: End<'_>) -> u8 {
        match end {
            End::Finished(summary, totals) => exit_code(summary, totals, self.left_out),
            End::Failed(error) => ExitKind::from(error) as u8,
        }
    }
}
