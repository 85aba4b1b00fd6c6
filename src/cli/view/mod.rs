//! What a person and a program see: the screen, what happens while a run lasts, and what it came to.

pub(crate) mod check;
pub(crate) mod closing;
pub(crate) mod conversion;
pub(crate) mod diff;
pub(crate) mod ending;
pub(crate) mod matrix;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod runs;
pub(crate) mod screen;
pub(crate) mod sheet;
pub(crate) mod terminal;
pub(crate) mod vendor;
