//! Which columns records need: each group of values takes columns of its own, and a record's groups find theirs from left
//! to right.

use std::borrow::Cow;
use std::collections::HashMap;

/// Values that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sheet) struct ColumnGroup {
    /// The name of the columns: `phone.work`, `name.first`, `custom:Badge`.
    pub(in crate::sheet) base: Cow<'static, str>,
    /// What follows it, and the values: `""`, `.extension`, `.city`.
    pub(in crate::sheet) members: Vec<(&'static str, String)>,
}

impl ColumnGroup {
    /// One value by itself.
    pub(in crate::sheet) fn one(
        base: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
    ) -> Self {
        Self {
            base: base.into(),
            members: vec![("", value.into())],
        }
    }
}

/// Whether groups of this family keep their order.
fn is_ordered(base: &str) -> bool {
    let families = ["phone.", "email.", "address."];
    families.iter().any(|family| base.starts_with(family))
}

/// The order of the columns in a file.
const FAMILIES: [&str; 14] = [
    "key",
    "parent",
    "primary",
    "name",
    "company",
    "department",
    "position",
    "phone",
    "email",
    "address",
    "groups",
    "note",
    "mail_categories",
    "portal",
];

fn rank(base: &str) -> usize {
    let word = base.split(['.', ':']).next().unwrap_or_default();
    let place = FAMILIES.iter().position(|family| *family == word);
    place.unwrap_or(FAMILIES.len())
}

/// The columns of a group.
struct GroupColumns {
    base: String,
    /// Which of the groups of that name it is, from 1.
    number: usize,
    members: Vec<&'static str>,
}

/// The columns of all groups of one name.
#[derive(Default)]
struct SameBase {
    slots: Vec<usize>,
    /// In which record a group of it was placed last, and how many were placed there.
    placed: (u64, usize),
}

/// Which columns the records need.
#[derive(Default)]
pub(in crate::sheet) struct Layout {
    slots: Vec<GroupColumns>,
    by_base: HashMap<String, SameBase>,
    /// Where the next group of each family stands in the record that is fitted.
    ends: [usize; FAMILIES.len() + 1],
    /// Which record is fitted.
    record: u64,
    width: usize,
}

impl Layout {
    /// The slots of a record's groups, in their order; new ones are made where there are none.
    pub(in crate::sheet) fn fit(&mut self, groups: &[ColumnGroup]) -> Vec<usize> {
        self.begin();
        let mut places = Vec::with_capacity(groups.len());
        for group in groups {
            let slot = self.place(&group.base);
            for (member, _) in &group.members {
                self.member(slot, member);
            }
            places.push(slot);
        }
        places
    }

    /// Begins to fit a record.
    pub(in crate::sheet) fn begin(&mut self) {
        self.record += 1;
        self.ends.fill(0);
    }

    /// The slot of the record's next group.
    pub(in crate::sheet) fn place(&mut self, base: &str) -> usize {
        let family = rank(base);
        let known = self.by_base.get_mut(base);
        let found = known.and_then(|known| {
            if is_ordered(base) {
                let end = self.ends[family];
                return known.slots.iter().copied().find(|slot| *slot >= end);
            }
            let before = if known.placed.0 == self.record {
                known.placed.1
            } else {
                0
            };
            known.placed = (self.record, before + 1);
            known.slots.get(before).copied()
        });
        let slot = found.unwrap_or_else(|| self.add(base));
        self.ends[family] = slot + 1;
        slot
    }

    /// Makes a column for a member of a group, if there is none.
    pub(in crate::sheet) fn member(&mut self, slot: usize, member: &'static str) {
        let members = &mut self.slots[slot].members;
        if !members.contains(&member) {
            members.push(member);
            self.width += 1;
        }
    }

    fn add(&mut self, base: &str) -> usize {
        let same = self.by_base.entry(base.to_owned()).or_default();
        same.slots.push(self.slots.len());
        // The first of its name was not known when it was placed.
        same.placed = (self.record, same.slots.len());
        self.slots.push(GroupColumns {
            base: base.to_owned(),
            number: same.slots.len(),
            members: Vec::new(),
        });
        self.slots.len() - 1
    }

    /// How many columns there are.
    pub(in crate::sheet) fn width(&self) -> usize {
        self.width
    }

    /// The columns in the order of the file, each by its slot and its member.
    pub(in crate::sheet) fn columns(&self) -> Vec<(usize, &'static str)> {
        let mut order: Vec<usize> = (0..self.slots.len()).collect();
        order.sort_by_key(|slot| rank(&self.slots[*slot].base));
        let mut columns = Vec::new();
        for slot in order {
            columns.extend(
                self.slots[slot]
                    .members
                    .iter()
                    .map(|member| (slot, *member)),
            );
        }
        columns
    }

    /// The names of the columns.
    pub(in crate::sheet) fn header(&self, columns: &[(usize, &'static str)]) -> Vec<String> {
        let name = |(slot, member): &(usize, &'static str)| {
            let GroupColumns { base, number, .. } = &self.slots[*slot];
            if *number == 1 || base.starts_with("custom:") {
                format!("{base}{member}")
            } else {
                format!("{base}.{number}{member}")
            }
        };
        columns.iter().map(name).collect()
    }

    /// A record's values in the order of the columns.
    pub(in crate::sheet) fn cells<'g>(
        &mut self,
        groups: &'g [ColumnGroup],
        columns: &[(usize, &'static str)],
    ) -> Vec<&'g str> {
        let places = self.fit(groups);
        let mut values: HashMap<(usize, &str), &'g str> = HashMap::new();
        for (group, place) in groups.iter().zip(places) {
            for (member, value) in &group.members {
                values.insert((place, *member), value);
            }
        }
        columns
            .iter()
            .map(|column| values.get(column).copied().unwrap_or_default())
            .collect()
    }
}
