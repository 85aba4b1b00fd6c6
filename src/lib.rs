//! rolo moves address books.

pub mod sandbox;
