//! Which of a contact's numbers go where: the one plan by which every vendor's encoder fills its places for numbers.
//!
//! The plan: slots are filled in their order. A slot for one number takes the first number of the first of its
//! kinds that the contact has; a slot for many takes all of its kinds, in the contact's order. Then each slot that
//! stayed empty takes a number that is left over, if it has a kind for that. What is left now is lost, and named.

use super::Consumer;
use crate::backend::slot::{Arity, Slot};
use crate::model::{Kind, Phone};

/// The numbers in their slots: for each slot, in order, those that go there. `kind` says what kind a number counts
/// as.
pub(in crate::backend) fn fill<'a>(
    consumer: &mut Consumer<'a>,
    slots: &[Slot],
    kind: impl Fn(&Phone) -> Kind,
) -> Vec<Vec<&'a Phone>> {
    let mut filled: Vec<Vec<&'a Phone>> = Vec::with_capacity(slots.len());
    for slot in slots {
        filled.push(match slot.arity {
            Arity::One => slot
                .kinds
                .iter()
                .find_map(|own| {
                    consumer.phone_where(|phone| kind(phone) == *own && slot.suits(phone))
                })
                .into_iter()
                .collect(),
            Arity::Many => {
                let next = || consumer.phone_where(|phone| slot.kinds.contains(&kind(phone)));
                std::iter::from_fn(next).collect()
            }
        });
    }
    for (slot, numbers) in slots.iter().zip(&mut filled) {
        if numbers.is_empty() && !slot.spare.is_empty() {
            let fits = |phone: &Phone| slot.only.is_none_or(|(_, test)| test(phone));
            let spare = |phone: &Phone| slot.spare.contains(&kind(phone)) && fits(phone);
            numbers.extend(consumer.phone_where(spare));
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixtures::contact;
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
            let mut consumer = Consumer::of(&contact);
            let filled = fill(&mut consumer, &SLOTS, |phone| phone.kind);
            let numbers: Vec<Vec<&str>> = filled
                .iter()
                .map(|list| list.iter().map(|phone| phone.number.as_str()).collect())
                .collect();
            assert_eq!(numbers, wanted, "{kinds:?}");
            let placed: usize = wanted.iter().map(Vec::len).sum();
            assert_eq!(
                consumer.taken().losses(&contact).len(),
                kinds.len() - placed,
                "{kinds:?}"
            );
        }
    }
}
