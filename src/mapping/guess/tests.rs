//! The guess, judged by examples.

use super::super::MappingTarget::{Custom, Ignored};
use super::super::Unmapped;
use super::*;
use crate::model::AddressPart;

fn rows(lines: &[&[&str]]) -> Vec<Row> {
    (1..)
        .zip(lines)
        .map(|(number, cells)| Row::of(number, cells.iter().copied()))
        .collect()
}

fn targets(lines: &[&[&str]]) -> Vec<String> {
    let mapping = guess(&rows(lines), &Options::default()).expect("a header");
    mapping
        .columns
        .iter()
        .map(|column| column.target.to_string())
        .collect()
}

#[test]
fn columns_are_taken_for_fields() {
    let cases: [(&[&str], &[&str]); 11] = [
        (
            &["Prénom", "Nom", "Société", "email"],
            &["name.first", "name.last", "company", "email.work"],
        ),
        (
            &["NOM", "Tél.", "Portable"],
            &["name.full", "phone.work", "phone.mobile"],
        ),
        (
            &["Nom", "Nom de famille", "Prénom"],
            &["name.full", "name.last", "name.first"],
        ),
        (
            &["Fonction", "Nom", "Tél", "Poste"],
            &[
                "position",
                "name.full",
                "phone.work",
                "phone.work.extension",
            ],
        ),
        (&["Nom", "Poste"], &["name.full", "position"]),
        (
            &["GSM", "Poste", "Nom"],
            &["phone.mobile", "phone.mobile.extension", "name.full"],
        ),
        (
            &["Phone 1 - Value", "Phone 2 - Value", "Name"],
            &["phone.work", "phone.work", "name.full"],
        ),
        (
            &["phone.mobile", "address_work_city", "Badge", "rolo_outcome"],
            &[
                "phone.mobile",
                "address.work.city",
                "custom:Badge",
                "ignored",
            ],
        ),
        (&["Telphone", "Nom"], &["phone.work", "name.full"]),
        (
            &[
                "Title",
                "First Name",
                "Last Name",
                "Job Title",
                "Primary Phone",
            ],
            &[
                "name.prefix",
                "name.first",
                "name.last",
                "position",
                "phone.work",
            ],
        ),
        (&["Name", "Title"], &["name.full", "position"]),
    ];
    for (header, fields) in cases {
        assert_eq!(targets(&[header]), fields, "{header:?}");
    }
}

#[test]
fn poste_is_decided_by_its_values_first() {
    let with = |value| targets(&[&["Nom", "Tél", "Poste"], &["Durand", "x", value]])[2].clone();
    assert_eq!(with("Comptable"), "position");
    assert_eq!(with("12"), "phone.work.extension");
}

#[test]
fn the_header_is_the_row_with_the_most_known_names() {
    let preview = rows(&[
        &["Notes:"],
        &["as exported, without phone numbers"],
        &["First Name", "Last Name", "Email Address", "Company"],
        &["Anne", "Durand", "anne@example.fr", "Mobile"],
    ]);
    let mapping = guess(&preview, &Options::default()).expect("a header");
    assert_eq!(mapping.header_row, Some(3));
    assert!(mapping.holds(&preview[3]) && !mapping.holds(&preview[0]));
    assert_eq!(mapping.column_of(Field::Email(Kind::Work)), Some(2));
    assert_eq!(mapping.columns[2].samples, ["anne@example.fr"]);
}

#[test]
fn a_sheet_without_header_is_an_error_that_says_so() {
    let bare = rows(&[&["Durand", "0199001234"], &["Petit", "0199001235"]]);
    assert_eq!(
        guess(&bare, &Options::default()),
        Err(MappingError::NoHeader { row: 1 })
    );
    let strange = rows(&[&["foo", "bar"], &["x", "0199001235"]]);
    let error = guess(&strange, &Options::default()).expect_err("nothing is known");
    assert!(
        matches!(error, MappingError::NothingRecognised { row: 1, .. }),
        "{error}"
    );
    assert_eq!(guess(&[], &Options::default()), Err(MappingError::Empty));

    let all = custom(&bare, false);
    assert_eq!(
        (all.header_row, all.headers().collect()),
        (None, vec!["A", "B"])
    );
    let all = custom(&strange, false);
    assert_eq!(
        (all.header_row, all.headers().collect()),
        (Some(1), vec!["foo", "bar"])
    );
    assert!(!all.recognises());
}

#[test]
fn texts_without_a_header_are_asked_about_and_never_guessed() {
    let sheet = rows(&[
        &["Anne", "Durand", "anne@x.example", "7"],
        &["Jean", "Petit", "jean@x.example", "8"],
    ]);
    let mapping = custom(&sheet, true);
    let told = |place: usize| mapping.columns[place].remark.as_deref().unwrap_or_default();
    assert_eq!(mapping.columns[0].target.to_string(), "custom:A");
    assert!(
        told(0).contains("--column A=FIELD") && told(1).contains("B=name.last"),
        "{}",
        told(0)
    );
    assert_eq!((told(2), told(3)), ("its values are e-mail addresses", ""));
}

#[test]
fn a_header_that_comes_again_is_known() {
    let sheet = rows(&[&["Nom", "Ville", ""], &["Durand", "Lille", "x"]]);
    let mapping = guess(&sheet, &Options::default()).expect("a header");
    for (cells, again) in [
        (vec!["Nom", " Ville"], true),
        (vec!["Nom", "Ville", "x"], false),
        (vec!["Nom", "Lille"], false),
    ] {
        assert_eq!(
            mapping.repeats_header(&Row::of(3, cells.clone())),
            again,
            "{cells:?}"
        );
    }
    // Without a header nothing can come again.
    assert!(!headerless(&sheet).repeats_header(&sheet[0]));
}

#[test]
fn a_preamble_is_no_header_even_where_nothing_is_known() {
    let preview = rows(&[
        &["", "", "Note 1"],
        &["Columns", "Column A", "Column B", " "],
        &["x", "1", "2", "3"],
    ]);
    let error = guess(&preview, &Options::default()).expect_err("nothing is known");
    assert!(
        matches!(error, MappingError::NothingRecognised { row: 2, .. }),
        "{error}"
    );
    let all = custom(&preview, false);
    assert_eq!(all.header_row, Some(2));
    assert_eq!(
        all.headers().collect::<Vec<_>>(),
        ["Columns", "Column A", "Column B", "D"]
    );
}

#[test]
fn of_two_columns_for_one_field_the_surer_has_it() {
    let mapping = guess(
        &rows(&[&["Entreprise", "company", "Société"]]),
        &Options::default(),
    );
    let mapping = mapping.expect("a header");
    assert_eq!(
        mapping.columns[1].target,
        MappingTarget::Field(Field::Company)
    );
    assert_eq!(mapping.columns[0].target, Custom("Entreprise".to_owned()));
    assert_eq!(mapping.columns[2].target, Custom("Société".to_owned()));
    assert!(
        mapping.columns[0]
            .remark
            .as_deref()
            .is_some_and(|remark| remark.contains("company"))
    );
    let equal = targets(&[&["Adresse", "Rue", "Ville"]]);
    assert_eq!(
        equal,
        ["address.work.line1", "custom:Rue", "address.work.city"]
    );
}

#[test]
fn a_weak_likeness_is_only_suggested() {
    let preview = rows(&[&["Nom", "Prenon"]]);
    let mapping = guess(&preview, &Options::default()).expect("a header");
    assert_eq!(mapping.columns[1].target, Custom("Prenon".to_owned()));
    assert_eq!(mapping.columns[1].suggestion, Some(Field::FirstName));
}

#[test]
fn what_the_person_says_stands_above_the_guess() {
    let preview = rows(&[&["Nom", "X", "Ville"], &["a", "b", "c"]]);
    let city = Field::Address(Kind::Home, AddressPart::City);
    let given = [
        ("x", "phone.fax"),
        ("Ville", "address.home.city"),
        ("A", "ignored"),
    ];
    let given = given.map(|(name, target)| (name.to_owned(), target.parse().expect("a target")));
    let options = Options {
        given: given.to_vec(),
        ..Options::default()
    };
    let mapping = guess(&preview, &options).expect("a header");
    let found: Vec<&MappingTarget> = mapping
        .columns
        .iter()
        .map(|column| &column.target)
        .collect();
    assert_eq!(
        found,
        [
            &Ignored,
            &MappingTarget::Field(Field::Phone(Kind::Fax)),
            &MappingTarget::Field(city)
        ]
    );
    let options = Options {
        given: vec![("Zone".to_owned(), Ignored)],
        ..Options::default()
    };
    assert!(matches!(
        guess(&preview, &options),
        Err(MappingError::NoColumn { .. })
    ));
    let options = Options {
        header_row: Some(9),
        ..Options::default()
    };
    assert_eq!(
        guess(&preview, &options),
        Err(MappingError::NoRow { row: 9 })
    );
}

#[test]
fn unclaimed_columns_are_kept_dropped_or_refused() {
    let preview = rows(&[&["Nom", "Badge", "", ""], &["a", "b", "c"]]);
    let with = |unmapped| {
        guess(
            &preview,
            &Options {
                unmapped,
                ..Options::default()
            },
        )
    };
    let kept = with(Unmapped::Custom).expect("a header");
    assert_eq!(kept.headers().collect::<Vec<_>>(), ["Nom", "Badge", "C"]);
    let dropped = with(Unmapped::Drop).expect("a header");
    assert_eq!(dropped.columns[2].target, Ignored);
    let headers = vec!["Badge".to_owned(), "C".to_owned()];
    assert_eq!(
        with(Unmapped::Error),
        Err(MappingError::Unmapped { headers })
    );
}

#[test]
fn a_password_is_no_sample() {
    let preview = rows(&[
        &["Nom", "Mot de passe", "password"],
        &["a", "secret-1", "secret-2"],
    ]);
    let mapping = guess(&preview, &Options::default()).expect("a header");
    let json = serde_json::to_string(&mapping).expect("plain data");
    assert!(!json.contains("secret"), "{json}");
    assert_eq!(mapping.columns[2].target, Ignored);
}

#[test]
fn the_mapping_is_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Mapping>();
}

#[test]
fn the_mapping_is_shown_as_json() {
    let preview = rows(&[&["Nom", "Badge"], &["Durand", "A-1"]]);
    let mapping = guess(&preview, &Options::default()).expect("a header");
    let json = serde_json::to_value(&mapping).expect("plain data");
    assert_eq!(
        json["columns"][1],
        serde_json::json!({
            "column": "B", "header": "Badge", "target": "custom:Badge", "certainty": "none", "samples": ["A-1"],
        })
    );
    assert_eq!(
        (&json["header_row"], &json["columns"][0]["certainty"]),
        (&1.into(), &"alias".into())
    );
}
