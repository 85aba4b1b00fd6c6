//! The forms in which one secret may come back, beside those that [`super::layers`] takes off: as it is, and in base64. What
//! is encoded together with the secret moves its bits, so that base64 has three middles for it, one for each place in a
//! group of three bytes; what such a middle stands in is masked as a whole.

use secrecy::{ExposeSecret as _, SecretString};

use crate::wire::request::escape_segment;

/// A secret of fewer characters is masked where it stands alone, and not inside of a word: a password `abc` would mask
/// parts of ordinary words, and tell by that what it is.
pub const ANYWHERE: usize = 6;

/// How far a form reaches around what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It is masked as it stands.
    Itself,
    /// It counts only where it stands alone.
    Alone,
    /// All base64 around it belongs to it.
    Encoded,
}

/// One form of a secret, without what may stand in between its characters.
#[derive(Clone)]
pub(super) struct SecretForm {
    text: SecretString,
    pub(super) reach: Reach,
}

impl SecretForm {
    fn of(text: &str, reach: Reach) -> Self {
        let text: String = text.chars().filter(|c| !is_skipped(*c)).collect();
        Self {
            text: text.into(),
            reach,
        }
    }

    /// What is looked for.
    pub(super) fn bytes(&self) -> &[u8] {
        self.text.expose_secret().as_bytes()
    }
}

/// The two alphabets of base64 (RFC 4648).
const ALPHABETS: [&[u8; 64]; 2] = [
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
];

/// So many characters of base64 are not there by chance.
const LEAST: usize = 6;

/// Whether a character may stand in between those of a secret: where a line was folded, or a word was made to break.
pub(super) fn is_skipped(c: char) -> bool {
    let breaks = ['\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}'];
    c.is_whitespace() || c.is_control() || breaks.contains(&c)
}

/// All forms of a secret.
pub(super) fn forms(secret: &str) -> Vec<SecretForm> {
    let is_short = secret.chars().count() < ANYWHERE;
    let plain = if is_short {
        Reach::Alone
    } else {
        Reach::Itself
    };
    let mut forms = vec![SecretForm::of(secret, plain)];
    forms.extend(tails(secret));
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json
        .get(1..json.len().saturating_sub(1))
        .unwrap_or_default();
    let escaped = escape_segment(secret);
    for text in [secret, json, &escaped] {
        for alphabet in ALPHABETS {
            if is_short {
                // Its middle is too little to go by.
                forms.push(SecretForm::of(
                    &encoded(text.as_bytes(), alphabet),
                    Reach::Alone,
                ));
                continue;
            }
            for before in 0..3 {
                let middle = middle(text.as_bytes(), before, alphabet);
                // Its first characters may read as the rest of an escape, too; all around it is masked in any case.
                let lost = middle.len().saturating_sub(LEAST).min(4);
                if middle.len() >= LEAST {
                    forms.push(SecretForm::of(&middle[lost..], Reach::Encoded));
                }
            }
        }
    }
    forms.retain(|form| !form.bytes().is_empty());
    forms.sort_by(|one, other| one.bytes().cmp(other.bytes()));
    forms.dedup_by(|one, other| one.bytes() == other.bytes() && one.reach == other.reach);
    forms
}

/// The secret without its first characters. A text may end so that they read as the rest of an escape: a backslash before
/// `name`, or `%4` before `1`.
fn tails(secret: &str) -> impl Iterator<Item = SecretForm> {
    let chars: Vec<char> = secret.chars().collect();
    [1, 4].into_iter().filter_map(move |lost| {
        let tail: String = chars.get(lost..)?.iter().collect();
        (chars.len() >= lost + ANYWHERE).then(|| SecretForm::of(&tail, Reach::Itself))
    })
}

/// What base64 makes of these bytes, without padding.
fn encoded(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    sextets(bytes)
        .map(|bits| char::from(alphabet[bits]))
        .collect()
}

/// The characters that hold nothing but bits of these bytes, where so many others come before them in their group of
/// three.
fn middle(bytes: &[u8], before: usize, alphabet: &[u8; 64]) -> String {
    let mut all = vec![0; before];
    all.extend(bytes);
    let (first, end) = ((before * 8).div_ceil(6), all.len() * 8 / 6);
    let own = sextets(&all).take(end).skip(first);
    own.map(|bits| char::from(alphabet[bits])).collect()
}

/// The bits of these bytes, six by six; the last ones are filled up with zeros.
fn sextets(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    (0..(bytes.len() * 8).div_ceil(6)).map(|n| {
        let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0));
        let (at, shift) = (n * 6 / 8, n * 6 % 8);
        let two = byte(at) << 8 | byte(at + 1);
        two >> (10 - shift) & 63
    })
}

/// Whether a character may stand in base64, of either alphabet; padding only ends it.
pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (text, wanted) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ"),
        ] {
            assert_eq!(encoded(text.as_bytes(), ALPHABETS[0]), wanted, "{text}");
        }
        assert_eq!(encoded(&[0xfb, 0xff], ALPHABETS[1]), "-_8");
    }

    #[test]
    fn a_middle_stands_in_whatever_is_encoded_around_it() {
        for before in ["", "u", "us", "use", "user:"] {
            for after in ["", "x", "xy", "xyz"] {
                let whole = encoded(
                    format!("{before}open sesame{after}").as_bytes(),
                    ALPHABETS[0],
                );
                let middle = middle(b"open sesame", before.len() % 3, ALPHABETS[0]);
                assert!(
                    whole.contains(&middle),
                    "{before} {after}: {whole} {middle}"
                );
                assert!(middle.len() >= 13, "{middle}");
            }
        }
    }
}
