//! What is done on the network beside reading a list: what a target holds is looked at before a plan is made
//! ([`prefetch`]), the plan's steps are sent over some lanes ([`deliver`]), and answers that were lost are looked for
//! ([`survey`], [`reconcile_earlier`]).
//!
//! Whether a record is what was sent is told by its values: what is empty says nothing, and neither does the order of a
//! list.
//!
//! ```
//! use rolo::upload::says;
//! use serde_json::json;
//!
//! let sent = json!({"name": "Anne Example", "note": "", "numbers": ["1", "2"]});
//! let held = json!({"id": 7, "name": "Anne Example", "numbers": ["2", "1"]});
//! assert!(says(&sent, &held));
//! assert!(!says(&sent, &json!({"id": 7, "name": "Anna Example"})));
//! ```

mod batch;
mod batching;
mod canary;
mod compare;
mod deliver;
mod end;
mod error;
mod gather;
mod guard;
mod lanes;
mod options;
mod pass;
mod prefetch;
mod promise;
mod reconcile;
mod record_state;
mod snapshot;

pub use compare::says;
pub use deliver::{Delivered, deliver};
pub use end::{CanaryFailure, Ended};
pub use error::UploadError;
pub use lanes::upload;
pub use options::DeliveryOptions;
pub use pass::Failed;
pub use prefetch::{Prefetched, prefetch};
pub use promise::{Promise, Requests, merges};
pub use reconcile::{Reconciliation, reconcile_earlier, survey};
pub use record_state::{RecordState, read_record, record_states};
pub use snapshot::{PlanSnapshot, plan_snapshot};

#[cfg(test)]
mod tests;
