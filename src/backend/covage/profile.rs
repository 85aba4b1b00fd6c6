//! What is known of Covage before a word is spoken with it.

use super::payload::SLOTS;
use crate::backend::{
    BaseUrl, Choices, Credential, Evidence, HeldField, Listing, Operation, Parent, Profile, Rate,
    Switch,
};
use crate::model::{Field, Kind};

/// Covage's profile.
pub(super) static PROFILE: Profile = Profile {
    id: "covage",
    aliases: &["kosc"],
    name: "Covage / Kosc",
    about: "wholesale network operator: the contacts of its extranet",
    base_url: BaseUrl::Fixed("https://extranet.kosc-telecom.fr"),
    credentials: &[
        &[Credential::plain("email"), Credential::secret("password")],
        &[Credential::secret("token")],
    ],
    options: &[],
    switches: SWITCHES,
    rate: Rate::per_second(2),
    rate_evidence: Evidence::Assumed,
    concurrency: 2,
    parent: Parent::None,
    listing: Listing::Whole,
    limits: &[
        ("All five values have to be sent.", Evidence::Stated),
        (
            "A token lives for one hour (v2) or for 24 hours (v1).",
            Evidence::Public,
        ),
    ],
    operations: &[
        Operation::new("sign_in", "POST /api/v2/account/token/", Evidence::Public),
        Operation::new("sign_in_v1", "POST /api/account/token/", Evidence::Public),
        Operation::new(
            "renew_v1",
            "POST /api/account/token/refresh/",
            Evidence::Public,
        ),
        Operation::new("create", "POST /api/contacts/", Evidence::Stated),
        Operation::new(
            "update",
            "PUT /api/contacts/{contact_uuid}/",
            Evidence::Stated,
        ),
        Operation::new(
            "delete",
            "DELETE /api/contacts/{contact_uuid}/",
            Evidence::Stated,
        ),
        Operation::new("list", "GET /api/contacts/", Evidence::Stated),
        Operation::new(
            "read",
            "GET /api/contacts/{contact_uuid}/",
            Evidence::Stated,
        ),
    ],
    holds: &[
        HeldField::new(Field::FirstName, "first_name"),
        HeldField::new(Field::LastName, "last_name"),
        HeldField::new(Field::Phone(Kind::Work), "phone_number"),
        HeldField::new(Field::Phone(Kind::Main), "phone_number"),
        HeldField::new(Field::Phone(Kind::Home), "phone_number"),
        HeldField::new(Field::Phone(Kind::Other), "phone_number"),
        HeldField::new(Field::Phone(Kind::Mobile), "cell_phone_number"),
        HeldField::new(Field::Email(Kind::Work), "email"),
        HeldField::new(Field::Email(Kind::Home), "email"),
        HeldField::new(Field::Email(Kind::Other), "email"),
    ],
    slots: SLOTS,
    company_only: "There is no place for a company: where the row has no name, the company stands as last_name (switch company_only); else it is lost, and named.",
};

const SWITCHES: &[Switch] = &[
    Switch {
        name: "auth",
        choices: Choices::OneOf(&["v2", "v1"]),
        default: "v2",
        help: "Which of the two published ways to sign in: v2 (`/api/v2/account/token/`, header `Bearer`) or v1 (`/api/account/token/`, header `JWT`). The contacts' document names neither.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "scheme",
        choices: Choices::OneOf(&["auto", "Bearer", "JWT"]),
        default: "auto",
        help: "What stands before the token in the header `Authorization`: what `auth` says, or always this.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "phone_format",
        choices: Choices::OneOf(&["fr_national", "e164", "as_written"]),
        default: "fr_national",
        help: "How numbers are written. Every documented example is French national (0XXXXXXXXX); with `fr_national` a number of another country is sent as E.164.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "company_only",
        choices: Choices::OneOf(&["last_name", "drop", "reject"]),
        default: "last_name",
        help: "What becomes of a company without a person, since there is no place for companies: its name becomes the last name, it is lost like any other company, or the row is rejected.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "update",
        choices: Choices::OneOf(&["merge", "sheet"]),
        default: "merge",
        help: "Where an update takes what the row is silent about, since it must carry everything: from the record, which is read first, or from nowhere, so that it is emptied.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "empty",
        choices: Choices::OneOf(&["text", "null", "omit", "reject"]),
        default: "text",
        help: "How an absent value is sent, since \"the information in full has to be sent\": as an empty text, as null, not at all, or by rejecting the row.",
        evidence: Evidence::Assumed,
    },
];
