//! rolo moves address books.

pub mod model;

pub mod sheet;

pub mod mapping;

pub mod normalize;
