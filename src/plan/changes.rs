//! What an update changes, value by value: for a person who reads a plan before it is sent. Values are found by
//! their path in the payload, so that a change is told in the vendor's own words.

use serde::{Deserialize, Serialize};

/// One value that a step changes. A secret is named and never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where it stands in the vendor's record: `details.names.first`.
    pub field: String,
    /// What stands there now; `None` for nothing, or where that is not known.
    pub before: Option<String>,
    /// What is to stand there; `None` for nothing.
    pub after: Option<String>,
}
