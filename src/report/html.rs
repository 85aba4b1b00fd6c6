//! `report.html`: one self-contained page for a person. It shows every row of a small run; of a large one it
//! shows the rows that need somebody, and says so.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use askama::Template as _;

use super::format::{ReportFormat, close};
use super::head::{Closing, Head};
use super::page::{ANY, HtmlRow, NEEDY, NONE, PageWish};
use super::part::ReportPart;
use super::tally::{ProblemGroup, Tally};
use crate::plan::{Fate, Totals};

/// How many rows the page holds: more make browsers slow; `results.csv` holds all of them.
const MOST: usize = 2000;

struct HtmlReport {
    out: BufWriter<File>,
    head: Head,
    rows: Vec<HtmlRow>,
    /// Rows left out since the page was full.
    left_out: u64,
    /// Whether rows in order were left out to make place for rows that need somebody.
    only_needy: bool,
    wish: PageWish,
}

/// A bar of the chart.
struct Bar {
    fate: Fate,
    rows: u64,
    x: f64,
    width: f64,
}

#[derive(askama::Template)]
#[template(path = "report.html")]
struct HtmlTemplate<'a> {
    head: &'a Head,
    file: &'a str,
    sheet: Option<&'a str>,
    totals: &'a Totals,
    bars: Vec<Bar>,
    groups: Vec<&'a ProblemGroup>,
    losses: Vec<(&'a String, &'a u64)>,
    rows: &'a [HtmlRow],
    left_out: u64,
    only_needy: bool,
    closing: &'a Closing,
    version: &'static str,
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of every format")]
pub(super) fn open(
    out: BufWriter<File>,
    head: &Head,
    wish: &PageWish,
) -> io::Result<Box<dyn ReportFormat>> {
    let (head, wish) = (head.clone(), wish.clone());
    Ok(Box::new(HtmlReport {
        out,
        head,
        rows: Vec::new(),
        left_out: 0,
        only_needy: false,
        wish,
    }))
}

impl HtmlReport {
    /// Takes every row until the page is full; then rows that are well make place, once, for rows that are not.
    fn place(&mut self, line: HtmlRow) {
        if self.rows.len() >= MOST && line.needy && !self.only_needy {
            let before = self.rows.len();
            self.rows.retain(|line| line.needy);
            self.left_out += (before - self.rows.len()) as u64;
            self.only_needy = true;
        }
        if self.rows.len() < MOST && (line.needy || !self.only_needy) {
            self.rows.push(line);
        } else {
            self.left_out += 1;
        }
    }

    /// What there is place for.
    fn wants(&self) -> u8 {
        match (self.rows.len() < MOST, self.only_needy) {
            (true, false) => ANY,
            (true, true) | (false, false) => NEEDY,
            (false, true) => NONE,
        }
    }
}

/// The share of each fate, as bars side by side in a hundred units.
fn bars(totals: &Totals) -> Vec<Bar> {
    #[expect(clippy::cast_precision_loss, reason = "a bar's width, in hundredths")]
    let share = |rows: u64| 100.0 * rows as f64 / totals.all().max(1) as f64;
    let mut x = 0.0;
    let mut bars = Vec::new();
    let valid_counts = totals.reconcile().is_err();
    for fate in Fate::ALL
        .into_iter()
        .filter(|fate| *fate != Fate::Valid || valid_counts)
    {
        let rows = totals.of(fate);
        if rows > 0 {
            let width = share(rows);
            bars.push(Bar {
                fate,
                rows,
                x,
                width,
            });
            x += width;
        }
    }
    bars
}

impl ReportFormat for HtmlReport {
    fn add(&mut self, part: &mut ReportPart) -> io::Result<()> {
        if let Some((_, page)) = &mut part.files {
            page.rows.drain(..).for_each(|row| self.place(row));
            self.left_out += page.left_out;
            self.wish.set(self.wants());
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, tally: &Tally, closing: &Closing) -> io::Result<()> {
        let text = |name: &str| {
            self.head
                .source
                .get(name)
                .and_then(serde_json::Value::as_str)
        };
        let shown = HtmlTemplate {
            head: &self.head,
            file: text("file").unwrap_or_default(),
            sheet: text("sheet"),
            totals: &closing.totals,
            bars: bars(&closing.totals),
            groups: tally.groups(),
            losses: tally.losses().iter().collect(),
            rows: &self.rows,
            left_out: self.left_out,
            only_needy: self.only_needy,
            closing,
            version: env!("CARGO_PKG_VERSION"),
        };
        let page = shown.render().map_err(io::Error::other)?;
        self.out.write_all(page.as_bytes())?;
        close(self.out)
    }
}
