//! Where one number of a cell ends and the next begins. The signs that part two numbers also stand inside one.

use std::borrow::Cow;

use super::FULL;

/// What people write before a number, in lower case.
const LABELS: [&str; 20] = [
    "tel",
    "tél",
    "téléphone",
    "telephone",
    "phone",
    "mob",
    "mobile",
    "portable",
    "port",
    "fixe",
    "fax",
    "gsm",
    "bureau",
    "pro",
    "perso",
    "domicile",
    "dom",
    "cell",
    "home",
    "work",
];

/// Full-width and Arabic digits, and the full-width plus, as ASCII.
pub(super) fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let ascii = |c: char| {
        let zero = match c {
            '\u{ff10}'..='\u{ff19}' => 0xff10,
            '\u{660}'..='\u{669}' => 0x660,
            '\u{6f0}'..='\u{6f9}' => 0x6f0,
            '\u{ff0b}' => return '+',
            _ => return c,
        };
        char::from_digit(u32::from(c) - zero, 10).unwrap_or(c)
    };
    Cow::Owned(text.chars().map(ascii).collect())
}

/// Whether a cell holds nothing but digits and what stands inside one number: most of all cells.
pub(super) fn is_single(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'.' | b'+' | b'(' | b')'))
}

/// The same of a cell in which a slash or a dash stands inside one number: none of them parts two.
pub(super) fn is_one(text: &str) -> bool {
    let signs = text.bytes().all(|byte| {
        matches!(
            byte,
            b'0'..=b'9' | b' ' | b'.' | b'+' | b'(' | b')' | b'/' | b'-'
        )
    });
    signs && !parts(text, "/") && !parts(text, " - ")
}

/// The numbers of a cell. `;`, `|`, `ou`, `or` and line ends always part them; `/`, `,`, `&` and ` - ` only where
/// every part has the digits of a number, for they also stand inside one.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut found = vec![text];
    for word in [":::", ";", "|", "\n", " ou ", " or ", " OU "] {
        found = found
            .into_iter()
            .flat_map(|piece| hard(piece, word))
            .collect();
    }
    for word in ["/", ",", "&", " - "] {
        found = found
            .into_iter()
            .flat_map(|piece| soft(piece, word))
            .collect();
    }
    found
        .into_iter()
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect()
}

/// Parts at a word, except before the extension of RFC 3966: `+33199001234;ext=12`.
fn hard<'a>(text: &'a str, word: &'a str) -> Vec<&'a str> {
    if word == ";" && text.to_ascii_lowercase().contains(";ext=") {
        return vec![text];
    }
    text.split(word).collect()
}

fn soft<'a>(text: &'a str, word: &'a str) -> Vec<&'a str> {
    if parts(text, word) {
        text.split(word).collect()
    } else {
        vec![text]
    }
}

/// Whether a word parts a text into numbers.
fn parts(text: &str, word: &str) -> bool {
    let full = |piece: &str| piece.bytes().filter(u8::is_ascii_digit).count() >= FULL;
    text.contains(word) && text.split(word).all(full)
}

/// The number without `tel:` and other labels before it.
pub(super) fn bare(piece: &str) -> &str {
    let letters = piece.find(|c: char| !c.is_alphabetic()).unwrap_or(0);
    let label = piece[..letters].to_lowercase();
    if LABELS.contains(&label.as_str()) {
        piece[letters..].trim_start_matches([' ', '.', ':'])
    } else {
        piece
    }
}
