//! Every sheet of a batch, one after the other, until one shows that no other would fare better.

use std::collections::BTreeSet;

use super::codes::weight;
use super::end::NextSheet;
use super::file_state::FoundSheet;
use super::host::BatchHost;
use super::policy::FilePolicy;
use super::summary::{BatchSummary, FileResult};

/// Imports the sheets one after the other, and notes in `summary` what came of each; the exit code.
pub fn run_batch<H: BatchHost>(
    sheets: &[FoundSheet],
    policy: &FilePolicy,
    summary: &mut BatchSummary,
    host: &mut H,
) -> Result<u8, H::Error> {
    let (mut code, mut stopped) = (0, false);
    let mut names = BTreeSet::new();
    // Another rolo may have dealt with a sheet since.
    for sheet in sheets.iter().filter(|sheet| sheet.path.exists()) {
        if !stopped && let Some(why) = policy.stop(summary, host) {
            (code, stopped) = (why, true);
        }
        if stopped {
            summary.sheets.push(FileResult::waiting(sheet));
            continue;
        }
        let turn = policy.turn(sheet, summary, &mut names);
        let end = host.import(&turn)?;
        stopped = end.outcome().1 == NextSheet::Stop;
        summary.sheets.push(policy.close(sheet, &end, host));
    }
    let worst = summary.code();
    Ok(if weight(worst) >= weight(code) {
        worst
    } else {
        code
    })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::batch::discover::{ArchiveFolders, SheetSource};
    use crate::batch::end::ImportEnd;
    use crate::batch::host::{FileEvent, SheetTurn};
    use crate::batch::outcome::FileOutcome;
    use crate::model::RunId;
    use crate::plan::Totals;

    /// Ends each import as its file's name says, and notes what it is asked.
    #[derive(Default)]
    struct Script {
        limits: Vec<Option<u64>>,
        reports: Vec<Option<PathBuf>>,
        stays: Vec<String>,
    }

    impl BatchHost for Script {
        type Error = Infallible;

        fn import(&mut self, turn: &SheetTurn<'_>) -> Result<ImportEnd, Infallible> {
            self.limits.push(turn.limit);
            self.reports.push(turn.report.clone());
            let name = turn.sheet.name();
            let code = name.trim_start_matches(|c: char| !c.is_ascii_digit());
            let code = code.trim_end_matches(".csv");
            if name.starts_with("written") {
                std::fs::write(&turn.sheet.path, "Name\nSomebody Else\n").expect("written");
            }
            Ok(ImportEnd {
                code: code.parse().expect("a code"),
                run: Some(RunId::new(name)),
                totals: Totals {
                    read: 2,
                    created: 2,
                    ..Totals::default()
                },
                report: turn.report.clone(),
                failure: None,
            })
        }

        fn hear(&mut self, event: FileEvent<'_>) {
            if let FileEvent::Stays { why, .. } = event {
                self.stays.push(why.to_owned());
            }
        }

        fn moved(&mut self, _: &RunId, _: &Path) -> Result<(), String> {
            Ok(())
        }

        fn interrupted(&self) -> Option<u8> {
            None
        }
    }

    fn policy(limit: Option<u64>) -> FilePolicy {
        FilePolicy {
            folders: ArchiveFolders::default(),
            is_one_of_many: true,
            is_dry_run: false,
            limit,
            report: Some("reports".into()),
        }
    }

    /// The exit code of a batch of these files, what became of each, and what its host was asked.
    fn run(files: &[&str], limit: Option<u64>) -> (u8, Vec<FileOutcome>, Script) {
        let inbox = tempfile::tempdir().expect("a folder");
        for file in files {
            std::fs::write(inbox.path().join(file), "Name\n").expect("written");
        }
        let policy = policy(limit);
        let source = SheetSource::look(inbox.path(), &policy.folders).expect("readable");
        let SheetSource::Many(sheets) = source else {
            panic!("it is a folder");
        };
        let (mut summary, mut host) = (BatchSummary::default(), Script::default());
        let Ok(code) = run_batch(&sheets, &policy, &mut summary, &mut host);
        let outcomes = summary.sheets.iter().map(|sheet| sheet.outcome);
        (code, outcomes.collect(), host)
    }

    #[test]
    fn every_sheet_has_its_turn_until_one_stops_them_all() {
        use FileOutcome::{Done, Failed, Left};
        let (code, outcomes, host) = run(&["a0.csv", "b3.csv", "c5.csv", "d0.csv"], None);
        assert_eq!((code, outcomes), (5, vec![Done, Failed, Left, Left]));
        let reports =
            ["a0.csv", "b3.csv", "c5.csv"].map(|name| Some(Path::new("reports").join(name)));
        assert_eq!(host.reports, reports);
    }

    #[test]
    fn a_limit_holds_for_all_sheets_together() {
        let (code, outcomes, host) = run(&["a0.csv", "b0.csv", "c0.csv"], Some(3));
        assert_eq!((code, host.limits), (8, vec![Some(3), Some(1)]));
        assert_eq!(outcomes[2], FileOutcome::Left);
    }

    #[test]
    fn a_file_that_was_written_to_meanwhile_stays_and_is_no_success() {
        let (code, outcomes, host) = run(&["written0.csv"], None);
        assert_eq!((code, outcomes), (4, vec![FileOutcome::Left]));
        assert_eq!(host.stays, ["it was written to while it was read"]);
    }
}
