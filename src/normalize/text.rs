//! Text as people see it: composed, without what is invisible, its blanks in order. Every value passes through it
//! first, and the plain ones must pass at no cost.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// A cleaned text.
pub(super) struct Cleaned<'a> {
    pub(super) text: Cow<'a, str>,
    /// Whether more than blanks was removed.
    pub(super) invisible: bool,
}

/// What is known of all the cells of a row at once, so that it need not be looked for in each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texture {
    /// Nothing but letters, signs and single blanks.
    Line,
    /// The same with line feeds.
    Lines,
    /// Something else: each cell is looked at.
    Other,
}

impl Texture {
    /// Of the text of all cells.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let next = bytes.get(1..).unwrap_or_default();
        let (mut odd, mut feeds, mut doubled) = (0, 0, 0);
        // A loop without a way out, which the compiler makes into one over many bytes at once.
        for (&byte, &next) in bytes.iter().zip(next) {
            odd |= is_odd(byte);
            feeds |= u8::from(byte == b'\n');
            doubled |= u8::from(byte <= b' ') & u8::from(next <= b' ');
        }
        if let Some(&last) = bytes.last() {
            odd |= is_odd(last);
            feeds |= u8::from(last == b'\n');
        }
        match (odd | doubled, feeds) {
            (0, 0) => Self::Line,
            (0, _) => Self::Lines,
            _ => Self::Other,
        }
    }

    /// Whether there is nothing to clean in a cell of the row, whose lines count where they are wanted.
    pub(super) fn is_plain(self, cell: &str, of_lines: bool) -> bool {
        let visible = |byte: Option<&u8>| byte.is_some_and(|byte| *byte > b' ');
        let bytes = cell.as_bytes();
        let ends = visible(bytes.first()) && visible(bytes.last());
        match self {
            Self::Line => ends,
            Self::Lines => ends && (of_lines || !bytes.contains(&b'\n')),
            Self::Other => false,
        }
    }
}

/// 1 for a byte that is neither a letter, as `CLASSES` tells them, nor a blank, nor a line feed.
fn is_odd(byte: u8) -> u8 {
    let beyond = |first: u8, last: u8| u8::from(byte.wrapping_sub(first) > last - first);
    beyond(0x20, 0x7e) & beyond(0x80, 0xbf) & beyond(0xc3, 0xcb) & u8::from(byte != b'\n')
}

/// A text in which there is nothing to clean.
pub(super) fn plain(text: &str) -> Cleaned<'_> {
    Cleaned {
        text: Cow::Borrowed(text),
        invisible: false,
    }
}

/// A text of one line: every run of white space is one blank, none at the ends.
pub(super) fn line(text: &str) -> Cleaned<'_> {
    if is_plain(text, false) {
        return plain(text);
    }
    let (seen, invisible) = visible(text);
    let mut out = String::with_capacity(seen.len());
    for word in seen.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cleaned {
        text: composed(out),
        invisible,
    }
}

/// A text of several lines: each is trimmed, blank ones at the ends are removed, and lines end with LF.
pub(super) fn lines(text: &str) -> Cleaned<'_> {
    if is_plain(text, true) {
        return plain(text);
    }
    let (seen, invisible) = visible(text);
    let seen = with_line_feeds(&seen);
    let mut out = String::with_capacity(seen.len());
    for (place, part) in seen.trim().lines().enumerate() {
        if place > 0 {
            out.push('\n');
        }
        for (place, word) in part.split_whitespace().enumerate() {
            if place > 0 {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    Cleaned {
        text: composed(out),
        invisible,
    }
}

/// A free text: as it stands between its ends, lines end with LF.
pub(super) fn free(text: &str) -> Cleaned<'_> {
    if is_plain(text, true) {
        return plain(text);
    }
    let (seen, invisible) = visible(text);
    Cleaned {
        text: composed(with_line_feeds(&seen).trim().to_owned()),
        invisible,
    }
}

fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}', '\u{85}'], "\n")
}

/// Whether a cell for a number or an address only says that there is none: signs that stand for nothing, a word, or
/// the 0 that a spreadsheet shows for a reference to an empty cell.
pub(super) fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 20] = [
        "0",
        "x",
        "n/a",
        "na",
        "n.a.",
        "n.c.",
        "nc",
        "none",
        "null",
        "nil",
        "unknown",
        "néant",
        "neant",
        "aucun",
        "inconnu",
        "keine",
        "unbekannt",
        "ninguno",
        "nessuno",
        "geen",
    ];
    if text
        .bytes()
        .next()
        .is_some_and(|first| matches!(first, b'+' | b'(' | b'1'..=b'9'))
    {
        return false;
    }
    let is_nothing = |c: char| " -–—_./?*".contains(c);
    // Every word of more than one character begins with a letter, and an address or a number has more of them.
    let is_short = text.len() < 12 && !(text.len() > 1 && text.as_bytes()[0].is_ascii_digit());
    text.chars().all(is_nothing) || (is_short && WORDS.contains(&text.to_lowercase().as_str()))
}

/// Whether a text is what a spreadsheet shows for a formula that failed, in English or French.
pub(super) fn is_formula_error(text: &str) -> bool {
    const ERRORS: [&str; 13] = [
        "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#DATA!", "#VALEUR!",
        "#NOM?", "#NOMBRE!", "#NUL!", "#SPILL!",
    ];
    text.starts_with('#') && ERRORS.contains(&text)
}

/// Whether there is nothing to clean: most of all values. Such are texts of ASCII and Latin letters (U+00C0 to U+02FF, which
/// are composed), with single blanks inside; of several lines, where no blank stands at the end of one.
fn is_plain(text: &str, of_lines: bool) -> bool {
    let mut before = BLANK;
    for &byte in text.as_bytes() {
        let class = CLASSES[usize::from(byte)];
        let is_plain = match class {
            LETTER => true,
            BLANK => before == LETTER,
            LINE => of_lines && before != BLANK,
            _ => false,
        };
        if !is_plain {
            return false;
        }
        before = class;
    }
    before == LETTER
}

/// What is told of a byte: that it may stand anywhere, or between others, or nothing.
const LETTER: u8 = 1;
const BLANK: u8 = 2;
const LINE: u8 = 3;

/// Of each byte. The second of two bytes is what the first one says: no other first byte is passed.
const CLASSES: [u8; 256] = {
    let (mut classes, mut byte) = ([0; 256], 0);
    while byte < 256 {
        classes[byte] = match byte {
            0x20 => BLANK,
            0x0a => LINE,
            0x21..=0x7e | 0x80..=0xbf | 0xc3..=0xcb => LETTER,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Unicode NFC.
fn composed(text: String) -> Cow<'static, str> {
    if text.is_ascii() {
        return Cow::Owned(text);
    }
    match ComposingNormalizerBorrowed::new_nfc().normalize(&text) {
        Cow::Owned(composed) => Cow::Owned(composed),
        Cow::Borrowed(_) => Cow::Owned(text),
    }
}

/// The text without invisible characters, and whether there were any.
fn visible(text: &str) -> (Cow<'_, str>, bool) {
    if !text.chars().any(may_hide) {
        return (Cow::Borrowed(text), false);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}')
            && out
                .chars()
                .next_back()
                .is_some_and(|before| !before.is_ascii())
            && chars
                .peek()
                .is_some_and(|next| !next.is_ascii() && !may_hide(*next));
        if !may_hide(c) || joins {
            out.push(c);
        }
    }
    let invisible = out.len() != text.len();
    (Cow::Owned(out), invisible)
}

/// Characters without a shape. The two joiners belong to some scripts and to emoji: they stay between letters.
fn may_hide(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => false,
        '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}'
        | '\u{feff}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cleaned() {
        for (text, clean, invisible) in [
            ("Anne Durand", "Anne Durand", false),
            ("  Anne \u{a0}\t Durand\u{3000}", "Anne Durand", false),
            ("Ren\u{65}\u{301}", "René", false),
            ("An\u{200b}ne\u{ad}\u{0}", "Anne", true),
            ("\u{feff}Anne", "Anne", true),
            ("two\r\nlines", "two lines", false),
            ("\u{200b}\u{feff}", "", true),
            ("👩\u{200d}💻", "👩\u{200d}💻", false),
            ("a\u{200d}b", "ab", true),
            ("\u{202e}evil", "evil", true),
        ] {
            let cleaned = line(text);
            assert_eq!(
                (&*cleaned.text, cleaned.invisible),
                (clean, invisible),
                "{text:?}"
            );
        }
    }

    #[test]
    fn lines_of_a_note_are_kept() {
        for (text, clean) in [
            ("one\r\n two  \r\n\r\nthree\r\n", "one\ntwo\n\nthree"),
            ("one\rtwo", "one\ntwo"),
            ("  plain", "plain"),
            ("a\u{2028}b", "a\nb"),
        ] {
            assert_eq!(lines(text).text, clean, "{text:?}");
        }
    }

    #[test]
    fn a_free_value_keeps_what_is_inside() {
        for (text, clean) in [
            (" one \r\n two  x\t", "one \n two  x"),
            ("e\u{301}\u{200b}", "é"),
            ("plain", "plain"),
        ] {
            assert_eq!(free(text).text, clean, "{text:?}");
        }
    }

    proptest::proptest! {
        /// What passes as plain is what cleaning it would give.
        #[test]
        fn a_plain_value_is_one_that_cleaning_leaves_as_it_is(
            text in "([a-z ]|[\u{c0}-\u{2ff}]|\n|\r|\t|é|é|ł|\u{a0}|\u{ad}|\u{2028}|\u{301}|\u{85}|漢){0,8}"
        ) {
            let (seen, invisible) = visible(&text);
            let fed = with_line_feeds(&seen);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let by_line: Vec<String> = fed.trim().lines().map(words).collect();
            for (is_plain, clean) in [
                (is_plain(&text, false), words(&seen)),
                (is_plain(&text, true), by_line.join("\n")),
                (is_plain(&text, true), fed.trim().to_owned()),
            ] {
                proptest::prop_assert!(!is_plain || (text == composed(clean) && !invisible));
            }
        }
    }

    proptest::proptest! {
        /// A cell that its row says is plain is one by itself.
        #[test]
        fn what_a_row_says_of_its_cells_is_so(
            cells in proptest::collection::vec("([a-c ~]|[\u{c0}-\u{2ff}]|\n|\r|\u{7f}|\u{a0}|\u{ad}|\u{2028}|\u{301}|漢){0,6}", 1..4)
        ) {
            let texture = Texture::of(&cells.concat());
            for cell in &cells {
                for of_lines in [false, true] {
                    proptest::prop_assert!(!texture.is_plain(cell, of_lines) || is_plain(cell, of_lines));
                }
            }
        }
    }

    #[test]
    fn most_rows_are_plain() {
        for (row, texture) in [
            ("Zoé Łuczak+33 1 99 00 12 34", Texture::Line),
            ("Zoéa note.\nof two", Texture::Lines),
            ("two  blanks", Texture::Other),
            ("no\u{a0}break\u{200b}", Texture::Other),
        ] {
            assert_eq!(Texture::of(row), texture, "{row:?}");
        }
    }

    #[test]
    fn a_plain_value_is_not_copied() {
        assert!(matches!(line("Anne Durand").text, Cow::Borrowed(_)));
        assert!(matches!(line("Zoé Łuczak").text, Cow::Borrowed(_)));
        assert!(matches!(lines("a note.\nof two").text, Cow::Borrowed(_)));
    }
}
