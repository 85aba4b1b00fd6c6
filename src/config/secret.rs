//! Secrets: from the environment, a file, a command, or a file that nobody else can read. Never from the
//! command line, and never shown.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use super::error::ConfigError;
use crate::backend::Secrecy;
use crate::private_file;

/// How much a command may say that tells a secret, in bytes.
const MOST: u64 = 64 << 10;

/// Where a secret comes from: a one-member table of `rolo.toml`, or the secret itself.
pub fn read(
    target: &str,
    name: &str,
    value: &toml::Value,
    secrecy: Secrecy,
    file: &Path,
) -> Result<String, ConfigError> {
    let place = format!("`{name}` of target `{target}`");
    match value {
        toml::Value::String(literal) => {
            if secrecy == Secrecy::Secret && private_file::is_open_to_others(file) {
                return Err(ConfigError::new(
                    format!(
                        "{place} stands in `{}`, which others can read",
                        file.display()
                    ),
                    format!(
                        "run `chmod 600 {}`, or write {{ env = \"NAME\" }}",
                        file.display()
                    ),
                ));
            }
            Ok(literal.clone())
        }
        toml::Value::Integer(number) if secrecy == Secrecy::Plain => Ok(number.to_string()),
        toml::Value::Table(table) => from_table(&place, table),
        _ => Err(wrong_shape(&place)),
    }
}

fn wrong_shape(place: &str) -> ConfigError {
    ConfigError::new(
        format!("{place} is neither a text nor one of env, file, command"),
        "write { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"pass\", \"show\", \"x\"] }",
    )
}

fn from_table(place: &str, table: &toml::Table) -> Result<String, ConfigError> {
    let mut members = table.iter();
    let (Some((kind, value)), None) = (members.next(), members.next()) else {
        return Err(wrong_shape(place));
    };
    let secret = match (kind.as_str(), value) {
        ("env", toml::Value::String(variable)) => std::env::var(variable).map_err(|_| {
            ConfigError::new(
                format!("{place} is to come from the environment variable `{variable}`, which is not set"),
                format!("set it: export {variable}=…"),
            )
        }),
        ("file", toml::Value::String(path)) => crate::sheet::small_text(Path::new(path)).map_err(|error| {
            let hint = format!("put the secret into `{path}` and run `chmod 600 {path}`");
            ConfigError::new(error, hint).while_doing(format!("{place} is to come from the file `{path}`"))
        }),
        ("command", toml::Value::Array(words)) => from_command(place, words),
        _ => Err(wrong_shape(place)),
    }?;
    let secret = secret.trim_end_matches(['\r', '\n']).to_owned();
    if secret.is_empty() {
        return Err(ConfigError::new(
            format!("{place} is empty"),
            "look at where it comes from",
        ));
    }
    Ok(secret)
}

fn from_command(place: &str, words: &[toml::Value]) -> Result<String, ConfigError> {
    let words: Option<Vec<&str>> = words.iter().map(toml::Value::as_str).collect();
    let words = words
        .filter(|words| !words.is_empty())
        .ok_or_else(|| wrong_shape(place))?;
    let failed = |why: String| {
        ConfigError::new(
            format!("{place} is to come from the command `{}`: {why}", words[0]),
            "run the command by hand and look at what it says",
        )
    };
    let (said, status) =
        output(words[0], &words[1..]).map_err(|error| failed(error.to_string()))?;
    if said.len() as u64 > MOST {
        return Err(failed(format!(
            "its output is larger than {} KiB: expected a secret of one line",
            MOST >> 10
        )));
    }
    if !status.success() {
        return Err(failed(format!("it ended with {status}")));
    }
    String::from_utf8(said).map_err(|_| failed("its output is not text".to_owned()))
}

/// What a command says, up to a little more than a secret may have, and how it ended.
fn output(program: &str, words: &[&str]) -> io::Result<(Vec<u8>, ExitStatus)> {
    let mut child = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    let mut said = Vec::new();
    let read = match child.stdout.take() {
        Some(out) => out.take(MOST + 1).read_to_end(&mut said),
        None => Ok(0),
    };
    if read.is_err() || said.len() as u64 > MOST {
        // It may have ended by itself.
        let _ = child.kill();
    }
    let status = child.wait()?;
    read.map(|_| (said, status))
}

/// The names of a table's members, for an error that lists them.
pub(super) fn names<T>(table: &BTreeMap<String, T>) -> String {
    table
        .keys()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> toml::Value {
        let table: toml::Table = format!("x = {text}").parse().expect("TOML");
        table["x"].clone()
    }

    fn of(text: &str) -> Result<String, ConfigError> {
        read(
            "hq",
            "password",
            &value(text),
            Secrecy::Secret,
            Path::new("/nowhere/rolo.toml"),
        )
    }

    #[test]
    fn a_secret_comes_from_a_file_a_command_or_a_private_literal() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "s3cret\n").expect("writable");
        let from_file = format!("{{ file = {:?} }}", file.path().display().to_string());
        assert_eq!(of(&from_file).ok().as_deref(), Some("s3cret"));
        assert_eq!(
            of("{ command = [\"printf\", \"s3cret\"] }").ok().as_deref(),
            Some("s3cret")
        );
        assert_eq!(of("\"s3cret\"").ok().as_deref(), Some("s3cret"));
    }

    #[test]
    fn a_secret_that_is_not_there_is_named_with_its_place() {
        for (text, says) in [
            ("{ env = \"ROLO_TEST_UNSET\" }", "ROLO_TEST_UNSET"),
            ("{ file = \"/nowhere/secret\" }", "/nowhere/secret"),
            ("{ command = [\"false\"] }", "false"),
            ("{ command = [] }", "env, file, command"),
            ("{ vault = \"x\" }", "env, file, command"),
            ("7", "env, file, command"),
        ] {
            let failure = of(text).expect_err(text);
            let told = format!("{failure} {}", failure.hints.join(" "));
            assert!(told.contains(says), "{told}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_literal_in_a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let file = tempfile::NamedTempFile::new().expect("a file");
        for (mode, fine) in [(0o600, true), (0o644, false), (0o640, false)] {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(file.path(), permissions).expect("ours");
            let read = read(
                "hq",
                "password",
                &value("\"s3cret\""),
                Secrecy::Secret,
                file.path(),
            );
            assert_eq!(read.is_ok(), fine, "{mode:o}");
            if let Err(failure) = read {
                assert!(!failure.to_string().contains("s3cret"));
            }
        }
    }
}
