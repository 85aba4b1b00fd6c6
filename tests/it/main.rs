//! The integration tests: one binary, a module each.

mod architecture;
mod commands;
mod conformance;
mod convert;
mod convert_round_trip;
mod import;
mod reading;
mod readme;
mod refusals;
mod round_trip;
mod wire;
mod wire_requests;
mod workdir;
