//! Who is told when nobody is there: a command or a webhook when an import fails, a healthcheck when it does not, a
//! file of metrics either way. None of them changes the exit code or keeps the run for long, and what they are
//! told holds no contact: totals, runs, the exit code, the target, names of files.

use std::io::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::backend::Secrecy;
use crate::cli::args::Telling;
use crate::cli::exit::meaning;
use crate::cli::failure::Failure;
use crate::cli::text::plain;
use crate::cli::unattended::alarm;
use crate::cli::unattended::metrics::{self, Sample};
use crate::cli::unattended::summary::Night;
use crate::config::{Targets, read_secret};
use crate::plan::Fate;
use crate::transport::{Webhook, is_url};

enum OnFailure {
    Command(alarm::Command),
    Post(Box<Webhook>),
}

/// Who is told, found out before anything is done.
#[derive(Default)]
pub(crate) struct Hooks {
    on_failure: Option<OnFailure>,
    healthcheck: Option<Webhook>,
    metrics: Option<PathBuf>,
}

impl Hooks {
    /// What the flags say, else what the target says. Those that can be told stand in `self` even where one cannot.
    pub(crate) fn find(
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
                    Some(read_secret(target, name, value, Secrecy::Plain, &file)?)
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
    pub(crate) fn tell(&self, night: &Night, code: u8) {
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
            Err(error) => warnings.push(error.to_string()),
        }
        for warning in warnings {
            let _ = writeln!(std::io::stderr(), "warning: {}", plain(&warning));
        }
    }
}

/// Runs what tells, on this thread.
pub(super) fn on_the_network<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(work))
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
    for fits in crate::cli::unattended::discover::Fits::ALL {
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
