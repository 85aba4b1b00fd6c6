//! E-mail addresses: found in their cell, checked, their domain in lower case. The rule is our own: the parts of RFC
//! 5321 that address books use, and domain names after UTS 46.

use super::{Making, codes};
use crate::mapping::Value;
use crate::model::{Code, EmailAddress, Kind, Tagged};

/// RFC 5321, 4.5.3.1: bytes before the @; RFC 1035, 2.3.4: bytes of a domain name, and of a label in it.
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 253;
const LONGEST_LABEL: usize = 63;

/// What may stand between two addresses, besides blanks.
const SIGNS: [char; 4] = [';', ',', '|', '/'];

impl Making {
    /// Takes every address of a cell; one that is none is kept under the column's header.
    pub(super) fn take_emails(&mut self, value: &Value<'_>, kind: Kind, text: &str) {
        if is_plain(text) {
            return self.push_email(kind, text.to_owned());
        }
        if !text.contains(|c: char| c.is_whitespace() || SIGNS.contains(&c)) {
            return self.take_email(value, kind, text);
        }
        let parts = text.split(":::").flat_map(pieces).map(str::trim);
        for piece in parts.filter(|piece| !piece.is_empty()) {
            self.take_email(value, kind, piece);
        }
    }

    fn take_email(&mut self, value: &Value<'_>, kind: Kind, piece: &str) {
        let (address, named) = bare(piece);
        if named {
            let message = "the cell names the person beside the address";
            self.remark(&codes::EMAIL_NAME, value, piece, message);
        }
        match check(address) {
            Ok(address) => self.push_email(kind, address),
            Err((code, message)) => {
                self.remark_with(code, value, piece, message, corrected(address));
                self.keep(value, piece);
            }
        }
    }

    fn push_email(&mut self, kind: Kind, address: String) {
        let value = EmailAddress::checked(address);
        self.contact.emails.push(Tagged { kind, value });
    }
}

/// The addresses of a cell. It is parted at `;`, `,`, blanks and lines only where every part has an @: `a @b.fr`
/// is one mistake, not two.
fn pieces(text: &str) -> Vec<&str> {
    let part = |at: fn(char) -> bool| -> Vec<&str> {
        text.split(at)
            .map(str::trim)
            .filter(|piece| !piece.is_empty())
            .collect()
    };
    let sound = |pieces: &Vec<&str>| {
        pieces.len() > 1 && pieces.iter().all(|piece| piece.matches('@').count() == 1)
    };
    let separators: [fn(char) -> bool; 3] = [
        |c| matches!(c, ';' | '\n'),
        |c| matches!(c, ';' | ',' | '\n' | '|'),
        |c| matches!(c, ';' | ',' | '\n' | '|' | '/' | ' '),
    ];
    let widest = if text.contains('<') { 2 } else { 3 };
    let found = separators[..widest].iter().map(|at| part(*at)).find(sound);
    // A semicolon parts whatever stands there; what is no address is said of that piece alone.
    found.unwrap_or_else(|| {
        if text.contains([';', '\n']) {
            part(separators[0])
        } else {
            vec![text]
        }
    })
}

/// The address in `Anne Durand <anne@example.fr>` or `mailto:anne@example.fr`, and whether a name stood beside it.
fn bare(piece: &str) -> (&str, bool) {
    let (inside, named) = match (piece.find('<'), piece.rfind('>')) {
        (Some(open), Some(close)) if open < close && close + 1 == piece.len() => (
            piece[open + 1..close].trim(),
            !piece[..open].trim().is_empty(),
        ),
        _ => (piece, false),
    };
    match inside
        .get(..7)
        .filter(|start| start.eq_ignore_ascii_case("mailto:"))
    {
        Some(_) => (
            inside[7..].split('?').next().unwrap_or_default().trim(),
            named,
        ),
        None => (inside, named),
    }
}

/// The address with its domain in lower case, or what is wrong with it.
fn check(address: &str) -> Result<String, (&'static Code, &'static str)> {
    if is_plain(address) {
        return Ok(address.to_owned());
    }
    check_closely(address)
}

fn check_closely(address: &str) -> Result<String, (&'static Code, &'static str)> {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return Err((&codes::EMAIL_NO_AT, "e-mail address has no @"));
    };
    if local.contains('@') {
        return Err((
            &codes::EMAIL_SEVERAL_AT,
            "e-mail address has more than one @",
        ));
    }
    let odd = |c: char| match c {
        '(' | ')' | '<' | '>' | '[' | ']' | ':' | ';' | ',' | '\\' | '"' => true,
        c => c.is_whitespace() || c.is_control(),
    };
    let dots = |local: &str| local.as_bytes().windows(2).any(|two| two == b"..");
    if local.is_empty() || local.len() > LONGEST_LOCAL || local.contains(odd) {
        return Err((
            &codes::EMAIL_LOCAL,
            "e-mail address has no usable name before the @",
        ));
    }
    if local.starts_with('.') || local.ends_with('.') || dots(local) {
        return Err((
            &codes::EMAIL_LOCAL,
            "e-mail address has a dot where none is allowed",
        ));
    }
    if !is_domain(domain) {
        return Err((
            &codes::EMAIL_DOMAIN,
            "e-mail address has no domain name after the @",
        ));
    }
    let is_lower = !domain.bytes().any(|byte| byte.is_ascii_uppercase());
    if domain.is_ascii() && is_lower {
        return Ok(address.to_owned());
    }
    Ok([local, "@", &domain.to_lowercase()].concat())
}

/// Whether an address is surely right as it is, which nearly all are: letters, digits and single dots, dashes, underscores
/// and plus signs before the @, a domain in lower case without double dashes behind it.
fn is_plain(address: &str) -> bool {
    let bytes = address.as_bytes();
    let Some(at) = memchr::memchr(b'@', bytes).filter(|at| (1..=LONGEST_LOCAL).contains(at)) else {
        return false;
    };
    has_words(&bytes[..at]) && has_plain_labels(&bytes[at + 1..])
}

/// Words of letters, digits, underscores, plus signs and dashes, with single dots between them.
fn has_words(local: &[u8]) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-');
    let mut before = b'.';
    for &byte in local {
        if !is_word(byte) && (byte != b'.' || before == b'.') {
            return false;
        }
        before = byte;
    }
    before != b'.'
}

/// Labels of small letters and digits, with single dashes inside; two at least, the last with a letter.
fn has_plain_labels(domain: &[u8]) -> bool {
    let (mut before, mut length, mut dots, mut has_letter) = (b'.', 0, 0, false);
    for &byte in domain {
        match byte {
            b'a'..=b'z' => has_letter = true,
            b'-' | b'.' if matches!(before, b'-' | b'.') => return false,
            b'0'..=b'9' | b'-' => {}
            b'.' => (length, dots, has_letter) = (0, dots + 1, false),
            _ => return false,
        }
        length += usize::from(byte != b'.');
        if length > LONGEST_LABEL {
            return false;
        }
        before = byte;
    }
    let ends = !matches!(before, b'-' | b'.');
    domain.len() <= LONGEST_DOMAIN && dots > 0 && has_letter && ends
}

/// Two labels at least, of letters, digits and hyphens once written in ASCII; the last has a letter.
fn is_domain(domain: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | 0x80..);
    if domain.is_empty() || !domain.bytes().all(plain) {
        return false;
    }
    // A double hyphen may begin an encoded name; the other ASCII names need no encoding.
    if domain.is_ascii() && !domain.contains("--") {
        return has_labels(domain);
    }
    idna::domain_to_ascii_strict(domain).is_ok_and(|ascii| has_labels(&ascii))
}

fn has_labels(ascii: &str) -> bool {
    let sound = |label: &str| {
        let hyphens = label.starts_with('-') || label.ends_with('-');
        (1..=LONGEST_LABEL).contains(&label.len()) && !hyphens
    };
    let last = ascii.rsplit_once('.').map(|(_, last)| last);
    let named = last.is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_alphabetic()));
    ascii.len() <= LONGEST_DOMAIN && named && ascii.split('.').all(sound)
}

/// The one address that was probably meant: without blanks, with dots for commas.
fn corrected(address: &str) -> Option<String> {
    let close: String = address.chars().filter(|c| !c.is_whitespace()).collect();
    let (local, domain) = close.split_once('@')?;
    let dotted = domain.trim_matches(['.', ',', ';']).replace(',', ".");
    let tidy = format!("{}@{dotted}", local.trim_matches(['.', ',']));
    (tidy != address).then(|| check(&tidy).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_checked() {
        for (address, found) in [
            ("anne@example.fr", Ok("anne@example.fr")),
            ("Anne.Durand+x@Example.FR", Ok("Anne.Durand+x@example.fr")),
            ("o'neil@exemple-été.fr", Ok("o'neil@exemple-été.fr")),
            ("hélène@example.fr", Ok("hélène@example.fr")),
            ("anne", Err("email.no-at")),
            ("anne@@example.fr", Err("email.several-at")),
            ("@example.fr", Err("email.local")),
            ("a b@example.fr", Err("email.local")),
            (".anne@example.fr", Err("email.local")),
            ("an..ne@example.fr", Err("email.local")),
            ("anne@", Err("email.domain")),
            ("anne@example", Err("email.domain")),
            ("anne@exam_ple.fr", Err("email.domain")),
            ("anne@example.fr?subject=x", Err("email.domain")),
            ("anne@-example.fr", Err("email.domain")),
            ("anne@example..fr", Err("email.domain")),
            ("anne@192.0.2.1", Err("email.domain")),
            ("anne@example.fr.", Err("email.domain")),
        ] {
            let checked = check(address).map_err(|(code, _)| code.id);
            assert_eq!(checked, found.map(str::to_owned), "{address}");
        }
    }

    proptest::proptest! {
        /// What passes as plain is right, and stays as it is.
        #[test]
        fn a_plain_address_is_right_as_it_is(address in "[ab.+_-]{0,4}@?[ab1.@A-]{0,6}") {
            if is_plain(&address) {
                proptest::prop_assert_eq!(check_closely(&address), Ok(address));
            }
        }
    }

    #[test]
    fn a_cell_is_parted_into_addresses() {
        for (text, found) in [
            ("a@x.fr", vec!["a@x.fr"]),
            ("a@x.fr; b@x.fr", vec!["a@x.fr", "b@x.fr"]),
            ("a@x.fr,b@x.fr", vec!["a@x.fr", "b@x.fr"]),
            ("a@x.fr b@x.fr", vec!["a@x.fr", "b@x.fr"]),
            ("a@x.fr\nb@x.fr", vec!["a@x.fr", "b@x.fr"]),
            ("a @x.fr", vec!["a @x.fr"]),
            ("a@x,fr", vec!["a@x,fr"]),
            ("A <a@x.fr>, B <b@x.fr>", vec!["A <a@x.fr>", "B <b@x.fr>"]),
            ("\"D, A\" <a@x.fr>", vec!["\"D, A\" <a@x.fr>"]),
            ("a@x.fr; none", vec!["a@x.fr", "none"]),
        ] {
            assert_eq!(pieces(text), found, "{text:?}");
        }
        assert_eq!(bare("Anne <a@x.fr>"), ("a@x.fr", true));
        assert_eq!(bare("<a@x.fr>"), ("a@x.fr", false));
        assert_eq!(bare("MAILTO:a@x.fr"), ("a@x.fr", false));
    }

    #[test]
    fn the_one_plausible_address_is_suggested() {
        for (address, found) in [
            ("anne @example.fr", Some("anne@example.fr")),
            ("anne@example,fr", Some("anne@example.fr")),
            ("anne@example.fr.", Some("anne@example.fr")),
            ("anne", None),
            ("anne@example", None),
        ] {
            assert_eq!(corrected(address).as_deref(), found, "{address}");
        }
    }
}
