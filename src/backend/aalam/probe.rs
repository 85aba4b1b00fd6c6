//! The first name's member in a create. The document says `fist_name` there and `first_name` everywhere else, and
//! the framework refuses a member that it does not know. With the switch on `probe`, a create that is refused in
//! the framework's words is sent once more with the other spelling: a refused create made nothing, so nothing is
//! made twice. What was learnt is kept in the vendor itself, for as long as its run lasts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::backend::Settings;
use crate::wire::Refusal;

/// What the framework says of members that it does not know (P).
const NOT_PROPER: &str = "Input data not proper";
const USUAL: &str = "first_name";
const DOCUMENTED: &str = "fist_name";

/// The spelling in a payload; a probe begins with the usual one.
pub(super) fn key(settings: &Settings) -> &'static str {
    match settings.get("first_name_key") {
        DOCUMENTED => DOCUMENTED,
        _ => USUAL,
    }
}

/// What is known of the spelling; clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Probe {
    is_documented: Arc<AtomicBool>,
}

impl Probe {
    /// The body as it is to be sent, by what is known now.
    pub(super) fn spell(&self, body: &Value) -> Value {
        if self.is_documented.load(Ordering::Relaxed) {
            respelt(body)
        } else {
            body.clone()
        }
    }

    /// The other spelling was taken.
    pub(super) fn learn(&self) {
        self.is_documented.store(true, Ordering::Relaxed);
    }
}

/// The body in the other spelling, where a refusal may be about that and it was not tried yet.
pub(super) fn again(body: &Value, refusal: &Refusal) -> Option<Value> {
    let may_be = refusal.status == 400 && refusal.message.contains(NOT_PROPER);
    let has_usual = body.get(USUAL).is_some();
    (may_be && has_usual).then(|| respelt(body))
}

fn respelt(body: &Value) -> Value {
    let members = body.as_object().into_iter().flatten();
    let respell = |(name, value): (&String, &Value)| {
        let name = if name == USUAL { DOCUMENTED } else { name };
        (name.to_owned(), value.clone())
    };
    members.map(respell).collect()
}
