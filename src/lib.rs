//! rolo moves address books.

pub mod fetch;
pub mod ledger;
pub mod mapping;
pub mod model;
pub mod normalize;
pub mod plan;
pub mod sandbox;
pub mod sheet;
pub mod transport;
pub mod upload;
pub mod validate;
pub mod vendor;
pub mod wire;
