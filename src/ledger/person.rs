//! Who is to be forgotten, and what was erased.

use std::collections::HashSet;

use super::Run;
use crate::model::{BookId, ContactKey, RemoteId};
use crate::plan::IdentityDigest;

/// Who is to be forgotten, by what a link keeps of a person whose rows were erased long ago.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// The key.
    pub key: Option<ContactKey>,
    /// What tells the person.
    pub identity: IdentityDigest,
    /// Records that are known to be the person's.
    pub records: HashSet<(BookId, RemoteId)>,
}

/// What was erased.
#[derive(Debug, Default)]
pub struct Forgotten {
    /// The runs that held such rows.
    pub runs: Vec<Run>,
    /// How many rows there were.
    pub rows: u64,
    /// How many links led to the person, and were not those of such rows.
    pub links: u64,
    /// The person's records.
    pub records: HashSet<(BookId, RemoteId)>,
}
