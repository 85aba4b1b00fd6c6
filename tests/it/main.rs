//! The integration tests: one binary, a module each.

mod afterwards;
mod architecture;
mod commands;
mod conformance;
mod crash;
mod import;
mod reading;
mod readme;
mod refusals;
mod round_trip;
mod simulation;
mod wire;
mod wire_requests;
mod workdir;
