//! Numbers as they stand in cells.

use super::*;

#[test]
fn a_cell_is_parted_into_numbers() {
    for (text, found) in [
        ("01 99 00 12 34", vec!["01 99 00 12 34"]),
        ("01/99/00/12/34", vec!["01/99/00/12/34"]),
        ("0199001234;0639980012", vec!["0199001234", "0639980012"]),
        (
            "0199001234 / 06 39 98 00 12",
            vec!["0199001234", "06 39 98 00 12"],
        ),
        ("0199001234 ou 0639980012", vec!["0199001234", "0639980012"]),
        ("0199001234\n0639980012", vec!["0199001234", "0639980012"]),
        ("0199001234, 0639980012", vec!["0199001234", "0639980012"]),
        (
            "01 99 00 12 34 - 06 39 98 00 12",
            vec!["01 99 00 12 34", "06 39 98 00 12"],
        ),
        ("0199001234, poste 12", vec!["0199001234, poste 12"]),
        ("+33199001234;ext=12", vec!["+33199001234;ext=12"]),
        ("0199001234; bureau", vec!["0199001234", "bureau"]),
        ("4021;4022", vec!["4021", "4022"]),
    ] {
        assert_eq!(pieces(text), found, "{text:?}");
    }
}

#[test]
fn a_number_is_stripped_to_what_is_dialled() {
    for (text, found) in [
        ("01.99.00-12 34", Ok("0199001234")),
        ("+33 (0)1 99 00 12 34", Ok("+330199001234")),
        ("(+33) 199001234", Ok("+33199001234")),
        ("634387395.0", Ok("634387395")),
        ("6,34E+08", Err("phone.scientific")),
        ("9.22337203685478E+19", Err("phone.scientific")),
        ("bureau", Err("phone.not-a-number")),
        ("33+199", Err("phone.not-a-number")),
        ("*31#0199001234", Err("phone.not-a-number")),
        ("( )", Err("phone.not-a-number")),
    ] {
        let shown = dialled(text).map(|d| format!("{}{}", if d.plus { "+" } else { "" }, d.digits));
        assert_eq!(shown.as_deref().map_err(|code| code.id), found, "{text}");
    }
    assert_eq!(bare("Tél. : 01 99"), "01 99");
    assert_eq!(bare("tel:+33199001234"), "+33199001234");
    assert_eq!(ascii_digits("０１ ９９").as_ref(), "01 99");
}

#[test]
fn a_vendors_number_is_read_by_the_same_rules() {
    let region = "FR".parse().ok();
    for (text, region, number, extension) in [
        (" 01 99 00 12 34 ", region, Some("+33199001234"), None),
        (
            "+33199001234;ext=12",
            None,
            Some("+33199001234"),
            Some("12"),
        ),
        ("4021", None, Some("4021"), None),
        ("0199001234", None, None, None),
        ("ask Anne", region, None, None),
    ] {
        let phone = recorded_phone(Kind::Work, text, region);
        let found = phone.as_ref().map(|phone| phone.number.as_str());
        let behind = phone.as_ref().and_then(|phone| phone.extension.as_deref());
        assert_eq!((found, behind), (number, extension), "{text}");
    }
}
