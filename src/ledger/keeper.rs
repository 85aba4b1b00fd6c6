//! The ledger on a thread of its own. The network loop never waits for a disk: it hands over what became of
//! steps and asks for the next ones; whatever gathers in a moment goes into one transaction.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::{Ledger, LedgerError};
use crate::model::RunId;
use crate::plan::{Outcome, Step};

enum Order {
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
pub struct Keeper<L> {
    orders: Sender<Order>,
    thread: JoinHandle<L>,
}

impl<L: Ledger + 'static> Keeper<L> {
    /// Gives the ledger a thread until `close`.
    pub fn start(ledger: L, run: RunId) -> Self {
        let (orders, inbox) = channel();
        let thread = std::thread::spawn(move || keep(ledger, &run, &inbox));
        Self { orders, thread }
    }

    /// Takes the next steps to send; durable when it returns.
    pub async fn claim(&self, most: usize) -> Result<Vec<Step>, LedgerError> {
        let (answer, reply) = oneshot::channel();
        self.orders
            .send(Order::Claim { most, answer })
            .map_err(|_| LedgerError::Gone)?;
        reply.await.unwrap_or(Err(LedgerError::Gone))
    }

    /// Hands over what became of steps; a failure to write it is told by the next `claim` or `flush`.
    pub fn settle(&self, outcomes: Vec<Outcome>) {
        // A writer that is gone is told by the next claim or flush.
        let _ = self.orders.send(Order::Settle(outcomes));
    }

    /// Waits until all that was handed over is durable.
    pub async fn flush(&self) -> Result<(), LedgerError> {
        let (answer, reply) = oneshot::channel();
        self.orders
            .send(Order::Flush { answer })
            .map_err(|_| LedgerError::Gone)?;
        reply.await.unwrap_or(Err(LedgerError::Gone))
    }

    /// Ends the thread and gives the ledger back.
    pub fn close(self) -> Result<L, LedgerError> {
        drop(self.orders);
        self.thread.join().map_err(|_| LedgerError::Gone)
    }
}

/// How many outcomes go into one transaction at the least, if they come in time.
const GROUP: usize = 512;
/// How long an outcome waits for others: a crash leaves it in doubt for so much longer.
const GATHER: Duration = Duration::from_millis(50);

/// What one transaction settles, and what is asked after it.
#[derive(Default)]
struct Group {
    outcomes: Vec<Outcome>,
    asked: Option<Order>,
}

/// Gathers outcomes until they are many, the moment is over, or somebody waits for an answer; `None` where
/// nobody will order anything more.
fn gather(inbox: &Receiver<Order>) -> Option<Group> {
    let mut group = Group::default();
    let mut order = inbox.recv().ok()?;
    let until = Instant::now() + GATHER;
    loop {
        match order {
            Order::Settle(more) => group.outcomes.extend(more),
            asked => {
                group.asked = Some(asked);
                return Some(group);
            }
        }
        let left = until.saturating_duration_since(Instant::now());
        if group.outcomes.len() >= GROUP || left.is_zero() {
            return Some(group);
        }
        match inbox.recv_timeout(left) {
            Ok(next) => order = next,
            Err(_) => return Some(group),
        }
    }
}

fn keep<L: Ledger>(mut ledger: L, run: &RunId, inbox: &Receiver<Order>) -> L {
    let mut failure = None;
    while let Some(Group { outcomes, asked }) = gather(inbox) {
        if !outcomes.is_empty()
            && let Err(error) = ledger.settle(run, &outcomes)
        {
            failure.get_or_insert(error);
        }
        if let Some(order) = asked {
            answer(&mut ledger, run, order, &mut failure);
        }
    }
    ledger
}

/// Answers one order; once a write has failed, nothing more is claimed.
fn answer<L: Ledger>(ledger: &mut L, run: &RunId, order: Order, failure: &mut Option<LedgerError>) {
    let told = failure.take();
    match order {
        Order::Claim { most, answer } => {
            let _ = answer.send(told.map_or_else(|| ledger.claim(run, most), Err));
        }
        Order::Flush { answer } => {
            let _ = answer.send(told.map_or(Ok(()), Err));
        }
        Order::Settle(_) => {}
    }
}
