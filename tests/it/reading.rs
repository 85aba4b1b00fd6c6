//! The samples, read to the end: what their README says is what comes out.

use std::ops::ControlFlow;
use std::path::Path;

use rolo::mapping::{Mapping, Options};
use rolo::model::{Contact, Diagnostic, Severity};
use rolo::normalize;
use rolo::sheet::{Hints, Source};

struct Read {
    source: Source,
    mapping: Mapping,
    contacts: Vec<(u64, Contact, Vec<Diagnostic>)>,
}

fn read(sample: &str) -> Read {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("samples")
        .join(sample);
    let mut source = Source::open(&path, &Hints::default()).expect("a sample can be read");
    let mapping = Mapping::guess(&source.preview, &Options::default());
    let mapping = mapping.expect("a sample has a header");
    let options = normalize::Options {
        region: "FR".parse().ok(),
        ..normalize::Options::default()
    };
    let mut contacts = Vec::new();
    let mut each = |row: rolo::sheet::Row| {
        if mapping.holds(&row) {
            let (contact, remarks) = normalize::contact(&mapping.draft(&row), &options);
            contacts.push((row.number, contact, remarks));
        }
        ControlFlow::Continue(())
    };
    source.rows(&mut each).expect("a sample can be read");
    Read {
        source,
        mapping,
        contacts,
    }
}

#[test]
fn the_clean_samples_are_clean() {
    for (sample, count) in [
        ("contacts.csv", 12),
        ("eight.csv", 8),
        ("semicolon-cp1252.csv", 3),
        ("utf16.csv", 3),
    ] {
        let read = read(sample);
        assert_eq!(read.contacts.len(), count, "{sample}");
        for (row, _, remarks) in &read.contacts {
            assert!(remarks.is_empty(), "{sample}, row {row}: {remarks:?}");
        }
    }
}

#[test]
fn the_samples_are_recognised() {
    for (sample, encoding, delimiter) in [
        ("contacts.csv", Some("utf-8"), Some(",")),
        ("messy.csv", Some("utf-8"), Some(",")),
        ("semicolon-cp1252.csv", Some("windows-1252"), Some(";")),
        ("utf16.csv", Some("utf-16le"), Some("\t")),
        ("contacts.xlsx", None, None),
    ] {
        let about = read(sample).source.about;
        assert_eq!(
            (about.encoding.as_deref(), about.delimiter.as_deref()),
            (encoding, delimiter)
        );
    }
    assert_eq!(
        read("contacts.xlsx").source.about.sheet.as_deref(),
        Some("Contacts")
    );
    let clean = read("contacts.csv").mapping;
    let free = clean
        .columns
        .iter()
        .filter(|column| column.target.to_string().contains("custom"));
    assert_eq!(free.count(), 0);
}

/// The table of the README, as data.
#[test]
fn the_messy_sample_is_as_its_readme_says() {
    let readme = include_str!("../../samples/README.md");
    let messy = readme
        .split("\n## ")
        .find(|part| part.starts_with("messy.csv"));
    let rows = messy
        .expect("the README tells of it")
        .lines()
        .filter(|line| line.starts_with("| "));
    let told: Vec<(u64, Vec<&str>)> = rows
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let codes = cells[4]
                .split('`')
                .filter(|word| word.contains('.'))
                .collect();
            Some((cells[1].parse().ok()?, codes))
        })
        .collect();
    let read = read("messy.csv");
    let found: Vec<(u64, Vec<&str>)> = read
        .contacts
        .iter()
        .map(|(row, _, remarks)| (*row, remarks.iter().map(|remark| remark.code.id).collect()))
        .collect();
    assert_eq!(found, told);
    let suggested = |row: u64| {
        let (.., remarks) = read.contacts.iter().find(|contact| contact.0 == row)?;
        remarks
            .iter()
            .find_map(|remark| remark.suggestion.as_deref())
    };
    assert_eq!(suggested(7), Some("+33199001204"));
    assert_eq!(suggested(13), Some("carla@example.com"));
}

#[test]
fn a_workbook_is_read_as_it_is_shown() {
    let read = read("contacts.xlsx");
    let numbers: Vec<(u64, &str)> = read
        .contacts
        .iter()
        .map(|(row, contact, _)| (*row, contact.phones[0].number.as_str()))
        .collect();
    assert_eq!(
        numbers,
        [
            (4, "+33199003001"),
            (5, "+33261913002"),
            (6, "+33353013003"),
            (8, "+33465713004"),
            (9, "+33536493005"),
        ]
    );
    let code = |at: usize| {
        read.contacts[at].1.addresses[0]
            .value
            .postal_code
            .as_deref()
    };
    assert_eq!((code(1), code(2)), (Some("29200"), Some("01000")));
    assert_eq!(
        read.contacts[0].1.custom,
        [("Né(e) le".to_owned(), "1980-05-17".to_owned())]
    );
    assert_eq!(read.contacts[4].2[0].code.id, "text.formula-error");
    let errors = read.contacts.iter().flat_map(|contact| &contact.2);
    assert_eq!(
        errors
            .filter(|remark| remark.severity() == Severity::Error)
            .count(),
        0
    );
}

/// What the columns of a header are taken for.
fn taken(header: &[&str]) -> Vec<String> {
    let row = rolo::sheet::Row::of(1, header.iter().copied());
    let mapping = Mapping::guess(&[row], &Options::default()).expect("a header");
    let columns = mapping.columns.iter();
    columns.map(|column| column.target.to_string()).collect()
}

/// Headers and what they are taken for, parted by bars.
const LANGUAGES: [(&str, &str); 8] = [
    (
        "Nombre|Apellidos|Empresa|Teléfono|Móvil|Correo electrónico|Código postal|Ciudad",
        "name.first|name.last|company|phone.work|phone.mobile|email.work|address.work.postal_code|address.work.city",
    ),
    (
        "Vorname|Nachname|Firma|Telefon|Handy|E-Mail-Adresse|Straße|PLZ|Ort|Land",
        "name.first|name.last|company|phone.work|phone.mobile|email.work|address.work.line1|\
         address.work.postal_code|address.work.city|address.work.country",
    ),
    (
        "Naam|Bedrijf|Functie|Telefoonnummer|Mobiel|E-mailadres|Plaats",
        "name.full|company|position|phone.work|phone.mobile|email.work|address.work.city",
    ),
    (
        "Nome|Cognome|Azienda|Telefono|Cellulare|Indirizzo|CAP|Città",
        "name.first|name.last|company|phone.work|phone.mobile|address.work.line1|address.work.postal_code|\
         address.work.city",
    ),
    (
        "Nome|Sobrenome|Telemóvel|Endereço de e-mail|Morada|País",
        "name.first|name.last|phone.mobile|email.work|address.work.line1|address.work.country",
    ),
    (
        "Given Name|Family Name|Phone 1 - Type|Phone 1 - Value|Address 1 - Type|Address 1 - Formatted|\
         Address 1 - Street|Address 1 - City",
        "name.first|name.last|ignored|phone.work|ignored|custom:Address 1 - Formatted|address.work.line1|\
         address.work.city",
    ),
    (
        "firstName|lastName|workPhone|mobilePhone|email|workStreet|workCity",
        "name.first|name.last|phone.work|phone.mobile|email.work|address.work.line1|address.work.city",
    ),
    (
        "First|Last|Email|Home|Work|Mobile|Work ZIP|Home ZIP",
        "name.first|name.last|email.work|phone.home|phone.work|phone.mobile|address.work.postal_code|\
         address.home.postal_code",
    ),
];

#[test]
fn headers_of_several_languages_and_programs_are_known() {
    for (header, fields) in LANGUAGES {
        let header: Vec<&str> = header.split('|').collect();
        assert_eq!(taken(&header).join("|"), fields);
    }
}

#[test]
fn a_workbook_of_before_2007_is_read() {
    let read = read("before-2007.xls");
    assert_eq!(read.source.about.sheet.as_deref(), Some("Feuil1"));
    let found: Vec<(u64, &str)> = read
        .contacts
        .iter()
        .map(|(row, contact, _)| (*row, contact.phones[0].number.as_str()))
        .collect();
    assert_eq!(found, [(2, "+33639980012"), (4, "+33199001234")]);
    assert_eq!(read.contacts[0].2[0].code.id, "phone.restored");
}
