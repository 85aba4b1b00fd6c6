//! How some records stand now. A list may be cut short, and may hold what cannot be understood: what it does not show is
//! asked for by itself before anybody takes it for gone.

use std::collections::{BTreeSet, HashMap};

use crate::fetch::{FetchError, ListItem, fetch_of};
use crate::model::{ParentId, RemoteId};
use crate::transport::{Client, Transport};

use super::look::{Stands, read, snapshot};
use super::settle::SettleError;

/// Looks how these records stand, which hang under one parent: in the list first, then one by one.
pub async fn standing<L: Transport>(
    client: &Client<L>,
    parent: Option<&ParentId>,
    ids: &BTreeSet<RemoteId>,
) -> Result<HashMap<RemoteId, Stands>, SettleError> {
    let mut stand = HashMap::new();
    let fetched = fetch_of(
        client,
        parent,
        |id| ids.contains(id),
        |found| {
            if let ListItem::Record(record) = found
                && let Some((id, held)) = snapshot(client.vendor(), &record)
                && ids.contains(&id)
            {
                stand.insert(id, Stands::Says(held.into()));
            }
        },
    )
    .await;
    if let Err(FetchError::Halted(halt)) = fetched {
        return Err(SettleError::Halted(halt));
    }
    for id in ids {
        if !stand.contains_key(id) {
            stand.insert(id.clone(), read(client, id, parent).await?);
        }
    }
    Ok(stand)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::backend::{Credentials, Rate, Settings, find};
    use crate::transport::{Pacer, SendError, Stop};
    use crate::wire::{Reply, Request};

    /// A vendor whose list shows one record only, and is answered with this status.
    struct Short {
        list: u16,
    }

    impl Transport for Short {
        async fn send(&self, request: &Request) -> Result<Reply, SendError> {
            let person = |id: &str| json!({"contact_uuid": id, "last_name": format!("Name {id}")});
            Ok(match request.path.trim_end_matches('/') {
                "/api/v2/account/token" => Reply::json(200, &json!({"access": "pass"})),
                "/api/contacts" => Reply::json(self.list, &json!([person("a")])),
                "/api/contacts/a" => Reply::json(200, &person("a")),
                "/api/contacts/b" => Reply::json(200, &person("b")),
                "/api/contacts/c" => Reply::json(404, &json!({})),
                "/api/contacts/d" => Reply::json(403, &json!({})),
                other => panic!("{other}"),
            })
        }
    }

    async fn stand(list: u16) -> Vec<(String, Option<String>)> {
        let entry = find("covage").expect("a vendor");
        let settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("settings");
        let vendor = Arc::from((entry.build)(settings));
        let (stop, pacer) = (Stop::default(), Pacer::new(Rate::per_second(1000)));
        let line = Short { list };
        let client = Client::new(line, vendor, Credentials::default(), pacer, stop);
        let ids = ["a", "b", "c", "d"].map(|id| RemoteId(id.into())).into();
        let stand = standing(&client, None, &ids).await.expect("an answer");
        let mut told: Vec<_> = stand
            .into_iter()
            .map(|(id, stands)| match stands {
                Stands::Says(held) => {
                    let name = held.payload.body.to_value()["last_name"].clone();
                    (id.0, name.as_str().map(str::to_owned))
                }
                other => (id.0, Some(format!("{other:?}"))),
            })
            .collect();
        told.sort();
        told
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_list_does_not_show_is_asked_for_by_itself() {
        let told = |id: &str, stands: &str| (id.to_owned(), Some(stands.to_owned()));
        let wanted = [
            told("a", "Name a"),
            told("b", "Name b"),
            told("c", "Gone"),
            told("d", "Unknown"),
        ];
        assert_eq!(stand(200).await, wanted);
        assert_eq!(stand(403).await, wanted, "no list at all");
    }
}
