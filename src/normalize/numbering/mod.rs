//! Plain numbers without the library. Judging numbers takes most of the time of the whole line, and nearly all of them
//! are written with their country code, or in the plain way of their region. Which of those are valid, the file in `data`
//! says; whatever it does not call valid, the library is asked. It was made of the library's own patterns (`make.rs`), and
//! tests hold both against each other over every calling code.
//!
//! What makes a number *surely* valid is read off the way in which the library parses: it strips the national prefix
//! where what remains fits the general pattern, and calls valid what fits that and a type of the main region of the
//! calling code, each with a length that it may have.

#[cfg(test)]
mod make;
mod plans;
#[cfg(test)]
mod tests;

use super::dialled::Dialled;
use crate::model::Region;
use plans::{NumberingPlan, PLANS};

/// The number in E.164, if it is surely a valid one. No zero and no + had to be added to it.
pub(super) fn surely(dialled: &Dialled, region: Option<Region>) -> Option<String> {
    let digits = dialled.digits.as_str();
    if dialled.plus {
        return international(digits);
    }
    let (plan, own) = PLANS.of_region(region?)?;
    if own.abroad == "00" && digits.starts_with("00") {
        return international(&digits[2..]);
    }
    if digits.starts_with(own.abroad) || digits.starts_with(plan.code) {
        return None;
    }
    let national = match own.prefix {
        // A zero that is not there may have been lost: the library says.
        "0" => digits.strip_prefix('0')?,
        prefix => digits.strip_prefix(prefix).unwrap_or(digits),
    };
    e164(plan, national)
}

/// Of the digits behind a +.
fn international(digits: &str) -> Option<String> {
    let plan = PLANS.of_number(digits)?;
    let written = &digits[plan.code.len()..];
    let prefix = plan
        .national
        .as_ref()
        .map_or("", |national| national.prefix);
    e164(plan, written.strip_prefix(prefix).unwrap_or(written))
}

fn e164(plan: &NumberingPlan, national: &str) -> Option<String> {
    let is_valid = PLANS.is_valid(plan, national);
    is_valid.then(|| ["+", plan.code, national].concat())
}
