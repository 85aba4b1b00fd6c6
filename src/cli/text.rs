//! Texts for a terminal: nothing in them steers it, and their width is counted in its columns.

use unicode_width::UnicodeWidthStr as _;

/// A text in which every character that could steer a terminal is written out.
pub(crate) fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    plain
}

/// A text cut to so many columns of a terminal.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + 1 >= columns {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// A text filled up with blanks to so many columns of a terminal.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_sheet_steers_a_terminal() {
        assert_eq!(
            plain("a\u{1b}[2Jb\u{7}\u{202e}é\t"),
            "a\\u{1b}[2Jb\\u{7}\\u{202e}é\\t"
        );
    }

    #[test]
    fn columns_of_a_terminal_are_counted_not_characters() {
        assert_eq!(
            (cut("東京都", 5), cut("abc", 3)),
            ("東京…".to_owned(), "abc".to_owned())
        );
        assert_eq!(pad("東", 4), "東  ");
    }
}
