//! rolo moves address books.

pub mod model;
pub mod sheet;
