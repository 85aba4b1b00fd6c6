//! rolo moves address books.

pub mod model;
pub mod validate;
pub mod vendor;
pub mod wire;
