//! What a row and a record are matched by: an e-mail address, a number with the name, or all that they say. Made from
//! identities, so that nothing is taken for an address or a number that was not one in the contact.

use crate::backend::{Encoded, Payload, Snapshot};
use crate::model::{Field, Fingerprint, Identity, ParentId};

/// What two contacts share that may be the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchBy {
    /// An e-mail address.
    Email,
    /// An e-mail address and the name.
    EmailAndName,
    /// A number and the name.
    NumberAndName,
    /// All that is said.
    Whole,
}

impl MatchBy {
    /// Everything that two contacts may share.
    pub const ALL: [Self; 4] = [
        Self::Email,
        Self::EmailAndName,
        Self::NumberAndName,
        Self::Whole,
    ];

    /// Its number where it is kept.
    pub fn number(self) -> i64 {
        match self {
            Self::Email => 0,
            Self::EmailAndName => 1,
            Self::NumberAndName => 2,
            Self::Whole => 3,
        }
    }
}

/// One value by which a contact is found, as a digest: what is compared, and nothing that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MatchKey {
    /// What it is of.
    pub by: MatchBy,
    /// 64 bits of the digest of parent and values.
    pub digest: i64,
}

impl MatchKey {
    fn of(by: MatchBy, parent: Option<&ParentId>, values: &[&str]) -> Self {
        let parent = parent.map_or("", |parent| parent.as_str());
        let parts = std::iter::once(parent).chain(values.iter().copied());
        let digest = Fingerprint::short(parts).cast_signed();
        Self { by, digest }
    }

    /// What a row is found by: each e-mail address, alone and with the name, each number with the name, and all that it
    /// says; all of them under its parent. A row without a person of which an address or a number finds no place is not
    /// found by the rest: others may say the same.
    pub fn of_row(row: &Encoded<'_>) -> Vec<Self> {
        let mut keys = Self::of_identity(&row.identity, row.payload.parent.as_ref());
        let tells = |field: Field| matches!(field, Field::Email(_) | Field::Phone(_));
        let is_told = row.losses.iter().all(|loss| !tells(loss.field));
        if row.identity.person.is_some() || is_told {
            keys.push(Self::of_whole(&row.payload));
        }
        keys
    }

    /// What a record is found by, of which this is known. Of one whose identity nobody kept, only what it says is.
    pub fn of_record(record: &Snapshot) -> Vec<Self> {
        let parent = record.payload.parent.as_ref();
        let identity = record.identity.as_ref();
        let mut keys = identity.map_or(Vec::new(), |identity| Self::of_identity(identity, parent));
        keys.push(Self::of_whole(&record.payload));
        keys
    }

    fn of_whole(payload: &Payload) -> Self {
        let whole = super::changes::whole(payload);
        let said: Vec<&str> = whole
            .iter()
            .flat_map(|(path, text)| [path.as_str(), text])
            .collect();
        Self::of(MatchBy::Whole, payload.parent.as_ref(), &said)
    }

    fn of_identity(identity: &Identity, parent: Option<&ParentId>) -> Vec<Self> {
        let words: Vec<String> = identity.words().into_iter().collect();
        let name = (!words.is_empty()).then(|| words.join(" "));
        let mut keys = Vec::new();
        for email in &identity.emails {
            keys.push(Self::of(MatchBy::Email, parent, &[email]));
            let with = |name| Self::of(MatchBy::EmailAndName, parent, &[email, name]);
            keys.extend(name.as_deref().map(with));
        }
        for number in &identity.phones {
            let with = |name| Self::of(MatchBy::NumberAndName, parent, &[number, name]);
            keys.extend(name.as_deref().map(with));
        }
        keys
    }
}

/// 60 bits of a text's digest.
pub(super) fn digest(text: &str) -> i64 {
    let digest = Fingerprint::of(text).into_string();
    i64::from_str_radix(&digest[..15], 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::Loss;

    fn row(identity: &Identity, body: serde_json::Value, parent: Option<&str>) -> Encoded<'static> {
        Encoded {
            payload: Payload {
                parent: parent.map(ParentId::new),
                ..Payload::of(body)
            },
            losses: vec![],
            identity: identity.clone(),
        }
    }

    fn anne() -> Identity {
        Identity {
            person: Some("Anne Durand".into()),
            emails: vec!["a@example.fr".into()],
            phones: vec!["+33199001234".into()],
            ..Identity::default()
        }
    }

    #[test]
    fn a_contact_is_found_by_address_and_by_number_with_name_under_its_parent() {
        let keys = MatchKey::of_row(&row(&anne(), json!({"x": 1}), None));
        let by: Vec<MatchBy> = keys.iter().map(|key| key.by).collect();
        assert_eq!(by, MatchBy::ALL);
        let other = Identity {
            person: Some("DURAND, Anne".into()),
            ..anne()
        };
        let record = Snapshot::from(row(&other, json!({"y": "acme@x", "z": "12 34"}), None));
        assert_eq!(keys[..3], MatchKey::of_record(&record)[..3]);
        assert_ne!(keys[3], MatchKey::of_record(&record)[3]);
        let under = MatchKey::of_row(&row(&anne(), json!({"x": 1}), Some("7")));
        assert!(under.iter().all(|key| !keys.contains(key)));
    }

    #[test]
    fn nothing_but_the_identity_tells_who_it_is() {
        let body = json!({"email": "a@example.fr", "phone": "+33199001234", "name": "Anne Durand"});
        let keys = MatchKey::of_row(&row(&Identity::default(), body.clone(), None));
        assert_eq!(keys.len(), 1, "all that it says");
        let unknown = Snapshot {
            payload: Payload::of(body),
            identity: None,
            record: None,
        };
        assert_eq!(MatchKey::of_record(&unknown), keys);
        let nameless = Identity {
            person: None,
            ..anne()
        };
        let by: Vec<_> = MatchKey::of_row(&row(&nameless, json!({}), None))
            .iter()
            .map(|key| key.by)
            .collect();
        assert_eq!(by, [MatchBy::Email, MatchBy::Whole]);
    }

    #[test]
    fn a_company_whose_address_finds_no_place_is_not_found_by_the_rest() {
        let company = Identity {
            company: Some("Exemple".into()),
            ..Identity::default()
        };
        let person = Identity {
            person: Some("Anne".into()),
            ..Identity::default()
        };
        for (identity, lost, keys) in [
            (&company, false, 1),
            (&company, true, 0),
            (&person, true, 1),
        ] {
            let mut row = row(identity, json!({"x": 1}), None);
            row.losses.extend(lost.then(|| Loss {
                field: Field::Email(crate::model::Kind::Work),
                name: None,
                value: "a@example.fr".into(),
            }));
            assert_eq!(MatchKey::of_row(&row).len(), keys, "{identity:?} {lost}");
        }
    }
}
