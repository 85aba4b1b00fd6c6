//! What a person sees: text that cannot steer a terminal, problems grouped by cause, the closing table.

use std::io::{self, IsTerminal as _, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::plan::{Fate, Totals};
use crate::report::{ProblemGroup, Tally};

/// A text in which every character that could steer a terminal is written out.
pub(super) fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    plain
}

/// A text cut to so many columns of a terminal.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + 1 >= columns {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// A text filled up with blanks to so many columns of a terminal.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// Standard output, whose reader may leave: what it does not want to read is no failure, and the exit code still
/// says what happened.
pub(super) struct Out(io::StdoutLock<'static>);

/// Standard output.
pub(super) fn out() -> Out {
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
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = out();
    writeln!(out, "{text}")?;
    out.flush()
}

/// What is shown, and whether in colour.
pub(super) struct Screen {
    out: Box<dyn Write>,
    colour: bool,
}

/// What a text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
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
    pub(super) fn stdout() -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = io::stdout().is_terminal() && !no_colour;
        Self {
            out: Box::new(out()),
            colour,
        }
    }

    /// A screen that shows nothing (`--quiet`).
    pub(super) fn dark() -> Self {
        Self {
            out: Box::new(io::sink()),
            colour: false,
        }
    }

    /// A line.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// A text in a tone.
    pub(super) fn tone(&self, tone: Tone, text: &str) -> String {
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
    pub(super) fn problems(&mut self, tally: &Tally, most: usize) -> io::Result<()> {
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
    pub(super) fn losses(&mut self, tally: &Tally, vendor: &str) -> io::Result<()> {
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
    pub(super) fn totals(&mut self, totals: &Totals, fates: &[Fate]) -> io::Result<()> {
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
    pub(super) fn flush(&mut self) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_sheet_steers_a_terminal() {
        assert_eq!(
            plain("a\u{1b}[2Jb\u{7}\u{202e}é\t"),
            "a\\u{1b}[2Jb\\u{7}\\u{202e}é\\t"
        );
    }

    #[test]
    fn columns_of_a_terminal_are_counted_not_characters() {
        assert_eq!(
            (cut("東京都", 5), cut("abc", 3)),
            ("東京…".to_owned(), "abc".to_owned())
        );
        assert_eq!(pad("東", 4), "東  ");
    }
}
