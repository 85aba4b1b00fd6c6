//! Phone numbers: found in their cell, stripped to what is dialled, judged. A cell may hold several numbers, labels
//! and extensions, and the library must see one bare number at a time.
//!
//! A number of 2 to 6 digits without + is a short or internal number, unless it starts with 0: then it is the
//! beginning of a national number, and too short.

mod cell;
mod digits;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use cell::{ascii_digits, bare, is_one, is_single, pieces};
use digits::{dialled, is_scientific, mended};

use super::library::{Verdict, read};
use super::{Making, codes, extension, text};
use crate::mapping::Value;
use crate::model::{Code, Kind, Number, Phone, Region};

/// How many digits a part must have to be a number of its own.
const FULL: usize = 6;

/// The digits of a short or internal number.
const SHORT: std::ops::RangeInclusive<usize> = 2..=6;

impl Making {
    /// Takes every number of a cell; one that is none is kept under the column's header.
    pub(super) fn take_phones(&mut self, value: &Value<'_>, kind: Kind, text: &str) {
        if is_single(text) || is_one(text) {
            return self.take_phone(value, kind, text);
        }
        let text = ascii_digits(text);
        for piece in pieces(&text) {
            self.take_phone(value, kind, piece);
        }
    }

    fn take_phone(&mut self, value: &Value<'_>, kind: Kind, piece: &str) {
        let region = self.region;
        let Bare {
            number,
            extension,
            exponent,
            mended,
        } = Bare::of(piece);
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

/// What is dialled of a text, without what stands around it.
struct Bare<'t> {
    number: Cow<'t, str>,
    extension: Option<&'t str>,
    /// Whether it stood there in scientific notation.
    exponent: bool,
    /// Whether something that a spreadsheet added was taken off.
    mended: bool,
}

impl<'t> Bare<'t> {
    fn of(piece: &'t str) -> Self {
        // No label, no extension and no exponent can be told from these signs; `.0` may have been added.
        if is_single(piece) && !piece.ends_with(".0") {
            return Self {
                number: piece.into(),
                extension: None,
                exponent: false,
                mended: false,
            };
        }
        let (number, extension) = extension::part(bare(piece));
        let mended = mended(number);
        Self {
            extension,
            exponent: is_scientific(number),
            mended: mended.is_some(),
            number: mended.map_or(Cow::Borrowed(number), Cow::Owned),
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
        "phone.not-a-number" => Cow::Borrowed("phone is not a number"),
        _ => Cow::Owned(format!(
            "phone has {digits} digit{}",
            if digits == 1 { "" } else { "s" }
        )),
    }
}
