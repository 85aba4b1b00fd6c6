//! What people call the fields, and what they write dates with: the words of every language, read once from the files
//! in `data/`, and how a header is looked up in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::header::{fold, without_digits};
use crate::model::{Field, Kind};

/// What a header can be known as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field.
    Is(Field),
    /// `Nom`, `Name`: the last name beside a first name, else the whole name.
    Name,
    /// `Nombre`, `Nome`: the first name beside a last name, else the whole name.
    Given,
    /// `Title`: a position; a title before the name beside a `Job title`.
    Title,
    /// `Poste`: a position, or an extension.
    Poste,
    /// An extension, of the phone that stands before it.
    Extension,
}

use Meaning::Is;

/// The file of each language, by its name.
const LANGUAGES: [(&str, &str); 7] = [
    ("english", include_str!("data/english.toml")),
    ("french", include_str!("data/french.toml")),
    ("german", include_str!("data/german.toml")),
    ("spanish", include_str!("data/spanish.toml")),
    ("italian", include_str!("data/italian.toml")),
    ("dutch", include_str!("data/dutch.toml")),
    ("portuguese", include_str!("data/portuguese.toml")),
];

/// What the words of two meanings are listed under in a language's file.
const EITHER: [(&str, Meaning); 5] = [
    ("either.last_or_full", Meaning::Name),
    ("either.first_or_full", Meaning::Given),
    ("either.position_or_prefix", Meaning::Title),
    ("either.position_or_extension", Meaning::Poste),
    ("phone.extension", Meaning::Extension),
];

/// A language's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguageWords {
    headers: BTreeMap<String, Vec<String>>,
    dates: DateWords,
}

/// The words of dates in a language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DateWords {
    headers: Vec<String>,
    months: Vec<Vec<String>>,
    weekdays: Vec<String>,
    fillers: Vec<String>,
}

/// The words of every language, folded.
pub(super) struct Vocabulary {
    headers: BTreeMap<String, Meaning>,
    own: HashMap<String, Field>,
    months: HashMap<String, u16>,
    passing: BTreeSet<String>,
    promising: BTreeSet<String>,
}

/// The vocabulary; it is read when a sheet's header is first looked at, and not before.
pub(super) fn vocabulary() -> &'static Vocabulary {
    static ALL: LazyLock<Vocabulary> = LazyLock::new(|| {
        let files = LANGUAGES.iter().map(|(_, text)| text);
        Vocabulary::of(files.map(|text| {
            toml::from_str(text).expect("the files are compiled in, and a test reads each of them")
        }))
    });
    &ALL
}

/// What a list of words in a language's file means, by the name that it stands under.
fn meanings() -> HashMap<String, Meaning> {
    let fields = Field::all()
        .into_iter()
        .filter(|field| *field != Field::Custom)
        .map(|field| (field.to_string(), Is(field)));
    let either = EITHER.map(|(name, meaning)| (name.to_owned(), meaning));
    fields.chain(either).collect()
}

impl Vocabulary {
    fn of(languages: impl Iterator<Item = LanguageWords>) -> Self {
        let meanings = meanings();
        let own = meanings.iter().filter_map(|(name, meaning)| match meaning {
            Is(field) => Some((fold(name), *field)),
            _ => None,
        });
        let mut all = Self {
            headers: BTreeMap::new(),
            own: own.collect(),
            months: HashMap::new(),
            passing: BTreeSet::new(),
            promising: BTreeSet::new(),
        };
        for language in languages {
            for (name, words) in &language.headers {
                // A name that is unknown has no words; the test of the files does not let one pass.
                if let Some(meaning) = meanings.get(name) {
                    let words = words.iter().map(|word| (fold(word), *meaning));
                    all.headers.extend(words);
                }
            }
            all.add_dates(&language.dates);
        }
        all
    }

    fn add_dates(&mut self, dates: &DateWords) {
        for (month, words) in (1..).zip(&dates.months) {
            self.months
                .extend(words.iter().map(|word| (fold(word), month)));
        }
        let passing = dates.weekdays.iter().chain(&dates.fillers);
        self.passing.extend(passing.map(|word| fold(word)));
        self.promising
            .extend(dates.headers.iter().map(|word| fold(word)));
    }

    /// The month that a folded word names, from 1.
    pub(super) fn month(&self, word: &str) -> Option<u16> {
        self.months.get(word).copied()
    }

    /// Whether a folded word adds nothing to a date: a day of the week, or what stands between its parts.
    pub(super) fn adds_nothing(&self, word: &str) -> bool {
        self.passing.contains(word)
    }

    /// Whether a folded word of a header promises a date.
    pub(super) fn promises_date(&self, word: &str) -> bool {
        self.promising.contains(word)
    }

    /// The field whose own name this is: `phone.mobile`, `phone_mobile`. A name of one word (`key`, `note`) is
    /// its own name only where it is written in lower case, as rolo writes it.
    pub(super) fn own(&self, header: &str) -> Option<Field> {
        let plain = header.trim_start_matches('\u{feff}').trim();
        let written =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_');
        let found = self.own.get(&fold(plain))?;
        plain.chars().all(written).then_some(*found)
    }

    /// The field and the slot of a name with a number in it: `phone.work.2.extension`.
    pub(super) fn own_slot(&self, header: &str) -> Option<(Field, u32)> {
        let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut numbers = header
            .split('.')
            .filter(|part| !part.is_empty())
            .filter(is_number);
        let slot = match (numbers.next(), numbers.next()) {
            (Some(one), None) => one.parse().ok().filter(|slot| *slot > 1)?,
            _ => return None,
        };
        let rest: Vec<&str> = header.split('.').filter(|part| !is_number(part)).collect();
        self.own(&rest.join(".")).map(|field| (field, slot))
    }

    /// The meaning of a header that is a known name, as it stands or without its numbers.
    pub(super) fn known(&self, header: &str) -> Option<Meaning> {
        let folded = fold(header);
        if folded.is_empty() {
            return None;
        }
        // The numbers are forgotten last: `Address 2` is the second line, and `Phone 2` one more phone.
        let bare = without_digits(&folded);
        let found = self
            .headers
            .get(&folded)
            .or_else(|| self.headers.get(&bare));
        found
            .copied()
            .or_else(|| self.own.get(&folded).map(|field| Is(*field)))
    }

    /// The meaning whose name is spelt most like a header, with the likeness from 0 to 1; none where two
    /// meanings are equally like.
    pub(super) fn nearest(&self, header: &str) -> Option<(Meaning, f64)> {
        let folded = without_digits(&fold(header));
        // Among short words everything is like everything else.
        if folded.len() < 5 {
            return None;
        }
        let mut best: Option<(Meaning, f64)> = None;
        let mut tied = false;
        for (name, meaning) in self.headers.iter().filter(|(name, _)| name.len() >= 5) {
            let likeness = strsim::normalized_damerau_levenshtein(&folded, name);
            match best {
                Some((found, most)) if (likeness - most).abs() < 1e-9 => tied |= found != *meaning,
                Some((_, most)) if likeness < most => {}
                _ => (best, tied) = (Some((*meaning, likeness)), false),
            }
        }
        best.filter(|_| !tied)
    }
}

/// The extension of the phone of a kind.
pub(super) fn extension_of(kind: Kind) -> Field {
    Field::Extension(kind)
}

#[cfg(test)]
mod tests;
