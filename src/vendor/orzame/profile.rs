//! What is known of Orzame before a word is spoken with it.

use crate::model::{Field, Kind};
use crate::vendor::{
    BaseUrl, Choices, Credential, Held, Mark, Operation, Parent, Profile, Rate, Switch,
};

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
        Operation::new("get", "GET /contacts/{contact}/persons/{id}", Mark::Stated),
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
};
