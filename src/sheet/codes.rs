//! The codes of this module.

use super::{dialect, vcard, workbook};
use crate::model::Code;

/// Everything that reading a file can say about a row.
pub const CODES: &[&Code] = &[
    &dialect::OTHER_DELIMITER,
    &vcard::BINARY,
    &vcard::CUT,
    &vcard::NESTED,
    &vcard::STRANGE,
    &workbook::HIDDEN_ROW,
    &workbook::NO_VALUE,
    &workbook::ROUNDED,
];
