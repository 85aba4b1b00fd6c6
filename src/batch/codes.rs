//! The numbers that an import ends with: what each means, and which is the more serious where several sheets end in several
//! ways.

/// Something here is wrong.
pub const INTERNAL: u8 = 1;
/// Finished; some rows were rejected or refused.
pub const ROWS: u8 = 3;
/// The input cannot be read, or has drifted.
pub const INPUT: u8 = 4;
/// A guard or the stop-loss stopped it.
pub const GUARD: u8 = 7;
/// A deadline or a limit was reached; it can be resumed.
pub const LIMIT: u8 = 8;
/// Rows in doubt remain.
pub const DOUBT: u8 = 10;

/// What an exit code means, in words that tell of nobody.
pub fn meaning(code: u8) -> &'static str {
    match code {
        0 => "all done",
        2 => "usage, configuration or mapping",
        ROWS => "finished, some rows rejected or refused",
        INPUT => "the sheet cannot be read, or has changed",
        5 => "the vendor is not available",
        6 => "the sign-in failed",
        GUARD => "a guard or too many refusals stopped it",
        LIMIT => "a deadline or limit was reached",
        9 => "nothing was left to do",
        DOUBT => "rows in doubt remain",
        11 => "another run is writing the same book",
        130 | 143 => "interrupted",
        _ => "something here is wrong",
    }
}

/// Exit codes, the least serious first: what a person has to do, then what keeps every sheet from its end.
const ORDER: [u8; 14] = [0, 9, 3, 8, 10, 4, 7, 11, 5, 6, 2, 1, 130, 143];

/// How serious an exit code is.
pub fn weight(code: u8) -> usize {
    let known = ORDER.iter().position(|other| *other == code);
    known.unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_every_sheet_from_its_end_weighs_more() {
        assert!(weight(1) > weight(4) && weight(4) > weight(3) && weight(77) > weight(143));
    }
}
