//! The commands, one file for each: which words came in, what is asked of the modules before this one, which words go out.

pub(crate) mod apply;
pub(crate) mod check;
pub(crate) mod convert;
pub(crate) mod decide;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod forget;
pub(crate) mod import;
pub(crate) mod map;
pub(crate) mod migrate;
pub(crate) mod plan;
pub(crate) mod prune;
pub(crate) mod read_workbook;
pub(crate) mod resume;
pub(crate) mod retry;
pub(crate) mod runs;
pub(crate) mod sandbox;
mod taken_up;
pub(crate) mod undo;
pub(crate) mod vendors;
