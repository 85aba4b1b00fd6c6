//! The integration tests: one binary, a module each.

mod architecture;
mod conformance;
mod reading;
mod round_trip;
mod wire;
mod wire_requests;
