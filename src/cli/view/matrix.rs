//! The matrix of `rolo check --for all`: one table for several vendors, a column each. It answers one question, to
//! whom a sheet can go and at what price, and fits a terminal of 80 columns.

use crate::cli::failure::Failure;
use crate::cli::text::{cut, pad, plain};
use crate::cli::view::screen::{Screen, Tone};
use crate::report::CheckCounts;

/// Columns side by side; more of them follow below.
const ACROSS: usize = 5;
const WIDTH: usize = 12;
const LABEL: usize = 18;

/// The table.
pub(crate) fn show(screen: &mut Screen, all: &[CheckCounts<'_>]) -> Result<(), Failure> {
    for columns in all.chunks(ACROSS) {
        for (n, line) in lines(columns).into_iter().enumerate() {
            let line = if n == 0 {
                screen.tone(Tone::Bold, &line)
            } else {
                line
            };
            screen.line(&line)?;
        }
        screen.line("")?;
    }
    Ok(())
}

fn lines(columns: &[CheckCounts<'_>]) -> Vec<String> {
    let row = |label: &str, cells: Vec<String>| {
        let cells = cells.iter().map(|cell| {
            let blanks = WIDTH.saturating_sub(unicode_width::UnicodeWidthStr::width(cell.as_str()));
            format!("{}{cell}", " ".repeat(blanks))
        });
        format!("{}{}", pad(label, LABEL), cells.collect::<String>())
    };
    let each = |cell: &dyn Fn(&CheckCounts<'_>) -> String| columns.iter().map(cell).collect();
    let mut lines = vec![row("", each(&|column| cut(&plain(column.name), WIDTH - 1)))];
    for (n, (label, _)) in columns[0].counts().into_iter().enumerate() {
        lines.push(row(label, each(&|column| column.counts()[n].1.to_string())));
    }
    let mut fields: Vec<&String> = columns
        .iter()
        .flat_map(|column| column.losses.keys())
        .collect();
    fields.sort();
    fields.dedup();
    if !fields.is_empty() {
        lines.push("values lost".to_owned());
    }
    for field in fields {
        let count = |column: &CheckCounts<'_>| {
            column
                .losses
                .get(field)
                .map_or_else(|| "-".to_owned(), u64::to_string)
        };
        lines.push(row(&format!("  {field}"), each(&count)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::plan::{Fate, Totals};

    #[test]
    fn five_vendors_fit_a_terminal_and_every_row_is_in_one_line() {
        let mut totals = Totals {
            read: 1_234_567,
            ..Totals::default()
        };
        totals.count(Fate::Valid, 1_234_560);
        totals.count(Fate::Rejected, 7);
        let losses = BTreeMap::from([("mail_categories".to_owned(), 3), ("email".to_owned(), 9)]);
        let none = BTreeMap::new();
        let column = |losses| CheckCounts {
            name: "a-target-of-a-long-name",
            totals: &totals,
            fixed: 60,
            losses,
        };
        let columns = [
            column(&losses),
            column(&none),
            column(&none),
            column(&none),
            column(&losses),
        ];
        let lines = lines(&columns);
        assert!(
            lines.iter().all(|line| line.chars().count() <= 80),
            "{lines:#?}"
        );
        let words: Vec<Vec<&str>> = lines
            .iter()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(
            words[1],
            ["ok", "1234500", "1234500", "1234500", "1234500", "1234500"]
        );
        assert_eq!(words[2][..2], ["fixed", "60"]);
        assert_eq!(words[3][..2], ["rejected", "7"]);
        assert_eq!(words[6], ["values", "lost"]);
        assert_eq!(words[7], ["email", "9", "-", "-", "-", "9"]);
        assert_eq!(words[8], ["mail_categories", "3", "-", "-", "-", "3"]);
        let document = columns[0].document();
        assert_eq!(
            (&document["fixed"], &document["loses"]["email"]),
            (&json!(60), &json!(9))
        );
    }
}
