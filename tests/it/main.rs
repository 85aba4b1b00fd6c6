//! The integration tests: one binary, a module each.

mod wire;
mod wire_requests;
