//! The command of `--on-failure`: run in a shell, told by variables and on its standard input, ended when it takes too
//! long: a foreign program must neither hold up rolo nor outlive its time.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::codes::meaning;
use super::summary::BatchSummary;

/// The variables that must not reach the command: a rolo that it runs would tell the same again.
const OURS: [&str; 3] = ["ROLO_ON_FAILURE", "ROLO_HEALTHCHECK", "ROLO_METRICS"];

/// How long the command may take.
const COMMAND: Duration = Duration::from_secs(30);

/// A command, and what it must not see.
#[derive(Debug)]
pub struct AlarmCommand {
    /// The words, for a shell.
    pub words: String,
    /// The variables that hold secrets of targets.
    pub secrets: Vec<String>,
}

impl AlarmCommand {
    /// Runs it in a shell, as cron would, for a while at the most; what it prints goes to `out`. Says how it failed.
    pub async fn run(&self, summary: &BatchSummary, code: u8, out: Stdio) -> Result<(), String> {
        within(COMMAND, self, (summary, code), out).await
    }
}

async fn within(
    most: Duration,
    command: &AlarmCommand,
    (summary, code): (&BatchSummary, u8),
    out: Stdio,
) -> Result<(), String> {
    let mut shell = shell(&command.words);
    for name in OURS {
        shell.env_remove(name);
    }
    for name in &command.secrets {
        shell.env_remove(name);
    }
    let totals = serde_json::to_string(&summary.totals()).unwrap_or_default();
    shell
        .env("ROLO_EXIT_CODE", code.to_string())
        .env("ROLO_MEANING", meaning(code))
        .env("ROLO_TARGET", &summary.target)
        .env("ROLO_SOURCE", &summary.source)
        .env("ROLO_RUN", summary.run().unwrap_or_default())
        .env("ROLO_REPORT_DIR", summary.report().unwrap_or_default())
        .env("ROLO_TOTALS", totals)
        .stdin(Stdio::piped())
        .stdout(out)
        .kill_on_drop(true);
    let mut child = shell
        .spawn()
        .map_err(|error| format!("cannot be started: {error}"))?;
    let text = summary.letter(code);
    let stdin = child.stdin.take();
    let group = child.id();
    let ended = tokio::time::timeout(most, async {
        if let Some(mut stdin) = stdin {
            // A command that does not want to know is none the worse.
            let _ = stdin.write_all(text.as_bytes()).await;
        }
        child.wait().await
    });
    match ended.await {
        Err(_) => {
            end(group);
            Err(format!(
                "took longer than {} s and was ended",
                most.as_secs()
            ))
        }
        Ok(Err(error)) => Err(format!("cannot be waited for: {error}")),
        Ok(Ok(status)) if !status.success() => Err(format!("ended with {status}")),
        Ok(Ok(_)) => Ok(()),
    }
}

#[cfg(unix)]
fn shell(command: &str) -> tokio::process::Command {
    let mut shell = tokio::process::Command::new("/bin/sh");
    shell.args(["-c", command]).process_group(0);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> tokio::process::Command {
    let mut shell = tokio::process::Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

/// Ends the command and all that it started.
#[cfg(unix)]
fn end(group: Option<u32>) {
    let group = group.and_then(|id| i32::try_from(id).ok());
    if let Some(group) = group.and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end(_: Option<u32>) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::notify::on_the_network;

    fn command(words: &str) -> AlarmCommand {
        AlarmCommand {
            words: words.to_owned(),
            // Set in every environment that tests run in.
            secrets: vec!["PATH".to_owned()],
        }
    }

    fn told(words: &str) -> Result<(), String> {
        let summary = BatchSummary {
            target: "hq".to_owned(),
            ..BatchSummary::default()
        };
        on_the_network(command(words).run(&summary, 5, Stdio::null())).expect("a loop")
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_fails_is_told_and_one_that_does_not_read_is_fine() {
        assert_eq!(
            told("test \"$ROLO_EXIT_CODE $ROLO_TARGET\" = \"5 hq\""),
            Ok(())
        );
        assert_eq!(told("exec <&-; exit 0"), Ok(()));
        let (most, summary) = (Duration::from_millis(50), BatchSummary::default());
        let slow = command("/bin/sleep 60 & wait");
        let slow = within(most, &slow, (&summary, 5), Stdio::null());
        let slow = on_the_network(slow).expect("a loop");
        assert_eq!(slow, Err("took longer than 0 s and was ended".to_owned()));
        assert_eq!(told("exit 7"), Err("ended with exit status: 7".to_owned()));
    }
}
