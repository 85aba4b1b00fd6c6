//! The integration tests: one binary, a module each.

mod architecture;
mod reading;
mod wire;
