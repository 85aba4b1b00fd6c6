//! The part of a command that is on the network: one tokio loop, with the ledger on a thread of its own.

use super::failure::{Failure, Kind};
use super::interrupt::{self, Interrupted};
use super::progress::Progress;
use super::target::Reached;
use crate::ledger::{Keeper, LedgerError, Sqlite};
use crate::model::RunId;
use crate::plan::Fate;
use crate::transport::Halt;
use crate::upload::{Ended, Options, upload};
use crate::vendor::Rate;

/// How many steps to claim ahead: what a quarter of a second sends, since a crash leaves them in doubt.
pub(super) fn ahead(rate: Rate, lanes: usize) -> usize {
    let quarter =
        std::time::Duration::from_millis(250).as_nanos() / rate.interval().as_nanos().max(1);
    usize::try_from(quarter)
        .unwrap_or(usize::MAX)
        .clamp(lanes, lanes.max(512))
}

/// Signs in and sends every waiting step of the run; gives the ledger back, and says how it ended.
pub(super) fn send(
    ledger: Sqlite,
    run: &RunId,
    reached: &Reached,
    options: Options,
    interrupted: &Interrupted,
    rows: u64,
    bar: &Progress,
) -> Result<(Sqlite, Result<Ended, LedgerError>), Failure> {
    if rows == 0 {
        return Ok((ledger, Ok(Ended::Finished)));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::new(Kind::Internal, error, "the network loop cannot be started")
        })?;
    let keeper = Keeper::start(ledger, run.clone());
    let ended = runtime.block_on(async {
        tokio::task::spawn(interrupt::listen(reached.stop.clone(), interrupted.clone()));
        if let Err(halt) = reached.client.sign_in().await {
            return Ok(match halt {
                Halt::Stopped => Ended::Stopped,
                Halt::SignIn(why) => Ended::SignIn(why),
                Halt::Unavailable(why) => Ended::Unavailable(why),
            });
        }
        upload(
            &reached.client,
            &keeper,
            &reached.stop,
            options,
            |outcomes| {
                let sent = outcomes
                    .iter()
                    .filter(|outcome| outcome.fate != Fate::Unsent)
                    .count();
                bar.add(sent as u64);
            },
        )
        .await
    });
    Ok((keeper.close()?, ended))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_claimed_ahead_of_a_slow_vendor() {
        assert_eq!(ahead(Rate::per_minute(60), 2), 2);
        assert_eq!(ahead(Rate::per_second(100), 4), 25);
        assert_eq!(ahead(Rate::per_second(100_000), 64), 512);
    }
}
