//! rolo moves address books.

pub mod model;

pub mod sheet;

pub mod mapping;

pub mod normalize;

pub mod validate;

pub mod wire;

pub mod vendor;
