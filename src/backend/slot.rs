//! Which of a contact's numbers go where. A vendor states its places for numbers once, as slots; its encoder
//! fills them by this one plan, and `rolo vendors` prints them, so that what is printed is what is done.
//!
//! The plan: slots are filled in their order. A slot for one number takes the first number of the first of its
//! kinds that the contact has; a slot for many takes all of its kinds, in the contact's order. Then each slot that
//! stayed empty takes a number that is left over, if it has a kind for that. What is left now is lost, and named.

use super::Taking;
use crate::model::{Kind, Phone};

/// How many numbers a place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// One.
    One,
    /// Any number of them.
    Many,
}

/// Whether a number may go somewhere.
pub(super) type Test = fn(&Phone) -> bool;

/// A place for numbers.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// Its name in the vendor's record.
    pub at: &'static str,
    /// How many numbers it holds.
    pub room: Room,
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
            room: Room::One,
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
            room: Room::Many,
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

    fn suits(&self, phone: &Phone) -> bool {
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
        let own = match (self.room, self.kinds.len()) {
            (Room::Many, _) => format!("every {own}"),
            (Room::One, 1) => format!("the first {own}"),
            (Room::One, _) => format!("the first of {own}"),
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

/// The numbers in their slots: for each slot, in order, those that go there. `kind` says what kind a number counts
/// as.
pub(super) fn fill<'a>(
    taking: &mut Taking<'a>,
    slots: &[Slot],
    kind: impl Fn(&Phone) -> Kind,
) -> Vec<Vec<&'a Phone>> {
    let mut filled: Vec<Vec<&'a Phone>> = Vec::with_capacity(slots.len());
    for slot in slots {
        filled.push(match slot.room {
            Room::One => slot
                .kinds
                .iter()
                .find_map(|own| {
                    taking.phone_where(|phone| kind(phone) == *own && slot.suits(phone))
                })
                .into_iter()
                .collect(),
            Room::Many => {
                let next = || taking.phone_where(|phone| slot.kinds.contains(&kind(phone)));
                std::iter::from_fn(next).collect()
            }
        });
    }
    for (slot, numbers) in slots.iter().zip(&mut filled) {
        if numbers.is_empty() && !slot.spare.is_empty() {
            let fits = |phone: &Phone| slot.only.is_none_or(|(_, test)| test(phone));
            let spare = |phone: &Phone| slot.spare.contains(&kind(phone)) && fits(phone);
            numbers.extend(taking.phone_where(spare));
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::trial::contact;
    use crate::model::Contact;
    use serde_json::json;

    const SLOTS: [Slot; 3] = [
        Slot::one("a", &[Kind::Work, Kind::Main], Kind::Work),
        Slot::one("b", &[Kind::Home], Kind::Home).or_spare(&[Kind::Work]),
        Slot::many("c", &[Kind::Mobile, Kind::Pager], Kind::Mobile),
    ];

    fn phones(kinds: &[&str]) -> Contact {
        let phone = |(n, kind): (usize, &&str)| json!({"kind": kind, "number": format!("402{n}")});
        let list: Vec<_> = kinds.iter().enumerate().map(phone).collect();
        contact(json!({ "phones": list }))
    }

    #[test]
    fn slots_are_filled_in_order_and_what_is_left_takes_what_is_empty() {
        for (kinds, wanted) in [
            (&["main", "work"][..], vec![vec!["4021"], vec![], vec![]]),
            (
                &["work", "work", "work"],
                vec![vec!["4020"], vec!["4021"], vec![]],
            ),
            (
                &["work", "home", "work"],
                vec![vec!["4020"], vec!["4021"], vec![]],
            ),
            (
                &["pager", "main", "mobile"],
                vec![vec!["4021"], vec![], vec!["4020", "4022"]],
            ),
        ] {
            let contact = phones(kinds);
            let mut taking = Taking::of(&contact);
            let filled = fill(&mut taking, &SLOTS, |phone| phone.kind);
            let numbers: Vec<Vec<&str>> = filled
                .iter()
                .map(|list| list.iter().map(|phone| phone.number.as_str()).collect())
                .collect();
            assert_eq!(numbers, wanted, "{kinds:?}");
            let placed: usize = wanted.iter().map(Vec::len).sum();
            assert_eq!(taking.losses().len(), kinds.len() - placed, "{kinds:?}");
        }
    }

    #[test]
    fn a_plan_can_be_read() {
        let french = Slot::one("d", &[Kind::Mobile], Kind::Mobile)
            .or_spare(&[Kind::Work, Kind::Other])
            .only("a French mobile", |_| true);
        for (slot, words) in [
            (SLOTS[0], "the first of work, main"),
            (SLOTS[1], "the first home; if empty, what is left of work"),
            (SLOTS[2], "every mobile, pager"),
            (
                SLOTS[0].except("French mobiles", |_| true),
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
