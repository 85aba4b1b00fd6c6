//! What is done around each sheet: how far it may go, what its end means for it and for those behind it, and where its
//! file is put then. It stands apart because this decides what the next night finds.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use super::archive::put;
use super::discover::{Fits, Sheet};
use super::summary::{Came, Night, weight};
use crate::cli::args::{Common, Import, Many};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::run_import::ImportDone;
use crate::cli::text::plain;
use crate::cli::view::screen::Screen;
use crate::cli::{interrupt, ledger};
use crate::mapping::MappingError;
use crate::model::RunId;
use crate::plan::Totals;

/// Says something on standard error, whatever the person wants to be shown.
pub(crate) fn say(text: &str) {
    let _ = write!(std::io::stderr(), "{text}");
}

/// Whether the next sheet is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is.
    Go,
    /// It stays for the next run, and so do all behind it.
    Stop,
}

/// What becomes of a sheet that ended so, and of those behind it. What can be taken up again stays for the next
/// run: the ledger knows what was sent. What would hit every sheet stops them all.
pub(crate) fn outcome(ended: &Result<ImportDone, Failure>) -> (Fits, Next) {
    match ended {
        Ok(done) if done.code == 0 => (Fits::Done, Next::Go),
        Ok(done) if done.code == ExitKind::Rows as u8 => (Fits::Failed, Next::Go),
        Ok(done) if done.code == ExitKind::Doubt as u8 => (Fits::Left, Next::Go),
        Err(failure) if is_of_the_sheet(failure) => (Fits::Failed, Next::Go),
        Ok(_) | Err(_) => (Fits::Left, Next::Stop),
    }
}

/// Whether a failure lies in the sheet and would not meet another one.
fn is_of_the_sheet(failure: &Failure) -> bool {
    let mapping = failure.source.downcast_ref::<MappingError>();
    let unknown = matches!(
        mapping,
        Some(
            MappingError::NothingRecognised { .. }
                | MappingError::NoHeader { .. }
                | MappingError::Unmapped { .. }
                | MappingError::NoColumn { .. }
        )
    );
    matches!(failure.kind, ExitKind::Input | ExitKind::Guard) || unknown
}

/// What came of a sheet.
pub(crate) fn came(sheet: &Sheet, ended: &Result<ImportDone, Failure>, fits: Fits) -> Came {
    let done = ended.as_ref().ok();
    let code = ended
        .as_ref()
        .map_or_else(|failure| failure.kind as u8, |done| done.code);
    Came {
        name: sheet.name(),
        run: done.and_then(|done| done.run.as_ref().map(ToString::to_string)),
        code: Some(code),
        totals: done.map_or_else(Totals::default, |done| done.totals),
        report: done.map(|done| done.report.clone()),
        fits,
    }
}

/// A sheet whose turn did not come.
pub(crate) fn waiting(sheet: &Sheet) -> Came {
    Came {
        name: sheet.name(),
        run: None,
        code: None,
        totals: Totals::default(),
        report: None,
        fits: Fits::Left,
    }
}

/// What is done around each sheet.
pub(crate) struct Desk<'a> {
    pub(crate) import: &'a Import,
    pub(crate) common: &'a Common,
    pub(crate) many: Many,
}

impl Desk<'_> {
    /// Whether no further sheet is to be tried: a signal came, or the rows that may be sent were sent.
    pub(crate) fn must_stop(&self, night: &Night, code: &mut u8) -> bool {
        let used = self
            .import
            .sending
            .limit
            .is_some_and(|limit| night.sent() >= limit);
        let limit = used.then_some(ExitKind::Limit as u8);
        let came = interrupt::came().map(|signal| signal as u8);
        let why = came.or(limit);
        *code = why.unwrap_or(*code);
        why.is_some()
    }

    /// The import of one of several sheets: a folder of its own for its report, and what is left of the limit.
    pub(crate) fn prepared(
        &self,
        sheet: &Sheet,
        night: &Night,
        names: &mut BTreeSet<String>,
    ) -> Import {
        let mut one = self.import.clone();
        one.reading.sheet_file.clone_from(&sheet.path);
        let sending = &mut one.sending;
        sending.limit = sending.limit.map(|limit| limit - night.sent().min(limit));
        if let Some(folder) = &sending.report {
            let mut name = sheet.name();
            while !names.insert(name.clone()) {
                name.push('+');
            }
            sending.report = Some(folder.join(name));
        }
        one
    }

    /// Puts the sheet where it belongs now. One that cannot be put aside, or that somebody wrote to while it was read,
    /// stays, and that is no success.
    pub(crate) fn close(&self, sheet: &Sheet, ended: &Result<ImportDone, Failure>) -> Came {
        let (fits, _) = outcome(ended);
        let mut came = came(sheet, ended, fits);
        let folder = self.import.moving.folder(sheet, fits, self.many);
        let Some(folder) = folder.filter(|_| !self.import.dry_run) else {
            return came;
        };
        let run = ended.as_ref().ok().and_then(|done| done.run.as_ref());
        let (name, wrong) = (plain(&sheet.path.display().to_string()), came.code);
        let stays = |came: &mut Came, kind: ExitKind, why: &str| {
            say(&format!("warning: `{name}` stays where it is: {why}\n"));
            let worse = weight(kind as u8) > came.code.map_or(0, weight);
            came.fits = Fits::Left;
            came.code = Some(kind as u8).filter(|_| worse).or(wrong);
        };
        if sheet.has_changed() {
            stays(
                &mut came,
                ExitKind::Input,
                "it was written to while it was read",
            );
            return came;
        }
        match self.put(&sheet.path, &folder, run) {
            Ok(words) if fits == Fits::Failed => say(&format!("hint: {words}\n")),
            Ok(words) => {
                let mut screen = Screen::of(self.common);
                let _ = screen.line(&words).and_then(|()| screen.flush());
            }
            Err(failure) => stays(&mut came, ExitKind::Internal, &failure.source.to_string()),
        }
        came
    }

    fn put(&self, file: &Path, folder: &Path, run: Option<&RunId>) -> Result<String, Failure> {
        let place = put(file, folder, run)?;
        if let Some(run) = run {
            ledger::open(self.common)?.moved(run, &place)?;
        }
        let words = format!("`{}` is now `{}`", file.display(), place.display());
        Ok(plain(&words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::SheetError;

    fn done(code: u8) -> ImportDone {
        ImportDone {
            code,
            run: None,
            report: std::path::PathBuf::new(),
            totals: Totals::default(),
        }
    }

    #[test]
    fn what_the_next_night_can_go_on_with_stays_and_what_hits_all_stops_all() {
        for (code, fits, next) in [
            (0, Fits::Done, Next::Go),
            (3, Fits::Failed, Next::Go),
            (10, Fits::Left, Next::Go),
            (5, Fits::Left, Next::Stop),
            (6, Fits::Left, Next::Stop),
            (7, Fits::Left, Next::Stop),
            (8, Fits::Left, Next::Stop),
            (130, Fits::Left, Next::Stop),
            (143, Fits::Left, Next::Stop),
        ] {
            assert_eq!(outcome(&Ok(done(code))), (fits, next), "{code}");
        }
    }

    #[test]
    fn a_failure_of_one_sheet_is_told_from_one_of_them_all() {
        let file = || "a.csv".to_owned();
        let row = 1;
        let headers = vec!["Foo".to_owned()];
        let of_the_sheet = [
            Failure::from(SheetError::Empty { file: file() }),
            Failure::from(MappingError::NothingRecognised { row, headers }),
            Failure::new(ExitKind::Guard, "the sheet has no rows", ""),
        ];
        for failure in of_the_sheet {
            assert_eq!(outcome(&Err(failure)), (Fits::Failed, Next::Go));
        }
        let why = "no such field".to_owned();
        let of_all = [
            Failure::from(MappingError::File { why }),
            Failure::usage("target `hq` has no base_url", ""),
            Failure::new(ExitKind::Held, "another run", ""),
            Failure::from(std::io::Error::other("disk full")),
        ];
        for failure in of_all {
            assert_eq!(outcome(&Err(failure)), (Fits::Left, Next::Stop));
        }
    }
}
