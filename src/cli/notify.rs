//! Who is told when nobody is there: a command or a webhook when an import fails, a healthcheck when it does not, a
//! file of metrics either way. None of them changes the exit code or keeps the run for long, and what they are
//! told holds no contact: totals, runs, the exit code, the target, names of files.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::alarm;
use super::config::Targets;
use super::failure::{Failure, meaning};
use super::metrics::{self, Sample};
use super::night::Night;
use super::screen::plain;
use super::secret;
use super::sending::on_the_network;
use crate::backend::Secrecy;
use crate::plan::Fate;
use crate::transport::{Webhook, is_url};

/// Who is told.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Telling {
    /// Run this command in a shell, or POST a JSON document to this URL, when the exit code is not 0 [default: the
    /// target's `on_failure`]
    #[arg(
        long,
        value_name = "COMMAND|URL",
        env = "ROLO_ON_FAILURE",
        hide_env_values = true
    )]
    pub(super) on_failure: Option<String>,
    /// GET this URL when the exit code is 0; its silence is the alarm [default: the target's `healthcheck`]
    #[arg(
        long,
        value_name = "URL",
        env = "ROLO_HEALTHCHECK",
        hide_env_values = true
    )]
    pub(super) healthcheck: Option<String>,
    /// Write what the import came to into this file, for `node_exporter`'s textfile collector [default: the target's
    /// `metrics`]
    #[arg(long, value_name = "FILE.prom", env = "ROLO_METRICS")]
    pub(super) metrics: Option<PathBuf>,
}

/// The flags whose values may be secrets.
const SECRET: [&str; 2] = ["--on-failure", "--healthcheck"];

/// A command line as it may be kept: without the flags whose values may be secrets.
pub(super) fn without_secrets(arguments: impl Iterator<Item = String>) -> Vec<String> {
    let (mut kept, mut skip, mut flags) = (Vec::new(), false, true);
    for word in arguments {
        if std::mem::take(&mut skip) {
            continue;
        }
        flags &= word != "--";
        let name = word.split('=').next().unwrap_or_default();
        if flags && SECRET.contains(&name) {
            skip = !word.contains('=');
        } else {
            kept.push(word);
        }
    }
    kept
}

enum OnFailure {
    Command(alarm::Command),
    Post(Box<Webhook>),
}

/// Who is told, found out before anything is done.
#[derive(Default)]
pub(super) struct Hooks {
    on_failure: Option<OnFailure>,
    healthcheck: Option<Webhook>,
    metrics: Option<PathBuf>,
}

impl Hooks {
    /// What the flags say, else what the target says. Those that can be told stand in `self` even where one cannot.
    pub(super) fn find(
        &mut self,
        telling: &Telling,
        target: &str,
        targets: &Targets,
    ) -> Result<(), Failure> {
        let written = targets.known.get(target);
        let said = |flag: &Option<String>, own: Option<&toml::Value>, name| {
            let file = written
                .map(|written| written.file.clone())
                .unwrap_or_default();
            let text = match (flag, own) {
                (Some(text), _) => Some(text.clone()),
                (None, Some(value)) => {
                    Some(secret::read(target, name, value, Secrecy::Plain, &file)?)
                }
                (None, None) => None,
            };
            Ok::<_, Failure>(text.filter(|text| !text.trim().is_empty()))
        };
        self.metrics = telling
            .metrics
            .clone()
            .or_else(|| written.and_then(|written| written.metrics.clone()))
            .filter(|file| !file.as_os_str().is_empty());
        let own = written.and_then(|written| written.on_failure.as_ref());
        self.on_failure = match said(&telling.on_failure, own, "on_failure")? {
            Some(url) if is_url(&url) => Some(OnFailure::Post(webhook(&url, "on_failure")?.into())),
            words => words.map(|words| {
                let secrets = targets.secret_variables();
                OnFailure::Command(alarm::Command { words, secrets })
            }),
        };
        let own = written.and_then(|written| written.healthcheck.as_ref());
        let url = said(&telling.healthcheck, own, "healthcheck")?;
        self.healthcheck = url.map(|url| webhook(&url, "healthcheck")).transpose()?;
        Ok(())
    }

    /// Tells them. What cannot be told is a warning and nothing more.
    pub(super) fn tell(&self, night: &Night, code: u8) {
        let mut warnings = Vec::new();
        if let Some(file) = &self.metrics
            && let Err(error) = metrics::write(file, &night.target, &samples(night, code))
        {
            let file = plain(&file.display().to_string());
            warnings.push(format!("the metrics `{file}` cannot be written: {error}"));
        }
        let told = on_the_network(async {
            match (code, &self.healthcheck, &self.on_failure) {
                (0, Some(hook), _) => hook.get().await.map_err(|why| {
                    format!("the healthcheck at `{}` was not told: {why}", hook.host())
                }),
                (1.., _, Some(OnFailure::Post(hook))) => {
                    let told = hook.post(document(night, code)).await;
                    told.map_err(|why| {
                        format!("the webhook at `{}` was not told: {why}", hook.host())
                    })
                }
                (1.., _, Some(OnFailure::Command(command))) => command
                    .run(night, code)
                    .await
                    .map_err(|why| format!("the command of --on-failure {why}")),
                _ => Ok(()),
            }
        });
        match told {
            Ok(Ok(())) => {}
            Ok(Err(why)) => warnings.push(why),
            Err(failure) => warnings.push(failure.source.to_string()),
        }
        for warning in warnings {
            let _ = writeln!(std::io::stderr(), "warning: {}", plain(&warning));
        }
    }
}

fn webhook(url: &str, name: &str) -> Result<Webhook, Failure> {
    Webhook::new(url).map_err(|error| {
        let hint = format!(
            "{name} is an https URL; http is for this machine only; nothing was read or sent"
        );
        Failure::usage(format!("{name}: {error}"), hint)
    })
}

/// What a webhook is told.
fn document(night: &Night, code: u8) -> Value {
    let files: Vec<Value> = night
        .sheets
        .iter()
        .map(|sheet| {
            json!({
                "file": sheet.name, "run": sheet.run, "exit_code": sheet.code,
                "totals": sheet.totals, "became": sheet.fits.word(),
            })
        })
        .collect();
    json!({
        "version": 1, "event": "failure", "text": night.sentence(code), "target": night.target,
        "source": night.source, "exit_code": code, "meaning": meaning(code), "run": night.run(),
        "totals": night.totals(), "files": files,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts and seconds, far below 2^53"
)]
fn samples(night: &Night, code: u8) -> Vec<Sample<'static>> {
    let sample = |name, label, value| Sample { name, label, value };
    let now = jiff::Timestamp::now().as_second() as f64;
    let mut samples = vec![
        sample("last_run_timestamp_seconds", None, now),
        sample("last_run_duration_seconds", None, night.seconds),
        sample("last_run_exit_code", None, f64::from(code)),
        sample("info", Some(("version", env!("CARGO_PKG_VERSION"))), 1.0),
    ];
    for fits in super::inbox::Fits::ALL {
        let files = night.sheets.iter().filter(|sheet| sheet.fits == fits);
        let label = Some(("outcome", fits.word()));
        samples.push(sample("last_run_files", label, files.count() as f64));
    }
    let totals = night.totals();
    for fate in Fate::ALL.into_iter().filter(|fate| *fate != Fate::Valid) {
        let label = Some(("outcome", fate.name()));
        samples.push(sample("last_run_rows", label, totals.of(fate) as f64));
    }
    if code == 0 {
        samples.push(sample("last_success_timestamp_seconds", None, now));
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_kept_without_its_secrets() {
        let words = "rolo import a.csv --healthcheck https://h.example/k --to hq \
                     --on-failure=https://h.example/k --quiet --on-failure-not x -- --healthcheck";
        let kept = without_secrets(words.split_whitespace().map(str::to_owned));
        assert_eq!(
            kept.join(" "),
            "rolo import a.csv --to hq --quiet --on-failure-not x -- --healthcheck"
        );
    }
}
