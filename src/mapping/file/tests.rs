//! Kept mappings, read back and refused.

use super::*;
use crate::model::Field;

const FILE: &str = r#"
        version = 1
        header = true
        merge_by = "N°"
        [constants]
        "custom:Source" = "fair"
        [[column]]
        name = "N°"
        take = "key"
        [[column]]
        name = "Nom"
        take = "ignored"
        [[column]]
        name = "Prénom"
        take = "ignored"
        [[column]]
        name = "Lieu"
        take = "custom"
        split = ","
        into = ["address.work.postal_code", "address.work.city"]
        [[column]]
        name = "VIP"
        take = "primary"
        default = "no"
        values = { Oui = "yes", "-" = "" }
        [[join]]
        take = "name.full"
        columns = ["Prénom", "Nom"]
    "#;

fn rows(lines: &[&[&str]]) -> Vec<Row> {
    let lines = (1..).zip(lines);
    lines
        .map(|(number, cells)| Row::of(number, cells.iter().copied()))
        .collect()
}

fn values(mapping: &Mapping, row: &Row) -> Vec<String> {
    let draft = mapping.draft(row);
    let shown = draft.values().map(|value| match value.field {
        Field::Custom => format!("{}={}", value.header, value.text),
        field => format!("{field}={}", value.text),
    });
    shown.collect()
}

#[test]
fn a_kept_mapping_does_what_it_says() {
    let kept = Kept::read(FILE).expect("it is sound");
    let sheet = rows(&[
        &["Carnet"],
        &["Nom", "Prénom", "N°", "Lieu", "VIP"],
        &["Durand", "Anne", "7", "59000, Lille", "OUI"],
        &["Petit", "", "8", "75001", ""],
    ]);
    let mapping = kept.fit(&sheet, &Options::default()).expect("it fits");
    assert_eq!((mapping.header_row, mapping.merge_by), (Some(2), Some(2)));
    assert_eq!(
        values(&mapping, &sheet[2]),
        [
            "key=7",
            "address.work.postal_code=59000",
            "address.work.city=Lille",
            "primary=yes",
            "name.full=Anne Durand",
            "Source=fair",
        ]
    );
    assert_eq!(
        values(&mapping, &sheet[3]),
        [
            "key=8",
            "address.work.postal_code=75001",
            "primary=no",
            "name.full=Petit",
            "Source=fair"
        ]
    );
}

#[test]
fn a_sheet_that_no_longer_fits_is_refused_with_a_proposal() {
    let first = rows(&[&["Nom", "Tél"], &["Durand", "0199001234"]]);
    let mapping = Mapping::guess(&first, &Options::default()).expect("a header");
    let kept = Kept::read(&Kept::of(&mapping).text().expect("plain")).expect("our own");
    let again = kept.fit(&first, &Options::default()).expect("it fits");
    assert_eq!(again.columns[1].target, mapping.columns[1].target);
    let moved = rows(&[&["Tél", "Nom"], &["0199001234", "Durand"]]);
    let moved = kept
        .fit(&moved, &Options::default())
        .expect("names decide, not places");
    assert_eq!(moved.column_of(Field::FullName), Some(1));
    let other = rows(&[
        &["Nom", "Téléphone", "Badge"],
        &["Durand", "0199001234", "7"],
    ]);
    let error = kept
        .fit(&other, &Options::default())
        .expect_err("a column is gone");
    let MappingError::Drifted {
        gone,
        new,
        proposal,
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!((gone, new.len()), (vec!["Tél".to_owned()], 2));
    assert_eq!(
        proposal,
        [
            "`Tél` is now `Téléphone`",
            "`Badge` is new: take = \"custom:Badge\""
        ]
    );
    for wrong in [
        "version = 2",
        "version = 1\ncolour = 3",
        "[[column]]\nname = 3",
    ] {
        assert!(
            matches!(Kept::read(wrong), Err(MappingError::File { .. })),
            "{wrong}"
        );
    }
}
