//! Headers as they are compared, and rows that look like headers or like contacts. Every comparison of headers must
//! forget the same things.

use deunicode::deunicode;

use crate::sheet::Row;

/// A header without case, accents, punctuation, blanks and invisible characters: `N° de Tél.` is `ndetel`.
pub(super) fn fold(header: &str) -> String {
    let letters: String = header.chars().filter(|c| c.is_alphanumeric()).collect();
    deunicode(&letters)
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// The same without digits: `Phone 2 - Value` is `phonevalue`.
pub(super) fn without_digits(folded: &str) -> String {
    folded.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Whether a cell holds a value and no name: an e-mail address, or mostly digits.
pub(super) fn is_value(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let address = cell
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.ends_with('.'));
    address || digits >= 6 || (digits > 0 && digits * 2 > cell.chars().count())
}

/// Whether a row may be a header: something stands in it, and no value.
pub(super) fn may_be_header(row: &Row) -> bool {
    !row.is_blank() && !row.cells().any(is_value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_compared_by_its_letters() {
        for (header, folded) in [
            ("Prénom", "prenom"),
            ("\u{feff}PRE\u{301}NOM ", "prenom"),
            ("N° de Tél.", "ndetel"),
            ("E-mail 1 - Value", "email1value"),
            ("phone.mobile", "phonemobile"),
            ("Straße", "strasse"),
            ("…", ""),
        ] {
            assert_eq!(fold(header), folded, "{header:?}");
        }
        assert_eq!(without_digits("phone2value"), "phonevalue");
    }

    #[test]
    fn values_are_told_from_names() {
        for (cell, value) in [
            ("Nom", false),
            ("Phone 2 - Value", false),
            ("Adresse @", false),
            ("anne@example.fr", true),
            ("01 99 00 12 34", true),
            ("75001", true),
            ("Address Line 1", false),
        ] {
            assert_eq!(is_value(cell), value, "{cell}");
        }
    }
}
