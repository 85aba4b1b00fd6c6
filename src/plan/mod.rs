//! What to do: one step for each row, with the exact payload that will be sent. A plan looks at what the
//! ledger remembers and at what the target holds, and sends nothing; an upload sends what the plan says and
//! decides nothing.
//!
//! ```
//! use rolo::model::RemoteId;
//! use rolo::plan::{Action, Change, Found, MatchBy, Mode, Sharing, WritePolicy, choose};
//!
//! // Two records have the row's name and one of its numbers: which one is meant is not guessed.
//! let shared = Sharing {
//!     candidates: vec![RemoteId::new("1"), RemoteId::new("2")],
//!     ..Sharing::default()
//! };
//! let found = choose(MatchBy::NumberAndName, &shared);
//! assert_eq!(found, Found::Several(shared.candidates));
//!
//! // What is done for a row follows from what would change of its record, and from what a person asked for.
//! let policy = WritePolicy {
//!     mode: Mode::Create,
//!     ..WritePolicy::default()
//! };
//! let change = Change {
//!     field: "email".into(),
//!     before: None,
//!     after: Some("anne@durand.example".into()),
//! };
//! let (action, code) = policy.act(Some(&[change]));
//! assert_eq!(action, Action::Skip);
//! assert!(code.is_some(), "the row says why");
//! assert_eq!(policy.act(None).0, Action::Create);
//! ```

mod action;
mod changes;
mod codes;
mod draft;
mod limit;
mod matching;
mod outcome;
mod pairing;
mod policy;
mod remark;
mod step;
mod stranger;

pub use action::Action;
pub use changes::Change;
pub use codes::{
    CLEAR_IMPOSSIBLE, CODES, IN_DOUBT, KEY_REUSED, MATCH_AMBIGUOUS, MATCH_FOUND, MATCH_GONE,
    MATCH_MOVED, MATCH_TAKEN, MIRROR_GONE, PARENT_UNKNOWN, PERSON_DUPLICATE, PERSON_REPEATED,
    RECORD_EXISTS, RECORD_KEPT, RECORD_MISSING, REFUSED, UNDO_CHANGED, UNDO_DELETED, UNDO_GONE,
    UNDO_UNKNOWN, UNDO_UNSEEN, VALUE_ALTERED,
};
pub use draft::{RowWorth, StepDraft};
pub use limit::{BadDeleteLimit, BadPercent, DeleteLimit, Percent, UpdateLimit};
pub use matching::{MatchBy, MatchKey};
pub use outcome::{BrokenTotals, Fate, Moment, Outcome, Totals};
pub use pairing::{Elsewhere, Found, Known, Link, Sharing, choose, pair};
pub use policy::{Compare, Duplicates, Mode, OnExisting, Scope, Trust, WritePolicy};
pub use remark::{Lost, Remark, doubt};
pub use step::Step;
pub use stranger::IdentityDigest;
