//! Outcomes on their way to the ledger. They are handed over many at a time: each handing over is a transaction
//! with a sync of its own, and wakes another thread.

use std::time::Duration;

use tokio::time::Instant;

use crate::plan::Outcome;

/// How many outcomes are handed over together at the most.
const GROUP: usize = 1024;
/// How long an outcome waits for others: a crash leaves it in doubt for so much longer.
const GATHER: Duration = Duration::from_millis(50);

/// Outcomes that wait for others.
#[derive(Default)]
pub(super) struct Gathered {
    outcomes: Vec<Outcome>,
    due: Option<Instant>,
}

impl Gathered {
    /// Adds some; returns all of them once they are many.
    pub(super) fn add(&mut self, outcomes: Vec<Outcome>) -> Option<Vec<Outcome>> {
        self.due.get_or_insert_with(|| Instant::now() + GATHER);
        self.outcomes.extend(outcomes);
        (self.outcomes.len() >= GROUP).then(|| self.take())
    }

    /// Waits until the first one has waited long enough, and returns all; for ever where there is none.
    pub(super) async fn ripe(&mut self) -> Vec<Outcome> {
        match self.due {
            Some(due) => tokio::time::sleep_until(due).await,
            None => std::future::pending().await,
        }
        self.take()
    }

    /// Returns all that wait.
    pub(super) fn take(&mut self) -> Vec<Outcome> {
        self.due = None;
        std::mem::take(&mut self.outcomes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Fate;

    fn some(count: usize) -> Vec<Outcome> {
        vec![Outcome::new(0, Fate::Created); count]
    }

    #[tokio::test(start_paused = true)]
    async fn outcomes_leave_when_they_are_many_or_have_waited() {
        let mut gathered = Gathered::default();
        assert!(gathered.add(some(GROUP - 1)).is_none());
        assert_eq!(gathered.add(some(2)).map(|all| all.len()), Some(GROUP + 1));
        assert!(gathered.add(some(1)).is_none());
        let began = Instant::now();
        assert_eq!(gathered.ripe().await.len(), 1);
        assert_eq!(began.elapsed(), GATHER);
        let nothing = tokio::time::timeout(GATHER * 2, gathered.ripe()).await;
        assert!(nothing.is_err(), "nothing to hand over");
    }
}
