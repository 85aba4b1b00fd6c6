//! What the document of `allocloud` leaves open; the first choice is what is assumed.

use super::rules::CompanyRule;
use crate::sandbox::setting::{Setting, Takes};
use crate::sandbox::state::ServerState;

pub(super) const SETTINGS: &[Setting] = &[TOKEN_PLACE, CREATED_SHAPE, COMPANY_RULE];

/// Where the token of a sign-in stands: `nested` is `{"data": {"auth_token": …}}`, which its SDK reads (P2); `top` is
/// `{"auth_token": …, "data": {}}`. The document names no place.
pub(super) const TOKEN_PLACE: Setting = Setting {
    name: "allocloud_token",
    takes: Takes::OneOf(&["nested", "top"]),
};
/// How a create by `contacts` array answers: `{"data": {"contacts": [{"id": 7}]}}`, or `{"data": {"id": 7}}` under one of
/// two names, a list of such where more than one was created.
pub(super) const CREATED_SHAPE: Setting = Setting {
    name: "allocloud_created",
    takes: Takes::OneOf(&["contacts", "id", "computer-id"]),
};
/// What alphanumeric means: A to Z and digits only, letters and digits of any script, and spaces too.
const COMPANY_RULE: Setting = Setting {
    name: "allocloud_company",
    takes: Takes::OneOf(&["ascii", "letters", "letters-and-spaces"]),
};

/// What is taken for alphanumeric.
pub(super) fn company_rule(state: &ServerState) -> CompanyRule {
    match state.settings.choice(&COMPANY_RULE) {
        "letters" => CompanyRule::Letters,
        "letters-and-spaces" => CompanyRule::LettersAndSpaces,
        _ => CompanyRule::Ascii,
    }
}
