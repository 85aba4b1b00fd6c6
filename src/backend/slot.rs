//! A vendor's places for phone numbers: which kinds of number go where. A vendor states them once; its encoder fills
//! them by one plan ([`super::kit`]), and `rolo vendors` prints them, so that what is printed is what is done.

use crate::model::{Kind, Phone};

/// How many numbers a place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// One.
    One,
    /// Any number of them.
    Many,
}

/// Whether a number may go somewhere.
type Test = fn(&Phone) -> bool;

/// A place for numbers.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// Its name in the vendor's record.
    pub at: &'static str,
    /// How many numbers it holds.
    pub arity: Arity,
    /// The kinds that go there, the preferred one first.
    pub kinds: &'static [Kind],
    /// Numbers of these kinds that go there only if it stays empty, in words and as a test.
    pub(super) except: Option<(&'static str, Test)>,
    /// The kinds of which a number that is left over may go there, should it stay empty.
    pub spare: &'static [Kind],
    /// What else a number that is left over must be, in words and as a test.
    pub(super) only: Option<(&'static str, Test)>,
    /// The kind that a number read from there has.
    pub reads_as: Kind,
}

impl Slot {
    /// A place for one number.
    pub const fn one(at: &'static str, kinds: &'static [Kind], reads_as: Kind) -> Self {
        Self {
            at,
            arity: Arity::One,
            kinds,
            except: None,
            spare: &[],
            only: None,
            reads_as,
        }
    }

    /// A place for many numbers.
    pub const fn many(at: &'static str, kinds: &'static [Kind], reads_as: Kind) -> Self {
        Self {
            arity: Arity::Many,
            ..Self::one(at, kinds, reads_as)
        }
    }

    /// Excludes numbers for which `test` holds; `words` describes them in `rolo vendors`.
    #[must_use]
    pub(super) const fn except(mut self, words: &'static str, test: Test) -> Self {
        self.except = Some((words, test));
        self
    }

    /// The same, open to numbers that are left over.
    #[must_use]
    pub const fn or_spare(mut self, kinds: &'static [Kind]) -> Self {
        self.spare = kinds;
        self
    }

    /// The same, open only to such numbers that are left over.
    #[must_use]
    pub(super) const fn only(mut self, words: &'static str, test: Test) -> Self {
        self.only = Some((words, test));
        self
    }

    /// Whether a number of its kinds may go there while others have a place.
    pub(super) fn suits(&self, phone: &Phone) -> bool {
        self.except.is_none_or(|(_, test)| !test(phone))
    }

    /// What goes there, in words: `first of work, main, else another work`.
    pub fn words(&self) -> String {
        let names = |kinds: &[Kind]| {
            kinds
                .iter()
                .map(|kind| kind.name())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let own = names(self.kinds);
        let own = match (self.arity, self.kinds.len()) {
            (Arity::Many, _) => format!("every {own}"),
            (Arity::One, 1) => format!("the first {own}"),
            (Arity::One, _) => format!("the first of {own}"),
        };
        let own = match self.except {
            Some((words, _)) => format!("{own} but {words}"),
            None => own,
        };
        if self.spare.is_empty() {
            return own;
        }
        let test = self
            .only
            .map_or(String::new(), |(words, _)| format!(" that is {words}"));
        format!(
            "{own}; if empty, what is left of {}{test}",
            names(self.spare)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Slot = Slot::one("a", &[Kind::Work, Kind::Main], Kind::Work);
    const HOME: Slot = Slot::one("b", &[Kind::Home], Kind::Home).or_spare(&[Kind::Work]);
    const MOBILES: Slot = Slot::many("c", &[Kind::Mobile, Kind::Pager], Kind::Mobile);

    #[test]
    fn a_plan_can_be_read() {
        let french = Slot::one("d", &[Kind::Mobile], Kind::Mobile)
            .or_spare(&[Kind::Work, Kind::Other])
            .only("a French mobile", |_| true);
        for (slot, words) in [
            (WORK, "the first of work, main"),
            (HOME, "the first home; if empty, what is left of work"),
            (MOBILES, "every mobile, pager"),
            (
                WORK.except("French mobiles", |_| true),
                "the first of work, main but French mobiles",
            ),
            (
                french,
                "the first mobile; if empty, what is left of work, other that is a French mobile",
            ),
        ] {
            assert_eq!(slot.words(), words);
        }
    }
}
