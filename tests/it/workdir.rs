//! A folder of its own for each test of the program: its home, its state, its settings, and nothing of ours.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rolo::sandbox::{self, Running, SandboxOptions};
use serde_json::Value;

/// An empty folder in which the program is run.
pub(crate) struct Workdir {
    folder: tempfile::TempDir,
}

/// What the program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    /// The exit code; 128 and the signal's number for one that a signal ended.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "it ended with {code} and said\n{stdout}\n[stderr]\n{stderr}"
        )
    }
}

impl Said {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// It must have ended with this code.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32) -> &Self {
        assert!(self.code == code, "expected exit code {code}; {self}");
        self
    }

    /// So many rows must have met each of these fates.
    #[track_caller]
    pub(crate) fn totals(&self, expected: &[(&str, u64)]) -> &Self {
        let totals = &self.json()["totals"];
        for (fate, rows) in expected {
            assert!(
                totals[fate] == *rows,
                "expected {rows} {fate}, and the totals are {totals}; {self}"
            );
        }
        self
    }
}

impl Workdir {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file; only its owner may read it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("writable");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("ours");
        }
        path
    }

    /// A file's text.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The program, ready to be run here.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolo"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear();
        for (name, folder) in [
            ("HOME", "home"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CONFIG_HOME", "config"),
        ] {
            command.env(name, self.path(folder));
        }
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
            .env("SANDBOX_PASSWORD", "sandbox-password")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn rolo(&self, arguments: &[&str]) -> Said {
        said(
            &self
                .command(arguments)
                .output()
                .expect("the program starts"),
        )
    }

    /// The content of every file below the folder, the ledger's among them.
    pub(crate) fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut folders = vec![self.folder.path().to_owned()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push((path.clone(), std::fs::read(&path).expect("readable")));
                }
            }
        }
        files
    }
}

/// What an ended program said.
pub(crate) fn said(output: &std::process::Output) -> Said {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
    #[cfg(not(unix))]
    let signal = None;
    Said {
        code: output
            .status
            .code()
            .or(signal.map(|signal| 128 + signal))
            .expect("it ended"),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A sample of the repository.
pub(crate) fn sample(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("samples")
        .join(name)
        .display()
        .to_string()
}

/// All vendors, with these faults.
pub(crate) fn vendors(faults: &str) -> Running {
    let faults = faults.parse().expect("faults");
    sandbox::start(SandboxOptions {
        faults,
        ..SandboxOptions::default()
    })
    .expect("a sandbox")
}

/// A `rolo.toml` with a target `there` at one of the running vendors; its password comes from the environment.
pub(crate) fn target(running: &Running, vendor: &str) -> String {
    let mut text = format!(
        "[targets.there]\nvendor = \"{vendor}\"\nbase_url = \"{}\"\nrate = \"5000/s\"\nregion = \"FR\"\n",
        running.base_url(vendor)
    );
    for (name, value) in sandbox::credentials(vendor) {
        let value = match *name {
            "password" => "{ env = \"SANDBOX_PASSWORD\" }".to_owned(),
            _ => format!("\"{value}\""),
        };
        text.extend([name, " = ", value.as_str(), "\n"]);
    }
    if crate::known::has_parents(vendor) {
        text.push_str("parent = \"7\"\n");
    }
    text
}
