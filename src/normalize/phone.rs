//! Phone numbers: found in their cell, stripped to what is dialled, judged. It stands alone because a cell may
//! hold several numbers, labels and extensions, and the library must see one bare number at a time.
//!
//! A number of 2 to 6 digits without + is a short or internal number, unless it starts with 0: then it is the
//! beginning of a national number, and too short.

use std::borrow::Cow;

use super::library::{Dialled, Verdict, read};
use super::{Making, codes, extension, text};
use crate::mapping::Value;
use crate::model::{Code, Kind, Number, Phone, Region};

/// The digits of a short or internal number.
const SHORT: std::ops::RangeInclusive<usize> = 2..=6;

/// How many digits a part must have to be a number of its own.
const FULL: usize = 6;

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

impl Making {
    /// Takes every number of a cell; one that is none is kept under the column's header.
    pub(super) fn take_phones(&mut self, value: &Value<'_>, kind: Kind, text: &str) {
        if is_single(text) {
            return self.take_phone(value, kind, text);
        }
        let text = ascii_digits(text);
        for piece in pieces(&text) {
            self.take_phone(value, kind, piece);
        }
    }

    fn take_phone(&mut self, value: &Value<'_>, kind: Kind, piece: &str) {
        let region = self.region;
        let (number, extension) = extension::part(bare(piece));
        let exponent = is_scientific(number);
        let (number, mended) = match mended(number) {
            Some(mended) => (Cow::Owned(mended), true),
            None => (Cow::Borrowed(number), false),
        };
        let number = number.as_ref();
        match self.judged(number, exponent) {
            Verdict::Number {
                e164,
                valid,
                restored,
            } => {
                if (restored || mended) && self.options.as_is {
                    let message = "the number could be repaired";
                    let code = &codes::PHONE_UNREPAIRED;
                    self.remark_with(code, value, piece, message, Some(e164));
                    return self.keep(value, piece);
                }
                if restored || mended {
                    let message = "the number got its leading zero or its + back";
                    let code = &codes::PHONE_RESTORED;
                    self.remark_with(code, value, piece, message, Some(e164.clone()));
                }
                if !valid {
                    let message = "phone is in a range that is not in use";
                    self.remark(&codes::PHONE_NOT_VALID, value, piece, message);
                }
                self.contact.phones.push(made(kind, e164, extension, piece));
                self.phone_slots.push(value.slot);
            }
            Verdict::Wrong(code) => {
                let suggestion = meant(number, region);
                self.remark_with(code, value, piece, message(code, number), suggestion);
                self.keep(value, piece);
            }
        }
    }
}

impl Making {
    /// The verdict in the way of the row's country; in that of the person's where only that one is valid. What had
    /// an exponent must be valid.
    fn judged(&self, number: &str, exponent: bool) -> Verdict {
        let own = judge(number, self.region);
        let valid = |verdict: &Verdict| matches!(verdict, Verdict::Number { valid: true, .. });
        if !valid(&own) && self.region != self.options.region {
            let other = judge(number, self.options.region);
            if valid(&other) {
                return other;
            }
        }
        match own {
            Verdict::Number { valid: false, .. } if exponent => {
                Verdict::Wrong(&codes::PHONE_SCIENTIFIC)
            }
            other => other,
        }
    }
}

/// The number without what a spreadsheet added: an apostrophe, `.0`, an exponent before which no digit is lost.
fn mended(number: &str) -> Option<String> {
    let bare = number.trim_start_matches(['\'', '\u{2019}', '`']);
    let whole = without_decimal(bare);
    if is_scientific(whole) {
        return unscientific(whole);
    }
    let sound = |c: char| c.is_ascii_digit() || " .+-()/".contains(c);
    (whole != number && !whole.is_empty() && whole.chars().all(sound)).then(|| whole.to_owned())
}

/// `6.39980012E+08` as 639980012; `None` where digits are lost.
fn unscientific(number: &str) -> Option<String> {
    let (mantissa, power) = number.split_once(['E', 'e'])?;
    let (whole, rest) = mantissa.split_once(['.', ','])?;
    let power: usize = power.trim_start_matches('+').parse().ok()?;
    let exact = whole.len() == 1 && rest.len() == power && power >= FULL;
    exact.then(|| format!("{whole}{rest}"))
}

/// A vendor's text as a phone number; `None` where it is none, or has no country. A record holds one number, so
/// the text is not parted, and nobody is told of repairs.
pub fn recorded_phone(kind: Kind, text: &str, region: Option<Region>) -> Option<Phone> {
    let cleaned = text::line(text).text;
    let ascii = ascii_digits(&cleaned);
    let (number, extension) = extension::part(bare(&ascii));
    match judge(number, region) {
        Verdict::Number { e164, .. } => Some(made(kind, e164, extension, text.trim())),
        Verdict::Wrong(_) => None,
    }
}

fn made(kind: Kind, number: String, extension: Option<&str>, written: &str) -> Phone {
    let extension = extension.map(str::to_owned);
    Phone {
        kind,
        number: Number::from(number),
        extension,
        written: written.to_owned(),
    }
}

fn judge(number: &str, region: Option<Region>) -> Verdict {
    let dialled = match dialled(number) {
        Ok(dialled) => dialled,
        Err(code) => return Verdict::Wrong(code),
    };
    let digits = dialled.digits.len();
    if dialled.plus || digits > *SHORT.end() {
        return read(&dialled, region);
    }
    if !SHORT.contains(&digits) || dialled.digits.starts_with('0') {
        return Verdict::Wrong(&codes::PHONE_TOO_SHORT);
    }
    Verdict::Number {
        e164: dialled.digits,
        valid: true,
        restored: false,
    }
}

/// The number that was meant where letters stand for the digits that they look like.
fn meant(number: &str, region: Option<Region>) -> Option<String> {
    let alike = |c| match c {
        'O' | 'o' => '0',
        'I' | 'l' => '1',
        c => c,
    };
    let number: String = number.chars().map(alike).collect();
    let dialled = dialled(&number)
        .ok()
        .filter(|dialled| dialled.digits.len() > FULL)?;
    match read(&dialled, region) {
        Verdict::Number {
            e164, valid: true, ..
        } => Some(e164),
        _ => None,
    }
}

fn message(code: &'static Code, number: &str) -> Cow<'static, str> {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    match code.id {
        "phone.no-region" => Cow::Borrowed("phone has no country code, and no region is said"),
        "phone.country-code" => Cow::Borrowed("phone has the code of no country after the +"),
        "phone.scientific" => Cow::Borrowed("phone is in scientific notation"),
        "phone.not-a-number" => Cow::Borrowed("phone is no number"),
        _ => Cow::Owned(format!(
            "phone has {digits} digit{}",
            if digits == 1 { "" } else { "s" }
        )),
    }
}

/// Full-width and Arabic digits, and the full-width plus, as ASCII.
fn ascii_digits(text: &str) -> Cow<'_, str> {
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
fn is_single(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'.' | b'+' | b'(' | b')'))
}

/// The numbers of a cell. `;`, `|`, `ou`, `or` and line ends always part them; `/`, `,`, `&` and ` - ` only where
/// every part has the digits of a number, for they also stand inside one.
fn pieces(text: &str) -> Vec<&str> {
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
    let full = |piece: &str| piece.bytes().filter(u8::is_ascii_digit).count() >= FULL;
    if text.contains(word) && text.split(word).all(full) {
        text.split(word).collect()
    } else {
        vec![text]
    }
}

/// The number without `tel:` and other labels before it.
fn bare(piece: &str) -> &str {
    let letters = piece.find(|c: char| !c.is_alphabetic()).unwrap_or(0);
    let label = piece[..letters].to_lowercase();
    if LABELS.contains(&label.as_str()) {
        piece[letters..].trim_start_matches([' ', '.', ':'])
    } else {
        piece
    }
}

/// What is dialled; the code of what is wrong where something else than a number stands there.
fn dialled(number: &str) -> Result<Dialled, &'static Code> {
    let number = without_decimal(number);
    let mut dialled = Dialled {
        plus: false,
        digits: String::with_capacity(16),
    };
    for c in number.chars() {
        match c {
            '0'..='9' => dialled.digits.push(c),
            '+' if !dialled.plus && dialled.digits.is_empty() => dialled.plus = true,
            ' '
            | '.'
            | '-'
            | '('
            | ')'
            | '/'
            | ','
            | '_'
            | '\u{2010}'..='\u{2015}'
            | '\u{2212}' => {}
            _ if is_scientific(number) => return Err(&codes::PHONE_SCIENTIFIC),
            _ => return Err(&codes::PHONE_NOT_A_NUMBER),
        }
    }
    if dialled.digits.is_empty() {
        Err(&codes::PHONE_NOT_A_NUMBER)
    } else {
        Ok(dialled)
    }
}

/// A number that some program took for a decimal: `634387395.0`.
fn without_decimal(number: &str) -> &str {
    match number.strip_suffix(".0") {
        Some(whole) if whole.len() > FULL && whole.bytes().all(|b| b.is_ascii_digit()) => whole,
        _ => number,
    }
}

fn is_scientific(number: &str) -> bool {
    let Some((digits, power)) = number.split_once(['E', 'e']) else {
        return false;
    };
    let mantissa = digits.replace(['.', ','], "");
    let power = power.trim_start_matches('+');
    [mantissa.as_str(), power]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_parted_into_numbers() {
        for (text, found) in [
            ("01 99 00 12 34", vec!["01 99 00 12 34"]),
            ("01/99/00/12/34", vec!["01/99/00/12/34"]),
            ("0199001234;0639980012", vec!["0199001234", "0639980012"]),
            (
                "0199001234 / 06 39 98 00 12",
                vec!["0199001234", "06 39 98 00 12"],
            ),
            ("0199001234 ou 0639980012", vec!["0199001234", "0639980012"]),
            ("0199001234\n0639980012", vec!["0199001234", "0639980012"]),
            ("0199001234, 0639980012", vec!["0199001234", "0639980012"]),
            (
                "01 99 00 12 34 - 06 39 98 00 12",
                vec!["01 99 00 12 34", "06 39 98 00 12"],
            ),
            ("0199001234, poste 12", vec!["0199001234, poste 12"]),
            ("+33199001234;ext=12", vec!["+33199001234;ext=12"]),
            ("0199001234; bureau", vec!["0199001234", "bureau"]),
            ("4021;4022", vec!["4021", "4022"]),
        ] {
            assert_eq!(pieces(text), found, "{text:?}");
        }
    }

    #[test]
    fn a_number_is_stripped_to_what_is_dialled() {
        for (text, found) in [
            ("01.99.00-12 34", Ok("0199001234")),
            ("+33 (0)1 99 00 12 34", Ok("+330199001234")),
            ("(+33) 199001234", Ok("+33199001234")),
            ("634387395.0", Ok("634387395")),
            ("6,34E+08", Err("phone.scientific")),
            ("9.22337203685478E+19", Err("phone.scientific")),
            ("bureau", Err("phone.not-a-number")),
            ("33+199", Err("phone.not-a-number")),
            ("*31#0199001234", Err("phone.not-a-number")),
            ("( )", Err("phone.not-a-number")),
        ] {
            let shown =
                dialled(text).map(|d| format!("{}{}", if d.plus { "+" } else { "" }, d.digits));
            assert_eq!(shown.as_deref().map_err(|code| code.id), found, "{text}");
        }
        assert_eq!(bare("Tél. : 01 99"), "01 99");
        assert_eq!(bare("tel:+33199001234"), "+33199001234");
        assert_eq!(ascii_digits("０１ ９９").as_ref(), "01 99");
    }

    #[test]
    fn a_vendors_number_is_read_by_the_same_rules() {
        let region = "FR".parse().ok();
        for (text, region, number, extension) in [
            (" 01 99 00 12 34 ", region, Some("+33199001234"), None),
            (
                "+33199001234;ext=12",
                None,
                Some("+33199001234"),
                Some("12"),
            ),
            ("4021", None, Some("4021"), None),
            ("0199001234", None, None, None),
            ("ask Anne", region, None, None),
        ] {
            let phone = recorded_phone(Kind::Work, text, region);
            let found = phone.as_ref().map(|phone| phone.number.as_str());
            let behind = phone.as_ref().and_then(|phone| phone.extension.as_deref());
            assert_eq!((found, behind), (number, extension), "{text}");
        }
    }
}
