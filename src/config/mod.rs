//! `rolo.toml`: where it is looked for, what its targets are, and how each is reached: its address, its account, its
//! secrets.
//!
//! ```
//! use rolo::config::{Overrides, Target, Targets};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("rolo.toml");
//! std::fs::write(&file, "[targets.hq]\nvendor = \"covage\"\nrate = \"5/s\"\ntoken = { env = \"HQ_TOKEN\" }\n")?;
//! let mut targets = Targets::default();
//! targets.add(&file)?;
//! let hq = Target::find("hq", &targets, &Overrides::default())?;
//! assert_eq!(hq.profile().id, "covage");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod changed;
mod error;
mod file;
mod secret;
mod size;
mod target;

pub use access::Endpoint;
pub use changed::what_changed;
pub use error::ConfigError;
pub use file::{TargetTable, Targets, state_folder};
pub use secret::read as read_secret;
pub use target::{Overrides, Target, TargetPlace, resolve, set_switches};
