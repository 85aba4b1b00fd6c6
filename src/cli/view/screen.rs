//! What a person sees: text that cannot steer a terminal, problems grouped by cause, the closing table.

use std::io::{self, IsTerminal as _, Write};

use crate::cli::args::{Common, Quiet};
use crate::cli::text::{cut, pad, plain};
use crate::plan::{Fate, Totals};
use crate::report::{ProblemGroup, Tally};

/// Standard output, whose reader may leave: what it does not want to read is no failure, and the exit code still
/// says what happened.
pub(crate) struct Out(io::StdoutLock<'static>);

/// Standard output.
pub(crate) fn out() -> Out {
    Out(io::stdout().lock())
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

/// Prints a line, whatever the person wants to be shown.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = out();
    writeln!(out, "{text}")?;
    out.flush()
}

/// What is shown, and whether in colour.
pub(crate) struct Screen {
    out: Box<dyn Write>,
    colour: bool,
}

/// What a text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing to do.
    Good,
    /// Somebody should look.
    Warn,
    /// Somebody must act.
    Bad,
    /// Less important.
    Soft,
    /// A heading.
    Bold,
}

impl Screen {
    /// Standard output; in colour on a terminal, unless `NO_COLOR` is set.
    pub(crate) fn stdout() -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = io::stdout().is_terminal() && !no_colour;
        Self {
            out: Box::new(out()),
            colour,
        }
    }

    /// Where a command's words go: nowhere where the person wants quiet, or a program reads standard output.
    pub(crate) fn of(common: &Common) -> Self {
        match common.screen_quiet() {
            Quiet::Yes => Self::dark(),
            Quiet::No => Self::stdout(),
        }
    }

    /// Where words go that stand beside a document too: nowhere where the person wants quiet.
    pub(crate) fn unless_quiet(common: &Common) -> Self {
        if common.quiet {
            Self::dark()
        } else {
            Self::stdout()
        }
    }

    /// A screen that shows nothing (`--quiet`).
    pub(crate) fn dark() -> Self {
        Self {
            out: Box::new(io::sink()),
            colour: false,
        }
    }

    /// A line.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// A text in a tone.
    pub(crate) fn tone(&self, tone: Tone, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Warn => "33",
            Tone::Bad => "31",
            Tone::Soft => "2",
            Tone::Bold => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// The problems, grouped by cause: errors first, at most `most` of them.
    pub(crate) fn problems(&mut self, tally: &Tally, most: usize) -> io::Result<()> {
        let groups = tally.groups();
        if groups.is_empty() {
            return Ok(());
        }
        let heading = self.tone(Tone::Bold, "Problems");
        self.line(&heading)?;
        for group in groups.iter().take(most) {
            let line = self.problem(group);
            self.line(&line)?;
        }
        if groups.len() > most {
            self.line(&format!(
                "  … and {} further causes; the report has all",
                groups.len() - most
            ))?;
        }
        self.line("")
    }

    fn problem(&self, group: &ProblemGroup) -> String {
        let rows = if group.rows == 1 {
            "1 row".to_owned()
        } else {
            format!("{} rows", group.rows)
        };
        let tone = match group.severity {
            crate::model::Severity::Error => Tone::Bad,
            crate::model::Severity::Warning => Tone::Warn,
            _ => Tone::Soft,
        };
        let weight = self.tone(tone, &pad(group.severity.name(), 7));
        let field = group
            .field
            .as_ref()
            .map(|field| format!("{field}: "))
            .unwrap_or_default();
        let help = if group.help.is_empty() {
            String::new()
        } else {
            format!("; {}", group.help)
        };
        let code = self.tone(Tone::Soft, &format!("[{}]", group.code));
        let value = match &group.first_value {
            (found, _) if found.is_empty() => String::new(),
            (found, None) => format!(" (`{}`)", cut(&plain(found), 32)),
            (found, Some(right)) => {
                format!(
                    " (`{}`, perhaps `{}`)",
                    cut(&plain(found), 32),
                    cut(&plain(right), 32)
                )
            }
        };
        let at = if group.rows == 1 { "at" } else { "first at" };
        let place = match group.first() {
            place if place.is_empty() => place,
            place => format!(", {at} {}", plain(&place)),
        };
        format!(
            "  {rows:>9}  {weight}  {field}{}{place}{value}{help} {code}",
            plain(&group.message),
        )
    }

    /// The values that find no place, by field.
    pub(crate) fn losses(&mut self, tally: &Tally, vendor: &str) -> io::Result<()> {
        if tally.losses().is_empty() {
            return Ok(());
        }
        let list: Vec<String> = tally
            .losses()
            .iter()
            .map(|(field, count)| format!("{field} {count}"))
            .collect();
        let heading = self.tone(Tone::Bold, &format!("Values that {vendor} cannot hold"));
        self.line(&format!("{heading}: {}", list.join(", ")))?;
        self.line("")
    }

    /// The closing table: every fate that rows met, and their sum.
    pub(crate) fn totals(&mut self, totals: &Totals, fates: &[Fate]) -> io::Result<()> {
        for fate in fates {
            let rows = totals.of(*fate);
            if rows > 0 {
                let name = self.tone(tone_of(*fate), &pad(fate.words(), 9));
                self.line(&format!("  {name}  {rows:>9}"))?;
            }
        }
        let read = self.tone(Tone::Bold, &pad("read", 9));
        self.line(&format!("  {read}  {:>9}", totals.read))
    }

    /// Writes what is left.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn tone_of(fate: Fate) -> Tone {
    match fate {
        Fate::Valid | Fate::Created | Fate::Updated | Fate::Deleted => Tone::Good,
        Fate::Unchanged | Fate::Skipped => Tone::Soft,
        Fate::Unsent => Tone::Warn,
        Fate::Rejected | Fate::Refused | Fate::InDoubt => Tone::Bad,
    }
}
