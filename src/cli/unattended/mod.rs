//! An import that nobody watches: the sheets of a folder or a glob one after the other, where each is put when it is
//! done, and who is told how it ended.

pub(crate) mod alarm;
pub(crate) mod archive;
pub(crate) mod batch;
pub(crate) mod discover;
pub(crate) mod file_state;
pub(crate) mod metrics;
pub(crate) mod notify;
pub(crate) mod policy;
pub(crate) mod summary;
