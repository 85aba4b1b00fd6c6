//! Text that was decoded twice: UTF-8 read as Windows-1252 (`SociÃ©tÃ©`). It is found by undoing the mistake: only a
//! text that comes out as sound UTF-8 was made by it.

use encoding_rs::WINDOWS_1252;

/// What begins the two bytes of an accent, of a sign or of a quote, read one by one: `Ã`, `Â`, `â`, `Å`, `Ä`, `Ð`, `Ñ`, `Î`,
/// by the second byte of each in UTF-8. The first is the same.
const SIGNS: [u8; 8] = [0x83, 0x82, 0xa2, 0x85, 0x84, 0x90, 0x91, 0x8e];
const FIRST: u8 = 0xc3;

/// Whether a text may have been decoded twice: such a sign stands in it, and none of them before ASCII, with which no
/// character goes on.
fn may_be(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut found = memchr::memchr_iter(FIRST, bytes).filter(|at| SIGNS.contains(&bytes[at + 1]));
    let goes_on = |at: usize| bytes.get(at + 2).is_some_and(|next| !next.is_ascii());
    found.next().is_some_and(goes_on) && found.all(goes_on)
}

/// Whether something in a text, whole cells of a row among them, may have been decoded twice: such a sign stands before
/// another character that is not ASCII.
pub(super) fn may_be_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut found = memchr::memchr_iter(FIRST, bytes);
    found.any(|at| {
        SIGNS.contains(&bytes[at + 1]) && bytes.get(at + 2).is_some_and(|next| !next.is_ascii())
    })
}

/// Whether a character of a text could not be decoded: U+FFFD stands in its place.
pub(super) fn is_undecoded(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut found = memchr::memchr_iter(0xef, bytes);
    found.any(|at| bytes[at + 1..].starts_with(&[0xbf, 0xbd]))
}

/// The text that was meant; `None` for one that is sound.
pub(super) fn meant(text: &str) -> Option<String> {
    if !may_be(text) {
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
            assert!(found.is_none() || may_be_in(text), "{text}");
        }
    }
}
