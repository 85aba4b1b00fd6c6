//! A phone number, with the text that it was written as.

use serde::{Deserialize, Serialize};

use super::Kind;

/// What can be dialled.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Number {
    /// `+` and up to 15 digits, the country code first (ITU E.164).
    International(String),
    /// The digits of a short or internal number, which has no country.
    Short(String),
}

impl Number {
    /// The number's text: E.164, or the digits of a short number.
    pub fn as_str(&self) -> &str {
        match self {
            Self::International(text) | Self::Short(text) => text,
        }
    }
}

impl From<String> for Number {
    fn from(text: String) -> Self {
        if text.starts_with('+') {
            Self::International(text)
        } else {
            Self::Short(text)
        }
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        match number {
            Number::International(text) | Number::Short(text) => text,
        }
    }
}

/// One phone number of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phone {
    /// What it is for.
    pub kind: Kind,
    /// What is dialled.
    pub number: Number,
    /// Digits dialled after the call is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// The text as it stood in the sheet or the vendor's record.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub written: String,
}

/// The country in whose way a number without a country code is written: an ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region([u8; 2]);

impl Region {
    /// Every region there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let codes = REGIONS.split(' ').map(str::as_bytes);
        codes.filter_map(|code| Some(Self(*code.first_chunk()?)))
    }

    /// The two capital letters, as ASCII.
    pub fn letters(&self) -> [u8; 2] {
        self.0
    }

    /// The two capital letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.as_str().to_owned()
    }
}

impl TryFrom<String> for Region {
    type Error = BadRegion;

    fn try_from(text: String) -> Result<Self, BadRegion> {
        text.parse()
    }
}

/// Every region with telephone numbers of its own, as libphonenumber lists them.
const REGIONS: &str = "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
                       BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG \
                       EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT \
                       HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR \
                       LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF \
                       NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD \
                       SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW \
                       TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Whether each of the codes `AA` to `ZZ` is a region.
const KNOWN: [bool; 26 * 26] = known();

const fn known() -> [bool; 26 * 26] {
    let (mut known, list, mut at) = ([false; 26 * 26], REGIONS.as_bytes(), 0);
    while at + 1 < list.len() {
        if let Some(place) = place([list[at], list[at + 1]]) {
            known[place] = true;
            at += 1;
        }
        at += 1;
    }
    known
}

const fn place(code: [u8; 2]) -> Option<usize> {
    let [first, second] = code;
    if first.is_ascii_uppercase() && second.is_ascii_uppercase() {
        Some((first - b'A') as usize * 26 + (second - b'A') as usize)
    } else {
        None
    }
}

/// A text that is no region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid region `{0}`: expected the two letters of a country, for example FR (the United Kingdom is GB)"
)]
pub struct BadRegion(String);

impl std::str::FromStr for Region {
    type Err = BadRegion;

    fn from_str(text: &str) -> Result<Self, BadRegion> {
        let letters = <[u8; 2]>::try_from(text.trim().as_bytes()).ok();
        let code = letters.map(|letters| letters.map(|letter| letter.to_ascii_uppercase()));
        let known = code.filter(|code| place(*code).is_some_and(|place| KNOWN[place]));
        known.map(Self).ok_or_else(|| BadRegion(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_two_letters() {
        assert_eq!(
            "fr".parse::<Region>().map(|r| r.to_string()),
            Ok("FR".to_owned())
        );
        for region in Region::all() {
            assert_eq!(region.as_str().parse(), Ok(region));
        }
        let pairs = (b'A'..=b'Z').flat_map(|a| (b'A'..=b'Z').map(move |b| [a, b]));
        let known = pairs.filter(|pair| Region::all().any(|region| region.0 == *pair));
        assert_eq!(known.count(), KNOWN.iter().filter(|known| **known).count());
        for wrong in ["", "F", "FRA", "33", "F1", "XX", "UK", "D E"] {
            assert!(wrong.parse::<Region>().is_err(), "{wrong}");
        }
    }
}
