//! What is known of `AlloCloud` before a word is spoken with it.

use super::payload::SLOTS;
use crate::backend::{
    BaseUrl, Choices, Credential, Evidence, HeldField, Listing, Operation, Parent, Profile, Rate,
    Switch,
};
use crate::model::{Field, Kind};

/// `AlloCloud`'s profile.
pub(super) static PROFILE: Profile = Profile {
    id: "allocloud",
    aliases: &[],
    name: "AlloCloud",
    about: "cloud telephony: the phonebook of a telephone system",
    base_url: BaseUrl::PerAccount("https://{account}.allocloud.com"),
    credentials: &[
        &[
            Credential::plain("account"),
            Credential::plain("username"),
            Credential::secret("api_key"),
        ],
        &[Credential::plain("account"), Credential::secret("api_key")],
    ],
    options: &[Switch {
        name: "phonebook",
        choices: Choices::Text,
        default: "global",
        help: "The phonebook that contacts are filed in.",
        evidence: Evidence::Stated,
    }],
    switches: SWITCHES,
    rate: Rate::per_second(2),
    rate_evidence: Evidence::Assumed,
    concurrency: 2,
    parent: Parent::None,
    listing: Listing::Whole,
    limits: &[(
        "A company's name has alphanumeric characters only.",
        Evidence::Stated,
    )],
    operations: &[
        Operation::new("sign_in", "PUT /v3.0/auth/account", Evidence::Stated),
        Operation::new("sign_in_user", "PUT /v3.0/auth/user", Evidence::Public),
        Operation::new("create", "PUT /v3.0/directories", Evidence::Stated),
        Operation::new("update", "POST /v3.0/directories", Evidence::Stated),
        Operation::new("delete", "DELETE /v3.0/directories/{id}", Evidence::Public),
        Operation::new("list", "GET /v3.0/directories", Evidence::Public),
        Operation::new("read", "GET /v3.0/directories/{id}", Evidence::Public),
        Operation::new(
            "delete_many",
            "POST /v3.0/directories/delete",
            Evidence::Public,
        ),
    ],
    holds: HOLDS,
    slots: SLOTS,
    company_only: "The company stands as company.name, and the names are empty texts (switch company_only; whether both names may be empty is not documented).",
};

const SWITCHES: &[Switch] = &[
    Switch {
        name: "create_style",
        choices: Choices::OneOf(&["contacts_array", "single"]),
        default: "contacts_array",
        help: "How a new contact is wrapped: in a list, as the document shows, or alone, as the vendor's older client sends it.",
        evidence: Evidence::Stated,
    },
    Switch {
        name: "batch",
        choices: Choices::Number(1000),
        default: "1",
        help: "How many contacts one create carries. How the answer to several names their ids is not documented; 1 gives each row its own answer.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "company",
        choices: Choices::OneOf(&[
            "reject",
            "strip",
            "transliterate",
            "letters",
            "letters_spaces",
        ]),
        default: "reject",
        help: "What becomes of a company that is not alphanumeric: the row is rejected, all but ASCII letters and digits is left out (strip), letters are turned into their nearest ASCII ones first (transliterate), or letters and digits of every script are kept, without spaces or with them.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "company_only",
        choices: Choices::OneOf(&["company", "last_name", "reject"]),
        default: "company",
        help: "What becomes of a company without a person: it is sent with empty names, it stands as the last name too, or the row is rejected. Whether both names may be empty is not documented.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "empty_list",
        choices: Choices::OneOf(&["empty_text", "empty", "omit"]),
        default: "empty_text",
        help: "How the absence of a number is written: as a list of one empty text, as the document shows it, as an empty list, or not at all. With `omit`, absent names are left out too; else they are empty texts.",
        evidence: Evidence::Stated,
    },
    Switch {
        name: "phone_format",
        choices: Choices::OneOf(&["e164", "national", "as_written"]),
        default: "e164",
        help: "How numbers are written. No format is documented.",
        evidence: Evidence::Assumed,
    },
    Switch {
        name: "delete_style",
        choices: Choices::OneOf(&["path", "query"]),
        default: "path",
        help: "Where a delete names the contact: in the path, as the vendor's own client does, or as the parameter `computer_id`.",
        evidence: Evidence::Public,
    },
];

const HOLDS: &[HeldField] = &[
    HeldField::new(Field::FirstName, "details.names.first"),
    HeldField::new(Field::LastName, "details.names.last"),
    HeldField::new(Field::Company, "details.company.name"),
    HeldField::new(Field::Phone(Kind::Work), "details.phone_numbers.land_lines"),
    HeldField::new(Field::Phone(Kind::Main), "details.phone_numbers.land_lines"),
    HeldField::new(Field::Phone(Kind::Home), "details.phone_numbers.land_lines"),
    HeldField::new(
        Field::Phone(Kind::Other),
        "details.phone_numbers.land_lines",
    ),
    HeldField::new(Field::Phone(Kind::Mobile), "details.phone_numbers.mobiles"),
    HeldField::new(Field::Phone(Kind::Fax), "details.phone_numbers.faxes"),
];
