//! Whether a sheet is of one encoding. A single row cannot tell: sound accents in some rows and broken ones in others
//! make a mixed file, which no choice of an encoding mends.

use super::mojibake;
use crate::sheet::Row;

/// How the letters beyond ASCII of a row read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Some are sound.
    sound: bool,
    /// Some could not be decoded, or were decoded twice.
    broken: bool,
}

impl Script {
    /// Of a row as it was read.
    pub fn of(row: &Row) -> Self {
        let mut script = Self::default();
        let text = row.raw().0;
        let Some(text) = from_first_beyond(text) else {
            return script;
        };
        if !mojibake::may_be_in(text) && !mojibake::is_undecoded(text) {
            script.sound = text.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
            return script;
        }
        for cell in row.cells().filter(|cell| !cell.is_ascii()) {
            if mojibake::is_undecoded(cell) || mojibake::meant(cell).is_some() {
                script.broken = true;
            } else {
                script.sound |= cell.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
            }
        }
        script
    }
}

/// What of a text begins shortly before its first character beyond ASCII; `None` where there is none.
fn from_first_beyond(text: &str) -> Option<&str> {
    const STRIDE: usize = 32;
    let mut strides = text.as_bytes().chunks(STRIDE);
    let place = strides.position(|stride| !stride.is_ascii())?;
    // All before it is ASCII, so that no character is cut.
    text.get(place * STRIDE..)
}

/// The rows so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mixture {
    sound: bool,
    /// The first broken row.
    broken: Option<u64>,
    said: bool,
}

impl Mixture {
    /// Sees the next row; the number of the first broken one, once, as soon as the mixture is known.
    pub fn see(&mut self, row: u64, script: Script) -> Option<u64> {
        self.sound |= script.sound;
        if script.broken {
            self.broken.get_or_insert(row);
        }
        let found = self.broken.filter(|_| self.sound && !self.said);
        self.said |= found.is_some();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_said(rows: &[&str]) -> Option<(u64, u64)> {
        let mut mixture = Mixture::default();
        let mut said = (1..).zip(rows).filter_map(|(number, text)| {
            let found = mixture.see(number, Script::of(&Row::of(number, [*text])))?;
            Some((number, found))
        });
        let first = said.next();
        assert_eq!(said.next(), None, "it is said once");
        first
    }

    #[test]
    fn a_file_of_two_encodings_is_known_by_its_rows() {
        assert_eq!(
            first_said(&["Société", "x", "SociÃ©tÃ©", "Ren\u{fffd}"]),
            Some((3, 3))
        );
        assert_eq!(first_said(&["Ren\u{fffd}", "x", "Zoë"]), Some((3, 1)));
        // All of it is broken in one way, or none of it is.
        assert_eq!(first_said(&["SociÃ©tÃ©", "plain", "5 €"]), None);
        assert_eq!(first_said(&["Société", "São Paulo", "Ãngela"]), None);
    }
}
