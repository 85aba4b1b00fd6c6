//! Phonebooks of each maker, and hostile ones.

use super::super::csv::written;
use super::*;

fn values(text: &str) -> Vec<String> {
    assert!(is_phonebook(text), "{text}");
    let mut book = Phonebook::open("x", written(text.as_bytes()));
    let mut found = Vec::new();
    book.records(&mut |record| {
        let values = record.groups.iter();
        let values = values.map(|group| format!("{}={}", group.base, group.members[0].1));
        found.push(values.collect::<Vec<_>>().join(" "));
        ControlFlow::Continue(())
    })
    .expect("readable");
    found
}

#[test]
fn phonebooks_of_several_makers_are_read() {
    for (text, found) in [
        (
            "<?xml version=\"1.0\"?><YealinkIPPhoneBook><Title>B</Title><Menu Name=\"M\"><Unit Name=\"Anne\" \
                 Phone1=\"4021\" Phone2=\"4021\" Phone3=\"4022\"/></Menu></YealinkIPPhoneBook>",
            vec!["name.full=Anne phone.work=4021 phone.work=4022"],
        ),
        (
            "<YealinkIPPhoneDirectory><DirectoryEntry><Name>Anne</Name><Telephone>4021</Telephone>\
                 <Telephone>4022</Telephone></DirectoryEntry><DirectoryEntry><Name>B &amp; C</Name></DirectoryEntry>\
                 </YealinkIPPhoneDirectory>",
            vec![
                "name.full=Anne phone.work=4021 phone.work=4022",
                "name.full=B & C",
            ],
        ),
        (
            "<list><entry name=\"Anne\" surname=\"Roy\" office1=\"4021\" mobile1=\"4022\" home1=\"4023\"/></list>",
            vec!["name.full=Anne name.last=Roy phone.work=4021 phone.mobile=4022 phone.home=4023"],
        ),
        (
            "<AddressBook><Contact><FirstName>Anne</FirstName><LastName>Roy</LastName><Phone type=\"Cell\">\
                 <phonenumber>4021</phonenumber><accountindex>0</accountindex></Phone></Contact></AddressBook>",
            vec!["name.first=Anne name.last=Roy phone.mobile=4021"],
        ),
        (
            "<phonebooks><phonebook><contact><person><realName>Anne</realName></person><telephony>\
                 <number type=\"home\">4021</number></telephony></contact></phonebook></phonebooks>",
            vec!["name.full=Anne phone.home=4021"],
        ),
    ] {
        assert_eq!(values(text), found);
    }
    for other in ["<?xml version=\"1.0\"?><tests/>", "<html>", "plain"] {
        assert!(!is_phonebook(other), "{other}");
    }
}

/// A document may be as deep and as wide as its size allows: each element costs the same, wherever it stands.
#[test]
fn elements_inside_elements_take_no_more_time_than_others() {
    let (open, close) = ("<a>".repeat(300_000), "</a>".repeat(300_000));
    let number = "<phone type=\"home\"><b><number>4021</number></b></phone>";
    let text = format!("<list><entry><name>Anne</name>{open}{number}{close}</entry></list>");
    assert_eq!(values(&text), ["name.full=Anne phone.home=4021"]);
    let wide: Vec<String> = (0..60_000).map(|n| format!("<x{n}y>v</x{n}y>")).collect();
    let wide = wide.concat();
    let text = format!("<list><entry><name>Anne</name>{wide}</entry></list>");
    let book = Phonebook::open("x", written(text.as_bytes()));
    let error = super::super::record::RecordTable::open(book)
        .err()
        .expect("it is too wide");
    assert!(
        error.to_string().contains("4000 different properties"),
        "{error}"
    );
}

#[test]
fn a_phonebook_that_is_cut_off_is_said_to_be() {
    let whole = "<list><entry><name>Anne</name></entry><entry><name>Bob</name></entry></list>";
    let ends = ["<list>", "</entry><entry>", "<name>Bob", "</entry></list>"];
    for cut in ends.map(|end| whole.rfind(end).expect("it is there") + end.len() - 1) {
        let mut book = Phonebook::open("x", written(&whole.as_bytes()[..cut]));
        let read = book.records(&mut |_| ControlFlow::Continue(()));
        let error = read.expect_err("rows are missing").to_string();
        assert!(error.contains("the phonebook is damaged"), "{cut}: {error}");
    }
    let mut book = Phonebook::open("x", written(b"<list><entry><name>Anne</name></entry>"));
    let error = book
        .records(&mut |_| ControlFlow::Continue(()))
        .expect_err("cut off");
    assert!(error.to_string().contains("it was cut off"), "{error}");
}
