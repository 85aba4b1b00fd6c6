//! `rolo import` as nobody watches it: every sheet of a folder or a glob, one after the other, each a run of its own;
//! what is done is put aside, and somebody is told how it ended. One sheet by its name goes the same way.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use super::args::{Common, Import, Output};
use super::aside::put;
use super::config::Targets;
use super::documents::Documents;
use super::failure::{Failure, Kind};
use super::import::{self, Done, Meant, given};
use super::inbox::{Fits, Inbox, Many, Sheet};
use super::interrupt;
use super::night::{Came, Night, weight};
use super::notify::Hooks;
use super::planning::Rows;
use super::screen::{Screen, plain};
use super::target::Target;
use super::timing::Stopwatch;
use crate::ledger::{Ledger as _, Sqlite};
use crate::mapping::MappingError;
use crate::model::RunId;
use crate::plan::Totals;

/// Runs the command, says what failed, and tells those who are to be told.
pub(super) fn run(import: &Import, common: &Common) -> u8 {
    let stopwatch = Stopwatch::start();
    let source = &import.reading.sheet_file;
    let mut night = Night {
        target: import.target.clone(),
        source: source.display().to_string(),
        ..Night::default()
    };
    let mut hooks = Hooks::default();
    // Settings that cannot be read are told by the import itself; what the flags say holds for that too.
    let targets = Targets::read(common.config.as_deref()).unwrap_or_default();
    let written = targets.known.get(&import.target);
    let ended = hooks
        .find(&import.telling, (&import.target, written))
        .and_then(|()| Inbox::look(source, &import.moving))
        .and_then(|inbox| match inbox {
            Inbox::One => one(import, common, &mut night),
            Inbox::Many(sheets) => many(import, common, &sheets, &mut night),
        });
    let code = ended.unwrap_or_else(|failure| {
        say(&failure.render());
        failure.kind as u8
    });
    night.seconds = stopwatch.seconds();
    if !import.dry_run {
        hooks.tell(&night, code);
    }
    code
}

fn say(text: &str) {
    let _ = write!(std::io::stderr(), "{text}");
}

/// Imports the sheet that was named; it is put aside only where a flag says so.
fn one(import: &Import, common: &Common, night: &mut Night) -> Result<u8, Failure> {
    let sheet = Sheet::of(import.reading.sheet_file.clone());
    let path = std::path::absolute(&sheet.path)?;
    let is_file = sheet.path.as_os_str() != "-";
    let feed = is_file.then(|| path.display().to_string());
    let ended = import_one(import, common, feed);
    let desk = Desk {
        import,
        common,
        many: Many::No,
    };
    if is_file {
        night.sheets.push(desk.close(&sheet, &ended));
    } else {
        let fits = outcome(&ended).0;
        night.sheets.push(came(&sheet, &ended, fits));
    }
    ended?;
    Ok(night.code())
}

/// Imports every sheet that is there, until one shows that no other would fare better.
fn many(
    import: &Import,
    common: &Common,
    sheets: &[Sheet],
    night: &mut Night,
) -> Result<u8, Failure> {
    let targets = Targets::read(common.config.as_deref())?;
    Target::find(&import.target, &targets, &import.tuning)?.book()?;
    if sheets.is_empty() && import.moving.expect_files {
        return Err(Failure::new(
            Kind::Guard,
            format!("there is no sheet in `{}`", night.source),
            "look at who should have put one there; without --expect-files that is no error",
        ));
    }
    interrupt::watch(common.between.clone());
    let desk = Desk {
        import,
        common,
        many: Many::Yes,
    };
    let mut screen = desk.screen();
    if sheets.is_empty() {
        screen.line(&format!("no sheet in {}", plain(&night.source)))?;
    }
    let mut documents = Documents::begin(common)?;
    let mut code = 0;
    let mut names = BTreeSet::new();
    let mut stopped = false;
    for sheet in sheets.iter().filter(|sheet| sheet.path.exists()) {
        stopped = stopped || desk.must_stop(night, &mut code);
        if stopped {
            night.sheets.push(waiting(sheet));
            continue;
        }
        documents.next()?;
        let ended = import_one(
            &desk.prepared(sheet, night, &mut names),
            common,
            Some(sheet.feed()),
        );
        if let Err(failure) = &ended {
            documents.failed(sheet, failure)?;
            say(&format!("{}:\n{}", plain(&sheet.name()), failure.render()));
        }
        stopped = outcome(&ended).1 == Next::Stop;
        night.sheets.push(desk.close(sheet, &ended));
    }
    code = [code, night.code()]
        .into_iter()
        .max_by_key(|code| weight(*code))
        .unwrap_or(0);
    documents.end(code)?;
    let waiting = night.sheets.iter().filter(|sheet| sheet.code.is_none());
    let waiting = waiting.count();
    if waiting > 0 {
        say(&format!(
            "stopped: {waiting} further sheets stay where they are for the next run\n"
        ));
    }
    screen.flush()?;
    Ok(code)
}

fn import_one(import: &Import, common: &Common, feed: Option<String>) -> Result<Done, Failure> {
    let sheet = import.reading.sheet.as_ref();
    let feed = feed.map(|name| match sheet {
        Some(sheet) => format!("{name}#{sheet}"),
        None => name,
    });
    let meant = Meant {
        command: "import",
        rows: Rows::All,
        given: given()?,
        source: None,
        feed,
    };
    import::again(import, common, meant)
}

/// Whether the next sheet is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Go,
    Stop,
}

/// What becomes of a sheet that ended so, and of those behind it. What can be taken up again stays for the next
/// run: the ledger knows what was sent. What would hit every sheet stops them all.
fn outcome(ended: &Result<Done, Failure>) -> (Fits, Next) {
    match ended {
        Ok(done) if done.code == 0 => (Fits::Done, Next::Go),
        Ok(done) if done.code == Kind::Rows as u8 => (Fits::Failed, Next::Go),
        Ok(done) if done.code == Kind::Doubt as u8 => (Fits::Left, Next::Go),
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
    matches!(failure.kind, Kind::Input | Kind::Guard) || unknown
}

fn came(sheet: &Sheet, ended: &Result<Done, Failure>, fits: Fits) -> Came {
    let done = ended.as_ref().ok();
    let code = ended
        .as_ref()
        .map_or_else(|failure| failure.kind as u8, |done| done.code);
    Came {
        name: sheet.name(),
        run: done.and_then(|done| done.run.as_ref().map(|run| run.0.clone())),
        code: Some(code),
        totals: done.map_or_else(Totals::default, |done| done.totals),
        report: done.map(|done| done.report.clone()),
        fits,
    }
}

fn waiting(sheet: &Sheet) -> Came {
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
struct Desk<'a> {
    import: &'a Import,
    common: &'a Common,
    many: Many,
}

impl Desk<'_> {
    fn screen(&self) -> Screen {
        if self.common.quiet || self.common.output == Output::Json {
            Screen::dark()
        } else {
            Screen::stdout()
        }
    }

    /// Whether no further sheet is to be tried: a signal came, or the rows that may be sent were sent.
    fn must_stop(&self, night: &Night, code: &mut u8) -> bool {
        let used = self
            .import
            .sending
            .limit
            .is_some_and(|limit| night.sent() >= limit);
        let limit = used.then_some(Kind::Limit as u8);
        let why = self.common.between.code().or(limit);
        *code = why.unwrap_or(*code);
        why.is_some()
    }

    /// The import of one of several sheets: a folder of its own for its report, and what is left of the limit.
    fn prepared(&self, sheet: &Sheet, night: &Night, names: &mut BTreeSet<String>) -> Import {
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
    fn close(&self, sheet: &Sheet, ended: &Result<Done, Failure>) -> Came {
        let (fits, _) = outcome(ended);
        let mut came = came(sheet, ended, fits);
        let folder = self.import.moving.folder(sheet, fits, self.many);
        let Some(folder) = folder.filter(|_| !self.import.dry_run) else {
            return came;
        };
        let run = ended.as_ref().ok().and_then(|done| done.run.as_ref());
        let (name, wrong) = (plain(&sheet.path.display().to_string()), came.code);
        let stays = |came: &mut Came, kind: Kind, why: &str| {
            say(&format!("warning: `{name}` stays where it is: {why}\n"));
            let worse = weight(kind as u8) > came.code.map_or(0, weight);
            came.fits = Fits::Left;
            came.code = Some(kind as u8).filter(|_| worse).or(wrong);
        };
        if sheet.has_changed() {
            stays(
                &mut came,
                Kind::Input,
                "it was written to while it was read",
            );
            return came;
        }
        match self.put(&sheet.path, &folder, run) {
            Ok(words) if fits == Fits::Failed => say(&format!("hint: {words}\n")),
            Ok(words) => {
                let mut screen = self.screen();
                let _ = screen.line(&words).and_then(|()| screen.flush());
            }
            Err(failure) => stays(&mut came, Kind::Internal, &failure.source.to_string()),
        }
        came
    }

    fn put(&self, file: &Path, folder: &Path, run: Option<&RunId>) -> Result<String, Failure> {
        let place = put(file, folder, run)?;
        if let Some(run) = run {
            Sqlite::open(&self.common.ledger_path()?)?.moved(run, &place)?;
        }
        let words = format!("`{}` is now `{}`", file.display(), place.display());
        Ok(plain(&words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::SheetError;

    fn done(code: u8) -> Done {
        Done {
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
            Failure::new(Kind::Guard, "the sheet has no rows", ""),
        ];
        for failure in of_the_sheet {
            assert_eq!(outcome(&Err(failure)), (Fits::Failed, Next::Go));
        }
        let why = "no such field".to_owned();
        let of_all = [
            Failure::from(MappingError::File { why }),
            Failure::usage("target `hq` has no base_url", ""),
            Failure::new(Kind::Held, "another run", ""),
            Failure::from(std::io::Error::other("disk full")),
        ];
        for failure in of_all {
            assert_eq!(outcome(&Err(failure)), (Fits::Left, Next::Stop));
        }
    }
}
