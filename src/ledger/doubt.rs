//! What is known of a step whose answer was lost, and what a person says of it.

use crate::model::RemoteId;
use crate::plan::Moment;

/// A record that runs of ours have made, and are not known to have removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub remote: RemoteId,
    /// When the request that made it left; `None` where nobody noted it.
    pub moment: Option<Moment>,
}

/// A doubtful step's history, as far as it decides what may be done with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubt {
    /// When its answer was given up; zero where nobody noted it.
    pub given_up: Moment,
    /// Whether the vendor said yes, though not to what.
    pub accepted: bool,
    /// Whether it was sent a second time already.
    pub resent: bool,
}

/// What a person says of a row in doubt, having looked at the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is this record.
    Is(RemoteId),
    /// The vendor does not have it.
    Absent,
}
