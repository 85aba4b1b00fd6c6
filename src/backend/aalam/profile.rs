//! What is known of Aalam before a word is spoken with it.

use super::details::SLOTS;
use crate::backend::{
    BaseUrl, Choices, Credential, Evidence, HeldField, Listing, Operation, Parent, Profile, Rate,
    Switch,
};
use crate::model::{AddressPart, Field, Kind};

/// Aalam's profile.
pub(super) static PROFILE: Profile = Profile {
    id: "aalam",
    aliases: &[],
    name: "Aalam base app",
    about: "business applications: the address book of the base app",
    base_url: BaseUrl::Required("https://business.example"),
    credentials: &[
        &[Credential::secret("token")],
        &[Credential::secret("cookie")],
    ],
    options: &[
        key("key_phone", "Phone", Evidence::Stated),
        key("key_mobile", "Mobile", Evidence::Stated),
        key("key_home", "Home", Evidence::Assumed),
        key("key_fax", "Fax", Evidence::Assumed),
        key("key_email", "Email", Evidence::Stated),
        key("key_company", "Company", Evidence::Assumed),
        key("key_position", "Position", Evidence::Assumed),
        key("key_department", "Department", Evidence::Assumed),
    ],
    switches: SWITCHES,
    rate: Rate::per_second(2),
    rate_evidence: Evidence::Assumed,
    concurrency: 2,
    parent: Parent::None,
    listing: Listing::EachContact,
    limits: &[(
        "A first name, a last name or a text is required.",
        Evidence::Stated,
    )],
    operations: &[
        Operation::new("create", "PUT /aalam/base/contacts", Evidence::Stated),
        Operation::new("update", "POST /aalam/base/contact/{id}", Evidence::Stated),
        Operation::new(
            "delete",
            "DELETE /aalam/base/contact/{id}",
            Evidence::Stated,
        ),
        Operation::new("list", "GET /aalam/base/contacts", Evidence::Stated),
        Operation::new("find", "GET /aalam/base/contacts?value=…", Evidence::Stated),
        Operation::new("read", "GET /aalam/base/contact/{id}", Evidence::Stated),
        Operation::new(
            "add_details",
            "PUT /aalam/base/contact/{id}",
            Evidence::Stated,
        ),
        Operation::new(
            "update_field",
            "POST /aalam/base/contact/{id}/{key_id}",
            Evidence::Stated,
        ),
        Operation::new(
            "delete_field",
            "DELETE /aalam/base/contact/{id}/{key_id}",
            Evidence::Stated,
        ),
    ],
    holds: HOLDS,
    slots: SLOTS,
    company_only: "The company is a detail, and stands as `other_info` too where there is neither name nor note (switch company_only).",
};

const fn key(name: &'static str, default: &'static str, evidence: Evidence) -> Switch {
    Switch {
        name,
        choices: Choices::Text,
        default,
        help: "The key under which such values are filed among the contact's details.",
        evidence,
    }
}

const SWITCHES: &[Switch] = &[
    Switch {
        name: "first_name_key",
        choices: Choices::OneOf(&["first_name", "fist_name", "probe"]),
        default: "first_name",
        help: "The first name's member in a create. The document says `fist_name` there and `first_name` everywhere else; the wrong one is refused. `probe` begins with `first_name`, sends a create that is refused for its members once more as `fist_name`, and stays with what was taken; a dry run cannot know which that will be.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "update_transport",
        choices: Choices::OneOf(&["form", "query"]),
        default: "form",
        help: "How the parameters of an update travel: in a form, or in the address, where they would end in logs.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "address",
        choices: Choices::OneOf(&["parameters", "detail", "skip"]),
        default: "parameters",
        help: "Where postal addresses go: the first by a second request (`address.*`) and further ones as details `Address`, all as such details, or nowhere. Whether the second request makes an address where there is none is not documented.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "company_only",
        choices: Choices::OneOf(&["other_info", "reject"]),
        default: "other_info",
        help: "What becomes of a company without a person and a note: its name becomes `other_info`, or the row is rejected.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "fetch",
        choices: Choices::OneOf(&["per_contact", "fields"]),
        default: "per_contact",
        help: "How contacts are read: a request for each, or one for all, which holds only the known details and no street.",
        evidence: Evidence::Assumed,
    },
];

const HOLDS: &[HeldField] = &[
    HeldField::new(Field::FirstName, "first_name"),
    HeldField::new(Field::LastName, "last_name"),
    HeldField::new(Field::Note, "other_info"),
    HeldField::new(Field::FullName, "details: Full name"),
    HeldField::new(Field::Prefix, "details: Prefix"),
    HeldField::new(Field::MiddleName, "details: Middle name"),
    HeldField::new(Field::Suffix, "details: Suffix"),
    HeldField::new(Field::Company, "details: Company"),
    HeldField::new(Field::Department, "details: Department"),
    HeldField::new(Field::Position, "details: Position"),
    HeldField::new(Field::Phone(Kind::Work), "details: Phone"),
    HeldField::new(Field::Extension(Kind::Work), "details: Phone (in the text)"),
    HeldField::new(Field::Phone(Kind::Main), "details: Phone"),
    HeldField::new(Field::Extension(Kind::Main), "details: Phone (in the text)"),
    HeldField::new(Field::Phone(Kind::Other), "details: Phone"),
    HeldField::new(
        Field::Extension(Kind::Other),
        "details: Phone (in the text)",
    ),
    HeldField::new(Field::Phone(Kind::Mobile), "details: Mobile"),
    HeldField::new(
        Field::Extension(Kind::Mobile),
        "details: Mobile (in the text)",
    ),
    HeldField::new(Field::Phone(Kind::Home), "details: Home"),
    HeldField::new(Field::Extension(Kind::Home), "details: Home (in the text)"),
    HeldField::new(Field::Phone(Kind::Fax), "details: Fax"),
    HeldField::new(Field::Extension(Kind::Fax), "details: Fax (in the text)"),
    HeldField::new(Field::Phone(Kind::Pager), "details: Pager"),
    HeldField::new(
        Field::Extension(Kind::Pager),
        "details: Pager (in the text)",
    ),
    HeldField::new(Field::Email(Kind::Work), "details: Email"),
    HeldField::new(Field::Email(Kind::Home), "details: Email"),
    HeldField::new(Field::Email(Kind::Other), "details: Email"),
    held_address(AddressPart::Line1, "addresses.line1"),
    held_address(AddressPart::Line2, "addresses.line2"),
    held_address(AddressPart::Line3, "addresses.line3"),
    held_address(AddressPart::Line4, "addresses.line4"),
    held_address(AddressPart::City, "addresses.city"),
    held_address(AddressPart::State, "addresses.state"),
    held_address(AddressPart::PostalCode, "addresses.postal_code"),
    held_address(AddressPart::Country, "addresses.country"),
    HeldField::new(Field::Groups, "details: Group"),
    HeldField::new(Field::Primary, "details: Primary"),
    HeldField::new(Field::MailCategories, "details: Mail categories"),
    HeldField::new(Field::Username, "details: Portal username"),
    HeldField::new(Field::Custom, "details, under the column's name"),
];

const fn held_address(part: AddressPart, at: &'static str) -> HeldField {
    HeldField::new(Field::Address(Kind::Work, part), at)
}
