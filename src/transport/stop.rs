//! The word that nothing new is to start: from Ctrl-C, a deadline, or a stop-loss.

use std::sync::Arc;

use tokio::sync::watch;

/// Shared by all who start things; once said, it stays said.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Says it.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was said.
    pub fn is_said(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is said.
    pub async fn said(&self) {
        let mut word = self.0.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = word.wait_for(|said| *said).await;
    }
}
