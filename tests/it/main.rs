//! The integration tests: one binary, a module each.

mod afterwards;
mod architecture;
mod bench;
mod commands;
mod conformance;
mod convert;
mod convert_round_trip;
mod crash;
mod directions;
mod export;
mod import;
mod losses;
mod migrate;
mod nightly;
mod nightly_guards;
mod reading;
mod readme;
mod refusals;
mod round_trip;
mod samples;
mod simulation;
mod wire;
mod wire_requests;
mod words;
mod workdir;
