//! What is known of Sonar before a word is spoken with it.

use super::payload::SLOTS;
use crate::backend::kit::names::NAME_SPLIT;
use crate::backend::{
    BaseUrl, Choices, Credential, Evidence, HeldField, Listing, Operation, Parent, Profile, Rate,
    Switch,
};
use crate::model::{Field, Kind};

/// Sonar's profile.
pub(super) static PROFILE: Profile = Profile {
    id: "sonar",
    aliases: &[],
    name: "Sonar v1",
    about: "billing for internet providers: the contacts of an account",
    base_url: BaseUrl::Required("https://tenant.sonar.software"),
    credentials: &[&[
        Credential::plain("username"),
        Credential::secret("password"),
    ]],
    options: &[Switch {
        name: "email_message_categories",
        choices: Choices::Numbers,
        default: "",
        help: "The mailings that a contact gets whose row names none, as the vendor's numbers (2 financial, 3 general, 4 service, 5 outages). The member is required; empty sends an empty list.",
        evidence: Evidence::Public,
    }],
    switches: SWITCHES,
    rate: Rate::per_second(5),
    rate_evidence: Evidence::Assumed,
    concurrency: 4,
    parent: Parent::Required("account"),
    listing: Listing::EachParent,
    limits: &[
        (
            "Account, name, mailings and the primary mark are required.",
            Evidence::Stated,
        ),
        (
            "One number of each of four types; one primary contact an account.",
            Evidence::Stated,
        ),
        (
            "A login name has at least 5 characters, a password at least 8, and each needs the other.",
            Evidence::Public,
        ),
        (
            "The vendor's own importer has 10 requests in flight.",
            Evidence::Public,
        ),
    ],
    operations: &[
        Operation::new(
            "create",
            "POST /api/v1/accounts/{account}/contacts",
            Evidence::Stated,
        ),
        Operation::new(
            "update",
            "PATCH /api/v1/accounts/{account}/contacts/{id}",
            Evidence::Stated,
        ),
        Operation::new(
            "delete",
            "DELETE /api/v1/accounts/{account}/contacts/{id}",
            Evidence::Stated,
        ),
        Operation::new(
            "list",
            "GET /api/v1/accounts/{account}/contacts",
            Evidence::Stated,
        ),
        Operation::new(
            "read",
            "GET /api/v1/accounts/{account}/contacts/{id}",
            Evidence::Stated,
        ),
        Operation::new("list_accounts", "GET /api/v1/accounts", Evidence::Public),
        Operation::new(
            "mailings",
            "GET /api/v1/_data/email_categories",
            Evidence::Public,
        ),
        Operation::new("version", "GET /api/v1/_data/version", Evidence::Public),
    ],
    holds: &[
        HeldField::new(Field::Parent, "account_id (in the path)"),
        HeldField::new(Field::FullName, "name"),
        HeldField::new(Field::Position, "role"),
        HeldField::new(Field::Email(Kind::Work), "email_address"),
        HeldField::new(Field::Email(Kind::Home), "email_address"),
        HeldField::new(Field::Email(Kind::Other), "email_address"),
        HeldField::new(Field::Phone(Kind::Work), "phone_numbers.work.number"),
        HeldField::new(Field::Extension(Kind::Work), "phone_numbers.work.extension"),
        HeldField::new(Field::Phone(Kind::Main), "phone_numbers.work.number"),
        HeldField::new(Field::Extension(Kind::Main), "phone_numbers.work.extension"),
        HeldField::new(Field::Phone(Kind::Other), "phone_numbers.work.number"),
        HeldField::new(
            Field::Extension(Kind::Other),
            "phone_numbers.work.extension",
        ),
        HeldField::new(Field::Phone(Kind::Home), "phone_numbers.home.number"),
        HeldField::new(Field::Extension(Kind::Home), "phone_numbers.home.extension"),
        HeldField::new(Field::Phone(Kind::Mobile), "phone_numbers.mobile.number"),
        HeldField::new(
            Field::Extension(Kind::Mobile),
            "phone_numbers.mobile.extension",
        ),
        HeldField::new(Field::Phone(Kind::Fax), "phone_numbers.fax.number"),
        HeldField::new(Field::Extension(Kind::Fax), "phone_numbers.fax.extension"),
        HeldField::new(Field::Primary, "primary"),
        HeldField::new(Field::MailCategories, "email_message_categories"),
        HeldField::new(Field::Username, "username (switch portal)"),
        HeldField::new(Field::Password, "password (switch portal)"),
    ],
    slots: SLOTS,
    company_only: "The company stands as the contact's name (switch company_only); beside a person it is lost, since it is the account.",
};

const SWITCHES: &[Switch] = &[
    Switch {
        name: "phone_format",
        choices: Choices::OneOf(&["nanp", "digits", "e164"]),
        default: "nanp",
        help: "How numbers are written: North American ones as ten digits and others as all their digits, every one as all its digits, or with a plus sign. The examples are ten digits.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "untyped",
        choices: Choices::OneOf(&["work", "home", "mobile"]),
        default: "work",
        help: "The type of a number whose type the row does not say.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "primary",
        choices: Choices::OneOf(&["row", "never"]),
        default: "row",
        help: "Whether a row may make its contact the primary one, or no row may. A row that says nothing never does, as in the vendor's own importer.",
        evidence: Evidence::Public,
    },
    Switch {
        name: "page_size",
        choices: Choices::Number(1000),
        default: "100",
        help: "How many contacts a page of a list is asked to hold. The vendor's own tools ask for 100; whether more is allowed is not known.",
        evidence: Evidence::Public,
    },
    NAME_SPLIT,
    Switch {
        name: "extension",
        choices: Choices::OneOf(&["number", "text"]),
        default: "number",
        help: "Whether an extension is a number, as the document shows it, or a text, as the vendor's importer sends it. One with a leading zero is always a text.",
        evidence: Evidence::Stated,
    },
    Switch {
        name: "company_only",
        choices: Choices::OneOf(&["name", "reject"]),
        default: "name",
        help: "What becomes of a company without a person: its name becomes the contact's, or the row is rejected.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "portal",
        choices: Choices::OneOf(&["skip", "send"]),
        default: "skip",
        help: "Whether login name and password for the customer portal are sent. Passwords in sheets are a risk, so they are not unless asked for.",
        evidence: Evidence::Assumed,
    },
];
