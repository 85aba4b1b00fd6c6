//! Whether a key means somebody else today than it did: two sheets that both number their rows from 1 must not
//! overwrite each other's people. It is judged by digests, so that the ledger can keep them when the rows are erased.

use std::collections::BTreeSet;

use super::matching::digest;
use crate::model::Identity;
use crate::normalize::is_part_of_many_names;

/// Digests of what tells who a contact is: the words of the name, e-mail addresses, numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityDigest(BTreeSet<i64>);

impl IdentityDigest {
    /// The digests of an identity. A title or a particle tells nobody, but for a name that has nothing else.
    pub fn of(identity: &Identity) -> Self {
        let words = identity.words();
        let telling: BTreeSet<&String> = words
            .iter()
            .filter(|word| !is_part_of_many_names(word))
            .collect();
        let words = if telling.is_empty() {
            words.iter().collect()
        } else {
            telling
        };
        let words = words
            .into_iter()
            .map(|word| digest(&format!("name {word}")));
        let emails = identity.emails.iter();
        let emails = emails.map(|email| digest(&format!("email {email}")));
        let phones = identity.phones.iter();
        let phones = phones.map(|phone| digest(&format!("phone {phone}")));
        Self(words.chain(emails).chain(phones).collect())
    }

    /// The digests as they are kept.
    pub fn text(&self) -> String {
        let digests = self.0.iter().map(|digest| format!("{digest:x}"));
        digests.collect::<Vec<_>>().join(" ")
    }

    /// The digests that were kept; what is none is left out.
    pub fn read(text: &str) -> Self {
        let digests = text.split_whitespace();
        Self(
            digests
                .filter_map(|digest| i64::from_str_radix(digest, 16).ok())
                .collect(),
        )
    }

    /// Whether something that tells a person is the same in both.
    pub fn shares(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }

    /// Whether nothing that tells a person is the same in both. Whoever tells nothing is never somebody else.
    pub fn is_another(&self, other: &Self) -> bool {
        !self.0.is_empty() && !other.0.is_empty() && self.0.is_disjoint(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, email: &str, phone: &str) -> IdentityDigest {
        let list = |text: &str| {
            let text = (!text.is_empty()).then(|| text.to_owned());
            text.into_iter().collect()
        };
        IdentityDigest::of(&Identity {
            person: (!name.is_empty()).then(|| name.to_owned()),
            company: None,
            emails: list(email),
            phones: list(phone),
        })
    }

    #[test]
    fn a_person_who_keeps_a_name_an_address_or_a_number_is_the_same() {
        let anne = of("Mme Anne Durand", "a@example.fr", "+33199001234");
        for (after, another) in [
            (of("Anne Martin", "m@example.fr", ""), false),
            (of("Zoé Zola", "a@example.fr", ""), false),
            (of("Zoé Zola", "", "+33199001234"), false),
            (of("Zoé Zola", "z@example.fr", ""), true),
            (of("Mme Zoé Zola", "", "+33199001235"), true),
            (of("", "", "+33199004321"), true),
            (of("", "", ""), false),
        ] {
            assert_eq!(anne.is_another(&after), another, "{after:?}");
            assert_eq!(after.is_another(&anne), another, "{after:?}");
            let tells = after != IdentityDigest::default();
            assert_eq!(anne.shares(&after), tells && !another, "{after:?}");
        }
    }

    #[test]
    fn a_title_tells_only_where_there_is_nothing_else() {
        assert!(of("Mme Durand", "", "").is_another(&of("Mme Roy", "", "")));
        assert!(of("de la Tour", "", "").is_another(&of("de la Rue", "", "")));
        assert!(!of("Mme", "", "").is_another(&of("Mme", "", "")));
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let anne = of("Anne Durand", "a@example.fr", "+33199001234");
        assert_eq!(IdentityDigest::read(&anne.text()), anne);
        assert_eq!(IdentityDigest::read(" "), IdentityDigest::default());
    }
}
