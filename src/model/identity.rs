//! Who a contact is: the name, the e-mail addresses and the numbers that tell one person from another. It is what
//! somebody holds of a contact: a vendor that keeps no e-mail address knows nobody by one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What tells who a contact is, as far as it is held. Nothing else counts, whatever it looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The person's name, in its own order and case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The company's name, where there is no person's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// E-mail addresses, in lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Numbers: E.164, or the digits of a short number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
}

impl Identity {
    /// What the contact is called: the person, else the company.
    pub fn name(&self) -> Option<&str> {
        self.person.as_deref().or(self.company.as_deref())
    }

    /// The words of the name in lower case, each once, in an order of their own: `DURAND, Anne` is `Anne Durand`.
    pub fn words(&self) -> BTreeSet<String> {
        self.name().map(Self::words_of).unwrap_or_default()
    }

    /// The words of a name, in the same way.
    pub fn words_of(name: &str) -> BTreeSet<String> {
        let bare = |word: &str| {
            let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
            letters.to_lowercase()
        };
        let words = name.split_whitespace().map(bare);
        words.filter(|word| !word.is_empty()).collect()
    }

    /// Whether the two may be one person: they share the name, an address or a number. It is no proof of it.
    pub fn resembles(&self, other: &Self) -> bool {
        let shares = |own: &[String], theirs: &[String]| own.iter().any(|one| theirs.contains(one));
        let words = self.words();
        (!words.is_empty() && words == other.words())
            || shares(&self.emails, &other.emails)
            || shares(&self.phones, &other.phones)
    }

    /// Whether nothing tells who it is.
    pub fn is_empty(&self) -> bool {
        self.words().is_empty() && self.emails.is_empty() && self.phones.is_empty()
    }

    /// What it is called by a person: the name, else an address or a number.
    pub fn called(&self) -> Option<&str> {
        let reach = || self.emails.first().or(self.phones.first());
        self.name().or_else(|| reach().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Identity {
        Identity {
            person: Some(name.to_owned()),
            ..Identity::default()
        }
    }

    #[test]
    fn a_name_is_the_same_in_whatever_order_and_case() {
        for other in [
            "durand Anne",
            "DURAND, Anne",
            " Anne  Durand. ",
            "Anne Anne Durand",
        ] {
            assert_eq!(
                named(other).words(),
                named("Anne Durand").words(),
                "{other}"
            );
        }
        for other in ["Anne", "Anne Durant", "Anne-Durand", "Mme Anne Durand"] {
            assert_ne!(
                named(other).words(),
                named("Anne Durand").words(),
                "{other}"
            );
        }
    }

    #[test]
    fn whoever_shares_a_name_an_address_or_a_number_may_be_one() {
        let of = |name: &str, email: &str, phone: &str| Identity {
            emails: vec![email.to_owned()],
            phones: vec![phone.to_owned()],
            ..named(name)
        };
        let anne = of("Anne Durand", "a@example.fr", "+33199000001");
        for (other, alike) in [
            (of("DURAND Anne", "x@example.fr", "1"), true),
            (of("Paul", "a@example.fr", "1"), true),
            (of("Paul", "x@example.fr", "+33199000001"), true),
            (of("Anne Martin", "x@example.fr", "1"), false),
        ] {
            assert_eq!(anne.resembles(&other), alike, "{other:?}");
            assert_eq!(other.resembles(&anne), alike, "{other:?}");
        }
        assert!(!Identity::default().resembles(&Identity::default()));
    }

    #[test]
    fn signs_alone_tell_nobody() {
        assert!(named("— ?").is_empty());
        assert!(Identity::default().is_empty());
        let company = Identity {
            company: Some("Exemple".into()),
            ..Identity::default()
        };
        assert_eq!(
            (company.is_empty(), company.called()),
            (false, Some("Exemple"))
        );
        let reached = Identity {
            phones: vec!["4021".into()],
            ..Identity::default()
        };
        assert_eq!(
            (reached.is_empty(), reached.called()),
            (false, Some("4021"))
        );
    }
}
