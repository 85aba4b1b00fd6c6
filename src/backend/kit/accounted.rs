//! What a vendor makes of a contact: its payload, and an account of what was taken for it. Losses and identity are worked
//! out of that and the contact where somebody wants them.

use super::accounting::{Consumer, TakenValues};
use crate::backend::loss::Loss;
use crate::backend::record::{Encoded, Payload};
use crate::model::{Contact, Identity};

impl Consumer<'_> {
    /// What the contact becomes: the payload, and what was taken for it.
    pub fn accounted(self, payload: Payload) -> Accounted {
        let taken = self.taken;
        Accounted { payload, taken }
    }
}

/// A contact's payload, and which of its values were taken for it. [`Consumer`] makes it, so that a vendor cannot
/// forget a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Accounted {
    /// What is sent.
    pub payload: Payload,
    taken: TakenValues,
}

impl Accounted {
    /// What found no place of the contact that it was made of.
    pub fn losses<'c>(&self, contact: &'c Contact) -> Vec<Loss<'c>> {
        self.taken.losses(contact)
    }

    /// Who that contact is, by what is sent.
    pub fn identity(&self, contact: &Contact) -> Identity {
        self.taken.identity(contact)
    }

    /// All of it.
    pub fn encoded(self, contact: &Contact) -> Encoded<'_> {
        Encoded {
            losses: self.losses(contact),
            identity: self.identity(contact),
            payload: self.payload,
        }
    }
}
