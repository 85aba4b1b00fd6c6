//! What a store says of a step where no vendor has said anything, in the same words whatever it keeps them in.

/// The run ended before an answer came.
pub(super) const NO_ANSWER: &str = "the run ended before an answer came";
/// A later run has sent the contact.
pub(super) const SUPERSEDED: &str = "a later run has sent it";
/// Another run may have made the contact.
pub(super) const SENT_ELSEWHERE: &str = "another run has sent it, and no answer came";
/// A step whose payload was erased.
pub(super) const NOTHING_LEFT: &str = "nothing of it is left to be sent";
/// A person has named the record.
pub(super) const NAMED: &str = "the answer was lost; a person named the record";
/// The person was erased before the step was sent.
pub(super) const FORGOTTEN_UNSENT: &str = "forgotten before it was sent";
/// The person was erased after the step was sent, and before an answer came.
pub(super) const FORGOTTEN_UNKNOWN: &str =
    "forgotten before an answer came; whether the vendor has the record is not known";

/// The answer named an id that cannot be the record's.
pub(super) fn contested(remote: &str) -> String {
    format!("the vendor answered with the id {remote}, which is another record's")
}
