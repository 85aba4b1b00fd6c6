//! What must not be repeated from an answer. A vendor, a proxy or a framework's error page may quote the request that it
//! refuses, with its password or token in it, and what an answer says reaches the terminal, the ledger and the report. So
//! every answer comes with the secrets that are known by then, and its words are masked where they are made of it
//! ([`super::Refusal`]). What is data (a record, a token) is left as it is: it must be read, and a record that was masked
//! would be written back so.

mod forms;
mod layers;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use forms::{SecretForm, forms};

pub use forms::ANYWHERE;
use layers::Layer;

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// How often a masked text is looked through again: a mask brings its two sides together.
const ROUNDS: usize = 8;

/// Secrets, in every form in which they may come back: as they are, in base64 (either alphabet, with or without padding,
/// inside of a longer text such as `user:password`), and all that in percent, JSON or HTML escapes, with line breaks or
/// tags in between.
#[derive(Clone, Default)]
pub struct Secrets(Arc<Vec<KnownSecret>>);

/// A secret and its forms.
struct KnownSecret {
    secret: secrecy::SecretString,
    forms: Vec<SecretForm>,
}

impl Secrets {
    /// Adds one. An empty text is none.
    pub fn add(&mut self, secret: &str) {
        let is_known = |known: &KnownSecret| {
            use secrecy::ExposeSecret as _;
            known.secret.expose_secret() == secret
        };
        if secret.trim().is_empty() || self.0.iter().any(is_known) {
            return;
        }
        let new = KnownSecret {
            secret: secret.into(),
            forms: forms(secret),
        };
        let known = self.0.iter().map(KnownSecret::again).chain([new]);
        self.0 = Arc::new(known.collect());
    }

    /// The same and some more.
    #[must_use]
    pub fn with<'a>(&self, more: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = self.clone();
        for secret in more {
            all.add(secret);
        }
        all
    }

    /// The text with [`MASK`] in place of every secret.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut masked = Cow::Borrowed(text);
        for _ in 0..ROUNDS {
            let places = self.places(&masked);
            if places.is_empty() {
                break;
            }
            masked = Cow::Owned(replaced(&masked, &places));
        }
        masked
    }

    /// Where secrets stand in a text, in order and apart from each other.
    fn places(&self, text: &str) -> Vec<Range<usize>> {
        if self.0.is_empty() || text.is_empty() {
            return Vec::new();
        }
        let mut places = Vec::new();
        for layer in Layer::all(text) {
            for form in self.0.iter().flat_map(|known| &known.forms) {
                places.extend(layer.find(form));
            }
        }
        // What stands in place of a secret already is no secret.
        places.retain(|place| text.get(place.clone()) != Some(MASK));
        merged(places)
    }
}

impl KnownSecret {
    fn again(&self) -> Self {
        Self {
            secret: self.secret.clone(),
            forms: self.forms.clone(),
        }
    }
}

fn merged(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_unstable_by_key(|place| (place.start, place.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged
}

fn replaced(text: &str, places: &[Range<usize>]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for place in places {
        masked.push_str(&text[at..place.start]);
        masked.push_str(MASK);
        at = place.end;
    }
    masked.push_str(&text[at..]);
    masked
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

/// Answers are compared by what they say, not by what must not be said of them.
impl PartialEq for Secrets {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Secrets {}

#[cfg(test)]
mod tests;
