//! The word that nothing new is to start: from Ctrl-C or a deadline.

use std::sync::Arc;

use tokio::sync::watch;

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// A person, or the system on its way down.
    Person,
    /// The time was up.
    Deadline,
}

/// Shared by all who start things; once said, it stays said, and the first word counts.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<Option<StopReason>>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Stop {
    /// Says it.
    pub fn request(&self, reason: StopReason) {
        self.0.send_modify(|said| {
            said.get_or_insert(reason);
        });
    }

    /// What was said, if anything.
    pub fn reason(&self) -> Option<StopReason> {
        *self.0.borrow()
    }

    /// Whether it was said.
    pub fn is_requested(&self) -> bool {
        self.reason().is_some()
    }

    /// Waits until it is said.
    pub async fn requested(&self) {
        let mut word = self.0.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = word.wait_for(Option::is_some).await;
    }
}
