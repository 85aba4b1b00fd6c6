//! The integration tests: one binary, a module each.

mod architecture;
mod conformance;
mod round_trip;
mod wire;
mod wire_requests;
