//! `rolo.toml`: where it is looked for, what its targets are, and how each is reached: its address, its account, its
//! secrets.

mod access;
mod error;
mod file;
mod secret;
mod size;
mod target;

pub use access::Endpoint;
pub use error::ConfigError;
pub use file::{TargetTable, Targets, state_folder};
pub use secret::read as read_secret;
pub use target::{Overrides, Target, TargetPlace, resolve, set_switches};
