//! A target, connected: the session by which the engine asks it, the signals that stop it, and the sandbox in this process
//! where the target is one.

use crate::backend::Credentials;
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupted;
use crate::config::{Endpoint, Target, state_folder};
use crate::engine::{Account, Delivery, Session};
use crate::sandbox;
use crate::transport::{Client, Deadline, Https, Pacer, Stop};

/// A target that can be asked. The sandbox in this process ends with it.
pub(crate) struct Connected {
    /// What asks it.
    pub(crate) session: Session,
    /// Is told of signals as long as the session lasts.
    _interrupted: Interrupted,
    _sandbox: Option<sandbox::Running>,
}

/// Connects to a target, at the pace and over the lanes of what is delivered; secrets are read now. A deadline says the
/// stop when its time is up, whatever is being done then.
pub(crate) fn connect(
    target: &Target,
    (account, delivery): (&Account, &Delivery),
    deadline: Option<Deadline>,
) -> Result<Connected, Failure> {
    let most = target.max_answer()?;
    let (access, running) = match target.access()? {
        Some(access) => (access, None),
        None => in_this_process(target)?,
    };
    let stop = Stop::default();
    let connection = Https::new(&access.base_url)?.at_most(most);
    let client = Client::new(
        connection,
        target.vendor.clone(),
        access.credentials,
        Pacer::new(account.pace(delivery.rate)),
        stop.clone(),
    )
    .with_lanes(account.lanes(delivery.concurrency));
    let interrupted = Interrupted::of(stop.clone());
    interrupted.listen();
    if let Some(deadline) = deadline {
        deadline.say(&stop);
    }
    Ok(Connected {
        session: Session::new(client, stop).map_err(network)?,
        _interrupted: interrupted,
        _sandbox: running,
    })
}

/// The network loop cannot be started.
pub(crate) fn network(error: std::io::Error) -> Failure {
    Failure::new(
        ExitKind::Internal,
        error,
        "the network loop cannot be started",
    )
}

/// Starts the sandbox of a target in this process, with the book that the state folder holds.
fn in_this_process(target: &Target) -> Result<(Endpoint, Option<sandbox::Running>), Failure> {
    let running = start_sandbox()?;
    let id = target.profile().id;
    let mut credentials = Credentials::default();
    for (name, value) in sandbox::credentials(id) {
        target.hand_over(&mut credentials, name, *value);
    }
    let access = Endpoint {
        base_url: running.base_url(id),
        credentials,
    };
    Ok((access, Some(running)))
}

fn start_sandbox() -> Result<sandbox::Running, Failure> {
    let faults = "limit=off"
        .parse()
        .map_err(|error| Failure::new(ExitKind::Internal, error, ""))?;
    let state = Some(state_folder()?.join("sandbox"));
    let options = sandbox::SandboxOptions {
        state,
        faults,
        ..sandbox::SandboxOptions::default()
    };
    sandbox::start(options).map_err(|error| {
        let kind = match error {
            sandbox::SandboxError::Busy { .. } => ExitKind::Held,
            _ => ExitKind::Internal,
        };
        Failure::new(
            kind,
            error,
            "another rolo may be using the sandbox; wait until it has ended",
        )
    })
}
