//! Single details and addresses of a contact, by the ids that "Get contact" shows: adding, changing, removing (S).
//! An update is made of these where a key stands several times; each can be asked for alone as well.

use serde_json::{Value, json};

use super::requests::{UpdateTransport, path, post};
use crate::backend::kit::reply;
use crate::model::RemoteId;
use crate::wire::{Effect, Exchange, Method, Request, escape_segment};

/// What names one detail or address of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyId {
    /// A detail, by its id.
    Detail(String),
    /// An address, by its id; on the wire `Address-{id}` (S).
    Address(String),
}

impl KeyId {
    fn segment(&self) -> String {
        match self {
            Self::Detail(id) => escape_segment(id),
            Self::Address(id) => format!("Address-{}", escape_segment(id)),
        }
    }
}

/// Adds details to a contact: each a key and a text. Each time it is sent it adds them.
pub fn add_details(contact: &RemoteId, details: &[(String, String)]) -> Exchange<()> {
    Exchange::new(Effect::Creates, adding(contact, details), |reply| {
        reply::accepted(reply).map(|_| ())
    })
}

/// Changes one detail (`key`, `value`) or address (`line1`, `line2`, `city`, `state`, `country`, `postal_code`).
pub fn update_field(
    contact: &RemoteId,
    field: &KeyId,
    parameters: Vec<(String, String)>,
    transport: UpdateTransport,
) -> Exchange<()> {
    let request = changing(contact, field, parameters, transport);
    Exchange::new(Effect::Replaces, request, |reply| {
        reply::accepted(reply).map(|_| ())
    })
}

/// Removes one detail or address; one that is gone already counts as removed.
pub fn delete_field(contact: &RemoteId, field: &KeyId) -> Exchange<()> {
    Exchange::new(Effect::Replaces, removing(contact, field), reply::removed)
}

pub(super) fn adding(contact: &RemoteId, details: &[(String, String)]) -> Request {
    let pair = |(key, value): &(String, String)| json!({"key": key, "value": value});
    let body: Vec<Value> = details.iter().map(pair).collect();
    Request::new(Method::Put, path(contact)).json(Value::Array(body))
}

pub(super) fn changing(
    contact: &RemoteId,
    field: &KeyId,
    parameters: Vec<(String, String)>,
    transport: UpdateTransport,
) -> Request {
    post(place(contact, field), parameters, transport)
}

pub(super) fn removing(contact: &RemoteId, field: &KeyId) -> Request {
    Request::new(Method::Delete, place(contact, field))
}

fn place(contact: &RemoteId, field: &KeyId) -> String {
    format!("{}/{}", path(contact), field.segment())
}
