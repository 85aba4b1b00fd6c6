//! What the document of `covage` leaves open; the first choice is what is assumed.

use crate::sandbox::setting::{Setting, Takes};

pub(super) const SETTINGS: &[Setting] = &[ERRORS];

/// How an error is written: `{apirequest_uuid, details, error}` (P14), or `{"field": ["…"]}` and `{"detail": "…"}`, the
/// default of the framework.
pub(super) const ERRORS: Setting = Setting {
    name: "covage_errors",
    takes: Takes::OneOf(&["uniform", "framework"]),
};
