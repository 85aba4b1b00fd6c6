//! A mapping that is kept: a file that says what every column is, so that tomorrow's sheet is read as today's was. It
//! is an interface: people edit it, and a sheet that no longer fits it stops the run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::guess;
use super::header::fold;
use super::report::{self, by_letters};
use super::rule::{ColumnRule, Constant, Join};
use super::{Certainty, Column, DateOrder, Mapping, MappingError, MappingTarget, Options};
use crate::sheet::Row;

/// What stands in a mapping file (TOML).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kept {
    /// The version of this shape.
    pub version: u32,
    /// Whether the sheet has a row of names; without one, columns are told by their letters.
    pub header: bool,
    /// Values for every contact: `"custom:Source" = "fair 2026"`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// The column whose equal values make rows that follow each other one contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_by: Option<String>,
    /// The columns, by their names.
    #[serde(rename = "column", skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<KeptColumn>,
    /// Fields that are put together from several columns.
    #[serde(rename = "join", skip_serializing_if = "Vec::is_empty")]
    pub joins: Vec<KeptJoin>,
}

/// One column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeptColumn {
    /// Its header, or its letters where the sheet has no header.
    pub name: String,
    /// What it is: a field, `custom`, `custom:NAME` or `ignored`.
    pub take: String,
    /// Its value where a row has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Values by other values: `Oui = "yes"`; the case of letters does not count.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// What parts a value into several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// What the parts are, one after the other; without it each of them is what the column is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub into: Vec<String>,
    /// The column that says what the value is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind_from: Option<String>,
    /// Which of several values of the field it belongs to, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<u32>,
    /// Whether a free value is a date: `day-first`, `month-first` or `by-region` says what 03/04 is; without it the
    /// value stays as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
}

/// Several columns as one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptJoin {
    /// What it is.
    pub take: String,
    /// The columns, in their order.
    pub columns: Vec<String>,
    /// What stands between two values; a blank if nothing is said.
    #[serde(default = "blank")]
    pub with: String,
}

fn blank() -> String {
    " ".to_owned()
}

impl Kept {
    /// The file for a mapping, to be corrected and kept.
    pub fn of(mapping: &Mapping) -> Self {
        let columns = mapping.columns.iter().filter(|column| !column.is_own());
        let columns = columns.map(|column| KeptColumn {
            name: column.header.clone(),
            take: column.target.to_string(),
            slot: (column.slot > 1).then_some(column.slot),
            dates: column.dates,
            kind_from: column
                .kind_from
                .map(|kind| mapping.header_of(kind).to_owned()),
            ..KeptColumn::default()
        });
        Self {
            version: 1,
            header: mapping.header_row.is_some(),
            columns: columns.collect(),
            ..Self::default()
        }
    }

    /// The file's text.
    pub fn text(&self) -> Result<String, MappingError> {
        let text = toml::to_string_pretty(self).map_err(|error| bad(error.to_string()))?;
        Ok(format!(
            "# What each column of the sheet is. `rolo map` shows it; check, convert and import take it by --mapping.\n{text}"
        ))
    }

    /// Reads a file's text.
    pub fn read(text: &str) -> Result<Self, MappingError> {
        let kept: Self = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
        if kept.version == 1 {
            Ok(kept)
        } else {
            Err(bad(format!(
                "its version is {}, and 1 is known",
                kept.version
            )))
        }
    }

    /// Takes out the values that it gives to secrets, and returns the names of what they were given to. What columns
    /// are called and taken for stays.
    pub fn withhold_secrets(&mut self) -> Vec<String> {
        let is_secret = |name: &str| matches!(target(name), Ok(MappingTarget::Field(field)) if field.is_secret());
        let mut withheld = Vec::new();
        self.constants.retain(|name, _| {
            let keeps = !is_secret(name);
            withheld.extend((!keeps).then(|| name.clone()));
            keeps
        });
        for column in &mut self.columns {
            let into = column.into.iter().map(String::as_str);
            let takes_secret = into.chain([column.take.as_str()]).any(is_secret);
            let gives = column.default.is_some() || !column.values.is_empty();
            if takes_secret && gives {
                (column.default, column.values) = (None, BTreeMap::new());
                withheld.push(column.name.clone());
            }
        }
        withheld
    }

    /// The mapping of a sheet; an error where its columns are no longer those of the file.
    pub fn fit(&self, preview: &[Row], options: &Options) -> Result<Mapping, MappingError> {
        let mut mapping = self.columns_of(preview, options)?;
        self.compare(&mapping, preview)?;
        for kept in &self.columns {
            let Some(place) = place(&mapping, &kept.name) else {
                continue;
            };
            let kind = match &kept.kind_from {
                Some(name) => Some(index(&mapping, name)?),
                None => None,
            };
            let header = mapping.columns[place].header.clone();
            let column = &mut mapping.columns[place];
            column.target = target(&kept.take)?.named(&header);
            column.certainty = Certainty::Given;
            column.slot = kept.slot.unwrap_or(1);
            column.dates = kept.dates;
            (column.kind_from, column.labels) = (kind, kind.is_some());
            column.remark = None;
            column.suggestion = None;
            column.rule = rule(kept, &header)?;
        }
        for (name, text) in &self.constants {
            let target = target(name)?.named("");
            let text = text.clone();
            mapping.constants.push(Constant { target, text });
        }
        for join in &self.joins {
            let names = join.columns.iter();
            let columns: Result<_, _> = names.map(|name| index(&mapping, name)).collect();
            mapping.joins.push(Join {
                target: target(&join.take)?.named(&join.columns.join(" ")),
                columns: columns?,
                with: join.with.clone(),
            });
        }
        mapping.merge_by = match &self.merge_by {
            Some(name) => Some(index(&mapping, name)?),
            None => None,
        };
        mapping.look();
        Ok(mapping)
    }

    /// The sheet's own columns: below the row that holds most of the file's names, or by letters.
    fn columns_of(&self, preview: &[Row], options: &Options) -> Result<Mapping, MappingError> {
        if preview.is_empty() {
            return Err(MappingError::Empty);
        }
        let report = report::header(preview);
        if !self.header && report.is_none() {
            return Ok(guess::headerless(preview));
        }
        let wanted: Vec<String> = self
            .columns
            .iter()
            .map(|column| fold(&column.name))
            .collect();
        let known = |row: &Row| {
            let cells = row.cells().map(fold).collect::<Vec<_>>();
            wanted.iter().filter(|name| cells.contains(name)).count()
        };
        let found = match options.header_row {
            _ if report.is_some() => report.unwrap_or_default(),
            Some(number) => preview
                .iter()
                .position(|row| row.number == number)
                .ok_or(MappingError::NoRow { row: number })?,
            None => (0..preview.len().min(guess::ABOVE))
                .rev()
                .max_by_key(|place| known(&preview[*place]))
                .unwrap_or(0),
        };
        Ok(Mapping::plain(
            Some(preview[found].number),
            guess::columns(&preview[found], &preview[found + 1..]),
        ))
    }

    /// Stops where columns are gone or new: what they hold is not known.
    fn compare(&self, mapping: &Mapping, preview: &[Row]) -> Result<(), MappingError> {
        let gone: Vec<String> = self
            .columns
            .iter()
            .filter(|kept| place(mapping, &kept.name).is_none())
            .map(|kept| kept.name.clone())
            .collect();
        let is_new = |column: &&Column| {
            let kept = self.columns.iter();
            let mut kept = kept.map(|kept| place(mapping, &kept.name));
            !column.is_own()
                && !kept
                    .any(|place| place.is_some_and(|at| mapping.columns[at].index == column.index))
        };
        let new: Vec<&Column> = mapping.columns.iter().filter(is_new).collect();
        if gone.is_empty() && new.is_empty() {
            return Ok(());
        }
        let guessed = Mapping::guess(preview, &Options::default()).ok();
        let target_of = |column: &Column| {
            let columns = guessed.as_ref()?.columns.iter();
            let mut same = columns.filter(|other| other.index == column.index);
            same.next().map(|other| other.target.clone())
        };
        let proposal = new.iter().filter_map(|column| {
            let guessed = target_of(column)?;
            let kept = self.columns.iter().filter(|kept| gone.contains(&kept.name));
            let mut kept = kept.filter(|kept| kept.take == guessed.to_string());
            let same = kept.next();
            Some(match same {
                Some(kept) => format!("`{}` is now `{}`", kept.name, column.header),
                None => format!("`{}` is new: take = \"{guessed}\"", column.header),
            })
        });
        Err(MappingError::Drifted {
            gone: gone.clone(),
            new: new.iter().map(|column| column.header.clone()).collect(),
            proposal: proposal.collect(),
        })
    }
}

fn rule(kept: &KeptColumn, header: &str) -> Result<Option<Box<ColumnRule>>, MappingError> {
    let into = kept.into.iter();
    let into: Vec<MappingTarget> = into
        .map(|name| Ok(target(name)?.named(header)))
        .collect::<Result<_, MappingError>>()?;
    let values = kept.values.iter();
    let rule = ColumnRule {
        default: kept.default.clone(),
        values: values
            .map(|(from, to)| (from.trim().to_lowercase(), to.clone()))
            .collect(),
        split: kept.split.clone(),
        into,
    };
    Ok((rule != ColumnRule::default()).then(|| Box::new(rule)))
}

fn index(mapping: &Mapping, name: &str) -> Result<u32, MappingError> {
    let found = place(mapping, name).map(|place| mapping.columns[place].index);
    found.ok_or_else(|| MappingError::NoColumn {
        name: name.to_owned(),
        headers: mapping.headers().map(str::to_owned).collect(),
    })
}

/// The place of the column of this name: its header as it stands, else as it is compared, else its letters.
fn place(mapping: &Mapping, name: &str) -> Option<usize> {
    let columns = &mapping.columns;
    let by_text = columns
        .iter()
        .position(|column| column.header == name.trim());
    let folded = fold(name);
    let same = |column: &Column| !folded.is_empty() && fold(&column.header) == folded;
    let by_name = || columns.iter().position(same);
    let bare = mapping.header_row.is_none() || mapping.is_report();
    let by_letters = || by_letters(columns, name.trim()).filter(|_| bare);
    by_text.or_else(by_name).or_else(by_letters)
}

fn target(text: &str) -> Result<MappingTarget, MappingError> {
    text.parse()
        .map_err(|error: crate::model::UnknownField| bad(error.to_string()))
}

fn bad(why: String) -> MappingError {
    MappingError::File { why }
}

#[cfg(test)]
mod tests;
