//! Whole rows, made into contacts.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::mapping::{self, Column, Mapping, MappingTarget};
use crate::model::{AddressPart, ContactKey, Derived, Number, Severity};

fn normalized(columns: &[(&str, &str)]) -> (Contact, Vec<Diagnostic>) {
    let region = "FR".parse().ok();
    let header = Row::of(1, columns.iter().map(|column| column.0));
    let row = Row::of(2, columns.iter().map(|column| column.1));
    let mapping = Mapping::guess(&[header, row.clone()], &mapping::Options::default());
    let mapping = mapping.expect("the header is known");
    let options = Options {
        region,
        ..Options::default()
    };
    contact(&mapping.draft(&row), &options)
}

fn codes_of(remarks: &[Diagnostic]) -> Vec<&str> {
    remarks.iter().map(|remark| remark.code.id).collect()
}

#[test]
fn a_row_becomes_a_contact() {
    let (contact, remarks) = normalized(&[
        ("Identifiant", " 17 "),
        ("Civilité", "Mme"),
        ("Prénom", "Anne-Sophie"),
        ("Nom", "Durand"),
        ("Société", "Exemple & Fils"),
        ("Téléphone", "01 99 00 12 34 p. 12"),
        ("Portable", "+33 (0)2 61 91 00 12"),
        ("E-mail", "as@Example.FR; Compta <compta@example.fr>"),
        ("Adresse", "1 rue Haute\nBâtiment B"),
        ("CP", "59000"),
        ("Ville", "Lille"),
        ("Groupe", "Clients; VIP"),
        ("Notes", "one\r\ntwo"),
        ("Principal", "oui"),
        ("mail_categories", "2, 5"),
        ("Badge", "A-12"),
    ]);
    assert_eq!(contact.key.as_ref().map(ContactKey::as_str), Some("17"));
    assert_eq!(contact.name.full.as_deref(), Some("Anne-Sophie Durand"));
    assert_eq!(contact.name.derived, Derived::Full);
    let phones: Vec<(Kind, &str, Option<&str>)> = contact
        .phones
        .iter()
        .map(|phone| {
            (
                phone.kind,
                phone.number.as_str(),
                phone.extension.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        phones,
        [
            (Kind::Work, "+33199001234", Some("12")),
            (Kind::Mobile, "+33261910012", None),
        ]
    );
    let emails: Vec<&str> = contact
        .emails
        .iter()
        .map(|email| email.value.as_str())
        .collect();
    assert_eq!(emails, ["as@example.fr", "compta@example.fr"]);
    let address = &contact.addresses[0].value;
    assert_eq!(address.one_line(), "1 rue Haute, Bâtiment B, Lille, 59000");
    assert_eq!(address.part(AddressPart::Line2), Some("Bâtiment B"));
    assert_eq!(
        (contact.groups.len(), contact.note.as_deref()),
        (2, Some("one\ntwo"))
    );
    assert_eq!(
        (contact.primary, contact.mail_categories),
        (Some(true), Some(vec![2, 5]))
    );
    assert_eq!(contact.custom, [("Badge".to_owned(), "A-12".to_owned())]);
    assert_eq!(codes_of(&remarks), ["email.name"]);
}

#[test]
fn what_is_wrong_is_said_and_kept() {
    let cases = [
        ("Mobile", "0612", "phone.too-short", "phone has 4 digits"),
        (
            "Mobile",
            "02 61 91 00 1",
            "phone.too-short",
            "phone has 9 digits",
        ),
        (
            "Mobile",
            "02 61 91 00 12 34",
            "phone.too-long",
            "phone has 12 digits",
        ),
        (
            "Mobile",
            "voir Paul",
            "phone.not-a-number",
            "phone is not a number",
        ),
        (
            "Mobile",
            "6,4E+08",
            "phone.scientific",
            "phone is in scientific notation",
        ),
        (
            "Mobile",
            "p1234p5678w9",
            "phone.not-a-number",
            "phone is not a number",
        ),
        ("E-mail", "anne", "email.no-at", "e-mail address has no @"),
        (
            "Principal",
            "peut-être",
            "primary.unclear",
            "the value is neither yes nor no",
        ),
        (
            "Poste interne",
            "12",
            "phone.extension",
            "no phone number stands beside the extension",
        ),
    ];
    for (header, value, code, message) in cases {
        let (contact, remarks) = normalized(&[("Nom", "Durand"), (header, value)]);
        assert_eq!(codes_of(&remarks), [code], "{value}");
        assert_eq!(
            (&*remarks[0].message, remarks[0].found.as_str()),
            (message, value)
        );
        assert_eq!(remarks[0].place.to_string(), "B2");
        assert_eq!(
            contact.custom,
            [(header.to_owned(), value.to_owned())],
            "{value}"
        );
    }
}

#[test]
fn a_repair_is_told_and_a_likely_value_suggested() {
    let (contact, remarks) = normalized(&[("Nom", "Du\u{200b}rand"), ("Mobile", "261910012")]);
    assert_eq!(codes_of(&remarks), ["text.invisible", "phone.restored"]);
    assert!(
        remarks
            .iter()
            .all(|remark| remark.severity() == Severity::Fix)
    );
    assert_eq!(contact.name.last.as_deref(), Some("Durand"));
    let (_, remarks) = normalized(&[("Nom", "Durand"), ("Mobile", "O2 61 91 OO 12")]);
    assert_eq!(remarks[0].suggestion.as_deref(), Some("+33261910012"));
    let (_, remarks) = normalized(&[("Nom", "Durand"), ("Mobile", "+1 112 223 33 34")]);
    assert_eq!(codes_of(&remarks), ["phone.not-valid"]);
}

#[test]
fn a_cell_that_says_there_is_nothing_is_no_error_and_stays_a_free_value() {
    for (header, text) in [
        ("Mobile", "néant"),
        ("E-mail", "N/A"),
        ("Mobile", "--"),
        ("Mobile", "0"),
    ] {
        let (contact, remarks) = normalized(&[("Nom", "Durand"), (header, text)]);
        assert_eq!(codes_of(&remarks), ["text.placeholder"], "{text}");
        assert!(contact.phones.is_empty() && contact.emails.is_empty());
        assert_eq!(contact.custom, [(header.to_owned(), text.to_owned())]);
    }
    // A name is whatever it says.
    assert_eq!(
        normalized(&[("Nom", "Non"), ("Mobile", "")])
            .0
            .name
            .last
            .as_deref(),
        Some("Non")
    );
}

#[test]
fn remarks_about_every_row_of_a_contact_are_passed_on() {
    let mapping = Mapping::guess(&[Row::of(1, ["Nom"])], &mapping::Options::default());
    let mapping = mapping.expect("the header is known");
    let remarked = |number: u64| {
        let mut row = Row::of(number, ["Durand"]);
        row.remark(crate::sheet::RowRemark {
            code: crate::sheet::CODES[0],
            column: None,
            found: String::new(),
            message: "said".into(),
        });
        row
    };
    let mut row = remarked(2);
    row.attach(remarked(3));
    let (_, remarks) = contact(&mapping.draft(&row), &Options::default());
    let rows: Vec<u64> = remarks.iter().map(|remark| remark.place.row).collect();
    assert_eq!(rows, [2, 3]);
}

#[test]
fn a_short_number_needs_no_region() {
    let header = Row::of(1, ["Nom", "Tél", "Poste interne"]);
    let mapping = Mapping::guess(&[header], &mapping::Options::default()).expect("a header");
    let of = |cell| {
        let row = Row::of(2, ["Accueil", cell, "7"]);
        contact(&mapping.draft(&row), &Options::default())
    };
    let (short, remarks) = of("4021");
    assert_eq!(
        (short.phones[0].number.clone(), remarks),
        (Number::Short("4021".into()), vec![])
    );
    assert_eq!(short.phones[0].extension.as_deref(), Some("7"));
    let (none, remarks) = of("01 99 00 12 34");
    assert!(none.phones.is_empty());
    assert_eq!(codes_of(&remarks), ["phone.no-region", "phone.extension"]);
}

#[test]
fn a_password_is_in_no_remark() {
    let (contact, remarks) = normalized(&[("Nom", "D"), ("password", " hunt\u{200b}er22 ")]);
    let portal = contact.portal.expect("a login");
    assert_eq!(portal.password.as_deref(), Some(" hunt\u{200b}er22 "));
    assert!(!format!("{remarks:?}").contains("er22"));
}

#[test]
fn an_extra_cell_is_told_and_kept() {
    let header = Row::of(1, ["Nom"]);
    let mapping = Mapping::guess(&[header], &mapping::Options::default()).expect("a header");
    let row = Row::of(2, ["Durand", "", "more"]);
    let (contact, remarks) = contact(&mapping.draft(&row), &Options::default());
    assert_eq!(codes_of(&remarks), ["row.extra-cell"]);
    assert_eq!(contact.custom, [("C".to_owned(), "more".to_owned())]);
}

#[test]
fn every_code_is_listed_once_and_explained() {
    let mut seen = std::collections::HashSet::new();
    for code in CODES.iter().chain(mapping::CODES) {
        assert!(seen.insert(code.id), "{} stands twice", code.id);
        assert!(
            code.means.ends_with('.') && !code.help.is_empty(),
            "{}",
            code.id
        );
    }
}

/// Columns of every sort, for rows of any content.
const HEADERS: [&str; 16] = [
    "Identifiant",
    "Nom complet",
    "Prénom",
    "Nom de famille",
    "Société",
    "Téléphone",
    "Portable",
    "Poste interne",
    "E-mail",
    "Adresse",
    "CP",
    "Notes",
    "Groupe",
    "Principal",
    "mail_categories",
    "Badge",
];

/// Cells that look like the real ones, and cells that look like nothing.
fn cells() -> impl Strategy<Value = Vec<String>> {
    let cell = prop_oneof![
        4 => "[a-zA-Zéç0-9@.;,/+(): \\-\n\u{a0}\u{200b}]{0,24}",
        2 => "0[1-7]( ?[0-9]{2}){3,5}( ?(;|/|ou|,| - |p\\.|x) ?[0-9]{1,10})?",
        1 => "\\+?[0-9]{1,16}",
        2 => "([A-Z][a-z]{0,6} <)?[a-z.]{1,8}@[A-Z]?[a-z]{1,6}\\.fr>?([;, ] ?[a-z]{1,4}@x\\.fr)?",
        1 => "(M\\.|Mme)? ?[A-Z][a-zé]{1,6},?( de)? [A-Z][a-z]{1,6}( SARL| Jr)?",
        1 => "(oui|non|X|2|2, 5)",
    ];
    vec(cell, HEADERS.len())
}

fn of_cells(cells: &[String]) -> (Contact, Vec<Diagnostic>) {
    let pairs: Vec<(&str, &str)> = HEADERS
        .into_iter()
        .zip(cells.iter().map(String::as_str))
        .collect();
    normalized(&pairs)
}

/// The values of a contact as a row, each in a column of its own.
fn neutral(contact: &Contact) -> Vec<(MappingTarget, String)> {
    let mut row = Vec::new();
    let mut add = |field, text: &Option<String>| {
        row.extend(text.clone().map(|text| (MappingTarget::Field(field), text)));
    };
    add(Field::Key, &contact.key.as_ref().map(ToString::to_string));
    add(Field::FullName, &contact.name.full);
    add(Field::Prefix, &contact.name.prefix);
    add(Field::FirstName, &contact.name.first);
    add(Field::LastName, &contact.name.last);
    add(Field::Suffix, &contact.name.suffix);
    add(Field::Company, &contact.company);
    add(Field::Note, &contact.note);
    add(Field::Groups, &Some(contact.groups.join(";")));
    add(
        Field::Primary,
        &contact.primary.map(|primary| primary.to_string()),
    );
    for phone in &contact.phones {
        let number = phone.number.as_str();
        let extension = phone
            .extension
            .as_ref()
            .map(|digits| format!(" ext. {digits}"));
        let text = format!("{number}{}", extension.unwrap_or_default());
        add(Field::Phone(phone.kind), &Some(text));
    }
    for email in &contact.emails {
        add(Field::Email(email.kind), &Some(email.value.to_string()));
    }
    for address in &contact.addresses {
        for (part, text) in address.value.parts() {
            add(Field::Address(address.kind, part), &Some(text.to_owned()));
        }
    }
    let numbers = contact.mail_categories.iter().flatten().map(u32::to_string);
    add(
        Field::MailCategories,
        &Some(numbers.collect::<Vec<_>>().join(",")),
    );
    let custom = contact.custom.iter();
    row.extend(custom.map(|(name, text)| (MappingTarget::Custom(name.clone()), text.clone())));
    row
}

fn again(contact: &Contact) -> Contact {
    let values = neutral(contact);
    let columns = (0..)
        .zip(&values)
        .map(|(index, (target, _))| Column::given(index, &target.to_string(), target.clone()));
    let mapping = Mapping::plain(None, columns.collect());
    let row = Row::of(2, values.iter().map(|value| value.1.as_str()));
    super::contact(
        &mapping.draft(&row),
        &Options {
            region: "FR".parse().ok(),
            ..Options::default()
        },
    )
    .0
}

/// What a second reading may not change: all but the text as it stood in the sheet.
fn essence(mut contact: Contact) -> Contact {
    contact.name.derived = Derived::Nothing;
    for phone in &mut contact.phones {
        phone.written.clear();
    }
    contact
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_of_a_row_is_lost(cells in cells()) {
        let (contact, remarks) = of_cells(&cells);
        let mut kept = serde_json::to_string(&contact).expect("plain data").to_lowercase();
        for remark in &remarks {
            kept.push_str(&remark.found.to_lowercase());
        }
        for (header, cell) in HEADERS.into_iter().zip(&cells) {
            let typed = match header {
                "Principal" => contact.primary.is_some(),
                "mail_categories" => contact.mail_categories.is_some(),
                _ => false,
            };
            let cleaned = text::lines(cell).text.to_lowercase();
            for word in cleaned.split(|c: char| !c.is_alphanumeric()) {
                let mark = matches!(word, "ou" | "or" | "x" | "p" | "ext" | "mailto");
                prop_assert!(typed || mark || kept.contains(word), "{header}: {word:?} of {cell:?}");
            }
        }
    }

    #[test]
    fn a_second_reading_changes_nothing(cells in cells()) {
        let first = of_cells(&cells).0;
        prop_assert_eq!(essence(again(&first)), essence(first));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), number in "[+0-9(). #x;/-]{0,30}") {
        for header in HEADERS {
            for text in [&text, &number] {
                let (_, remarks) = normalized(&[("Nom", "Durand"), (header, text)]);
                prop_assert!(remarks.iter().all(|remark| remark.place.row == 2));
            }
        }
    }
}
