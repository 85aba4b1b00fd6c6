//! A run that is taken up again by `resume` or `apply`: its book is taken, its target connected, its steps delivered, and
//! its report written anew.

use crate::cli::args::recall::Recalled;
use crate::cli::args::{Common, SendingArgs};
use crate::cli::connect::{Connected, connect};
use crate::cli::failure::Failure;
use crate::cli::view::closing::{RunOutcome, RunReport};
use crate::cli::view::ending::LeftOut;
use crate::cli::view::terminal::Terminal;
use crate::engine::{self, Error, RunHandle, RunSummary, in_turn};
use crate::ledger::{NewRun, Run, Store};
use crate::report::Stopwatch;
use crate::transport::Https;
use crate::upload::Promise;

/// A run that is taken up again.
pub(super) struct TakenUp<'a> {
    pub(super) run: &'a Run,
    pub(super) recalled: &'a Recalled,
    pub(super) sending: &'a SendingArgs,
    /// What becomes of an update that turns out to be another than the plan shows.
    pub(super) promise: Promise,
    /// What the report calls it.
    pub(super) command: &'a str,
}

impl TakenUp<'_> {
    /// Takes the book, if the run still `fits` then, delivers, and reports; the exit code.
    pub(super) fn deliver(
        &self,
        mut ledger: Box<dyn Store>,
        common: &Common,
        fits: impl Fn(&Run) -> Result<(), Error>,
        preface: &str,
        carry_out: impl FnOnce(
            RunHandle<'_, Https>,
            &engine::Sending<'_>,
        ) -> Result<(Box<dyn Store>, RunSummary), Error>,
    ) -> Result<u8, Failure> {
        let (stopwatch, host) = (Stopwatch::start(), &Terminal::of(common, LeftOut::Fine));
        let (asked, target) = (&self.recalled.asked, &self.recalled.target);
        let account = &target.account()?;
        let delivery = self.sending.over(&asked.spec.delivery);
        let lease = in_turn(self.sending.wait(), host, || {
            fits(&ledger.run(self.run.id.as_str())?)?;
            Ok(ledger.resume(self.run))
        })?;
        let Connected { session, .. } =
            &match connect(target, (account, &delivery), self.sending.deadline) {
                Ok(connected) => connected,
                Err(failure) => {
                    // Nothing was done: the run stays as it was.
                    let before = self.run.exit_code.unwrap_or(failure.kind as u8);
                    let _ = ledger.end(lease, before);
                    return Err(failure);
                }
            };
        let handle = RunHandle {
            ledger,
            lease,
            account,
            session,
            host,
        };
        let sending = self.sending.of(&delivery, self.promise);
        let (mut ledger, summary) = carry_out(handle, &sending)?;
        let about = NewRun {
            command: self.command.to_owned(),
            ..self.run.about.clone()
        };
        let report = RunReport {
            common,
            folder: self.sending.report.as_deref(),
            about: &about,
            vendor: account.profile().name,
            stopwatch: &stopwatch,
        };
        let outcome = RunOutcome::from(&summary);
        let (code, written) = report.write(&*ledger, &outcome, &[preface.to_owned()])?;
        ledger.reported(&self.run.id, &written)?;
        Ok(code)
    }
}
