//! Cards with one trouble each.

use super::super::csv::written;
use super::*;

fn read(bytes: &[u8]) -> Vec<ContactRecord> {
    let mut cards = VcardFile::open("x.vcf", written(bytes), &Hints::default()).expect("readable");
    let mut records = Vec::new();
    cards
        .records(&mut |record| {
            records.push(record);
            ControlFlow::Continue(())
        })
        .expect("readable");
    records
}

/// The values of a record, `name=value`, in one line each.
fn values(record: &ContactRecord) -> Vec<String> {
    let members = record.groups.iter().flat_map(|group| {
        let of = |(member, value): &(&str, String)| format!("{}{member}={value}", group.base);
        group.members.iter().map(of)
    });
    members.collect()
}

fn only(bytes: &[u8]) -> Vec<String> {
    let records = read(bytes);
    assert_eq!(records.len(), 1, "{}", String::from_utf8_lossy(bytes));
    values(&records[0])
}

fn card(version: &str, lines: &str) -> Vec<u8> {
    format!("BEGIN:VCARD\r\nVERSION:{version}\r\n{lines}\r\nEND:VCARD\r\n").into_bytes()
}

#[test]
fn properties_become_fields() {
    let lines = "N:Durand;Anne;Marie,Rose;Dr.;Jr.\r\nFN:Anne Durand\r\nORG:Exemple\\, Fils;Achats;Nord\r\n\
                 TITLE:Cheffe\r\nROLE:Achats\r\nTEL;TYPE=\"voice,cell\";PREF=1:+33639980012\r\nTEL;TYPE=FAX,WORK:0199001234\r\n\
                 item1.EMAIL:anne@example.fr\r\nitem1.X-ABLabel:Atelier\r\nEMAIL;TYPE=HOME:a@example.fr\r\n\
                 ADR;TYPE=home:BP 7;Bât. B;1 rue Haute\\n2e étage;Lille;Nord;59000;France\r\n\
                 CATEGORIES:Clients,V\\,IP\r\nNOTE:one\\ntwo\r\nBDAY:1980-05-17\r\nPHOTO;ENCODING=b:AAAA\r\n AAAA";
    assert_eq!(
        only(&card("3.0", lines)),
        [
            "name.last=Durand",
            "name.first=Anne",
            "name.middle=Marie, Rose",
            "name.prefix=Dr.",
            "name.suffix=Jr.",
            "name.full=Anne Durand",
            "company=Exemple, Fils",
            "department=Achats, Nord",
            "position=Cheffe",
            "custom:ROLE=Achats",
            "phone.mobile=+33639980012",
            "phone.fax=0199001234",
            "custom:X-ABLabel=anne@example.fr: Atelier",
            "email.other=anne@example.fr",
            "email.home=a@example.fr",
            "address.home.line1=1 rue Haute",
            "address.home.line2=2e étage",
            "address.home.line3=Bât. B",
            "address.home.line4=BP 7",
            "address.home.city=Lille",
            "address.home.state=Nord",
            "address.home.postal_code=59000",
            "address.home.country=France",
            "custom:BDAY=1980-05-17",
            "note=one\ntwo",
            "groups=Clients; V,IP",
        ]
    );
}

#[test]
fn lines_are_unfolded_before_they_are_decoded() {
    // The fold stands inside the two bytes of é.
    let folded = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ren\xc3\n \xa9 Roy\nEND:VCARD\n";
    assert_eq!(only(folded), ["name.full=René Roy"]);
    for end in ["\n", "\r\n", "\r", "\r\r\n"] {
        let text = "BEGIN:VCARD\nVERSION:3.0\nFN:Anne\n  Roy\nEND:VCARD\n".replace('\n', end);
        assert_eq!(only(text.as_bytes()), ["name.full=Anne Roy"], "{end:?}");
    }
}

#[test]
fn quoted_printable_is_decoded_in_its_own_charset() {
    let lines = "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Lef=C3=A8=\r\nvre;Ana=C3=AFs\r\n\
                 NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0A=\r\nb=0D=0A=\r\n\r\nTITLE;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:D=E9l=E9gu=E9e";
    assert_eq!(
        only(&card("2.1", lines)),
        [
            "name.last=Lefèvre",
            "name.first=Anaïs",
            "position=Déléguée",
            "note=a\r\nb"
        ]
    );
    let raw =
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=SHIFT_JIS:\x88\xc0\x93\xa1\r\nEND:VCARD\r\n";
    assert_eq!(only(raw), ["name.full=安藤"]);
    let latin = b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Ana\xefs Lef\xe8vre\r\nEND:VCARD\r\n";
    assert_eq!(only(latin), ["name.full=Anaïs Lefèvre"]);
    let wide: Vec<u8> = "\u{feff}BEGIN:VCARD\nFN:Zoé\nEND:VCARD\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(only(&wide), ["name.full=Zoé"]);
}

#[test]
fn an_old_card_escapes_less() {
    assert_eq!(
        only(&card("2.1", "N:Roy;A\\;B\\\\;C;\r\nNOTE:C:\\new, x")),
        [
            "name.last=Roy",
            "name.first=A;B\\",
            "name.middle=C",
            "note=C:\\new, x"
        ]
    );
}

#[test]
fn a_cards_row_is_its_first_line_and_cards_may_be_nested() {
    let text = "\r\n\r\nBEGIN:VCARD\r\nFN:One\r\nEND:VCARD\r\n\r\nBEGIN:VCARD\r\nFN:Two\r\nAGENT:BEGIN:VCARD\r\n\
                FN:Inner\r\nTEL:4021\r\nEND:VCARD\r\nTEL:4022\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Cut";
    let records = read(text.as_bytes());
    let rows: Vec<(u64, Vec<String>)> = records
        .iter()
        .map(|record| (record.row, values(record)))
        .collect();
    let of = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(
        rows,
        [
            (3, of(&["name.full=One"])),
            (
                7,
                of(&["name.full=Two", "custom:AGENT=Inner", "phone.work=4022"])
            ),
            (15, of(&["name.full=Cut"])),
        ]
    );
    assert_eq!(records[2].remarks[0].code.id, "vcard.cut-off");
}

#[test]
fn what_is_no_property_is_said() {
    let records = read(&card(
        "3.0",
        "FN:Anne\r\njust words\r\nTEL;TYPE=\"A,B:C\";X=1:4021",
    ));
    assert_eq!(values(&records[0]), ["name.full=Anne", "phone.work=4021"]);
    assert_eq!(records[0].remarks[0].found, "just words");
}

/// What stands in each record, and what is said of it.
fn told(text: &str) -> Vec<String> {
    let records = read(text.replace(' ', "\n").replace('_', " ").as_bytes());
    let said = |record: &ContactRecord| {
        let codes: Vec<&str> = record.remarks.iter().map(|remark| remark.code.id).collect();
        format!(
            "{} {} {}",
            record.row,
            values(record).join(" "),
            codes.join(" ")
        )
    };
    records
        .iter()
        .map(|record| said(record).trim().to_owned())
        .collect()
}

#[test]
fn a_card_that_is_not_closed_loses_nobody() {
    for (text, found) in [
        (
            "BEGIN:VCARD FN:A BEGIN:VCARD FN:B END:VCARD BEGIN:VCARD FN:C END:VCARD",
            &[
                "1 name.full=A vcard.nested",
                "3 name.full=B",
                "6 name.full=C",
            ][..],
        ),
        (
            "BEGIN:VCARD FN:A BEGIN:VCARD FN:B BEGIN:VCARD FN:C END:VCARD",
            &[
                "1 name.full=A vcard.nested",
                "3 name.full=B vcard.nested",
                "5 name.full=C",
            ],
        ),
        // A card that wraps others, and may go on behind them.
        (
            "BEGIN:VCARD BEGIN:VCARD FN:A END:VCARD TEL:4021 END:VCARD",
            &["1 phone.work=4021 vcard.nested", "2 name.full=A"],
        ),
        (
            "BEGIN:VCARD FN:A AGENT: BEGIN:VCARD FN:B END:VCARD TEL:4021 END:VCARD",
            &["1 name.full=A custom:AGENT=B phone.work=4021"],
        ),
        // The file ends inside an agent, and inside a card that wraps another.
        (
            "BEGIN:VCARD FN:A AGENT:BEGIN:VCARD FN:B",
            &["1 name.full=A custom:AGENT=B vcard.cut-off"],
        ),
        (
            "BEGIN:VCARD FN:A BEGIN:VCARD FN:B",
            &[
                "1 name.full=A vcard.nested vcard.cut-off",
                "3 name.full=B vcard.cut-off",
            ],
        ),
        ("END:VCARD BEGIN:VCARD FN:A END:VCARD", &["2 name.full=A"]),
    ] {
        assert_eq!(told(text), found, "{text}");
    }
}

#[test]
fn a_file_that_is_cut_off_is_not_called_empty() {
    let open = |text: &str| {
        let cards = VcardFile::open("x.vcf", written(text.as_bytes()), &Hints::default());
        super::super::record::RecordTable::open(cards.expect("readable")).map(|_| ())
    };
    for text in [
        "BEGIN:VCARD\n",
        "BEGIN:VCARD\nVERSION:3.0\n",
        "BEGIN:VCARD\nBEGIN:VCARD\n",
    ] {
        let error = open(text).expect_err("nothing is in it");
        let said = error.to_string();
        assert!(
            said.contains("row 1: ") && said.contains("before the card"),
            "{said}"
        );
    }
    assert!(open("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n").is_ok());
}
