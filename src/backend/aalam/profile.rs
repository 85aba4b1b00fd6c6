//! What is known of Aalam before a word is spoken with it.

use super::details::SLOTS;
use crate::backend::{
    BaseUrl, Choices, Credential, Held, Listing, Mark, Operation, Parent, Profile, Rate, Switch,
};
use crate::model::{AddressPart, Field, Kind};

/// Aalam's profile.
pub static PROFILE: Profile = Profile {
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
        key("key_phone", "Phone", Mark::Stated),
        key("key_mobile", "Mobile", Mark::Stated),
        key("key_home", "Home", Mark::Assumed),
        key("key_fax", "Fax", Mark::Assumed),
        key("key_email", "Email", Mark::Stated),
        key("key_company", "Company", Mark::Assumed),
        key("key_position", "Position", Mark::Assumed),
        key("key_department", "Department", Mark::Assumed),
    ],
    switches: SWITCHES,
    rate: Rate::per_second(2),
    rate_mark: Mark::Assumed,
    concurrency: 2,
    parent: Parent::None,
    listing: Listing::EachContact,
    limits: &[(
        "A first name, a last name or a text is required.",
        Mark::Stated,
    )],
    operations: &[
        Operation::new("create", "PUT /aalam/base/contacts", Mark::Stated),
        Operation::new("update", "POST /aalam/base/contact/{id}", Mark::Stated),
        Operation::new("delete", "DELETE /aalam/base/contact/{id}", Mark::Stated),
        Operation::new("list", "GET /aalam/base/contacts", Mark::Stated),
        Operation::new("find", "GET /aalam/base/contacts?value=…", Mark::Stated),
        Operation::new("read", "GET /aalam/base/contact/{id}", Mark::Stated),
        Operation::new("add_details", "PUT /aalam/base/contact/{id}", Mark::Stated),
        Operation::new(
            "update_field",
            "POST /aalam/base/contact/{id}/{key_id}",
            Mark::Stated,
        ),
        Operation::new(
            "delete_field",
            "DELETE /aalam/base/contact/{id}/{key_id}",
            Mark::Stated,
        ),
    ],
    holds: HOLDS,
    slots: SLOTS,
    company_only: "The company is a detail, and stands as `other_info` too where there is neither name nor note (switch company_only).",
};

const fn key(name: &'static str, default: &'static str, mark: Mark) -> Switch {
    Switch {
        name,
        choices: Choices::Text,
        default,
        help: "The key under which such values are filed among the contact's details.",
        mark,
    }
}

const SWITCHES: &[Switch] = &[
    Switch {
        name: "first_name_key",
        choices: Choices::OneOf(&["first_name", "fist_name", "probe"]),
        default: "first_name",
        help: "The first name's member in a create. The document says `fist_name` there and `first_name` everywhere else; the wrong one is refused. `probe` begins with `first_name`, sends a create that is refused for its members once more as `fist_name`, and stays with what was taken; a dry run cannot know which that will be.",
        mark: Mark::Assumed,
    },
    Switch {
        name: "update_transport",
        choices: Choices::OneOf(&["form", "query"]),
        default: "form",
        help: "How the parameters of an update travel: in a form, or in the address, where they would end in logs.",
        mark: Mark::Assumed,
    },
    Switch {
        name: "address",
        choices: Choices::OneOf(&["parameters", "detail", "skip"]),
        default: "parameters",
        help: "Where postal addresses go: the first by a second request (`address.*`) and further ones as details `Address`, all as such details, or nowhere. Whether the second request makes an address where there is none is not documented.",
        mark: Mark::Assumed,
    },
    Switch {
        name: "company_only",
        choices: Choices::OneOf(&["other_info", "reject"]),
        default: "other_info",
        help: "What becomes of a company without a person and a note: its name becomes `other_info`, or the row is rejected.",
        mark: Mark::Assumed,
    },
    Switch {
        name: "fetch",
        choices: Choices::OneOf(&["per_contact", "fields"]),
        default: "per_contact",
        help: "How contacts are read: a request for each, or one for all, which holds only the known details and no street.",
        mark: Mark::Assumed,
    },
];

const HOLDS: &[Held] = &[
    Held::new(Field::FirstName, "first_name"),
    Held::new(Field::LastName, "last_name"),
    Held::new(Field::Note, "other_info"),
    Held::new(Field::FullName, "details: Full name"),
    Held::new(Field::Prefix, "details: Prefix"),
    Held::new(Field::MiddleName, "details: Middle name"),
    Held::new(Field::Suffix, "details: Suffix"),
    Held::new(Field::Company, "details: Company"),
    Held::new(Field::Department, "details: Department"),
    Held::new(Field::Position, "details: Position"),
    Held::new(Field::Phone(Kind::Work), "details: Phone"),
    Held::new(Field::Extension(Kind::Work), "details: Phone (in the text)"),
    Held::new(Field::Phone(Kind::Main), "details: Phone"),
    Held::new(Field::Extension(Kind::Main), "details: Phone (in the text)"),
    Held::new(Field::Phone(Kind::Other), "details: Phone"),
    Held::new(
        Field::Extension(Kind::Other),
        "details: Phone (in the text)",
    ),
    Held::new(Field::Phone(Kind::Mobile), "details: Mobile"),
    Held::new(
        Field::Extension(Kind::Mobile),
        "details: Mobile (in the text)",
    ),
    Held::new(Field::Phone(Kind::Home), "details: Home"),
    Held::new(Field::Extension(Kind::Home), "details: Home (in the text)"),
    Held::new(Field::Phone(Kind::Fax), "details: Fax"),
    Held::new(Field::Extension(Kind::Fax), "details: Fax (in the text)"),
    Held::new(Field::Phone(Kind::Pager), "details: Pager"),
    Held::new(
        Field::Extension(Kind::Pager),
        "details: Pager (in the text)",
    ),
    Held::new(Field::Email(Kind::Work), "details: Email"),
    Held::new(Field::Email(Kind::Home), "details: Email"),
    Held::new(Field::Email(Kind::Other), "details: Email"),
    held_address(AddressPart::Line1, "addresses.line1"),
    held_address(AddressPart::Line2, "addresses.line2"),
    held_address(AddressPart::Line3, "addresses.line3"),
    held_address(AddressPart::Line4, "addresses.line4"),
    held_address(AddressPart::City, "addresses.city"),
    held_address(AddressPart::State, "addresses.state"),
    held_address(AddressPart::PostalCode, "addresses.postal_code"),
    held_address(AddressPart::Country, "addresses.country"),
    Held::new(Field::Groups, "details: Group"),
    Held::new(Field::Primary, "details: Primary"),
    Held::new(Field::MailCategories, "details: Mail categories"),
    Held::new(Field::Username, "details: Portal username"),
    Held::new(Field::Custom, "details, under the column's name"),
];

const fn held_address(part: AddressPart, at: &'static str) -> Held {
    Held::new(Field::Address(Kind::Work, part), at)
}
