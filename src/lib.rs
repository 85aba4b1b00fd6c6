//! rolo moves address books.

pub mod model;
