//! rolo moves address books.
