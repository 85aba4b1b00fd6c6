//! Phone numbers as payloads write them and records hold them. Each vendor chooses one of the ways:
//! French national, North American, E.164, as written.

use crate::backend::settings::Settings;
use crate::model::{Contact, Kind, Number, Phone, Region};
use crate::normalize::{national_digits, recorded_phone};

/// E.164, or the digits of a short number.
pub(in crate::backend) fn e164(phone: &Phone) -> String {
    phone.number.as_str().to_owned()
}

/// The text that the number came as; E.164 where there is none.
pub(in crate::backend) fn as_written(phone: &Phone) -> String {
    match phone.written.trim() {
        "" => e164(phone),
        written => written.to_owned(),
    }
}

/// The digits alone.
pub(in crate::backend) fn digits(number: &Number) -> String {
    number
        .as_str()
        .chars()
        .filter(char::is_ascii_digit)
        .collect()
}

/// The digits that are dialled within the number's own country: `0639980012` for `+33639980012`.
pub(in crate::backend) fn national(phone: &Phone) -> String {
    national_digits(&phone.number).unwrap_or_else(|| e164(phone))
}

/// Whether France has a way of writing the number.
pub(in crate::backend) fn is_french(number: &Number) -> bool {
    match number {
        Number::Short(_) => true,
        Number::International(number) => number.strip_prefix("+33").is_some_and(|n| n.len() == 9),
    }
}

/// A French number as France writes it; `None` for a number of another country.
pub(in crate::backend) fn french(number: &Number) -> Option<String> {
    match number {
        Number::Short(digits) => Some(digits.clone()),
        Number::International(number) => {
            let rest = number.strip_prefix("+33").filter(|rest| rest.len() == 9)?;
            Some(format!("0{rest}"))
        }
    }
}

/// A North American number as its ten digits; the digits of any other. A foreign number that has ten digits
/// would be taken for a North American one: it gets the exit code 011 before it.
pub(in crate::backend) fn north_american(number: &Number) -> String {
    let all = digits(number);
    match number {
        Number::Short(_) => all,
        Number::International(_) => match all.strip_prefix('1') {
            Some(ten) if ten.len() == 10 => ten.to_owned(),
            _ if all.len() == 10 => format!("011{all}"),
            _ => all,
        },
    }
}

/// A number with its extension in the text: `+33199001234 x12`.
pub(in crate::backend) fn with_extension(number: String, extension: Option<&str>) -> String {
    match extension {
        Some(extension) => format!("{number} x{extension}"),
        None => number,
    }
}

/// The region of a target's national numbers: the person's, or the one that the vendor is assumed to have.
pub(in crate::backend) fn region(settings: &Settings, assumed: Option<&str>) -> Option<Region> {
    settings
        .region
        .or_else(|| assumed.and_then(|text| text.parse().ok()))
}

/// Adds the phone of a record to a contact; a text that is no number is kept among the free values, under
/// the name that it has in the record.
pub(in crate::backend) fn add(
    contact: &mut Contact,
    kind: Kind,
    text: &str,
    region: Option<Region>,
    at: &str,
) {
    match read(kind, text, region) {
        Some(phone) => contact.phones.push(phone),
        None => contact.custom.push((at.to_owned(), text.to_owned())),
    }
}

/// A record's text as a phone number. Digits that are none in the region may be an international number
/// without its plus sign: so a North American payload writes it.
pub(in crate::backend) fn read(kind: Kind, text: &str, region: Option<Region>) -> Option<Phone> {
    recorded_phone(kind, text, region).or_else(|| {
        let is_bare = text.len() > 10 && text.bytes().all(|byte| byte.is_ascii_digit());
        let phone = is_bare.then(|| recorded_phone(kind, &format!("+{text}"), None))??;
        let written = text.to_owned();
        Some(Phone { written, ..phone })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Number {
        Number::from(text.to_owned())
    }

    #[test]
    fn each_way_of_writing() {
        for (number, fr, us) in [
            ("+33639980012", Some("0639980012"), "33639980012"),
            ("+12025550123", None, "2025550123"),
            ("+3225550123", None, "0113225550123"),
            ("4021", Some("4021"), "4021"),
        ] {
            assert_eq!(french(&of(number)).as_deref(), fr, "{number}");
            assert_eq!(north_american(&of(number)), us, "{number}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let region = |text: &str| text.parse().ok();
        for (text, region, number, extension) in [
            ("0639980012", region("FR"), "+33639980012", None),
            ("+33199001234 x12", None, "+33199001234", Some("12")),
            ("2025550123", region("US"), "+12025550123", None),
            ("33199001234", region("US"), "+33199001234", None),
            ("4021", region("FR"), "4021", None),
        ] {
            let phone = read(Kind::Work, text, region).expect(text);
            assert_eq!(phone.number.as_str(), number);
            assert_eq!(phone.extension.as_deref(), extension);
        }
        assert_eq!(read(Kind::Work, "ask Anne", None), None);
    }
}
