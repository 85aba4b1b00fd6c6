//! What Sonar says of itself: its version, which is a test of the connection, and the mailings that a contact can
//! get (P). The shape of both answers is assumed: a member or a text, and a list or an object by number.

use serde_json::Value;

use crate::backend::kit::reply;
use crate::wire::{Effect, Exchange, Method, Refusal, Reply, Request};

/// Which version answers.
pub(super) fn version() -> Exchange<String> {
    let request = Request::new(Method::Get, "/api/v1/_data/version");
    Exchange::new(Effect::Reads, request, |reply| {
        let value = reply::answered(reply, "version")?;
        let data = reply::inside_data(&value);
        reply::member(data, &["version"])
            .or_else(|| reply::text(data))
            .ok_or_else(|| Refusal::unreadable(reply, "version"))
    })
}

/// The mailings by number.
pub(super) fn mailings() -> Exchange<Vec<(u32, String)>> {
    let request = Request::new(Method::Get, "/api/v1/_data/email_categories");
    Exchange::new(Effect::Reads, request, read_mailings)
}

fn read_mailings(reply: &Reply) -> Result<Vec<(u32, String)>, Refusal> {
    let value = reply::answered(reply, "list of mailings")?;
    let mailing = |id: String, name: Option<String>| Some((id.parse().ok()?, name?));
    match reply::inside_data(&value) {
        Value::Array(list) => Ok(list
            .iter()
            .filter_map(|item| {
                mailing(
                    reply::member(item, &["id"])?,
                    reply::member(item, &["name"]),
                )
            })
            .collect()),
        Value::Object(members) => Ok(members
            .iter()
            .filter_map(|(id, name)| mailing(id.clone(), reply::text(name)))
            .collect()),
        _ => Err(Refusal::unreadable(reply, "list of mailings")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::fixtures::done;

    #[test]
    fn what_it_says_of_itself_is_read_in_more_than_one_shape() {
        for body in [
            json!({"data": {"version": "0.6.0"}}),
            json!({"data": "0.6.0"}),
            json!({"version": "0.6.0"}),
        ] {
            let said = done(&version(), &Reply::json(200, &body));
            assert_eq!(said.as_deref(), Ok("0.6.0"), "{body}");
        }
        assert!(done(&version(), &Reply::json(200, &json!({"data": {}}))).is_err());
        let wanted = vec![(2, "Financial".to_owned()), (3, "General".to_owned())];
        for body in [
            json!({"data": [{"id": 2, "name": "Financial"}, {"id": "3", "name": "General"}, {"id": 4}]}),
            json!({"data": {"2": "Financial", "3": "General"}}),
        ] {
            let said = done(&mailings(), &Reply::json(200, &body));
            assert_eq!(said.as_ref(), Ok(&wanted), "{body}");
        }
    }
}
