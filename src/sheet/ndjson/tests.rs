//! Lines of JSON as contacts, and what is wrong with some.

use super::super::csv::written;
use super::*;

fn read(text: &str) -> Result<Vec<ContactRecord>, SheetError> {
    let mut lines = NdjsonFile::open("x", written(text.as_bytes()));
    let mut records = Vec::new();
    lines.records(&mut |record| {
        records.push(record);
        ControlFlow::Continue(())
    })?;
    Ok(records)
}

#[test]
fn a_line_is_a_contact() {
    let text = r#"{"row": 9, "name": {"first": "Anne"}, "phones": [{"kind": "mobile", "number": "+33639980012",
            "written": "06 39 98 00 12"}, {"number": "4021", "written": "4021"}], "emails": [{"kind": "fax", "address": "a@example.fr"}],
            "groups": ["a", "b"], "primary": true, "custom": {"Badge": ["1", "2"]}, "shoe": 43}"#;
    let text = format!("\n{}\n", text.replace('\n', " "));
    let records = read(&text).expect("it is readable");
    let found: Vec<String> = records[0]
        .groups
        .iter()
        .flat_map(|group| {
            group
                .members
                .iter()
                .map(|(member, value)| format!("{}{member}={value}", group.base))
        })
        .collect();
    assert_eq!(
        found,
        [
            "name.first=Anne",
            "phone.mobile=+33639980012",
            "phone.mobile.written=06 39 98 00 12",
            "phone.work=4021",
            "email.other=a@example.fr",
            "groups=a; b",
            "primary=true",
            "custom:Badge=1",
            "custom:Badge=2",
            "custom:shoe=43"
        ]
    );
    assert_eq!(records[0].row, 2);
}

#[test]
fn a_line_that_is_no_object_is_an_error_with_its_row() {
    let error = read("{\"note\": \"a\"}\n[1]\n").expect_err("a list is no contact");
    assert!(matches!(error, SheetError::Text { row: 2, .. }), "{error}");
    assert!(is_contact("{\"note\": \"a\"}") && !is_contact("{\"a\": 1}") && !is_contact("x"));
}
