//! What is known of Orzame before a word is spoken with it.

use super::payload::SLOTS;
use crate::backend::{
    BaseUrl, Choices, Credential, Held, Listing, Mark, NAME_SPLIT, Operation, Parent, Profile,
    Rate, Switch,
};
use crate::model::{Field, Kind};

/// Orzame's profile. Documented are 60 requests a minute for the whole company; a margin is left for its
/// other programs.
pub static PROFILE: Profile = Profile {
    id: "orzame",
    aliases: &["persons"],
    name: "Orzame",
    about: "projects and invoices: the persons of a contact",
    base_url: BaseUrl::Fixed("https://api.orzame.com/v1"),
    credentials: &[&[Credential::secret("api_key")]],
    options: &[],
    switches: &[
        Switch {
            name: "page_parameter",
            choices: Choices::Text,
            default: "page",
            help: "The parameter that names a list's page. That lists come in pages of 100 is published, the parameter's name was not seen.",
            mark: Mark::Assumed,
        },
        Switch {
            name: "default",
            choices: Choices::OneOf(&["row", "never"]),
            default: "row",
            help: "Whether a row may make its person the default one of its contact, or no row may. Whether that takes the mark from another person is not documented.",
            mark: Mark::Assumed,
        },
        Switch {
            name: "verify",
            choices: Choices::OneOf(&["no", "yes"]),
            default: "no",
            help: "Whether a changed person is read again, since the answer to a change says nothing; that takes a second of the 60 requests a minute.",
            mark: Mark::Assumed,
        },
        NAME_SPLIT,
        Switch {
            name: "phone_format",
            choices: Choices::OneOf(&["e164", "national", "as_written"]),
            default: "e164",
            help: "How numbers are written. The member is free text, and its one example has no country code.",
            mark: Mark::Assumed,
        },
        Switch {
            name: "company_only",
            choices: Choices::OneOf(&["name", "reject"]),
            default: "name",
            help: "What becomes of a company without a person: its name becomes the person's, or the row is rejected.",
            mark: Mark::Assumed,
        },
    ],
    rate: Rate::per_minute(50),
    rate_mark: Mark::Public,
    concurrency: 2,
    parent: Parent::Required("contact"),
    listing: Listing::EachParent,
    limits: &[
        (
            "60 requests a minute for the whole company, all its programs together.",
            Mark::Public,
        ),
        ("A page of a list holds at most 100.", Mark::Public),
        (
            "A name is required; a change has at least one value.",
            Mark::Stated,
        ),
    ],
    operations: &[
        Operation::new("create", "POST /contacts/{contact}/persons", Mark::Stated),
        Operation::new(
            "update",
            "PATCH /contacts/{contact}/persons/{id}",
            Mark::Stated,
        ),
        Operation::new(
            "delete",
            "DELETE /contacts/{contact}/persons/{id}",
            Mark::Stated,
        ),
        Operation::new("list", "GET /contacts/{contact}/persons", Mark::Stated),
        Operation::new("read", "GET /contacts/{contact}/persons/{id}", Mark::Stated),
        Operation::new("list_contacts", "GET /contacts", Mark::Assumed),
    ],
    holds: &[
        Held::new(Field::Parent, "contact_id (in the path)"),
        Held::new(Field::FullName, "name"),
        Held::new(Field::Position, "position"),
        Held::new(Field::Phone(Kind::Work), "phone"),
        Held::new(Field::Extension(Kind::Work), "phone (in the text)"),
        Held::new(Field::Phone(Kind::Main), "phone"),
        Held::new(Field::Extension(Kind::Main), "phone (in the text)"),
        Held::new(Field::Phone(Kind::Mobile), "phone"),
        Held::new(Field::Extension(Kind::Mobile), "phone (in the text)"),
        Held::new(Field::Phone(Kind::Home), "phone"),
        Held::new(Field::Extension(Kind::Home), "phone (in the text)"),
        Held::new(Field::Phone(Kind::Other), "phone"),
        Held::new(Field::Extension(Kind::Other), "phone (in the text)"),
        Held::new(Field::Email(Kind::Work), "email"),
        Held::new(Field::Email(Kind::Home), "email"),
        Held::new(Field::Email(Kind::Other), "email"),
        Held::new(Field::Primary, "default"),
    ],
    slots: SLOTS,
    company_only: "The company stands as the person's name (switch company_only); beside a person it is lost, since it is the contact above.",
};
