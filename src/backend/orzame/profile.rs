//! What is known of Orzame before a word is spoken with it.

use super::payload::SLOTS;
use crate::backend::kit::names::NAME_SPLIT;
use crate::backend::{
    BaseUrl, Choices, Credential, Evidence, HeldField, Listing, Operation, Parent, Profile, Rate,
    Switch,
};
use crate::model::{Field, Kind};

/// Orzame's profile. Documented are 60 requests a minute for the whole company; a margin is left for its
/// other programs.
pub(super) static PROFILE: Profile = Profile {
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
            evidence: Evidence::Assumed,
        },
        Switch {
            name: "default",
            choices: Choices::OneOf(&["row", "never"]),
            default: "row",
            help: "Whether a row may make its person the default one of its contact, or no row may. Whether that takes the mark from another person is not documented.",
            evidence: Evidence::Assumed,
        },
        Switch {
            name: "verify",
            choices: Choices::OneOf(&["no", "yes"]),
            default: "no",
            help: "Whether a changed person is read again, since the answer to a change says nothing; that takes a second of the 60 requests a minute.",
            evidence: Evidence::Assumed,
        },
        NAME_SPLIT,
        Switch {
            name: "phone_format",
            choices: Choices::OneOf(&["e164", "national", "as_written"]),
            default: "e164",
            help: "How numbers are written. The member is free text, and its one example has no country code.",
            evidence: Evidence::Assumed,
        },
        Switch {
            name: "company_only",
            choices: Choices::OneOf(&["name", "reject"]),
            default: "name",
            help: "What becomes of a company without a person: its name becomes the person's, or the row is rejected.",
            evidence: Evidence::Assumed,
        },
    ],
    rate: Rate::per_minute(50),
    rate_evidence: Evidence::Public,
    concurrency: 2,
    parent: Parent::Required("contact"),
    listing: Listing::EachParent,
    limits: &[
        (
            "60 requests a minute for the whole company, all its programs together.",
            Evidence::Public,
        ),
        ("A page of a list holds at most 100.", Evidence::Public),
        (
            "A name is required; a change has at least one value.",
            Evidence::Stated,
        ),
    ],
    operations: &[
        Operation::new(
            "create",
            "POST /contacts/{contact}/persons",
            Evidence::Stated,
        ),
        Operation::new(
            "update",
            "PATCH /contacts/{contact}/persons/{id}",
            Evidence::Stated,
        ),
        Operation::new(
            "delete",
            "DELETE /contacts/{contact}/persons/{id}",
            Evidence::Stated,
        ),
        Operation::new("list", "GET /contacts/{contact}/persons", Evidence::Stated),
        Operation::new(
            "read",
            "GET /contacts/{contact}/persons/{id}",
            Evidence::Stated,
        ),
        Operation::new("list_contacts", "GET /contacts", Evidence::Assumed),
    ],
    holds: &[
        HeldField::new(Field::Parent, "contact_id (in the path)"),
        HeldField::new(Field::FullName, "name"),
        HeldField::new(Field::Position, "position"),
        HeldField::new(Field::Phone(Kind::Work), "phone"),
        HeldField::new(Field::Extension(Kind::Work), "phone (in the text)"),
        HeldField::new(Field::Phone(Kind::Main), "phone"),
        HeldField::new(Field::Extension(Kind::Main), "phone (in the text)"),
        HeldField::new(Field::Phone(Kind::Mobile), "phone"),
        HeldField::new(Field::Extension(Kind::Mobile), "phone (in the text)"),
        HeldField::new(Field::Phone(Kind::Home), "phone"),
        HeldField::new(Field::Extension(Kind::Home), "phone (in the text)"),
        HeldField::new(Field::Phone(Kind::Other), "phone"),
        HeldField::new(Field::Extension(Kind::Other), "phone (in the text)"),
        HeldField::new(Field::Email(Kind::Work), "email"),
        HeldField::new(Field::Email(Kind::Home), "email"),
        HeldField::new(Field::Email(Kind::Other), "email"),
        HeldField::new(Field::Primary, "default"),
    ],
    slots: SLOTS,
    company_only: "The company stands as the person's name (switch company_only); beside a person it is lost, since it is the contact above.",
};
