//! `summary.json`, and the document that `--output json` prints. Both shapes only ever grow.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write};

use serde_json::{Value, json};

use crate::engine::{Estimate, PlanCounts};
use crate::plan::Action;

use super::format::{ReportFormat, close};
use super::head::{Closing, Head};
use super::part::{PartLayout, ReportPart};
use super::problems::Problems;
use super::row::ReportRow;
use super::tally::Tally;

struct SummaryFile {
    out: BufWriter<File>,
    head: Head,
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of every format")]
pub(super) fn open(out: BufWriter<File>, head: &Head) -> io::Result<Box<dyn ReportFormat>> {
    Ok(Box::new(SummaryFile {
        out,
        head: head.clone(),
    }))
}

impl ReportFormat for SummaryFile {
    fn add(&mut self, _: &mut ReportPart) -> io::Result<()> {
        Ok(())
    }

    fn finish(mut self: Box<Self>, tally: &Tally, closing: &Closing) -> io::Result<()> {
        let mut summary = json!({"version": 1, "rolo": env!("CARGO_PKG_VERSION")});
        if let (Value::Object(all), Value::Object(head)) =
            (&mut summary, serde_json::to_value(&self.head)?)
        {
            all.extend(head);
        }
        summary["totals"] = serde_json::to_value(closing.totals)?;
        summary["problems"] = serde_json::to_value(tally.groups())?;
        summary["losses"] = serde_json::to_value(tally.losses())?;
        summary["stopped"] = serde_json::to_value(&closing.stopped)?;
        summary["exit_code"] = closing.exit_code.into();
        summary["timings"] = serde_json::to_value(&closing.timings)?;
        serde_json::to_writer_pretty(&mut self.out, &summary)?;
        self.out.write_all(b"\n")?;
        close(self.out)
    }
}

/// The document of `--output json`. Its lists wait in temporary files, so that memory stays flat.
pub struct JsonDocument {
    problems: List,
    tally: Tally,
    plan: Option<PlanMembers>,
}

/// What the document of a plan says beside.
struct PlanMembers {
    members: [(&'static str, Value); 2],
    changes: List,
}

/// A list of JSON that grows in a temporary file.
struct List {
    file: BufWriter<File>,
    count: u64,
}

impl List {
    fn new() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile()?),
            count: 0,
        })
    }

    fn add(&mut self, items: &[u8], count: u64) -> io::Result<()> {
        if count == 0 {
            return Ok(());
        }
        let before = if self.count == 0 { "\n" } else { ",\n" };
        self.count += count;
        self.file.write_all(before.as_bytes())?;
        self.file.write_all(items)
    }

    fn print(self, name: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        write!(out, "\"{name}\": [")?;
        io::copy(&mut file, out)?;
        write!(out, "]")
    }
}

impl JsonDocument {
    /// An empty document.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            problems: List::new()?,
            tally: Tally::default(),
            plan: None,
        })
    }

    /// An empty document of a plan: what it holds, what sending it would take, and a list of changes.
    pub fn of_plan(counts: &PlanCounts, estimate: &Estimate) -> io::Result<Self> {
        let count = |action: Action| {
            let rows = counts.get(action.name()).copied();
            (action.name(), Value::from(rows.unwrap_or(0)))
        };
        let plan: Value = Action::ALL.into_iter().map(count).collect();
        let members = [("plan", plan), ("forecast", estimate.document())];
        let changes = List::new()?;
        let plan = Some(PlanMembers { members, changes });
        Ok(Self {
            plan,
            ..Self::new()?
        })
    }

    /// Whether it is the document of a plan.
    pub fn is_of_plan(&self) -> bool {
        self.plan.is_some()
    }

    /// Adds what a plan would change.
    pub fn change(&mut self, change: &Value) -> io::Result<()> {
        self.plan.as_mut().map_or(Ok(()), |plan| {
            plan.changes.add(format!("  {change}").as_bytes(), 1)
        })
    }

    /// Adds the next row.
    pub fn add(&mut self, row: &ReportRow<'_>) -> io::Result<()> {
        let mut part = ReportPart::new(&PartLayout {
            problems: true,
            ..PartLayout::default()
        });
        part.add(row);
        self.append(&part)
    }

    /// Adds the next rows.
    pub(super) fn append(&mut self, part: &ReportPart) -> io::Result<()> {
        self.tally.merge(&part.tally, &part.lost);
        match &part.problems {
            Some(Problems { text, count }) => self.problems.add(text, *count),
            None => Ok(()),
        }
    }

    /// Prints the document: what `head` and `closing` say, with the problems in it.
    pub fn print(self, out: &mut dyn Write, head: &Head, closing: &Closing) -> io::Result<()> {
        let members = [
            ("version", json!(1)),
            ("run", json!(head.run)),
            ("source", head.source.clone()),
            ("totals", serde_json::to_value(closing.totals)?),
            ("losses", serde_json::to_value(self.tally.losses())?),
            ("target", json!(head.target)),
            ("stopped", json!(closing.stopped)),
            ("exit_code", json!(closing.exit_code)),
        ];
        writeln!(out, "{{")?;
        for (name, value) in members {
            writeln!(out, "\"{name}\": {value},")?;
        }
        if let Some(PlanMembers { members, changes }) = self.plan {
            for (name, value) in members {
                writeln!(out, "\"{name}\": {value},")?;
            }
            changes.print("changes", out)?;
            writeln!(out, ",")?;
        }
        self.problems.print("problems", out)?;
        writeln!(out, "}}")
    }
}
