//! What passes between the line and a vendor: payloads and what they lose, records and what they are, receipts,
//! pages and cursors. Plain data.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Loss;
use crate::model::{Contact, Fingerprint, Identity, ParentId, RemoteId};
use crate::wire::{Json, Refusal};

/// One contact as a vendor takes it: exactly what is sent, but for what surrounds a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// What it hangs under; stands in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentId>,
    /// The vendor's JSON for the contact.
    pub body: Json,
    /// What a second request carries once the contact exists (Aalam's address).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// What an update takes away: the places of values in the record, as [`super::HeldField`] names them. A create
    /// does not heed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clears: Vec<String>,
}

impl Payload {
    /// A payload of one JSON value.
    pub fn of(body: impl Into<Json>) -> Self {
        Self {
            parent: None,
            body: body.into(),
            after: None,
            clears: Vec::new(),
        }
    }

    /// The payload as text: what the ledger keeps.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The digest of that text.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.text())
    }
}

/// A contact's payload, what found no place in it, and who the contact is by what did.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded<'c> {
    /// What is sent.
    pub payload: Payload,
    /// What is not.
    pub losses: Vec<Loss<'c>>,
    /// Who it is, by what is sent.
    pub identity: Identity,
}

/// What was sent for a record, or what it holds, with who that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// What it says.
    pub payload: Payload,
    /// Whom it is about; `None` where nobody kept that.
    pub identity: Option<Identity>,
    /// The record itself, all of it, where an update may be merged with it and it was read.
    pub record: Option<Json>,
}

impl From<Encoded<'_>> for Snapshot {
    fn from(encoded: Encoded<'_>) -> Self {
        Self {
            payload: encoded.payload,
            identity: Some(encoded.identity),
            record: None,
        }
    }
}

/// One record of a list, with what it hangs under where the record itself does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it hangs under.
    pub parent: Option<ParentId>,
    /// The vendor's JSON.
    pub value: Value,
}

/// A record, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Remote {
    /// The vendor's id of it.
    pub id: RemoteId,
    /// Who it is.
    pub contact: Contact,
}

/// What the vendor said of a record that it made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The record's id.
    pub id: RemoteId,
    /// What went wrong after the record stood (Aalam: its address was refused); the record is there all the same.
    pub remark: Option<String>,
}

impl Receipt {
    /// A receipt without a remark.
    pub fn of(id: RemoteId) -> Self {
        Self { id, remark: None }
    }
}

/// What became of the payloads of one request: one result for each, in their order.
pub type WriteResults = Vec<Result<Receipt, Refusal>>;

/// Where a list goes on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// Whose contacts; where a list holds only ids, the contact itself.
    pub parent: Option<ParentId>,
    /// Which page, from 1.
    pub page: u32,
}

impl Cursor {
    /// The first page of what hangs under a parent: how the contacts of given parents are listed, whatever
    /// the target's own parent is. A vendor without parents takes it for one contact of that id (where a list
    /// holds only ids), or does not heed it.
    pub fn of_parent(parent: ParentId) -> Self {
        Self {
            parent: Some(parent),
            page: 1,
        }
    }
}

/// What a page says of the one behind it. Whether that is asked for is not for the vendor to say alone
/// ([`crate::fetch`]): its counts may be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// Where the page behind it is, if there is one.
    pub next: Cursor,
    /// Whether a link says that there is.
    pub is_linked: bool,
    /// How many pages there are, by the vendor's count.
    pub pages: Option<u32>,
    /// How many rows all pages hold, by the vendor's count.
    pub total: Option<u64>,
    /// With so many rows a page may be a full one, where that is known.
    pub size: Option<usize>,
}

impl Paging {
    /// Nothing but where the next page would be.
    pub fn to(next: Cursor) -> Self {
        Self {
            next,
            is_linked: false,
            pages: None,
            total: None,
            size: None,
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordPage {
    /// The records, in the vendor's order.
    pub records: Vec<Record>,
    /// Where else it leads: to the contacts of a parent, or to a contact by itself.
    pub next: Vec<Cursor>,
    /// What is known of the page behind it; `None` where a list has no pages.
    pub paging: Option<Paging>,
}
