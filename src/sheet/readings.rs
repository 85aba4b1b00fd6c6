//! How well a text of one byte a character reads in this encoding or that, and whether the guess of its encoding is
//! sure. The guesser knows neither the Mac nor DOS: what those wrote is told from the rest by where accents and signs
//! stand in words, and where that does not decide, a person has to.

use super::charset::Charset;

/// The accented letters of the western languages, as names and addresses have them.
const LETTERS: &str = "éèêëàâäáãåçïîíìôöóòõøùûüúñæœßÉÈÊËÀÂÄÁÃÅÇÏÎÍÌÔÖÓÒÕØÙÛÜÚÑÆŒ";

/// Signs that stand between words, or at the end of one.
const SIGNS: &str = "°«»€…“”„‘’•£§©®™¿¡ºª\u{a0}";

/// Signs that stand inside words too.
const INSIDE: &str = "’‘´–—·\u{ad}";

/// The encodings that the guesser does not know, and the one that they are mistaken for.
const RIVALS: [&str; 4] = ["windows-1252", "macintosh", "cp850", "cp437"];

/// How many characters of a sample are shown.
const SHOWN: usize = 24;

/// How a text reads: characters that stand where such a one does, and those that do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct CharacterCounts {
    good: usize,
    bad: usize,
    /// Letters of other scripts.
    foreign: usize,
}

impl CharacterCounts {
    fn of(text: &str) -> Self {
        let mut reading = Self::default();
        let mut before = ' ';
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            if !c.is_ascii() {
                reading.see(before, c, rest.peek().copied().unwrap_or(' '));
            }
            before = c;
        }
        reading
    }

    fn see(&mut self, before: char, c: char, after: char) {
        let inside = before.is_alphabetic() && after.is_alphabetic();
        if LETTERS.contains(c) {
            // A capital behind a small letter is another letter, misread.
            let is_odd = c.is_uppercase() && before.is_lowercase();
            *(if is_odd {
                &mut self.bad
            } else {
                &mut self.good
            }) += 1;
        } else if INSIDE.contains(c) || SIGNS.contains(c) && !inside {
            self.good += 1;
        } else if c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase() || is_foreign(c) {
            self.foreign += 1;
        } else if !c.is_alphabetic() || c.is_uppercase() && before.is_lowercase() {
            self.bad += 1;
        }
    }
}

/// Whether a letter is of no Latin alphabet: Greek and all that comes behind it.
fn is_foreign(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, '\u{0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// What is not sure about the encoding of some bytes that were taken for one: the encodings that they may be in, with a
/// sample of how each reads; nothing where the guess is sure. `bytes` are some of a text of one byte a character.
pub(super) fn doubt(bytes: &[u8], taken: Charset) -> Option<String> {
    let rivals: Vec<Charset> = RIVALS
        .iter()
        .filter_map(|name| Charset::by_label("", name).ok())
        .filter(|rival| *rival != taken)
        .collect();
    let own = CharacterCounts::of(&taken.text(bytes));
    let is_rival = |rival: &Charset| {
        let reading = CharacterCounts::of(&rival.text(bytes));
        match taken.name().as_ref() {
            // Only what the Mac wrote: others are as likely where they read as well.
            "macintosh" => reading.bad <= own.bad,
            // Of other scripts, the guesser knows more than where letters stand.
            _ if own.foreign > 0 => reading.bad == 0 && reading.good > 0 && own.bad > 0,
            _ => reading.bad * 4 < own.bad,
        }
    };
    if !rivals.iter().any(is_rival) {
        return None;
    }
    let sample = sample(bytes);
    let mut readings: Vec<(String, String)> = Vec::new();
    for charset in std::iter::once(&taken).chain(&rivals) {
        let text: String = charset.text(sample).chars().take(SHOWN).collect();
        if !readings.iter().any(|(_, known)| *known == text) {
            readings.push((charset.name().into_owned(), text));
        }
    }
    let shown: Vec<String> = readings
        .iter()
        .map(|(name, text)| format!("`{text}` in {name}"))
        .collect();
    Some(format!("the text reads {}", shown.join(", ")))
}

/// The first word that has a byte beyond ASCII: most often of the header.
fn sample(bytes: &[u8]) -> &[u8] {
    let Some(at) = bytes.iter().position(|byte| !byte.is_ascii()) else {
        return &[];
    };
    let is_edge = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
    let start = bytes[..at]
        .iter()
        .rposition(is_edge)
        .map_or(0, |edge| edge + 1);
    let end = bytes[at..]
        .iter()
        .position(is_edge)
        .map_or(bytes.len(), |edge| at + edge);
    &bytes[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charset(name: &str) -> Charset {
        Charset::by_label("x", name).expect("it is known")
    }

    /// The text in an encoding of one byte a character.
    fn bytes(text: &str, name: &str) -> Vec<u8> {
        let of = |c: char| {
            let mut all = 0..=255_u8;
            all.find(|byte| charset(name).text(&[*byte]) == c.to_string())
                .unwrap_or_else(|| panic!("{c} is not in {name}"))
        };
        text.chars().map(of).collect()
    }

    const TEXTS: [&str; 8] = [
        "Prénom;Nom;Téléphone\nAnaïs;Lefèvre;01 99 00 12 34\n",
        "Société;Ville\nL'Œil d'Été;Besançon\nÀ côté;Nîmes\n",
        "Vorname;Straße\nJörg;Müllerstraße 7\nKäthe;Äußere Gasse\n",
        "Nombre;Dirección\nMaría José;Calle Núñez, 4º izq.\n¿Qué?;Ávila\n",
        "Name;Note\nZoë;naïve café – “quoted” … 5 €\n",
        "NOM;SOCIÉTÉ\nDUPRÉ;HÔTEL DES ALPES\n",
        "Nome;Città\nNicolò;Forlì\n",
        "Navn;By\nSøren;Århus\nBjørn;Tromsø\n",
    ];

    #[test]
    fn an_ordinary_text_is_sure() {
        for text in TEXTS {
            assert_eq!(
                doubt(&bytes(text, "windows-1252"), charset("windows-1252")),
                None,
                "{text}"
            );
        }
        for text in [
            "Größe\n",
            "Käufer\n",
            "à\n",
            "m² O´Neil n°5 ½\n",
            "École;été\n",
            "½;±5 %\n",
        ] {
            assert_eq!(
                doubt(&bytes(text, "windows-1252"), charset("windows-1252")),
                None,
                "{text}"
            );
        }
        let text = "Prénom;Téléphone\nAnaïs;à côté, Besançon\n";
        assert_eq!(doubt(&bytes(text, "macintosh"), charset("macintosh")), None);
        let text = "Имя;Телефон\nАнна Петрова;Москва\n";
        assert_eq!(
            doubt(&bytes(text, "windows-1251"), charset("windows-1251")),
            None
        );
        let text = "Jméno;Příjmení\nJiří;Dvořák\nŽofie;Škodová\n";
        assert_eq!(
            doubt(&bytes(text, "windows-1250"), charset("windows-1250")),
            None
        );
    }

    #[test]
    fn a_text_of_dos_is_not_taken_for_another_without_a_word() {
        for text in &TEXTS[..3] {
            let dos = bytes(&text.replace('Œ', "O"), "cp850");
            for taken in ["macintosh", "windows-1252"] {
                let said = doubt(&dos, charset(taken)).unwrap_or_else(|| panic!("{taken}: {text}"));
                assert!(said.contains("in cp850") && said.contains(taken), "{said}");
            }
        }
        let said = doubt(&bytes("Nom;Téléphone\n", "cp850"), charset("macintosh"));
        assert_eq!(
            said.as_deref(),
            Some(
                "the text reads `TÇlÇphone` in macintosh, `T‚l‚phone` in windows-1252, `Téléphone` in cp850"
            )
        );
    }
}
