//! Layouts of other programs that names alone do not tell: numbered columns with a sibling that says the kind
//! (`Phone 1 - Type`, `Phone 1 - Value`), and a sheet of twelve columns that has no header. Each of them is a fact about one
//! program.

use super::header::fold;
use super::shape::ValueShape;
use crate::model::{AddressPart, Field, Kind};
use crate::sheet::Row;

/// A numbered column of Google Contacts' exports, of before 2024 (`Type`) and since (`Label`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    family: Family,
    /// Which of them, from 1.
    pub(super) number: u32,
    pub(super) member: Member,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Phone,
    Email,
    Address,
}

/// What a numbered column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    /// What the value is for.
    Kind,
    /// The value.
    Value,
    /// An address in one piece; of use only where its parts have no columns.
    Whole,
    /// A part of an address.
    Part(AddressPart),
}

const FAMILIES: [(&str, Family); 3] = [
    ("phone", Family::Phone),
    ("email", Family::Email),
    ("address", Family::Address),
];

const MEMBERS: [(&str, Member); 12] = [
    ("type", Member::Kind),
    ("label", Member::Kind),
    ("value", Member::Value),
    ("formatted", Member::Whole),
    ("street", Member::Part(AddressPart::Line1)),
    ("extendedaddress", Member::Part(AddressPart::Line2)),
    ("pobox", Member::Part(AddressPart::Line3)),
    ("city", Member::Part(AddressPart::City)),
    ("region", Member::Part(AddressPart::State)),
    ("state", Member::Part(AddressPart::State)),
    ("postalcode", Member::Part(AddressPart::PostalCode)),
    ("country", Member::Part(AddressPart::Country)),
];

impl Numbered {
    /// `Phone 2 - Label` as the second phone's kind.
    pub(super) fn of(header: &str) -> Option<Self> {
        let folded = fold(header);
        let family = FAMILIES.iter().find(|(name, _)| folded.starts_with(name))?;
        let rest = &folded[family.0.len()..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = rest[..digits].parse().ok().filter(|number| *number > 0)?;
        let member = MEMBERS.iter().find(|(name, _)| *name == &rest[digits..])?;
        Some(Self {
            family: family.1,
            number,
            member: member.1,
        })
    }

    /// Whether both belong to the same value.
    pub(super) fn is_beside(self, other: Self) -> bool {
        self.family == other.family && self.number == other.number
    }

    /// The field, of the kind that is meant where the sibling says none.
    pub(super) fn field(self) -> Option<Field> {
        Some(match (self.family, self.member) {
            (Family::Phone, Member::Value) => Field::Phone(Kind::Work),
            (Family::Email, Member::Value) => Field::Email(Kind::Work),
            (Family::Address, Member::Part(part)) => Field::Address(Kind::Work, part),
            (Family::Address, Member::Whole) => Field::Address(Kind::Work, AddressPart::Line1),
            _ => return None,
        })
    }
}

/// Words for kinds, folded, in the languages of the exports.
const KINDS: [(Kind, &[&str]); 7] = [
    (
        Kind::Fax,
        &[
            "fax",
            "workfax",
            "homefax",
            "otherfax",
            "businessfax",
            "faxpro",
            "faxprofessionnel",
            "faxdomicile",
            "telecopie",
            "privatfax",
            "geschaftlichfax",
        ],
    ),
    (
        Kind::Mobile,
        &[
            "mobile",
            "cell",
            "cellphone",
            "cellular",
            "portable",
            "mobil",
            "handy",
            "movil",
            "celular",
            "cellulare",
            "telemovel",
            "gsm",
            "mobiel",
            "iphone",
            "workmobile",
            "mobilepro",
        ],
    ),
    (
        Kind::Work,
        &[
            "work",
            "business",
            "office",
            "company",
            "travail",
            "bureau",
            "professionnel",
            "pro",
            "arbeit",
            "geschaftlich",
            "beruflich",
            "trabajo",
            "lavoro",
            "ufficio",
            "trabalho",
            "werk",
            "zakelijk",
        ],
    ),
    (
        Kind::Home,
        &[
            "home",
            "personal",
            "private",
            "domicile",
            "personnel",
            "perso",
            "maison",
            "privat",
            "zuhause",
            "casa",
            "particular",
            "personale",
            "thuis",
            "prive",
        ],
    ),
    (Kind::Pager, &["pager", "bipeur", "busca", "cercapersone"]),
    (
        Kind::Main,
        &[
            "main",
            "principal",
            "standard",
            "haupt",
            "hauptnummer",
            "principale",
            "hoofd",
        ],
    ),
    (
        Kind::Other,
        &[
            "other", "autre", "sonstige", "andere", "otro", "altro", "outro", "anders", "overig",
        ],
    ),
];

/// The kind that a word names (`* Home`, `Domicile`).
pub(super) fn kind_named(word: &str) -> Option<Kind> {
    let folded = fold(word);
    let mut kinds = KINDS.iter();
    kinds
        .find(|(_, words)| words.contains(&folded.as_str()))
        .map(|(kind, _)| *kind)
}

/// The twelve columns of a billing system's import sheet, which has no header (its importer reads them by place).
pub(super) const TWELVE: [Field; 12] = [
    Field::Parent,
    Field::FullName,
    Field::Position,
    Field::Email(Kind::Work),
    Field::Phone(Kind::Work),
    Field::Extension(Kind::Work),
    Field::Phone(Kind::Home),
    Field::Phone(Kind::Mobile),
    Field::Phone(Kind::Fax),
    Field::MailCategories,
    Field::Username,
    Field::Password,
];

/// Whether rows are of that sheet: an account's number first, then a name, and e-mails and phones where they belong.
pub(super) fn is_twelve(rows: &[Row]) -> bool {
    let widest = rows.iter().map(Row::len).max().unwrap_or(0);
    let shape = |column| ValueShape::of(rows, column);
    let empty_or = |column, wanted: &[ValueShape]| {
        let found = shape(column);
        found == ValueShape::Unknown || wanted.contains(&found)
    };
    let phones = [ValueShape::Phones, ValueShape::Mixed];
    let account = |row: &Row| row.cell(0).trim().parse::<u64>().is_ok();
    (10..=12).contains(&widest)
        && rows.iter().all(account)
        && shape(1) == ValueShape::Words
        && empty_or(3, &[ValueShape::Emails])
        && [4, 6, 7, 8]
            .into_iter()
            .all(|column| empty_or(column, &phones))
        && [3, 4, 6, 7]
            .into_iter()
            .any(|column| shape(column) != ValueShape::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_columns_are_known_by_their_members() {
        for (header, number, member) in [
            ("Phone 1 - Type", 1, Member::Kind),
            ("E-mail 12 - Label", 12, Member::Kind),
            ("E-mail 2 - Value", 2, Member::Value),
            (
                "Address 1 - Postal Code",
                1,
                Member::Part(AddressPart::PostalCode),
            ),
            ("Address 3 - Formatted", 3, Member::Whole),
        ] {
            let found = Numbered::of(header).expect(header);
            assert_eq!((found.number, found.member), (number, member), "{header}");
        }
        for header in ["Phone", "Phone 2", "Website 1 - Value", "Phone - Value", ""] {
            assert_eq!(Numbered::of(header), None, "{header}");
        }
    }

    #[test]
    fn kinds_are_named_in_several_languages() {
        for (word, kind) in [
            ("* Home", Some(Kind::Home)),
            ("Work Fax", Some(Kind::Fax)),
            ("Domicile", Some(Kind::Home)),
            ("Geschäftlich", Some(Kind::Work)),
            ("Atelier", None),
        ] {
            assert_eq!(kind_named(word), kind, "{word}");
        }
    }
}
