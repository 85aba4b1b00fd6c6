//! Every code that can stand in a report.

use crate::model::Code;

/// Every code that can stand in a report, by name.
pub fn codes() -> Vec<&'static Code> {
    let line = crate::sheet::CODES
        .iter()
        .chain(crate::mapping::CODES)
        .chain(crate::normalize::CODES)
        .chain(crate::validate::CODES)
        .chain(crate::plan::CODES)
        .copied();
    let mut codes: Vec<&'static Code> = line.chain(crate::backend::codes()).collect();
    codes.sort_by_key(|code| code.id);
    codes.dedup_by_key(|code| code.id);
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_and_named_alike() {
        let codes = codes();
        assert!(codes.len() > 20, "{}", codes.len());
        for code in codes {
            let Code {
                id, means, help, ..
            } = code;
            assert!(means.len() > 20 && help.len() > 5, "{id}");
            assert!(
                means.ends_with('.') && !help.ends_with('.'),
                "{id}: a sentence, and a hint"
            );
            let letters = |c: char| c.is_ascii_lowercase() || "-_.".contains(c);
            assert!(
                id.chars().all(letters) && id.matches('.').count() == 1,
                "{id}"
            );
        }
    }
}
