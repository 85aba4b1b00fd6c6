//! The neutral contact, and its JSON: the shape of one line of a neutral NDJSON file.

use serde::{Deserialize, Serialize};

use super::{ContactKey, EmailAddress, Kind, ParentId, Phone, PostalAddress};

/// A value with what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagged<T> {
    /// What it is for.
    pub kind: Kind,
    /// The value; its members stand beside `kind` in JSON.
    #[serde(flatten)]
    pub value: T,
}

/// Which part of a name was made from the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Derived {
    /// Every part stands as it was read.
    #[default]
    Nothing,
    /// The whole name was joined from its parts.
    Full,
    /// First and last name were split from the whole name.
    Parts,
}

/// A person's name: whole, in parts, or both. An absent part is `None`, never an empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonName {
    /// The whole name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<String>,
    /// A title before the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// What follows the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// Which of them were derived; a round trip must not rewrite the original.
    #[serde(skip)]
    pub derived: Derived,
}

impl PersonName {
    /// Whether there is no name at all.
    pub fn is_empty(&self) -> bool {
        [&self.full, &self.first, &self.middle, &self.last]
            .iter()
            .all(|part| part.is_none())
    }

    /// Whether nothing at all is said, neither a name nor what stands around one.
    pub fn is_blank(&self) -> bool {
        self.is_empty() && self.prefix.is_none() && self.suffix.is_none()
    }
}

/// A login for a vendor's customer portal.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortalLogin {
    /// Login name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Password: a secret, left out of every JSON but the vendor's payload.
    #[serde(skip_serializing)]
    pub password: Option<String>,
}

impl std::fmt::Debug for PortalLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalLogin")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// One person or company of an address book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// The sheet's own id of the contact, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<ContactKey>,
    /// Who it is.
    #[serde(skip_serializing_if = "PersonName::is_blank")]
    pub name: PersonName,
    /// Company or organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Position, role or job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// Phone numbers, in the order of the source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
    /// E-mail addresses, in the order of the source.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "emails")]
    pub emails: Vec<Tagged<EmailAddress>>,
    /// Postal addresses, in the order of the source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Tagged<PostalAddress>>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Groups or labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// What it hangs under at the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentId>,
    /// Whether it is the first contact of its parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Which mailings it gets, as the vendor's numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_categories: Option<Vec<u32>>,
    /// Login for a customer portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal: Option<PortalLogin>,
    /// Columns that no field claims: ordered, repeatable.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "custom")]
    pub custom: Vec<(String, String)>,
}

impl Contact {
    /// The first phone number of one of the kinds, in the order of the kinds.
    pub fn phone(&self, kinds: &[Kind]) -> Option<&Phone> {
        kinds
            .iter()
            .find_map(|kind| self.phones.iter().find(|phone| phone.kind == *kind))
    }

    /// The contact's key: the sheet's own, or a digest of parent, name, and first e-mail or phone; of the
    /// company where there is no name. Two contacts that share all of them share the key.
    pub fn identity(&self) -> ContactKey {
        match self.key_values() {
            KeyValues::Own(key) => key.clone(),
            KeyValues::Derived(values) => ContactKey::derived(&values),
        }
    }

    /// What the contact's key is made of.
    pub fn key_values(&self) -> KeyValues<'_> {
        if let Some(key) = &self.key {
            return KeyValues::Own(key);
        }
        let name = self
            .name
            .full
            .as_deref()
            .or(self.company.as_deref())
            .unwrap_or_default();
        let email = self.emails.first().map(|email| email.value.as_str());
        let phone = || self.phones.first().map(|phone| phone.number.as_str());
        let reach = email
            .or_else(phone)
            .or(self.note.as_deref())
            .unwrap_or_default();
        let parent = self.parent.as_ref().map_or("", |parent| parent.as_str());
        KeyValues::Derived([parent, name, reach])
    }
}

/// What a contact's key is made of: contacts that share it share the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyValues<'a> {
    /// The sheet's own key.
    Own(&'a ContactKey),
    /// Parent, name, and first e-mail or phone.
    Derived([&'a str; 3]),
}

/// E-mail addresses in JSON: `{"kind": "work", "address": "a@example.fr"}`.
mod emails {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{EmailAddress, Kind, Tagged};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct EmailJson {
        #[serde(default)]
        kind: Kind,
        address: EmailAddress,
    }

    pub(super) fn serialize<S: Serializer>(
        emails: &[Tagged<EmailAddress>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(emails.iter().map(|email| EmailJson {
            kind: email.kind,
            address: email.value.clone(),
        }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Tagged<EmailAddress>>, D::Error> {
        let shapes = Vec::<EmailJson>::deserialize(deserializer)?;
        Ok(shapes
            .into_iter()
            .map(|s| Tagged {
                kind: s.kind,
                value: s.address,
            })
            .collect())
    }
}

/// Free values in JSON: an object; a name that stands twice has a list of texts as its value.
mod custom {
    use serde::{Deserialize, Deserializer, Serializer};
    use serde_json::{Map, Value};

    pub(super) fn serialize<S: Serializer>(
        custom: &[(String, String)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut object = Map::new();
        for (name, value) in custom {
            let value = Value::from(value.as_str());
            match object.get_mut(name) {
                None => {
                    object.insert(name.clone(), value);
                }
                Some(Value::Array(list)) => list.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        serializer.collect_map(&object)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<(String, String)>, D::Error> {
        let text = |value: &Value| {
            value.as_str().map(str::to_owned).ok_or_else(|| {
                serde::de::Error::custom(format!("custom holds texts, not `{value}`"))
            })
        };
        let mut custom = Vec::new();
        for (name, value) in Map::<String, Value>::deserialize(deserializer)? {
            match &value {
                Value::Array(list) => {
                    for value in list {
                        custom.push((name.clone(), text(value)?));
                    }
                }
                one => custom.push((name, text(one)?)),
            }
        }
        Ok(custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_neutral_json_is_read_back_as_it_was_written() {
        let line = json!({
            "key": "17",
            "name": {"full": "Anne-Sophie Durand", "prefix": "Mme", "first": "Anne-Sophie", "last": "Durand"},
            "company": "Exemple & Fils",
            "phones": [{"kind": "mobile", "number": "+33639980012", "extension": "12", "written": "06 39 98 00 12 p. 12"}],
            "emails": [{"kind": "work", "address": "as@example.fr"}],
            "addresses": [{"kind": "work", "line1": "1 rue Haute", "postal_code": "01000", "country": "FR"}],
            "note": "a\nb", "groups": ["Clients"], "parent": "42", "primary": true, "mail_categories": [2],
            "custom": {"Badge": ["A-12", "B-7"], "Étage": "3"}
        });
        let contact: Contact = serde_json::from_value(line.clone()).expect("the shape is ours");
        assert_eq!(contact.custom.len(), 3);
        assert_eq!(serde_json::to_value(&contact).expect("plain data"), line);
    }

    #[test]
    fn a_password_is_written_nowhere() {
        let login = PortalLogin {
            username: Some("anne".into()),
            password: Some("secret-9".into()),
        };
        let contact = Contact {
            portal: Some(login),
            ..Contact::default()
        };
        let shown = format!(
            "{contact:?} {}",
            serde_json::to_string(&contact).expect("plain data")
        );
        assert!(
            !shown.contains("secret-9") && shown.contains("anne"),
            "{shown}"
        );
    }
}
