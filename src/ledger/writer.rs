//! The ledger on a thread of its own. The network loop never waits for a disk: it hands over what became of
//! steps and asks for the next ones; what is handed over together goes into one transaction.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::{Lease, LedgerError, Store};
use crate::plan::{Outcome, Step};

enum WriterOrder {
    Claim {
        most: usize,
        answer: oneshot::Sender<Result<Vec<Step>, LedgerError>>,
    },
    Settle(Vec<Outcome>),
    Flush {
        answer: oneshot::Sender<Result<(), LedgerError>>,
    },
}

/// The writer of one run's steps.
pub struct LedgerWriter {
    orders: Sender<WriterOrder>,
    thread: JoinHandle<Box<dyn Store>>,
}

impl LedgerWriter {
    /// Gives the ledger a thread until `close`.
    pub fn start(ledger: Box<dyn Store>, lease: Lease) -> Self {
        let (orders, inbox) = channel();
        let thread = std::thread::spawn(move || keep(ledger, &lease, &inbox));
        Self { orders, thread }
    }

    /// Takes the next steps to send; durable when it returns.
    pub async fn claim(&self, most: usize) -> Result<Vec<Step>, LedgerError> {
        let (answer, reply) = oneshot::channel();
        self.orders
            .send(WriterOrder::Claim { most, answer })
            .map_err(|_| LedgerError::Gone)?;
        reply.await.unwrap_or(Err(LedgerError::Gone))
    }

    /// Hands over what became of steps; a failure to write it is told by the next `claim` or `flush`.
    pub fn settle(&self, outcomes: Vec<Outcome>) {
        // A writer that is gone is told by the next claim or flush.
        let _ = self.orders.send(WriterOrder::Settle(outcomes));
    }

    /// Waits until all that was handed over is durable.
    pub async fn flush(&self) -> Result<(), LedgerError> {
        let (answer, reply) = oneshot::channel();
        self.orders
            .send(WriterOrder::Flush { answer })
            .map_err(|_| LedgerError::Gone)?;
        reply.await.unwrap_or(Err(LedgerError::Gone))
    }

    /// Ends the thread and gives the ledger back.
    pub fn close(self) -> Result<Box<dyn Store>, LedgerError> {
        drop(self.orders);
        self.thread.join().map_err(|_| LedgerError::Gone)
    }
}

/// The outcomes that are already there, behind some; and the order after them, if that is there too. What came in
/// while the disk was busy shares the next sync.
fn gathered(
    inbox: &Receiver<WriterOrder>,
    mut outcomes: Vec<Outcome>,
) -> (Vec<Outcome>, Option<WriterOrder>) {
    loop {
        match inbox.try_recv() {
            Ok(WriterOrder::Settle(more)) => outcomes.extend(more),
            other => return (outcomes, other.ok()),
        }
    }
}

fn keep(
    mut ledger: Box<dyn Store>,
    lease: &Lease,
    inbox: &Receiver<WriterOrder>,
) -> Box<dyn Store> {
    let mut failure = None;
    let mut next = None;
    while let Some(order) = next.take().or_else(|| inbox.recv().ok()) {
        match order {
            WriterOrder::Settle(outcomes) => {
                let (outcomes, after) = gathered(inbox, outcomes);
                next = after;
                let settled = match outcomes.as_slice() {
                    [] => Ok(()),
                    some => ledger.settle(lease, some),
                };
                failure = failure.or(settled.err());
            }
            // Once a write has failed, nothing more is claimed.
            WriterOrder::Claim { most, answer } => {
                let told = failure.take();
                let _ = answer.send(told.map_or_else(|| ledger.claim(lease, most), Err));
            }
            WriterOrder::Flush { answer } => {
                let told = failure.take();
                let _ = answer.send(told.map_or(Ok(()), Err));
            }
        }
    }
    ledger
}
