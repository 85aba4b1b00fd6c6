//! What the document of `aalam` leaves open; the first choice is what is assumed.

use super::list::RowShape;
use crate::sandbox::setting::{Setting, Takes};
use crate::sandbox::state::ServerState;

pub(super) const SETTINGS: &[Setting] = &[FIRST_NAME, ROWS, ADDRESSES];

/// How the create call spells the first name: as everywhere else, or as the document's create call has it.
pub(super) const FIRST_NAME: Setting = Setting {
    name: "aalam_first_name",
    takes: Takes::OneOf(&["first_name", "fist_name"]),
};
/// How the rows of a list are written: an object each, or an array in the order of `fields` (the bare value where one
/// field was asked for).
const ROWS: Setting = Setting {
    name: "aalam_rows",
    takes: Takes::OneOf(&["objects", "arrays"]),
};
/// How an address of a contact is written: its parts beside its `id`, as the document has it, or under `value`, as the
/// customers' view has it (P8b).
pub(super) const ADDRESSES: Setting = Setting {
    name: "aalam_addresses",
    takes: Takes::OneOf(&["flat", "nested"]),
};

/// How rows are written.
pub(super) fn row_shape(state: &ServerState) -> RowShape {
    match state.settings.choice(&ROWS) {
        "arrays" => RowShape::Arrays,
        _ => RowShape::Objects,
    }
}
