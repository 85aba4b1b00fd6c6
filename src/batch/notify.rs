//! Who is told when nobody is there: a command or a webhook when an import fails, a healthcheck when it does not, a
//! file of metrics either way. None of them changes the exit code or keeps the run for long, and what they are
//! told holds no contact: totals, runs, the exit code, the target, names of files.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use super::alarm::AlarmCommand;
use super::codes::meaning;
use super::error::BatchError;
use super::metrics::{self, Sample};
use super::outcome::FileOutcome;
use super::summary::BatchSummary;
use crate::backend::Secrecy;
use crate::config::{Targets, read_secret};
use crate::plan::Fate;
use crate::transport::{Webhook, is_url};

/// Who is to be told, as far as an import says it itself.
#[derive(Clone, Debug, Default)]
pub struct HookFlags {
    /// The command, or the URL, for a failure.
    pub on_failure: Option<String>,
    /// The URL for a success.
    pub healthcheck: Option<String>,
    /// The file of metrics.
    pub metrics: Option<PathBuf>,
}

enum OnFailure {
    Command(AlarmCommand),
    Post(Box<Webhook>),
}

/// Who is told, found out before anything is done.
#[derive(Default)]
pub struct Hooks {
    on_failure: Option<OnFailure>,
    healthcheck: Option<Webhook>,
    metrics: Option<PathBuf>,
}

impl Hooks {
    /// What the flags say, else what the target says. Those that can be told stand in `self` even where one cannot.
    pub fn find(
        &mut self,
        flags: &HookFlags,
        target: &str,
        targets: &Targets,
    ) -> Result<(), BatchError> {
        let written = targets.known.get(target);
        let said = |flag: &Option<String>, own: Option<&toml::Value>, name| {
            let file = written
                .map(|written| written.file.clone())
                .unwrap_or_default();
            let text = match (flag, own) {
                (Some(text), _) => Some(text.clone()),
                (None, Some(value)) => {
                    Some(read_secret(target, name, value, Secrecy::Plain, &file)?)
                }
                (None, None) => None,
            };
            Ok::<_, BatchError>(text.filter(|text| !text.trim().is_empty()))
        };
        self.metrics = flags
            .metrics
            .clone()
            .or_else(|| written.and_then(|written| written.metrics.clone()))
            .filter(|file| !file.as_os_str().is_empty());
        let own = written.and_then(|written| written.on_failure.as_ref());
        self.on_failure = match said(&flags.on_failure, own, "on_failure")? {
            Some(url) if is_url(&url) => Some(OnFailure::Post(webhook(&url, "on_failure")?.into())),
            words => words.map(|words| {
                let secrets = targets.secret_variables();
                OnFailure::Command(AlarmCommand { words, secrets })
            }),
        };
        let own = written.and_then(|written| written.healthcheck.as_ref());
        let url = said(&flags.healthcheck, own, "healthcheck")?;
        self.healthcheck = url.map(|url| webhook(&url, "healthcheck")).transpose()?;
        Ok(())
    }

    /// Tells them; what a command prints goes to `out`. What cannot be told is a warning and nothing more.
    pub fn tell(&self, summary: &BatchSummary, code: u8, out: Stdio) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some(file) = &self.metrics
            && let Err(error) = metrics::write(file, &summary.target, &samples(summary, code))
        {
            let file = file.display();
            warnings.push(format!("the metrics `{file}` cannot be written: {error}"));
        }
        let told = on_the_network(async {
            match (code, &self.healthcheck, &self.on_failure) {
                (0, Some(hook), _) => hook.get().await.map_err(|why| {
                    format!("the healthcheck at `{}` was not told: {why}", hook.host())
                }),
                (1.., _, Some(OnFailure::Post(hook))) => {
                    let told = hook.post(document(summary, code)).await;
                    told.map_err(|why| {
                        format!("the webhook at `{}` was not told: {why}", hook.host())
                    })
                }
                (1.., _, Some(OnFailure::Command(command))) => command
                    .run(summary, code, out)
                    .await
                    .map_err(|why| format!("the command of --on-failure {why}")),
                _ => Ok(()),
            }
        });
        match told {
            Ok(Ok(())) => {}
            Ok(Err(why)) => warnings.push(why),
            Err(error) => warnings.push(error.to_string()),
        }
        warnings
    }
}

/// Runs what tells, on this thread.
pub(super) fn on_the_network<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(work))
}

fn webhook(url: &str, name: &'static str) -> Result<Webhook, BatchError> {
    Webhook::new(url).map_err(|error| BatchError::Hook { name, error })
}

/// What a webhook is told.
fn document(summary: &BatchSummary, code: u8) -> Value {
    let files: Vec<Value> = summary
        .sheets
        .iter()
        .map(|sheet| {
            json!({
                "file": sheet.name, "run": sheet.run, "exit_code": sheet.code,
                "totals": sheet.totals, "became": sheet.outcome.name(),
            })
        })
        .collect();
    json!({
        "version": 1, "event": "failure", "text": summary.sentence(code), "target": summary.target,
        "source": summary.source, "exit_code": code, "meaning": meaning(code), "run": summary.run(),
        "totals": summary.totals(), "files": files,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts and seconds, far below 2^53"
)]
fn samples(summary: &BatchSummary, code: u8) -> Vec<Sample<'static>> {
    let sample = |name, label, value| Sample { name, label, value };
    let now = jiff::Timestamp::now().as_second() as f64;
    let mut samples = vec![
        sample("last_run_timestamp_seconds", None, now),
        sample("last_run_duration_seconds", None, summary.seconds),
        sample("last_run_exit_code", None, f64::from(code)),
        sample("info", Some(("version", env!("CARGO_PKG_VERSION"))), 1.0),
    ];
    for outcome in FileOutcome::ALL {
        let files = summary
            .sheets
            .iter()
            .filter(|sheet| sheet.outcome == outcome);
        let label = Some(("outcome", outcome.name()));
        samples.push(sample("last_run_files", label, files.count() as f64));
    }
    let totals = summary.totals();
    for fate in Fate::ALL.into_iter().filter(|fate| *fate != Fate::Valid) {
        let label = Some(("outcome", fate.name()));
        samples.push(sample("last_run_rows", label, totals.of(fate) as f64));
    }
    if code == 0 {
        samples.push(sample("last_success_timestamp_seconds", None, now));
    }
    samples
}
