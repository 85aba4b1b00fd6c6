//! rolo moves address books.

pub mod model;
pub mod sheet;

pub mod mapping;

pub mod normalize;

pub mod validate;

pub mod wire;

pub mod vendor;

pub mod plan;

pub mod ledger;

pub mod transport;

pub mod fetch;

pub mod upload;

pub mod report;

pub mod sandbox;
