//! A target that can be asked: one network loop and one client, with its connections, for as long as a command lasts.

use std::future::Future;
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::account::Account;
use super::error::Error;
use crate::backend::Credentials;
use crate::transport::{Client, Halt, Https, Pacer, Stop, Transport};

/// A target that can be asked.
pub struct Session<L = Https> {
    runtime: Arc<Runtime>,
    client: Client<L>,
    stop: Stop,
}

impl Session {
    /// A session of this account at this address, by these credentials, at the account's own pace.
    pub fn connect(
        account: &Account,
        base_url: &str,
        credentials: Credentials,
    ) -> Result<Self, Error> {
        let stop = Stop::default();
        let client = Client::new(
            Https::new(base_url)?,
            account.vendor.clone(),
            credentials,
            Pacer::new(account.rate),
            stop.clone(),
        )
        .with_lanes(account.lanes);
        Ok(Self::new(client, stop)?)
    }
}

impl<L: Transport> Session<L> {
    /// A session of this client, whose stop is said by `stop`.
    pub fn new(client: Client<L>, stop: Stop) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self::on(Arc::new(runtime), client, stop))
    }

    /// The same on a network loop that there is, and that others may use between its work.
    pub fn on(runtime: Arc<Runtime>, client: Client<L>, stop: Stop) -> Self {
        Self {
            runtime,
            client,
            stop,
        }
    }

    /// What sends.
    pub fn client(&self) -> &Client<L> {
        &self.client
    }

    /// What says that nothing new is to start.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Runs something on the network loop, on this thread. The connections outlive it.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Signs in, unless that was done.
    pub fn sign_in(&self) -> Result<(), Halt> {
        self.run(self.client.sign_in())
    }
}
