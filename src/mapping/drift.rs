//! Whether the columns of a sheet that comes again mean what they meant. A guess is made anew for every sheet, and
//! nobody looks at the guess of a sheet that comes at night.

use serde::{Deserialize, Serialize};

use super::header::fold;
use super::{Certainty, Column, Mapping, MappingError, MappingTarget};
use crate::model::Field;

/// What a column was taken for, kept until the sheet comes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Its header, or its letters where the sheet has no header.
    pub header: String,
    /// The field, and which of several: `phone.work`, `phone.work 2`.
    pub take: String,
}

impl Taken {
    fn of(column: &Column) -> Self {
        let slot = match column.slot {
            0 | 1 => String::new(),
            slot => format!(" {slot}"),
        };
        Self {
            header: column.header.clone(),
            take: format!("{}{slot}", column.target),
        }
    }

    fn shown(&self) -> String {
        format!("{} ({})", self.header, self.take)
    }
}

impl Mapping {
    /// What its columns are taken for; free and ignored columns are left out.
    pub fn taken(&self) -> Vec<Taken> {
        let fields = self.columns.iter().filter(|column| is_field(column));
        fields.map(Taken::of).collect()
    }

    /// Says how the columns have moved since they were taken for what `before` says: one that was a field is gone or
    /// means something else now, or a new one changes which contact a row is. What a person says of a column is
    /// no drift, nor are case, accents, the order of the columns, or columns that no field claims.
    pub fn drifted(&self, before: &[Taken]) -> Option<MappingError> {
        let gone: Vec<&Taken> = before.iter().filter(|taken| !self.keeps(taken)).collect();
        let is_known = |column: &Column| before.iter().any(|taken| is_same(&taken.header, column));
        let is_moved = |column: &Column| gone.iter().any(|taken| is_same(&taken.header, column));
        let guessed = self
            .columns
            .iter()
            .filter(|column| column.certainty != Certainty::Given);
        let new: Vec<&Column> = guessed
            .filter(|column| is_moved(column) || is_field(column) && !is_known(column))
            .collect();
        if gone.is_empty() && !new.iter().any(|column| self.identifies(column)) {
            return None;
        }
        let new: Vec<Taken> = new.into_iter().map(Taken::of).collect();
        Some(MappingError::Drifted {
            gone: gone.iter().map(|taken| taken.shown()).collect(),
            new: new.iter().map(Taken::shown).collect(),
            proposal: proposal(&gone, &new),
        })
    }

    /// Whether a column still is what it was, or a person has said what takes its place.
    fn keeps(&self, before: &Taken) -> bool {
        self.columns.iter().any(|column| {
            let (now, said) = (Taken::of(column), column.certainty == Certainty::Given);
            let empty = column.samples.is_empty() && !is_field(column);
            if is_same(&before.header, column) {
                said || now.take == before.take || empty && self.header_row.is_none()
            } else {
                said && now.take == before.take
            }
        })
    }

    /// Whether a column has a part in which contact a row is: the key, or else what a key is made of.
    fn identifies(&self, column: &Column) -> bool {
        let MappingTarget::Field(field) = column.target else {
            return false;
        };
        let made = matches!(field, Field::Email(_) | Field::Phone(_) | Field::Parent)
            || field.family() == "name";
        field == Field::Key || made && self.column_of(Field::Key).is_none()
    }
}

fn is_field(column: &Column) -> bool {
    matches!(column.target, MappingTarget::Field(_))
}

fn is_same(header: &str, column: &Column) -> bool {
    let (before, now) = (fold(header), fold(&column.header));
    before == now && (!now.is_empty() || header.trim() == column.header.trim())
}

/// What has probably become of the columns.
fn proposal(gone: &[&Taken], new: &[Taken]) -> Vec<String> {
    let mut proposal = Vec::new();
    for taken in gone {
        let same = |other: &&Taken| fold(&other.header) == fold(&taken.header);
        let alike = |other: &&Taken| other.take == taken.take;
        if let Some(now) = new.iter().find(same) {
            let (name, was, is) = (&taken.header, &taken.take, &now.take);
            proposal.push(format!("`{name}` was {was} and would be {is}"));
        } else if let Some(now) = new.iter().find(alike) {
            proposal.push(format!("`{}` is now `{}`", taken.header, now.header));
        }
    }
    proposal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::Options;
    use crate::sheet::Row;

    fn mapping(headers: &[&str], given: &[(&str, &str)]) -> Mapping {
        let rows = [Row::of(1, headers.iter().copied())];
        let given = given
            .iter()
            .map(|(column, take)| ((*column).to_owned(), take.parse().expect("a field")));
        let options = Options {
            given: given.collect(),
            ..Options::default()
        };
        Mapping::guess(&rows, &options).expect("a header")
    }

    fn drift(before: &[&str], now: &[&str]) -> Option<String> {
        let before = mapping(before, &[]).taken();
        mapping(now, &[])
            .drifted(&before)
            .map(|error| error.to_string())
    }

    #[test]
    fn what_means_the_same_is_no_drift() {
        let before = ["Identifiant", "Nom", "E-mail", "Remarque libre"];
        for now in [
            &["Identifiant", "Nom", "E-mail", "Remarque libre"][..],
            &["IDENTIFIANT", "nom", "e mail", "Remarque libre"],
            &["E-mail", "Nom", "Identifiant"],
            &["Identifiant", "Nom", "E-mail", "Badge", "Ville"],
        ] {
            assert_eq!(drift(&before, now), None, "{now:?}");
        }
    }

    #[test]
    fn a_field_that_is_gone_or_means_something_else_is_drift() {
        for (before, now, says) in [
            (
                &["Nom", "E-mail", "Téléphone"][..],
                &["Nom", "Courriel", "Téléphone"][..],
                "the sheet has changed: `E-mail (email.work)` is gone, `Courriel (email.work)` is new",
            ),
            (
                &["Nom", "E-mail", "Ville"],
                &["Nom", "E-mail"],
                "the sheet has changed: `Ville (address.work.city)` is gone",
            ),
            (
                &["Nom", "E-mail"],
                &["Nom", "E-mail", "Identifiant"],
                "the sheet has changed: `Identifiant (key)` is new",
            ),
            (
                &["Nom", "Téléphone"],
                &["Nom", "Téléphone", "E-mail"],
                "the sheet has changed: `E-mail (email.work)` is new",
            ),
        ] {
            assert_eq!(drift(before, now).as_deref(), Some(says), "{now:?}");
        }
    }

    #[test]
    fn a_column_that_changes_its_meaning_is_told_with_both() {
        let mut before = mapping(&["Nom", "Tel 1"], &[]).taken();
        "phone.fax".clone_into(&mut before[1].take);
        let error = mapping(&["Nom", "Tel 1"], &[]).drifted(&before);
        let MappingError::Drifted { proposal, .. } = error.expect("it moved") else {
            panic!("it drifted");
        };
        assert_eq!(proposal.len(), 1);
        assert!(
            proposal[0].starts_with("`Tel 1` was phone.fax and would be phone."),
            "{proposal:?}"
        );
    }

    #[test]
    fn what_a_person_says_is_no_drift() {
        let before = mapping(&["Nom", "E-mail"], &[]).taken();
        let renamed = mapping(&["Nom", "Contact"], &[("Contact", "email.work")]);
        assert_eq!(renamed.drifted(&before), None);
        let other = mapping(&["Nom", "E-mail"], &[("E-mail", "email.home")]);
        assert_eq!(other.drifted(&before), None);
        // Without the word that was said then, the column would mean something else.
        let then = other.taken();
        assert!(mapping(&["Nom", "E-mail"], &[]).drifted(&then).is_some());
    }

    #[test]
    fn a_report_is_known_by_its_columns() {
        assert!(mapping(&["rolo_row", "Nom", "E-mail"], &[]).is_report());
        assert!(!mapping(&["Nom", "E-mail"], &[]).is_report());
    }
}
