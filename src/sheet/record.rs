//! Records that are contacts already, as rows under the names of their fields. A vCard or a line of JSON goes through
//! the same line as a row of a spreadsheet: the file is read twice, once to learn which columns it needs, once for
//! its rows; nothing holds it whole.
//!
//! A record is a list of groups, each of which takes columns of its own: `phone.work`, `phone.work.extension`;
//! the second number at work stands under `phone.work.2`. Phones, e-mails and addresses keep their order, because
//! columns are made in such an order that every record finds its own from left to right.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;

use super::row::RowRemark;
use super::{Row, SheetError};
use crate::model::Severity;
use crate::sheet::rows::Table;

/// How many columns a file may need.
pub(super) const MOST: usize = 4000;

/// Values that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ColumnGroup {
    /// The name of the columns: `phone.work`, `name.first`, `custom:Badge`.
    pub(super) base: Cow<'static, str>,
    /// What follows it, and the values: `""`, `.extension`, `.city`.
    pub(super) members: Vec<(&'static str, String)>,
}

impl ColumnGroup {
    /// One value by itself.
    pub(super) fn one(base: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            members: vec![("", value.into())],
        }
    }

    fn is_ordered(&self) -> bool {
        ["phone.", "email.", "address."]
            .iter()
            .any(|family| self.base.starts_with(family))
    }

    fn family(&self) -> usize {
        rank(&self.base)
    }
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

/// One record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ContactRecord {
    /// Its row, as an editor numbers it.
    pub(super) row: u64,
    pub(super) groups: Vec<ColumnGroup>,
    pub(super) remarks: Vec<RowRemark>,
}

/// A file of records.
pub(super) trait Reader: Send {
    /// Calls `each` for every record until it breaks or the file ends; it can be asked again.
    fn records(
        &mut self,
        each: &mut dyn FnMut(ContactRecord) -> ControlFlow<()>,
    ) -> Result<(), SheetError>;
    /// The path as given.
    fn name(&self) -> &str;
}

/// The columns of a group.
struct GroupColumns {
    base: String,
    /// Which of the groups of that name it is, from 1.
    number: usize,
    members: Vec<&'static str>,
}

/// Which columns the records need.
#[derive(Default)]
pub(super) struct Layout {
    slots: Vec<GroupColumns>,
    by_base: HashMap<String, Vec<usize>>,
}

impl Layout {
    /// The slots of a record's groups, in their order; new ones are made where there are none.
    pub(super) fn fit(&mut self, groups: &[ColumnGroup]) -> Vec<usize> {
        let mut places = Vec::with_capacity(groups.len());
        let mut ends = [0; FAMILIES.len() + 1];
        let mut used: HashMap<&str, usize> = HashMap::new();
        for group in groups {
            let known = self.by_base.get(group.base.as_ref());
            let known = known.map_or(&[][..], Vec::as_slice);
            let found = if group.is_ordered() {
                let end = ends[group.family()];
                known.iter().copied().find(|slot| *slot >= end)
            } else {
                let nth = used.entry(group.base.as_ref()).or_default();
                *nth += 1;
                known.get(*nth - 1).copied()
            };
            let slot = found.unwrap_or_else(|| self.add(&group.base));
            ends[group.family()] = slot + 1;
            for (member, _) in &group.members {
                if !self.slots[slot].members.contains(member) {
                    self.slots[slot].members.push(member);
                }
            }
            places.push(slot);
        }
        places
    }

    fn add(&mut self, base: &str) -> usize {
        let same = self.by_base.entry(base.to_owned()).or_default();
        same.push(self.slots.len());
        self.slots.push(GroupColumns {
            base: base.to_owned(),
            number: same.len(),
            members: Vec::new(),
        });
        self.slots.len() - 1
    }

    /// How many columns there are.
    pub(super) fn width(&self) -> usize {
        self.slots.iter().map(|slot| slot.members.len()).sum()
    }

    /// The columns in the order of the file, each by its slot and its member.
    pub(super) fn columns(&self) -> Vec<(usize, &'static str)> {
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
    pub(super) fn header(&self, columns: &[(usize, &'static str)]) -> Vec<String> {
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
    pub(super) fn cells<'g>(
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

/// Whether a remark is more than a note.
fn is_told(remark: &RowRemark) -> bool {
    remark.code.severity <= Severity::Warning
}

/// A file of records as a table; its header is row 0, for no editor shows it.
pub(super) struct RecordTable<R> {
    reader: R,
    layout: Layout,
    columns: Vec<(usize, &'static str)>,
}

impl<R: Reader> RecordTable<R> {
    /// Reads the file once for its columns.
    pub(super) fn open(mut reader: R) -> Result<Self, SheetError> {
        let mut layout = Layout::default();
        let (mut too_many, mut hollow) = (None, None);
        reader.records(&mut |record| {
            layout.fit(&record.groups);
            if hollow.is_none() {
                hollow = record
                    .remarks
                    .iter()
                    .find(|remark| is_told(remark))
                    .map(|remark| (record.row, remark.clone()));
            }
            if layout.width() > MOST {
                too_many = Some(record.row);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        if let Some(row) = too_many {
            return Err(SheetError::Text {
                file: reader.name().to_owned(),
                row,
                why: format!("the contacts have more than {MOST} different properties"),
                help: "part the file into several".to_owned(),
            });
        }
        if let (0, Some((row, remark))) = (layout.width(), hollow) {
            // Nothing is in it, and it is not just empty.
            return Err(SheetError::Text {
                file: reader.name().to_owned(),
                row,
                why: remark.message.into_owned(),
                help: remark.code.help.to_owned(),
            });
        }
        let columns = layout.columns();
        Ok(Self {
            reader,
            layout,
            columns,
        })
    }
}

impl<R: Reader> Table for RecordTable<R> {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let Self {
            reader,
            layout,
            columns,
        } = self;
        let header = layout.header(columns);
        if each(Row::of(0, header.iter().map(String::as_str))).is_break() {
            return Ok(());
        }
        reader.records(&mut |record| {
            let mut row = Row::new(record.row);
            for cell in layout.cells(&record.groups, columns) {
                row.push(cell);
            }
            for remark in record.remarks {
                row.remark(remark);
            }
            // A record of which nothing is left but a warning is said, and is no contact.
            if row.is_blank() && !row.remarks().iter().any(is_told) {
                return ControlFlow::Continue(());
            }
            each(row)
        })
    }
}

#[cfg(test)]
mod tests;
