//! The files of the languages, read as a translator's editor would: what is wrong with one is said in plain words.

use std::path::Path;

use super::*;
use crate::model::AddressPart;
use Field::{Address, Email, Phone};
use Kind::{Fax, Work};

/// What is wrong with a language's file; nothing where all is well.
fn faults(file: &str, text: &str) -> Vec<String> {
    let words: LanguageWords = match toml::from_str(text) {
        Ok(words) => words,
        Err(error) => return vec![format!("{file}.toml cannot be read: {error}")],
    };
    let mut faults = Vec::new();
    faults_of_headers(&words, &mut faults);
    faults_of_dates(&words.dates, &mut faults);
    faults
        .into_iter()
        .map(|fault| format!("{file}.toml: {fault}"))
        .collect()
}

fn faults_of_headers(words: &LanguageWords, faults: &mut Vec<String>) {
    let meanings = meanings();
    let mut before: HashMap<String, (&str, &str)> = HashMap::new();
    for (name, list) in &words.headers {
        if !meanings.contains_key(name) {
            let like = |known: &&String| strsim::normalized_damerau_levenshtein(name, known);
            let nearest = meanings.keys().max_by(|a, b| like(a).total_cmp(&like(b)));
            faults.push(format!(
                "[headers] names `{name}`, which is no field; did you mean `{}`?",
                nearest.map_or("", String::as_str)
            ));
        }
        for word in list {
            if let Some(fault) = fault_of_spelling(word) {
                faults.push(format!("`{word}` under `{name}` {fault}"));
            }
            match before.insert(fold(word), (name, word)) {
                Some((other, first)) if other == name => faults.push(format!(
                    "`{word}` and `{first}` under `{name}` are one word, since case, accents, blanks and punctuation \
                     are forgotten; leave one out"
                )),
                Some((other, first)) => faults.push(format!(
                    "`{word}` stands under `{name}`, and `{first}` under `{other}`; a word means one thing, so choose"
                )),
                None => {}
            }
        }
    }
}

fn fault_of_spelling(word: &str) -> Option<&'static str> {
    if fold(word).is_empty() {
        Some("has no letter and no digit, so that nothing can be compared")
    } else if word.trim() != word {
        Some("begins or ends with a blank; leave it out")
    } else {
        None
    }
}

fn faults_of_dates(dates: &DateWords, faults: &mut Vec<String>) {
    if dates.months.len() != 12 {
        faults.push(format!(
            "`months` under [dates] has {} lists; it takes twelve, January first",
            dates.months.len()
        ));
    }
    let mut before = HashMap::new();
    let months = (1..).zip(&dates.months);
    let months = months.flat_map(|(month, list)| {
        list.iter()
            .map(move |word| (word, format!("month {month}")))
    });
    let passing = dates.weekdays.iter().map(|word| (word, "weekdays"));
    let passing = passing.chain(dates.fillers.iter().map(|word| (word, "fillers")));
    let passing = passing.map(|(word, place)| (word, place.to_owned()));
    for (word, place) in months.chain(passing) {
        if let Some(fault) = fault_of_spelling(word) {
            faults.push(format!("`{word}` in {place} {fault}"));
        }
        if let Some(other) = before.insert(fold(word), place.clone()) {
            faults.push(format!(
                "`{word}` stands in {place} and in {other}; a word of a date means one thing"
            ));
        }
    }
}

/// What the languages say against each other.
fn contradictions() -> Vec<String> {
    let mut headers: HashMap<String, (String, &str)> = HashMap::new();
    let mut months: HashMap<String, (usize, &str)> = HashMap::new();
    let mut found = Vec::new();
    for (file, text) in LANGUAGES {
        let words: LanguageWords = toml::from_str(text).expect("another test says what is wrong");
        for (name, list) in words.headers {
            for word in list {
                let before = headers.insert(fold(&word), (name.clone(), file));
                if let Some((other, place)) = before.filter(|(other, _)| *other != name) {
                    found.push(format!(
                        "`{word}` means {name} in {file}.toml and {other} in {place}.toml; a word means one thing"
                    ));
                }
            }
        }
        for (month, list) in words.dates.months.iter().enumerate() {
            for word in list {
                let before = months.insert(fold(word), (month, file));
                if let Some((_, place)) = before.filter(|(other, _)| *other != month) {
                    found.push(format!(
                        "`{word}` is one month in {file}.toml and another in {place}.toml"
                    ));
                }
            }
        }
    }
    let all = vocabulary();
    let passing = months.keys().filter(|word| all.adds_nothing(word));
    found.extend(passing.map(|word| format!("`{word}` is a month, and adds nothing to a date")));
    found
}

#[test]
fn every_language_is_well_written() {
    let faults: Vec<String> = LANGUAGES
        .iter()
        .flat_map(|(file, text)| faults(file, text))
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn no_two_languages_contradict_each_other() {
    let found = contradictions();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_file_of_the_folder_is_compiled_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mapping/data");
    let files = std::fs::read_dir(folder).expect("the folder of languages");
    for file in files.map(|file| file.expect("a file").path()) {
        if file.extension().is_some_and(|end| end == "toml") {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            let known = LANGUAGES.iter().any(|(known, _)| *known == name);
            assert!(known, "{name}.toml has no line in LANGUAGES");
        }
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_where_it_is() {
    let months: Vec<String> = (1..=12)
        .map(|month| format!("[\"month{month}\"]"))
        .collect();
    let dates = format!(
        "[dates]\nheaders = []\nmonths = [{}]\nweekdays = []\nfillers = []\n",
        months.join(", ")
    );
    let with = |headers: &str| faults("latin", &format!("[headers]\n{headers}\n{dates}"));
    assert_eq!(with("note = [\"Nota\"]"), Vec::<String>::new());
    for (headers, said) in [
        (
            "note = [\"Nota\"",
            "latin.toml cannot be read: TOML parse error at line 3",
        ),
        (
            "\"phone.wrok\" = [\"X\"]",
            "no field; did you mean `phone.work`?",
        ),
        (
            "note = [\"Tél.\", \"TEL\"]",
            "`TEL` and `Tél.` under `note` are one word",
        ),
        (
            "note = [\"Nota\"]\ncompany = [\"nota\"]",
            "a word means one thing",
        ),
        ("note = [\"…\"]", "`…` under `note` has no letter"),
        ("note = [\" Nota\"]", "begins or ends with a blank"),
    ] {
        let found = with(headers);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(said), "{found:?}");
    }
    let text = format!(
        "[headers]\n{}",
        dates.replace("[\"month12\"]", "[\"Month1\"]")
    );
    let found = faults("latin", &text);
    assert_eq!(
        found,
        [
            "latin.toml: `Month1` stands in month 12 and in month 1; a word of a date means one thing"
        ]
    );
    let text = format!("[headers]\n{}", dates.replace(", [\"month12\"]", ""));
    assert!(faults("latin", &text)[0].contains("has 11 lists; it takes twelve"));
}

#[test]
fn every_field_is_known_by_its_own_name() {
    let words = vocabulary();
    for field in Field::all()
        .into_iter()
        .filter(|field| *field != Field::Custom)
    {
        let name = field.to_string();
        assert_eq!(words.own(&name), Some(field), "{name}");
        assert_eq!(words.own(&name.replace('.', "_")), Some(field), "{name}");
    }
}

#[test]
fn names_are_known_as_people_write_them() {
    let words = vocabulary();
    for (header, field) in [
        ("Tél.", Phone(Work)),
        ("TELEPHONE", Phone(Work)),
        ("Phone 3 - Value", Phone(Work)),
        ("E-mail 2 - Value", Email(Work)),
        ("Business Street 2", Address(Work, AddressPart::Line2)),
        ("Code postal", Address(Work, AddressPart::PostalCode)),
        ("N° de téléphone", Phone(Work)),
        ("Télécopie", Phone(Fax)),
    ] {
        assert_eq!(words.known(header), Some(Is(field)), "{header}");
    }
    assert_eq!(words.known("12"), None);
    assert_eq!(words.known("Phone 1 - Type"), None);
}
