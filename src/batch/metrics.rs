//! What the last import of each target came to, as a file for `node_exporter`'s textfile collector. The file is
//! replaced whole; what it says of other targets is kept, and so is a target's last success when a run fails.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Every metric: its name and what it means. All are gauges.
const METRICS: [(&str, &str); 7] = [
    (
        "rolo_last_run_timestamp_seconds",
        "When the last import ended.",
    ),
    (
        "rolo_last_run_duration_seconds",
        "How long the last import took.",
    ),
    (
        "rolo_last_run_exit_code",
        "What the last import ended with; 0 is all done.",
    ),
    (
        "rolo_last_run_files",
        "Sheets of the last import, by what became of them.",
    ),
    (
        "rolo_last_run_rows",
        "Rows of the last import, by what became of them.",
    ),
    (SUCCESS, "When an import last ended with 0."),
    ("rolo_info", "The version of rolo that ran last."),
];
const SUCCESS: &str = "rolo_last_success_timestamp_seconds";

/// One value: its metric, its labels beside the target, itself.
pub(super) struct Sample<'a> {
    /// The metric's name, without `rolo_`.
    pub(super) name: &'a str,
    /// A further label and its value.
    pub(super) label: Option<(&'a str, &'a str)>,
    /// The value.
    pub(super) value: f64,
}

/// Writes what is now known of a target into the file.
pub(super) fn write(file: &Path, target: &str, samples: &[Sample<'_>]) -> io::Result<()> {
    let file = std::path::absolute(file)?;
    let folder = file.parent().unwrap_or(Path::new("/"));
    // Runs of other targets may be writing it too; the lock is gone with the handle.
    let held = File::open(folder)?;
    let _ = held.lock();
    let before = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    if !before.trim().is_empty() && !before.starts_with("# HELP rolo_") {
        let why = "there is a file that is not one of rolo's metrics";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
    }
    // The collector reads what ends in `.prom`; a draft must not.
    let mut draft = tempfile::Builder::new()
        .prefix(".rolo-metrics-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    draft.write_all(merged(&before, target, samples).as_bytes())?;
    readable_by_all(draft.as_file())?;
    draft.as_file().sync_all()?;
    draft.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(unix)]
fn readable_by_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_: &File) -> io::Result<()> {
    Ok(())
}

/// The file's new text: the samples of this target anew, those of others as they were.
fn merged(before: &str, target: &str, samples: &[Sample<'_>]) -> String {
    let own = format!("{{target=\"{}\"", escaped(target));
    let fresh: Vec<(String, String)> = samples
        .iter()
        .map(|sample| (format!("rolo_{}", sample.name), line(&own, sample)))
        .collect();
    let is_fresh = |name: &str| fresh.iter().any(|(metric, _)| metric == name);
    let kept = |line: &str, name: &str| {
        let of_metric = line
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('{'));
        let rest = line.strip_prefix(name).unwrap_or_default();
        let is_own = rest
            .strip_prefix(own.as_str())
            .is_some_and(|rest| rest.starts_with([',', '}']));
        of_metric && (!is_own || name == SUCCESS && !is_fresh(name))
    };
    let mut text = String::new();
    for (name, help) in METRICS {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for line in before.lines().filter(|line| kept(line, name)) {
            let _ = writeln!(text, "{line}");
        }
        for (_, line) in fresh.iter().filter(|(metric, _)| metric == name) {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

fn line(own: &str, sample: &Sample<'_>) -> String {
    let label = sample
        .label
        .map(|(name, value)| format!(",{name}=\"{}\"", escaped(value)))
        .unwrap_or_default();
    format!("rolo_{}{own}{label}}} {}", sample.name, sample.value)
}

/// A label's value: backslash, quote and line feed are written out.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(name: &str, value: f64) -> Sample<'_> {
        Sample {
            name,
            label: None,
            value,
        }
    }

    fn values(text: &str) -> Vec<&str> {
        text.lines().filter(|line| !line.starts_with('#')).collect()
    }

    #[test]
    fn every_value_stands_below_its_help_and_type() {
        let rows = Sample {
            name: "last_run_rows",
            label: Some(("outcome", "created")),
            value: 120.0,
        };
        let text = merged("", "a\"b\\c\nd", &[rows, sample("last_run_exit_code", 3.0)]);
        let wanted = "# HELP rolo_last_run_rows Rows of the last import, by what became of them.\n\
                      # TYPE rolo_last_run_rows gauge\n\
                      rolo_last_run_rows{target=\"a\\\"b\\\\c\\nd\",outcome=\"created\"} 120\n";
        assert!(text.contains(wanted), "{text}");
        assert!(
            text.contains("rolo_last_run_exit_code{target=\"a\\\"b\\\\c\\nd\"} 3\n"),
            "{text}"
        );
        assert_eq!(text.matches("# TYPE ").count(), METRICS.len());
    }

    #[test]
    fn other_targets_and_the_last_success_are_kept() {
        let good = [
            sample("last_run_exit_code", 0.0),
            sample("last_success_timestamp_seconds", 100.0),
        ];
        let first = merged("", "hq", &good);
        let second = merged(&first, "h", &good);
        let third = merged(&second, "hq", &[sample("last_run_exit_code", 5.0)]);
        assert_eq!(
            values(&third),
            [
                "rolo_last_run_exit_code{target=\"h\"} 0",
                "rolo_last_run_exit_code{target=\"hq\"} 5",
                "rolo_last_success_timestamp_seconds{target=\"hq\"} 100",
                "rolo_last_success_timestamp_seconds{target=\"h\"} 100",
            ]
        );
        let fourth = merged(&third, "hq", &good);
        assert_eq!(fourth.matches("target=\"hq\"").count(), 2, "{fourth}");
    }

    #[test]
    fn targets_that_end_at_the_same_time_do_not_erase_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("rolo.prom");
        std::thread::scope(|scope| {
            for n in 0..8 {
                let (file, target) = (&file, format!("t{n}"));
                scope.spawn(move || {
                    write(file, &target, &[sample("last_run_exit_code", 0.0)]).expect("written");
                });
            }
        });
        let text = std::fs::read_to_string(&file).expect("there");
        assert_eq!(values(&text).len(), 8, "{text}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("it").count(), 1);
    }

    #[test]
    fn a_file_that_is_not_ours_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("people.csv");
        std::fs::write(&file, "Nom,E-mail\n").expect("writable");
        assert!(write(&file, "hq", &[]).is_err());
        assert_eq!(
            std::fs::read_to_string(&file).expect("there"),
            "Nom,E-mail\n"
        );
    }
}
