//! Countries by the names that people write: ISO 3166-1 codes, with the names in English and French, of
//! the languages' own countries also in their own words.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use deunicode::deunicode;
use foldhash::fast::FixedState;

use crate::model::Region;

/// Codes and names; names are compared without case, accents, blanks and punctuation.
const COUNTRIES: &[(&str, &str)] = &[
    (
        "FR",
        "france|frankreich|francia|franca|frankrijk|fra|republiquefrancaise",
    ),
    ("BE", "belgique|belgium|belgie|belgien|belgica|belgio|bel"),
    (
        "CH",
        "suisse|switzerland|schweiz|svizzera|suiza|suica|zwitserland|che",
    ),
    ("LU", "luxembourg|luxemburg|luxemburgo|lussemburgo|lux"),
    (
        "DE",
        "allemagne|germany|deutschland|alemania|alemanha|germania|duitsland|deu",
    ),
    (
        "AT",
        "autriche|austria|osterreich|oesterreich|oostenrijk|aut",
    ),
    (
        "ES",
        "espagne|spain|espana|spanien|spagna|espanha|spanje|esp",
    ),
    ("IT", "italie|italy|italia|italien|ita"),
    ("PT", "portugal|portogallo|prt"),
    (
        "NL",
        "paysbas|netherlands|thenetherlands|nederland|niederlande|holland|hollande|paesibassi|paisesbajos|paisesbaixos|nld",
    ),
    (
        "GB",
        "royaumeuni|unitedkingdom|uk|greatbritain|grandebretagne|angleterre|england|scotland|ecosse|wales|paysdegalles|northernireland|grossbritannien|vereinigteskonigreich|reinounido|regnounito|verenigdkoninkrijk|gbr",
    ),
    ("IE", "irlande|ireland|irland|irlanda|ierland|irl"),
    (
        "US",
        "etatsunis|unitedstates|unitedstatesofamerica|usa|etatsunisdamerique|vereinigtestaaten|estadosunidos|statiuniti|verenigdestaten",
    ),
    ("CA", "canada|kanada|can"),
    ("MX", "mexique|mexico|mexiko|messico|mex"),
    ("BR", "bresil|brazil|brasil|brasilien|brasile|bra"),
    ("AR", "argentine|argentina|argentinien|arg"),
    ("CL", "chili|chile|cile|chl"),
    ("CO", "colombie|colombia|kolumbien|col"),
    ("PE", "perou|peru|per"),
    ("MC", "monaco|mco"),
    ("AD", "andorre|andorra|and"),
    (
        "DK",
        "danemark|denmark|danmark|danemark|dinamarca|danimarca|dnk",
    ),
    (
        "SE",
        "suede|sweden|sverige|schweden|suecia|svezia|zweden|swe",
    ),
    (
        "NO",
        "norvege|norway|norge|norwegen|noruega|norvegia|noorwegen|nor",
    ),
    ("FI", "finlande|finland|suomi|finnland|finlandia|fin"),
    ("IS", "islande|iceland|island|islandia|isl"),
    ("PL", "pologne|poland|polska|polen|polonia|pol"),
    (
        "CZ",
        "republiquetcheque|tchequie|czechrepublic|czechia|tschechien|cesko|cze",
    ),
    ("SK", "slovaquie|slovakia|slowakei|slovensko|svk"),
    ("HU", "hongrie|hungary|ungarn|magyarorszag|hun"),
    ("RO", "roumanie|romania|rumanien|rou"),
    ("BG", "bulgarie|bulgaria|bulgarien|bgr"),
    ("GR", "grece|greece|griechenland|grecia|grc"),
    ("HR", "croatie|croatia|kroatien|hrvatska|hrv"),
    ("SI", "slovenie|slovenia|slowenien|svn"),
    ("RS", "serbie|serbia|serbien|srb"),
    ("EE", "estonie|estonia|estland|est"),
    ("LV", "lettonie|latvia|lettland|lva"),
    ("LT", "lituanie|lithuania|litauen|ltu"),
    ("UA", "ukraine|ucrania|ucraina|ukr"),
    ("RU", "russie|russia|russland|rusia|rus"),
    ("TR", "turquie|turkey|turkiye|turkei|turquia|tur"),
    ("MA", "maroc|morocco|marokko|marruecos|marocco|marrocos|mar"),
    ("DZ", "algerie|algeria|algerien|argelia|dza"),
    ("TN", "tunisie|tunisia|tunesien|tunez|tun"),
    ("EG", "egypte|egypt|agypten|egipto|egitto|egy"),
    ("SN", "senegal|sen"),
    ("CI", "cotedivoire|ivorycoast|elfenbeinkuste|civ"),
    ("CM", "cameroun|cameroon|kamerun|cmr"),
    ("MG", "madagascar|madagaskar|mdg"),
    ("ZA", "afriquedusud|southafrica|sudafrika|sudafrica|zaf"),
    ("IL", "israel|isr"),
    ("LB", "liban|lebanon|libanon|libano|lbn"),
    ("AE", "emiratsarabesunis|unitedarabemirates|uae|are"),
    ("SA", "arabiesaoudite|saudiarabia|saudiarabien|sau"),
    ("IN", "inde|india|indien|ind"),
    ("CN", "chine|china|cina|chn"),
    ("JP", "japon|japan|giappone|jpn"),
    ("KR", "coreedusud|southkorea|sudkorea|republicofkorea|kor"),
    ("SG", "singapour|singapore|singapur|sgp"),
    ("AU", "australie|australia|australien|aus"),
    ("NZ", "nouvellezelande|newzealand|neuseeland|nzl"),
    ("RE", "lareunion|reunion|reu"),
    ("GP", "guadeloupe|glp"),
    ("MQ", "martinique|mtq"),
    ("GF", "guyane|guyanefrancaise|frenchguiana|guf"),
    ("YT", "mayotte|myt"),
    ("NC", "nouvellecaledonie|newcaledonia|ncl"),
    ("PF", "polynesiefrancaise|frenchpolynesia|pyf"),
];

/// The ISO code of a country; `None` for a text that is no name of one.
pub(super) fn code(text: &str) -> Option<&'static str> {
    if text.is_ascii() {
        named(text)
    } else {
        named(&deunicode(text))
    }
}

/// No name has more letters.
const LONGEST: usize = 32;

/// The code of an ASCII name, by its letters.
fn named(text: &str) -> Option<&'static str> {
    let (mut letters, mut length) = ([0; LONGEST], 0);
    for letter in text.bytes().filter(u8::is_ascii_alphabetic) {
        *letters.get_mut(length)? = letter.to_ascii_lowercase();
        length += 1;
    }
    let name = std::str::from_utf8(letters.get(..length)?).ok()?;
    BY_NAME.get(name).copied()
}

type Names = HashMap<Cow<'static, str>, &'static str, FixedState>;

/// The codes by names, the codes themselves in lower case among them. Where a name stands twice, the first counts.
static BY_NAME: LazyLock<Names> = LazyLock::new(|| {
    let mut known = Names::default();
    for (code, names) in COUNTRIES {
        let names = names.split('|').map(Cow::Borrowed);
        for name in std::iter::once(code.to_ascii_lowercase().into()).chain(names) {
            known.entry(name).or_insert(*code);
        }
    }
    known
});

/// The region of a country; of two letters any are taken, for the list of names is not all the world.
pub(super) fn region(text: &str) -> Option<Region> {
    code(text).unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_its_names() {
        for (text, found) in [
            ("France", Some("FR")),
            ("fr", Some("FR")),
            ("Pays-Bas", Some("NL")),
            ("U.S.A.", Some("US")),
            ("Österreich", Some("AT")),
            ("España", Some("ES")),
            ("Lille", None),
            ("", None),
        ] {
            assert_eq!(code(text), found, "{text}");
        }
        let mut seen = std::collections::HashSet::new();
        for (code, names) in COUNTRIES {
            assert!(
                seen.insert(*code) && code.parse::<Region>().is_ok(),
                "{code}"
            );
            let is_name = |name: &str| (1..=LONGEST).contains(&name.len());
            assert!(names.split('|').all(is_name), "{code}");
        }
    }
}
