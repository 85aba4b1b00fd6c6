//! What is dialled: the digits of a number, without what people write between them and what spreadsheets made of
//! them. It knows nothing of countries.

use super::super::codes;
use super::super::dialled::Dialled;
use super::FULL;
use crate::model::Code;

/// The number without what a spreadsheet added: an apostrophe, `.0`, an exponent before which no digit is lost.
pub(super) fn mended(number: &str) -> Option<String> {
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

/// What is dialled; the code of what is wrong where something else than a number stands there.
pub(super) fn dialled(number: &str) -> Result<Dialled, &'static Code> {
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

pub(super) fn is_scientific(number: &str) -> bool {
    let Some((digits, power)) = number.split_once(['E', 'e']) else {
        return false;
    };
    let mantissa = digits.replace(['.', ','], "");
    let power = power.trim_start_matches('+');
    [mantissa.as_str(), power]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}
