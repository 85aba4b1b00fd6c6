//! `rolo sandbox`: the five vendors on this machine, and a `rolo.toml` that points at them.

use crate::backend::{Parent, VENDORS};
use crate::cli::args::Sandbox;
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::view::screen::Screen;
use crate::sandbox::{SandboxOptions, credentials, start};

/// Runs the command until the process ends.
pub(crate) fn run(sandbox: &Sandbox) -> Result<u8, Failure> {
    let options = SandboxOptions {
        port: sandbox.port,
        state: sandbox.state.clone(),
        faults: sandbox.faults.clone().unwrap_or_default(),
        settings: sandbox.settings.clone().unwrap_or_default(),
    };
    let running = start(options).map_err(|error| {
        Failure::new(
            ExitKind::Unavailable,
            error,
            "name another port with --port, or 0 for any free one",
        )
    })?;
    let mut screen = Screen::stdout();
    screen.line(&format!(
        "# all vendors on 127.0.0.1:{}; Ctrl-C ends them",
        running.port()
    ))?;
    screen.line("# targets for rolo.toml (the secrets are the sandbox's own):")?;
    for entry in VENDORS {
        let id = entry.profile.id;
        screen.line(&format!("\n[targets.{id}-sandbox]\nvendor = \"{id}\""))?;
        screen.line(&format!("base_url = \"{}\"", running.base_url(id)))?;
        for (name, value) in credentials(id) {
            screen.line(&format!("{name} = \"{value}\""))?;
        }
        if let Parent::Required(_) = entry.profile.parent {
            screen.line("parent = \"1\"")?;
        }
    }
    screen.flush()?;
    drop(screen);
    running.wait();
    Ok(0)
}
