//! rolo moves address books.

pub mod ledger;
pub mod model;
pub mod plan;
pub mod validate;
pub mod vendor;
pub mod wire;
