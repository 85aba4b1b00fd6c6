//! A sheet that comes again and again from one place: what the last one was, so that tonight's can be compared with it.

use serde::{Deserialize, Serialize};

use crate::mapping::Taken;
use crate::model::ParentId;

/// What tells tonight's sheet which was last night's, and what that one looked like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// The place that its sheets come from, the same for each of them.
    pub name: String,
    /// What its contacts hang under where a row does not say, if that was said of the target: sheets of one name for two
    /// parents are two feeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentId>,
    /// What the columns were taken for.
    pub columns: Vec<Taken>,
}
