//! How far it is: a bar with rate and time left on a terminal, nothing elsewhere.

use std::io::{IsTerminal as _, Write as _};

use crate::cli::args::Quiet;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error.
pub(crate) struct Progress {
    bar: ProgressBar,
    quiet: Quiet,
}

impl Progress {
    /// A bar for so many rows; hidden where standard error is no terminal, or the person wants quiet.
    pub(crate) fn new(rows: Option<u64>, what: &'static str, quiet: Quiet) -> Self {
        let hidden = quiet == Quiet::Yes || !std::io::stderr().is_terminal();
        let target = if hidden {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(rows, target);
        let template = match rows {
            Some(_) => "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} eta {eta}",
            None => "{msg} {spinner} {human_pos} {per_sec}",
        };
        // The templates are constants: one that cannot be read would show in the first run.
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or(ProgressStyle::default_bar()),
        );
        bar.set_message(what);
        Self { bar, quiet }
    }

    /// So many rows more.
    pub(crate) fn add(&self, rows: u64) {
        self.bar.inc(rows);
    }

    /// Says something on standard error, above the bar; nothing where the person wants quiet.
    pub(crate) fn say(&self, text: &str) {
        if self.quiet == Quiet::No {
            self.bar.suspend(|| {
                let _ = writeln!(std::io::stderr(), "{text}");
            });
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
