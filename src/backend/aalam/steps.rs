//! The steps of an update at Aalam. One request changes names, the address and details that stand alone under
//! their key; a key that stands several times is changed, added to or taken from detail by detail.

use std::collections::VecDeque;

use serde_json::Value;

use super::fields::{self, KeyId};
use super::requests::{UpdateTransport, path, post};
use super::{details, probe};
use crate::backend::kit::reply;
use crate::backend::{Payload, Receipt, Settings, WriteResults};
use crate::model::RemoteId;
use crate::wire::{Effect, Exchange, Method, Next, Request};

/// A request, and what sending it does.
type SendStep = (Effect, Request);

/// An object's members as parameters.
pub(super) fn parameters(object: &Value) -> Vec<(String, String)> {
    let members = object.as_object().into_iter().flatten();
    members
        .filter_map(|(name, value)| Some((name.clone(), reply::text(value)?)))
        .collect()
}

/// The steps from what a record holds toward what a payload says. A key that the payload does not name stays
/// as it is.
pub(super) fn toward(
    id: &RemoteId,
    record: &Value,
    payload: &Payload,
    settings: &Settings,
) -> VecDeque<SendStep> {
    let transport = UpdateTransport::of(settings.get("update_transport"));
    let mut whole = names(&payload.body, settings);
    let mut singly = Vec::new();
    let mut added = Vec::new();
    for change in changes(record, &payload.body)
        .into_iter()
        .chain(removals(record, payload))
    {
        match change {
            DetailChange::Set { key, value } => whole.push((format!("detail.{key}"), value)),
            DetailChange::Replace { detail, value } => {
                let value = vec![("value".to_owned(), value)];
                let request = fields::changing(id, &KeyId::Detail(detail), value, transport);
                singly.push((Effect::Replaces, request));
            }
            DetailChange::Add { key, value } => added.push((key, value)),
            DetailChange::Remove { detail } => {
                let request = fields::removing(id, &KeyId::Detail(detail));
                singly.push((Effect::Replaces, request));
            }
        }
    }
    whole.extend(payload.after.iter().flat_map(parameters));
    whole.extend(emptied(payload, settings));

    let mut steps = VecDeque::new();
    if !whole.is_empty() {
        steps.push_back((Effect::Replaces, post(path(id), whole, transport)));
    }
    steps.extend(singly);
    if !added.is_empty() {
        steps.push_back((Effect::Creates, fields::adding(id, &added)));
    }
    steps
}

/// The members of a payload that are parameters of an update.
fn names(body: &Value, settings: &Settings) -> Vec<(String, String)> {
    let first = probe::key(settings);
    [
        ("first_name", first),
        ("last_name", "last_name"),
        ("other_info", "other_info"),
    ]
    .into_iter()
    .filter_map(|(parameter, member)| Some((parameter.to_owned(), reply::member(body, &[member])?)))
    .collect()
}

/// The parameters that take away what is to be cleared and is no detail: empty ones (assumed).
fn emptied(payload: &Payload, settings: &Settings) -> Vec<(String, String)> {
    let says = |place: &str| {
        let after = payload.after.as_ref();
        payload.body.get(place).is_some() || after.is_some_and(|after| after.get(place).is_some())
    };
    let places = payload.clears.iter();
    let emptied = places.filter(|place| !place.starts_with(DETAIL) && !says(place));
    emptied
        .map(|place| {
            let first = place == probe::key(settings);
            let name = if first { "first_name" } else { place };
            (name.to_owned(), String::new())
        })
        .collect()
}

/// What stands before the key of a detail that is to be cleared.
const DETAIL: &str = "details.";

/// The details that are to be cleared, and that the payload does not name.
fn removals(record: &Value, payload: &Payload) -> Vec<DetailChange> {
    let named = details::of(&payload.body);
    let keys: Vec<&str> = payload
        .clears
        .iter()
        .filter_map(|place| place.strip_prefix(DETAIL))
        .filter(|key| {
            !named
                .iter()
                .any(|(name, ..)| name.eq_ignore_ascii_case(key))
        })
        .collect();
    let goes = |key: &str| keys.iter().any(|known| known.eq_ignore_ascii_case(key));
    let held = details::of(record).into_iter();
    held.filter(|(key, ..)| goes(key))
        .filter_map(|(.., detail)| Some(DetailChange::Remove { detail: detail? }))
        .collect()
}

/// What becomes of one detail.
enum DetailChange {
    /// The only one of its key: a parameter of the contact sets it.
    Set { key: String, value: String },
    /// One of several: it is changed by its id.
    Replace { detail: String, value: String },
    /// A further one of its key.
    Add { key: String, value: String },
    /// One too many.
    Remove { detail: String },
}

fn changes(record: &Value, body: &Value) -> Vec<DetailChange> {
    let (held, wanted) = (details::of(record), details::of(body));
    let mut changes = Vec::new();
    let mut keys: Vec<&str> = Vec::new();
    for (key, ..) in &wanted {
        if !keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            keys.push(key);
        }
    }
    for key in keys {
        let of_key =
            |(name, ..): &&(String, String, Option<String>)| name.eq_ignore_ascii_case(key);
        let held: Vec<_> = held.iter().filter(of_key).collect();
        let wanted: Vec<_> = wanted.iter().filter(of_key).map(|d| d.1.as_str()).collect();
        changes.extend(changes_of_key(key, &held, &wanted));
    }
    changes
}

fn changes_of_key(
    key: &str,
    held: &[&(String, String, Option<String>)],
    wanted: &[&str],
) -> Vec<DetailChange> {
    // What stands there already stays, wherever it stands.
    let mut missing: VecDeque<&str> = wanted.iter().copied().collect();
    let mut loose = Vec::new();
    for detail in held {
        match missing.iter().position(|value| *value == detail.1) {
            Some(n) => drop(missing.remove(n)),
            None => loose.push(detail),
        }
    }
    let stands_alone = held.len() <= 1 && wanted.len() == 1;
    let mut changes = Vec::new();
    for detail in loose {
        let id = detail.2.clone();
        match (missing.pop_front(), id) {
            (Some(value), _) if stands_alone => changes.push(DetailChange::Set {
                key: detail.0.clone(),
                value: value.to_owned(),
            }),
            (Some(value), Some(detail)) => changes.push(DetailChange::Replace {
                detail,
                value: value.to_owned(),
            }),
            (None, Some(detail)) => changes.push(DetailChange::Remove { detail }),
            (Some(value), None) => missing.push_front(value),
            (None, None) => {}
        }
    }
    for value in missing {
        let (key, value) = (key.to_owned(), value.to_owned());
        changes.push(if stands_alone {
            DetailChange::Set { key, value }
        } else {
            DetailChange::Add { key, value }
        });
    }
    changes
}

/// The steps one after the other; a detail that is gone already counts as removed.
pub(super) fn run(mut steps: VecDeque<SendStep>, id: &RemoteId) -> Next<WriteResults> {
    let Some((effect, request)) = steps.pop_front() else {
        return Next::Done(vec![Ok(Receipt::of(id.clone()))]);
    };
    let id = id.clone();
    let removes = request.method == Method::Delete;
    let rest = Exchange::chained(effect, request, move |reply| {
        if removes {
            reply::removed(reply)?;
        } else {
            reply::accepted(reply)?;
        }
        Ok(run(steps.clone(), &id))
    });
    Next::Then {
        so_far: None,
        rest: Box::new(rest),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::fixtures::{contact, done, id, then, update, vendor};
    use crate::wire::{Body, Reply};

    #[test]
    fn an_update_changes_what_differs_and_no_more() {
        let vendor = vendor("aalam", &[]);
        let row = contact(
            json!({"name": {"first": "Anne", "last": "Durand"}, "company": "New",
            "phones": [{"kind": "mobile", "number": "+33639980012"}, {"kind": "mobile", "number": "+33639980013"}],
            "emails": [{"address": "a@example.fr"}, {"address": "b@example.fr"}],
            "addresses": [{"kind": "work", "city": "Lille"}]}),
        );
        let get = update(vendor.as_ref(), &row);
        assert_eq!(
            get.request,
            Request::new(Method::Get, "/aalam/base/contact/7")
        );
        let held = json!({"first_name": "Anna", "details": [
            {"id": 1, "key": "company", "value": "Old"}, {"id": 2, "key": "Mobile", "value": "+33639980012"},
            {"id": 3, "key": "Email", "value": "c@example.fr"}, {"id": 4, "key": "Email", "value": "b@example.fr"},
            {"id": 5, "key": "Email", "value": "d@example.fr"}, {"id": 6, "key": "Badge", "value": "A-12"}]});
        let whole = then(&get, &Reply::json(200, &held));
        let parameters = [
            ("first_name", "Anne"),
            ("last_name", "Durand"),
            ("detail.company", "New"),
            ("address.city", "Lille"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(whole.request.body, Body::Form(parameters.into()));
        let good = Reply {
            status: 200,
            ..Reply::default()
        };
        let replace = then(&whole, &good);
        let wanted = vec![("value".to_owned(), "a@example.fr".to_owned())];
        assert_eq!(
            replace.request,
            Request::new(Method::Post, "/aalam/base/contact/7/3").form(wanted)
        );
        let remove = then(&replace, &good);
        assert_eq!(
            remove.request,
            Request::new(Method::Delete, "/aalam/base/contact/7/5")
        );
        let add = then(
            &remove,
            &Reply {
                status: 404,
                ..good.clone()
            },
        );
        let body = json!([{"key": "Mobile", "value": "+33639980013"}]);
        assert_eq!(
            add.request,
            Request::new(Method::Put, "/aalam/base/contact/7").json(body)
        );
        assert_eq!(add.effect, Effect::Creates);
        assert_eq!(done(&add, &good), Ok(vec![Ok(Receipt::of(id("7")))]));
    }

    #[test]
    fn a_no_on_the_way_is_a_no() {
        let vendor = vendor("aalam", &[]);
        let get = update(vendor.as_ref(), &contact(json!({"note": "new"})));
        let whole = then(&get, &Reply::json(200, &json!({"other_info": "old"})));
        assert!((whole.read)(&Reply::json(403, &json!({"title": "Forbidden"}))).is_err());
    }
}
