//! What is known of `AlloCloud` before a word is spoken with it.

use super::payload::SLOTS;
use crate::backend::{
    BaseUrl, Choices, Credential, Held, Listing, Mark, Operation, Parent, Profile, Rate, Switch,
};
use crate::model::{Field, Kind};

/// `AlloCloud`'s profile.
pub static PROFILE: Profile = Profile {
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
        mark: Mark::Stated,
    }],
    switches: SWITCHES,
    rate: Rate::per_second(2),
    rate_mark: Mark::Assumed,
    concurrency: 2,
    parent: Parent::None,
    listing: Listing::Whole,
    limits: &[(
        "A company's name has alphanumeric characters only.",
        Mark::Stated,
    )],
    operations: &[
        Operation::new("sign_in", "PUT /v3.0/auth/account", Mark::Stated),
        Operation::new("sign_in_user", "PUT /v3.0/auth/user", Mark::Public),
        Operation::new("create", "PUT /v3.0/directories", Mark::Stated),
        Operation::new("update", "POST /v3.0/directories", Mark::Stated),
        Operation::new("delete", "DELETE /v3.0/directories/{id}", Mark::Public),
        Operation::new("list", "GET /v3.0/directories", Mark::Public),
        Operation::new("read", "GET /v3.0/directories/{id}", Mark::Public),
        Operation::new("delete_many", "POST /v3.0/directories/delete", Mark::Public),
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
        mark: Mark::Stated,
    },
    Switch {
        name: "batch",
        choices: Choices::Number(1000),
        default: "1",
        help: "How many contacts one create carries. How the answer to several names their ids is not documented; 1 gives each row its own answer.",
        mark: Mark::Assumed,
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
        mark: Mark::Assumed,
    },
    Switch {
        name: "company_only",
        choices: Choices::OneOf(&["company", "last_name", "reject"]),
        default: "company",
        help: "What becomes of a company without a person: it is sent with empty names, it stands as the last name too, or the row is rejected. Whether both names may be empty is not documented.",
        mark: Mark::Assumed,
    },
    Switch {
        name: "empty_list",
        choices: Choices::OneOf(&["empty_text", "empty", "omit"]),
        default: "empty_text",
        help: "How the absence of a number is written: as a list of one empty text, as the document shows it, as an empty list, or not at all. With `omit`, absent names are left out too; else they are empty texts.",
        mark: Mark::Stated,
    },
    Switch {
        name: "phone_format",
        choices: Choices::OneOf(&["e164", "national", "as_written"]),
        default: "e164",
        help: "How numbers are written. No format is documented.",
        mark: Mark::Assumed,
    },
    Switch {
        name: "delete_style",
        choices: Choices::OneOf(&["path", "query"]),
        default: "path",
        help: "Where a delete names the contact: in the path, as the vendor's own client does, or as the parameter `computer_id`.",
        mark: Mark::Public,
    },
];

const HOLDS: &[Held] = &[
    Held::new(Field::FirstName, "details.names.first"),
    Held::new(Field::LastName, "details.names.last"),
    Held::new(Field::Company, "details.company.name"),
    Held::new(Field::Phone(Kind::Work), "details.phone_numbers.land_lines"),
    Held::new(Field::Phone(Kind::Main), "details.phone_numbers.land_lines"),
    Held::new(Field::Phone(Kind::Home), "details.phone_numbers.land_lines"),
    Held::new(
        Field::Phone(Kind::Other),
        "details.phone_numbers.land_lines",
    ),
    Held::new(Field::Phone(Kind::Mobile), "details.phone_numbers.mobiles"),
    Held::new(Field::Phone(Kind::Fax), "details.phone_numbers.faxes"),
];
