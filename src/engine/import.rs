//! An import on its way: what earlier runs left in doubt is settled, every row is planned, and the plan is shown, saved or
//! sent.

use super::account::Account;
use super::deliver::{RunHandle, Sending, finish, settle_earlier};
use super::error::Error;
use super::estimate::Estimate;
use super::guards::last_of;
use super::host::{End, Event, Host, Phase};
use super::lock_wait::{LockWait, in_turn};
use super::plan::{PlanCounts, PlanRequest, Planned, RowChoice, plan};
use super::saved::put_aside;
use super::session::Session;
use super::sheet::OpenedSheet;
use super::spec::ImportSpec;
use super::summary::RunSummary;
use crate::ledger::{Given, Lease, NewRun, Run, Store};
use crate::model::RunId;
use crate::transport::{Https, Transport};

/// An import: what was asked, of whom, and who hears of it.
pub struct Import<'a, L = Https> {
    /// What was asked.
    pub spec: &'a ImportSpec,
    /// Whom the contacts go to.
    pub account: &'a Account,
    /// The way there.
    pub session: &'a Session<L>,
    /// Who hears of it.
    pub host: &'a dyn Host,
    /// What the run is, as the ledger keeps it: [`about`].
    pub about: NewRun,
    /// Which rows are meant.
    pub rows: RowChoice,
    /// Whether a book that another run holds is waited for.
    pub wait: LockWait,
}

/// What is known of a run before it begins.
pub fn about(
    command: &str,
    spec: &ImportSpec,
    account: &Account,
    sheet: &OpenedSheet,
    given: Given,
) -> Result<NewRun, Error> {
    Ok(NewRun {
        book: account.book.clone(),
        target: account.name.clone(),
        vendor: account.profile().id.to_owned(),
        command: command.to_owned(),
        source: serde_json::to_value(&sheet.source.about).map_err(std::io::Error::other)?,
        headers: sheet.mapping.original().headers().to_vec(),
        given,
        spec: Some(spec.to_json()?),
    })
}

/// An import that was sent.
pub struct Imported {
    /// The ledger, with the run in it.
    pub ledger: Box<dyn Store>,
    /// The steps by action.
    pub counts: PlanCounts,
    /// What came of it.
    pub summary: RunSummary,
}

/// A plan that is to be shown, and stands in the ledger.
pub struct PlannedRun {
    /// The run that holds it.
    pub run: RunId,
    /// The steps by action.
    pub counts: PlanCounts,
}

/// What becomes of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Send,
    Save,
}

impl<'a, L: Transport> Import<'a, L> {
    /// An import of all rows of a sheet, which does not wait for another run on the book.
    pub fn of(
        spec: &'a ImportSpec,
        sheet: &OpenedSheet,
        (account, session): (&'a Account, &'a Session<L>),
        host: &'a dyn Host,
    ) -> Result<Self, Error> {
        Ok(Self {
            spec,
            account,
            session,
            host,
            about: about("import", spec, account, sheet, Given::default())?,
            rows: RowChoice::All,
            wait: LockWait::No,
        })
    }
}

impl<L: Transport> Import<'_, L> {
    /// Plans into a ledger that holds nothing else, by what the real one knows, and sends nothing.
    pub fn preview(
        &self,
        sheet: &mut OpenedSheet,
        known: Option<&dyn Store>,
        scratch: &mut dyn Store,
    ) -> Result<PlannedRun, Error> {
        let lease = scratch.begin(&self.about)?;
        let last = known.map(|known| self.last(known)).transpose()?.flatten();
        self.spec.guards.columns(&sheet.mapping, last.as_ref())?;
        let request = PlanRequest {
            known,
            shows: true,
            ..self.request(last.as_ref())
        };
        let planned = self.plan(sheet, &request, (scratch, &lease))?.whole()?;
        let (run, counts) = (lease.run().clone(), planned.counts);
        Ok(PlannedRun { run, counts })
    }

    /// Plans, and saves the plan to be applied later. The book is free until then.
    pub fn save(
        &self,
        sheet: &mut OpenedSheet,
        mut ledger: Box<dyn Store>,
    ) -> Result<(Box<dyn Store>, PlannedRun), Error> {
        let lease = self.begin(&mut *ledger)?;
        let planned = self.prepare(sheet, (&mut *ledger, &lease), Purpose::Save);
        let planned =
            self.unless_failed(planned.and_then(Planned::whole), (&mut *ledger, &lease))?;
        let (run, counts) = (lease.run().clone(), planned.counts);
        ledger.end(lease, 0)?;
        Ok((ledger, PlannedRun { run, counts }))
    }

    /// Plans, sends, and ends the run.
    pub fn run(
        &self,
        sheet: &mut OpenedSheet,
        mut ledger: Box<dyn Store>,
        sending: &Sending<'_>,
    ) -> Result<Imported, Error> {
        let lease = self.begin(&mut *ledger)?;
        let planned = self.prepare(sheet, (&mut *ledger, &lease), Purpose::Send);
        let planned = self.unless_failed(planned, (&mut *ledger, &lease))?;
        let rows = planned.to_send();
        let (ledger, summary) = if rows == 0 || planned.halt.is_some() {
            let summary = RunSummary {
                ended: planned.ended(self.session),
                requests: self.session.client().requests(),
                undecided: planned.halt.is_some(),
                ..RunSummary::of_nothing(lease.run())
            };
            (finish(ledger, lease, &summary, self.host)?, summary)
        } else {
            let handle = RunHandle {
                ledger,
                lease,
                account: self.account,
                session: self.session,
                host: self.host,
            };
            handle.deliver(sending, rows)?
        };
        Ok(Imported {
            ledger,
            counts: planned.counts,
            summary,
        })
    }

    fn begin(&self, ledger: &mut dyn Store) -> Result<Lease, Error> {
        in_turn(self.wait, self.host, || Ok(ledger.begin(&self.about)))
    }

    /// Ends a run whose plan is not whole: nothing is sent of it.
    fn unless_failed<T>(
        &self,
        done: Result<T, Error>,
        (ledger, lease): (&mut dyn Store, &Lease),
    ) -> Result<T, Error> {
        if let Err(error) = &done {
            ledger.end(lease.clone(), self.host.grade(End::Failed(error)))?;
        }
        done
    }

    /// Settles what earlier runs left in doubt, then plans every row; a plan that is to be saved is put aside before
    /// anybody could take it for a run to be resumed.
    fn prepare(
        &self,
        sheet: &mut OpenedSheet,
        (ledger, lease): (&mut dyn Store, &Lease),
        purpose: Purpose,
    ) -> Result<Planned, Error> {
        let last = self.last(ledger)?;
        self.spec.guards.columns(&sheet.mapping, last.as_ref())?;
        settle_earlier(ledger, lease, self.session, &self.spec.delivery)?;
        let request = PlanRequest {
            shows: purpose == Purpose::Save,
            ..self.request(last.as_ref())
        };
        let planned = self.plan(sheet, &request, (ledger, lease))?;
        if planned.halt.is_some() {
            // Nothing is sent of rows that are not decided, and nothing of them is kept.
            return Ok(planned);
        }
        if purpose == Purpose::Save {
            put_aside(ledger, lease, (self.account, self.session), self.host)?;
        }
        ledger.planned(lease)?;
        Ok(planned)
    }

    fn request<'a>(&'a self, last: Option<&'a Run>) -> PlanRequest<'a, L> {
        PlanRequest {
            spec: self.spec,
            account: self.account,
            session: self.session,
            known: None,
            last,
            rows: &self.rows,
            shows: false,
            host: self.host,
        }
    }

    fn plan(
        &self,
        sheet: &mut OpenedSheet,
        request: &PlanRequest<'_, L>,
        (into, lease): (&mut dyn Store, &Lease),
    ) -> Result<Planned, Error> {
        self.host.hear(Event::Began(Phase::Planning, None));
        let planned = plan(sheet, request, into, lease);
        if let (false, Ok(planned)) = (request.shows, &planned) {
            let rate = self.account.pace(self.spec.delivery.rate);
            let requests = planned.requests;
            self.host.hear(Event::Planned(Estimate { requests, rate }));
        }
        self.host.hear(Event::Ended);
        planned
    }

    /// The last import of the same feed.
    fn last(&self, ledger: &dyn Store) -> Result<Option<Run>, Error> {
        last_of(ledger, &self.about.book, self.about.given.feed.as_ref())
    }
}
