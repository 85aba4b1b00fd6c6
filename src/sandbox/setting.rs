//! One point that a vendor's document leaves open, and what it may be.

/// One thing that a document leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    /// How it is named: the vendor's id, and what it is about.
    pub(super) name: &'static str,
    /// What it may be.
    pub(super) takes: Takes,
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// One of these; the first is assumed.
    OneOf(&'static [&'static str]),
    /// A whole number from 1; this one is assumed.
    Count(u64),
}
