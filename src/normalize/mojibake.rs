//! Text that was decoded twice: UTF-8 read as Windows-1252 (`SociÃ©tÃ©`). It is found by undoing the mistake: only a
//! text that comes out as sound UTF-8 was made by it.

use encoding_rs::WINDOWS_1252;

/// What begins the two bytes of an accent, of a sign or of a quote, read one by one.
const SIGNS: [char; 8] = ['Ã', 'Â', 'â', 'Å', 'Ä', 'Ð', 'Ñ', 'Î'];

/// The text that was meant; `None` for one that is sound.
pub(super) fn meant(text: &str) -> Option<String> {
    if text.is_ascii() || !text.contains(SIGNS) {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable {
        return None;
    }
    let meant = std::str::from_utf8(&bytes).ok()?;
    (!meant.is_ascii() && meant.chars().count() < text.chars().count()).then(|| meant.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_was_decoded_twice_is_found() {
        for (text, found) in [
            ("SociÃ©tÃ©", Some("Société")),
            ("lâ€™Ã©tÃ©", Some("l’été")),
            ("NÂ° 7", Some("N° 7")),
            ("Société", None),
            ("Ãngela", None),
            ("Âge", None),
            ("São Paulo", None),
            ("plain", None),
        ] {
            assert_eq!(meant(text).as_deref(), found, "{text}");
        }
    }
}
