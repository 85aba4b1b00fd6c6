//! `rolo convert`: a sheet of one format into a sheet of another, through the neutral contact.

use std::collections::BTreeMap;
use std::path::Path;

use super::args::{Common, Convert, Output};
use super::failure::{Failure, Kind};
use super::opened::{Opened, open};
use super::screen::Screen;
use super::timing::Stopwatch;
use crate::intake::{self, Checked, Line};
use crate::model::Diagnostic;
use crate::plan::{Fate, Remark, Totals};
use crate::report::{Closing, Document, Entry, Head, Tally};
use crate::sheet::{Writer, Written, writer};
use crate::vendor::MustKeep;

/// What came of the sheet so far.
struct Converted {
    totals: Totals,
    tally: Tally,
    document: Option<Document>,
    /// Values that the format cannot hold, by their names.
    lost: BTreeMap<&'static str, u64>,
}

/// Runs the command.
pub(super) fn run(convert: &Convert, common: &Common) -> Result<u8, Failure> {
    let format = match format_of(&convert.out)? {
        Written::Vcard3 if convert.vcard == "4.0" => Written::Vcard4,
        format => format,
    };
    let stopwatch = Stopwatch::start();
    let mut opened = open(&convert.reading)?;
    let folder = folder_of(&convert.out);
    let draft =
        tempfile::NamedTempFile::new_in(folder).map_err(|error| unwritable(convert, &error))?;
    let mut out = writer(format, draft.reopen()?)?;
    let mut done = Converted {
        totals: Totals::default(),
        tally: Tally::default(),
        document: match common.output {
            Output::Json => Some(Document::new()?),
            Output::Text => None,
        },
        lost: BTreeMap::new(),
    };
    pass(&mut opened, convert, &mut *out, &mut done)?;
    out.finish()?;
    done.totals.reconcile_check()?;
    keep(draft, &convert.out).map_err(|error| unwritable(convert, &error))?;
    let code = if done.totals.rejected > 0 {
        Kind::Rows as u8
    } else {
        0
    };
    tell(done, &opened, convert, common, (format, code, &stopwatch))?;
    Ok(code)
}

/// The format that a file's name says.
pub(super) fn format_of(out: &Path) -> Result<Written, Failure> {
    let ending = out.extension().unwrap_or_default().to_string_lossy();
    Written::of_ending(&ending).ok_or_else(|| {
        let known: Vec<String> = Written::ALL
            .iter()
            .map(|(ending, _)| format!(".{ending}"))
            .collect();
        Failure::usage(
            format!("`{}` does not say the format to write", out.display()),
            format!("let its name end in {}", known.join(", ")),
        )
    })
}

/// The folder of a file.
pub(super) fn folder_of(out: &Path) -> &Path {
    out.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn unwritable(convert: &Convert, error: &std::io::Error) -> Failure {
    let what = format!("cannot write `{}`: {error}", convert.out.display());
    Failure::new(
        Kind::Usage,
        what,
        "check that the folder is there and may be written to",
    )
}

/// Puts the finished file in its place, readable as any new file is.
pub(super) fn keep(draft: tempfile::NamedTempFile, out: &Path) -> std::io::Result<()> {
    draft.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(out).map_or(0o600, |before| before.permissions().mode());
        std::fs::set_permissions(draft.path(), std::fs::Permissions::from_mode(mode & 0o777))?;
    }
    draft.persist(out)?;
    Ok(())
}

fn pass(
    opened: &mut Opened,
    convert: &Convert,
    out: &mut dyn Writer,
    done: &mut Converted,
) -> Result<(), Failure> {
    let line = Line {
        mapping: opened.mapping.clone(),
        normalize: convert.reading.normalizing(None),
        vendors: Vec::new(),
        must_keep: MustKeep::default(),
    };
    let sheet = opened.source.about.sheet.clone();
    intake::run(&mut opened.source, &line, |chunk| {
        for checked in chunk {
            done.see(&checked, sheet.as_deref(), out)?;
        }
        Ok::<(), Failure>(())
    })
}

impl Converted {
    fn see(
        &mut self,
        checked: &Checked,
        sheet: Option<&str>,
        out: &mut dyn Writer,
    ) -> Result<(), Failure> {
        let fate = if checked.remarks.iter().any(Diagnostic::is_error) {
            Fate::Rejected
        } else {
            Fate::Valid
        };
        self.totals.read += 1;
        self.totals.count(fate, 1);
        let entry = Entry {
            row: checked.row.number,
            fate,
            remote: None,
            remarks: checked.remarks.iter().map(Remark::from).collect(),
            message: None,
            lost: Vec::new(),
            cells: Vec::new(),
        };
        self.tally.see(&entry);
        if let Some(document) = &mut self.document {
            document.add(&entry)?;
        }
        for name in out.add(checked.row.number, sheet, &checked.contact)? {
            *self.lost.entry(name).or_default() += 1;
        }
        Ok(())
    }
}

fn tell(
    done: Converted,
    opened: &Opened,
    convert: &Convert,
    common: &Common,
    (format, exit_code, stopwatch): (Written, u8, &Stopwatch),
) -> Result<(), Failure> {
    let head = Head {
        run: None,
        command: "convert".to_owned(),
        target: format.name().to_owned(),
        vendor: String::new(),
        source: serde_json::to_value(&opened.source.about).map_err(std::io::Error::other)?,
        headers: Vec::new(),
    };
    let closing = Closing {
        totals: done.totals,
        timings: stopwatch.timings(0),
        exit_code,
        stopped: None,
    };
    if let Some(document) = done.document {
        document.print(&mut super::screen::out(), &head, &closing)?;
        return Ok(());
    }
    let mut screen = if common.quiet {
        Screen::dark()
    } else {
        Screen::stdout()
    };
    screen.line(&opened.decided())?;
    opened.warn(&mut screen)?;
    screen.line("")?;
    screen.problems(&done.tally, 30)?;
    for (name, count) in &done.lost {
        screen.line(&format!(
            "{count} × {name} finds no place in {}",
            format.name()
        ))?;
    }
    screen.totals(&done.totals, &[Fate::Valid, Fate::Rejected])?;
    screen.line(&format!("Written: {}", convert.out.display()))?;
    screen.flush()?;
    Ok(())
}
