//! Doubt, reconciled by looking. Before a run makes anything, it notes which records are there ([`survey`]); afterwards
//! the target is read again, in rounds with growing pauses ([`rounds`]), and what is new is matched with what was sent
//! ([`matching`]). That something is absent counts only where a witness proves the list up to date ([`witness`]).

mod matching;
mod rounds;
mod run;
mod survey;
mod witness;

pub use rounds::reconcile_earlier;
pub(super) use rounds::{look_up, lookup_rounds, wait};
pub use run::Reconciliation;
pub use survey::survey;
