//! The doubt of one run, reconciled with what the target holds: a record that was not there before, that no contact of
//! ours owns, and that says what was sent, is the lost answer. Identical contacts are told by count. What cannot be told
//! apart stays in doubt, and so does what is absent where nothing proves that the list is up to date.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::matching::{Candidate, MatchVerdict, judge};
use super::witness::{Absence, Witness};
use crate::backend::{Encoded, Record, Vendor};
use crate::fetch::{Extent, FetchError, ListItem, ListReader, fetch_lists};
use crate::ledger::{Doubt, Lease, LedgerError, Made, Store};
use crate::model::{BookId, ParentId, RemoteId, RunId};
use crate::plan::{Action, Fate, Outcome, Step};
use crate::transport::{Client, Transport};
use crate::upload::compare::says;
use crate::upload::error::UploadError;

/// What became of the doubt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Steps whose record was found.
    pub found: u64,
    /// Steps whose record is not there: they wait to be sent again.
    pub to_send: u64,
    /// Steps that stay in doubt.
    pub left: u64,
    /// Those of them that were not to be found, and that another look may find.
    pub missing: u64,
}

/// Looks up every step of a run that is in doubt; after the last look, what is absent is held to be so.
pub(super) async fn reconcile<T: Transport>(
    client: &Client<T>,
    ledger: &mut dyn Store,
    lease: &Lease,
    is_last: bool,
) -> Result<Reconciliation, UploadError> {
    let mut reconciliation = Reconciliation::default();
    let by_parent = doubtful_creates(ledger, lease, &mut reconciliation)?;
    let doubts = ledger.doubts(lease.run())?;
    // The ledger is read when a list begins and written when one ends, in turn on this one thread.
    let ledger = RefCell::new(ledger);
    let lists = by_parent.into_iter().map(|(parent, steps)| {
        let list = DoubtReader::open(client.vendor(), &**ledger.borrow(), lease.run(), steps);
        Ok((parent, list?))
    });
    fetch_lists(client, lists, |_, list, end| {
        let extent = match end {
            Ok(extent) => extent,
            Err(FetchError::Halted(halt)) => return Err(UploadError::Halted(halt)),
            // The vendor refuses to list, or answers what is no list.
            Err(_) => {
                reconciliation.left += list.steps.len() as u64;
                return Ok(());
            }
        };
        let mut ledger = ledger.borrow_mut();
        let (mut verdicts, witness) = list.judge(&mut **ledger, lease, &extent)?;
        if is_last {
            for verdict in &mut verdicts {
                demand_proof(verdict, &witness, &doubts);
            }
        }
        Ok(write(
            &mut **ledger,
            lease,
            verdicts,
            (is_last, &mut reconciliation),
        )?)
    })
    .await?;
    Ok(reconciliation)
}

/// The creates that are in doubt, by their parent, as far as it is known what was there before them; what can simply be
/// done once more is reopened.
fn doubtful_creates(
    ledger: &mut dyn Store,
    lease: &Lease,
    reconciliation: &mut Reconciliation,
) -> Result<BTreeMap<Option<ParentId>, Vec<Step>>, LedgerError> {
    let mut by_parent: BTreeMap<Option<ParentId>, Vec<Step>> = BTreeMap::new();
    let mut again = Vec::new();
    let run = lease.run();
    for step in ledger.doubtful(run)? {
        match (&step.action, &step.payload) {
            (Action::Create, Some(payload)) => {
                let parent = payload.parent.clone();
                by_parent.entry(parent).or_default().push(step);
            }
            // What puts a record into a stated condition can be done once more.
            _ => again.push(step.number),
        }
    }
    reconciliation.to_send += again.len() as u64;
    ledger.reopen(lease, &again)?;
    let mut known = BTreeMap::new();
    for (parent, steps) in by_parent {
        if ledger.surveyed(run, parent.as_ref())?.is_some() {
            known.insert(parent, steps);
        } else {
            reconciliation.left += steps.len() as u64;
        }
    }
    Ok(known)
}

/// Turns an absence that nothing proves into doubt: to send the row again may then make it twice.
fn demand_proof(verdict: &mut MatchVerdict, witness: &Witness, doubts: &HashMap<u64, Doubt>) {
    let MatchVerdict::Absent(number) = *verdict else {
        return;
    };
    let doubt = doubts.get(&number).copied().unwrap_or_default();
    if let Absence::Unproven(why) = witness.absence(&doubt) {
        *verdict = MatchVerdict::Open(number, why.to_owned());
    }
}

/// The records of ours that say what a step in doubt was sent, and not what was sent for them: a vendor answered one
/// contact's create with another one's id.
fn misnamed(
    ledger: &dyn Store,
    book: &BookId,
    ours: Vec<Candidate>,
) -> Result<Vec<(RemoteId, Candidate)>, LedgerError> {
    let mut found = Vec::new();
    for candidate in ours {
        let sent = ledger.last_sent(book, &candidate.id)?;
        if sent.is_some_and(|sent| !says(&sent.payload.body, &candidate.held.body)) {
            found.push((candidate.id.clone(), candidate));
        }
    }
    Ok(found)
}

/// What the list of one parent shows of the steps in doubt there.
struct DoubtReader<'a> {
    vendor: &'a dyn Vendor,
    /// The steps in doubt.
    steps: Vec<Step>,
    /// What was there before the run.
    before: HashSet<RemoteId>,
    /// What we have made there since, and which of that the list shows.
    made: Vec<Made>,
    ours: HashSet<RemoteId>,
    shown: HashSet<RemoteId>,
    /// Records that were not there before the run, and that the run did not make.
    new: Vec<Candidate>,
    /// Those that it made, and that say what a step in doubt was sent.
    own: Vec<Candidate>,
    /// How many records cannot be understood.
    unread: usize,
}

impl<'a> DoubtReader<'a> {
    fn open(
        vendor: &'a dyn Vendor,
        ledger: &dyn Store,
        run: &RunId,
        steps: Vec<Step>,
    ) -> Result<Self, LedgerError> {
        let payload = steps.first().and_then(|step| step.payload.as_ref());
        let parent = payload.and_then(|payload| payload.parent.as_ref());
        let before = ledger.surveyed(run, parent)?.unwrap_or_default();
        let made = ledger.made(run, parent)?;
        Ok(Self {
            vendor,
            before,
            ours: made.iter().map(|made| made.remote.clone()).collect(),
            made,
            steps,
            shown: HashSet::new(),
            new: Vec::new(),
            own: Vec::new(),
            unread: 0,
        })
    }

    /// Whether a record says what a step in doubt was sent.
    fn is_said(&self, held: &Candidate) -> bool {
        let mut sent = self.steps.iter().filter_map(|step| step.payload.as_ref());
        sent.any(|sent| says(&sent.body, &held.held.body))
    }

    /// Matches what the list has shown with the steps; what it proves of those that it does not show.
    fn judge(
        self,
        ledger: &mut dyn Store,
        lease: &Lease,
        extent: &Extent,
    ) -> Result<(Vec<MatchVerdict>, Witness), LedgerError> {
        let mut candidates = Vec::new();
        for candidate in self.new {
            if !ledger.owns(lease.book(), &candidate.id)? {
                candidates.push(candidate);
            }
        }
        for (remote, candidate) in misnamed(ledger, lease.book(), self.own)? {
            ledger.contest(lease, &remote)?;
            candidates.push(candidate);
        }
        let is_whole = self.unread == 0 && *extent == Extent::Whole;
        let witness = Witness::of(&self.made, &self.shown, is_whole);
        Ok((judge(&self.steps, candidates), witness))
    }
}

impl ListReader for DoubtReader<'_> {
    fn wants(&self, id: &RemoteId) -> bool {
        !self.before.contains(id) && !self.ours.contains(id)
    }

    fn take(&mut self, item: ListItem) {
        let (id, one) = match item {
            ListItem::Id(id) => (id, None),
            ListItem::Record(record) => match candidate(self.vendor, &record) {
                Some(one) => (one.id.clone(), Some(one)),
                None => return self.unread += 1,
            },
        };
        if self.wants(&id) {
            self.new.extend(one);
        } else if self.ours.contains(&id) {
            let said = one.filter(|one| self.is_said(one));
            self.own.extend(said);
            self.shown.insert(id);
        }
    }
}

fn candidate(vendor: &dyn Vendor, record: &Record) -> Option<Candidate> {
    let remote = vendor.decode(record).ok()?;
    let Encoded {
        payload, identity, ..
    } = vendor.encode(&remote.contact);
    Some(Candidate {
        id: remote.id,
        contact: remote.contact,
        held: payload,
        identity,
        taken: false,
        contested: false,
    })
}

fn write(
    ledger: &mut dyn Store,
    lease: &Lease,
    verdicts: Vec<MatchVerdict>,
    (is_last, reconciliation): (bool, &mut Reconciliation),
) -> Result<(), LedgerError> {
    let mut outcomes = Vec::new();
    let mut absent = Vec::new();
    for verdict in verdicts {
        match verdict {
            MatchVerdict::Found(number, id, holds) => {
                reconciliation.found += 1;
                let message = Some("the answer was lost; the record was found".to_owned());
                let (remote, new) = (Some(id), Outcome::new(number, Fate::Created));
                outcomes.push(Outcome {
                    remote,
                    message,
                    holds,
                    ..new
                });
            }
            // It may be shown yet.
            MatchVerdict::Absent(_) if !is_last => {
                reconciliation.left += 1;
                reconciliation.missing += 1;
            }
            MatchVerdict::Absent(number) => {
                reconciliation.to_send += 1;
                absent.push(number);
            }
            MatchVerdict::Open(number, why) => {
                reconciliation.left += 1;
                outcomes.push(Outcome {
                    message: Some(why),
                    ..Outcome::new(number, Fate::InDoubt)
                });
            }
        }
    }
    ledger.settle(lease, &outcomes)?;
    ledger.send_again(lease, &absent)
}
