//! `rolo.toml`: where it is looked for, and its targets as they are written there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::Deserialize;

use super::error::ConfigError;

/// One target as it is written.
#[derive(Clone, Debug, Deserialize)]
pub struct TargetTable {
    /// The vendor's id or alias.
    pub vendor: String,
    /// All that stands before the vendor's own paths.
    pub base_url: Option<String>,
    /// The pace.
    pub rate: Option<String>,
    /// Requests in flight.
    pub concurrency: Option<u16>,
    /// What rows are compared with: `ledger` or `target`.
    pub compare: Option<String>,
    /// How large an answer may be: `16MiB`.
    pub max_answer: Option<String>,
    /// How many matched records may be changed: a count, a percentage, or both.
    pub max_update: Option<toml::Value>,
    /// The country of numbers without a country code.
    pub region: Option<String>,
    /// What contacts without a parent of their own hang under.
    pub parent: Option<toml::Value>,
    /// What is run, or which URL is told, when an import fails.
    pub on_failure: Option<toml::Value>,
    /// Which URL is told when an import is done.
    pub healthcheck: Option<toml::Value>,
    /// Where metrics are written.
    pub metrics: Option<PathBuf>,
    /// The vendor's switches.
    #[serde(default)]
    pub switches: BTreeMap<String, toml::Value>,
    /// Credentials, and the vendor's further settings.
    #[serde(flatten)]
    pub rest: BTreeMap<String, toml::Value>,
    /// The file that it stands in.
    #[serde(skip)]
    pub file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    targets: BTreeMap<String, TargetTable>,
}

/// The targets of every file that counts, by name; a nearer file's target replaces a farther one's.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    /// The targets.
    pub known: BTreeMap<String, TargetTable>,
    /// The files that were read.
    pub files: Vec<PathBuf>,
}

impl Targets {
    /// Reads `$XDG_CONFIG_HOME/rolo/rolo.toml`, then `./rolo.toml`, or the file that the person named.
    pub fn read(named: Option<&Path>) -> Result<Self, ConfigError> {
        let mut targets = Self::default();
        if let Ok(folders) = etcetera::choose_base_strategy() {
            let file = folders.config_dir().join("rolo/rolo.toml");
            if file.is_file() {
                targets.add(&file)?;
            }
        }
        match named {
            Some(file) => targets.add(file)?,
            None if Path::new("rolo.toml").is_file() => targets.add(Path::new("rolo.toml"))?,
            None => {}
        }
        Ok(targets)
    }

    /// The environment's variables that some target takes a setting from.
    pub fn secret_variables(&self) -> Vec<String> {
        let values = self.known.values().flat_map(|written| {
            let told = written.on_failure.iter().chain(&written.healthcheck);
            written.rest.values().chain(told)
        });
        let variable = |value: &toml::Value| value.get("env")?.as_str().map(str::to_owned);
        let mut names: Vec<String> = values.filter_map(variable).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Reads one more file, whose targets replace those of the same names.
    pub fn add(&mut self, file: &Path) -> Result<(), ConfigError> {
        let text = crate::sheet::small_text(file).map_err(|error| {
            ConfigError::new(error, "check the path given with --config")
                .while_doing(format!("`{}` could not be read", file.display()))
        })?;
        let config: File = toml::from_str(&text).map_err(|error| {
            // The message quotes a line of the file, and a line may hold a secret.
            let line = error
                .span()
                .map(|span| text[..span.start].matches('\n').count() + 1);
            let line = line
                .map(|line| format!(", line {line}"))
                .unwrap_or_default();
            ConfigError::new(
                format!("`{}`{line}: {}", file.display(), error.message()),
                "the file holds [targets.NAME] tables; `rolo vendors VENDOR` shows what one needs",
            )
        })?;
        for (name, mut target) in config.targets {
            file.clone_into(&mut target.file);
            self.known.insert(name, target);
        }
        self.files.push(file.to_owned());
        Ok(())
    }
}

/// The state folder: `$XDG_STATE_HOME/rolo`, or the system's like.
pub fn state_folder() -> Result<PathBuf, ConfigError> {
    let folders = etcetera::choose_base_strategy().map_err(|error| {
        ConfigError::new(error, "set XDG_STATE_HOME, or name a file with --ledger")
    })?;
    Ok(folders
        .state_dir()
        .unwrap_or_else(|| folders.data_dir())
        .join("rolo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Targets, ConfigError> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("writable");
        let mut targets = Targets::default();
        targets.add(file.path()).map(|()| targets)
    }

    #[test]
    fn a_target_is_read_as_the_readme_writes_it() {
        let targets = read(
            "[targets.hq]\nvendor = \"x\"\nemail = \"me@example.com\"\npassword = { env = \"P\" }\n\
             rate = \"5/s\"\n[targets.hq.switches]\nauth = \"v2\"\n",
        )
        .expect("good");
        let hq = &targets.known["hq"];
        assert_eq!((hq.vendor.as_str(), hq.rate.as_deref()), ("x", Some("5/s")));
        assert_eq!(hq.rest.keys().collect::<Vec<_>>(), ["email", "password"]);
    }

    #[test]
    fn a_broken_file_is_told_by_line_and_shows_no_secret() {
        let failure =
            read("[targets.hq]\nvendor = \"x\"\napi_key = \"s3cret\" oops\n").expect_err("bad");
        let text = failure.to_string();
        assert!(
            text.contains("line 3") && !text.contains("s3cret"),
            "{text}"
        );
        assert!(read("[target.hq]\nvendor = \"x\"\n").is_err());
    }
}
