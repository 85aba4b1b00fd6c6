//! What the values of a column look like, whatever its header says. A header can lie, or be missing, and then the
//! values are all there is to go by.

use crate::sheet::Row;

/// What most values of a column look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueShape {
    /// There are too few values to tell.
    Unknown,
    /// E-mail addresses.
    Emails,
    /// Phone numbers, or numbers long enough to be some.
    Phones,
    /// Small whole numbers.
    Numbers,
    /// Words.
    Words,
    /// Some of everything.
    Mixed,
}

/// The share of the values that must look alike, in per cent.
const MOST: usize = 80;

impl ValueShape {
    /// The shape of a column's values.
    pub(super) fn of(rows: &[Row], column: u32) -> Self {
        let mut counts = [0_usize; 5];
        for row in rows {
            let text = row.cell(column).trim();
            if !text.is_empty() {
                counts[Self::of_value(text) as usize] += 1;
            }
        }
        let all: usize = counts.iter().sum();
        if all == 0 {
            return Self::Unknown;
        }
        let shapes = [
            Self::Mixed,
            Self::Emails,
            Self::Phones,
            Self::Numbers,
            Self::Words,
        ];
        let found = shapes.into_iter().zip(counts);
        let mut found = found.filter(|(_, count)| count * 100 >= all * MOST);
        found.next().map_or(Self::Mixed, |(shape, _)| shape)
    }

    /// The place of a value's shape in the list above.
    fn of_value(text: &str) -> u8 {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let address = text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('/')
        });
        if address {
            1
        } else if (8..=16).contains(&digits) && letters <= 4 && !is_date(text) {
            2
        } else if digits > 0 && letters == 0 && digits == text.len() {
            3
        } else if letters > digits {
            4
        } else {
            0
        }
    }
}

/// Day, month and year in any order, the year in full.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let years = parts.iter().filter(|part| part.len() == 4).count();
    let others = parts.iter().filter(|part| part.len() <= 2).count();
    parts.len() == 3 && years == 1 && others == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_a_shape() {
        for (values, shape) in [
            (&["a@x.fr", "", "b@y.org"][..], ValueShape::Emails),
            (&["01 99 00 12 34", "+33639980012"], ValueShape::Phones),
            (&["12", "7"], ValueShape::Numbers),
            (&["Anne", "Jean 2"], ValueShape::Words),
            (&["Anne", "12"], ValueShape::Mixed),
            (&["1968-03-15", "05/03/1968"], ValueShape::Mixed),
            (&["", " "], ValueShape::Unknown),
        ] {
            let rows: Vec<Row> = values.iter().map(|value| Row::of(1, [*value])).collect();
            assert_eq!(ValueShape::of(&rows, 0), shape, "{values:?}");
        }
    }
}
