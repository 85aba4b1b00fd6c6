//! Records as rows: columns found, and kept in order.

use super::*;

fn phone(base: &'static str, number: &str) -> ColumnGroup {
    ColumnGroup::one(base, number)
}

#[test]
fn every_record_finds_its_columns_from_left_to_right() {
    let records = [
        vec![
            phone("phone.work", "1"),
            phone("phone.mobile", "2"),
            phone("phone.work", "3"),
        ],
        vec![phone("phone.mobile", "4"), phone("phone.work", "5")],
        vec![phone("phone.mobile", "6"), phone("phone.mobile", "7")],
        vec![
            ColumnGroup::one("custom:Badge", "a"),
            ColumnGroup::one("name.first", "Anne"),
        ],
        vec![
            ColumnGroup::one("custom:Badge", "b"),
            ColumnGroup::one("custom:Badge", "c"),
        ],
    ];
    let mut layout = Layout::default();
    for record in &records {
        layout.fit(record);
    }
    let columns = layout.columns();
    assert_eq!(
        layout.header(&columns),
        [
            "name.first",
            "phone.work",
            "phone.mobile",
            "phone.work.2",
            "phone.mobile.2",
            "custom:Badge",
            "custom:Badge"
        ]
    );
    let rows: Vec<String> = records
        .iter()
        .map(|record| layout.cells(record, &columns).join("|"))
        .collect();
    assert_eq!(
        rows,
        [
            "|1|2|3|||",
            "||4|5|||",
            "||6||7||",
            "Anne|||||a|",
            "|||||b|c"
        ]
    );
}
