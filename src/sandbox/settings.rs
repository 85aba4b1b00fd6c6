//! What the vendors' documents leave open, by name: each vendor says which of its points can be had otherwise, and how.
//! Every default is *assumed*, none is documented. The other choices let a client be tried against the other readings.

use std::collections::BTreeMap;

use super::setting::{Setting, Takes};

/// Most records on a page, where a vendor has pages.
pub(super) const PAGE_SIZE: Setting = Setting {
    name: "page_size",
    takes: Takes::Count(100),
};

/// What is assumed otherwise than by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SandboxSettings {
    pub(super) chosen: BTreeMap<&'static str, String>,
}

impl SandboxSettings {
    /// What was chosen; without a choice, the first that there is. Empty for a setting that takes a number.
    pub(super) fn choice(&self, setting: &Setting) -> &str {
        match (self.chosen.get(setting.name), setting.takes) {
            (Some(chosen), _) => chosen,
            (None, Takes::OneOf(choices)) => choices.first().copied().unwrap_or_default(),
            (None, Takes::Count(_)) => "",
        }
    }

    /// The number of a setting that takes one.
    pub(super) fn count(&self, setting: &Setting) -> u64 {
        let chosen = self.chosen.get(setting.name);
        let assumed = match setting.takes {
            Takes::Count(assumed) => assumed,
            Takes::OneOf(_) => 0,
        };
        chosen
            .and_then(|chosen| chosen.parse().ok())
            .unwrap_or(assumed)
    }

    /// Most records on a page.
    pub(super) fn page_size(&self) -> usize {
        usize::try_from(self.count(&PAGE_SIZE)).unwrap_or(usize::MAX)
    }
}
