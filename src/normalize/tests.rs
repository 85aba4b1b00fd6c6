use super::*;
use crate::mapping::{self, Mapping};
use crate::model::{AddressPart, Derived, Number, Severity};
use crate::sheet::Row;

fn normalized(columns: &[(&str, &str)]) -> (Contact, Vec<Diagnostic>) {
    let region = "FR".parse().ok();
    let header = Row::of(1, columns.iter().map(|column| column.0));
    let row = Row::of(2, columns.iter().map(|column| column.1));
    let mapping = Mapping::guess(&[header, row.clone()], &mapping::Options::default());
    let mapping = mapping.expect("the header is known");
    contact(&mapping.draft(&row), &Options { region })
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
    assert_eq!(contact.key.as_ref().map(|key| key.0.as_str()), Some("17"));
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
            "néant",
            "phone.not-a-number",
            "phone is no number",
        ),
        (
            "Mobile",
            "6,39980012E+08",
            "phone.scientific",
            "phone is in scientific notation",
        ),
        (
            "Mobile",
            "p1234p5678w9",
            "phone.not-a-number",
            "phone is no number",
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
            (remarks[0].message.as_str(), remarks[0].found.as_str()),
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
