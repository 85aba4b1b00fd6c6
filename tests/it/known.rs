//! What the tests must know of a vendor and cannot ask it: `tests/wire/<vendor>/vendor.toml`. A further vendor brings its
//! own, and no test names it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rolo::backend::VENDORS;
use serde::Deserialize;
use serde_json::Value;

/// What is known of a vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// The member of a record that holds its id.
    pub id: String,
    /// A record that has everything that the vendor can hold; JSON.
    record: String,
    /// The switches without which such a record is not sent whole.
    #[serde(default)]
    pub switches: BTreeMap<String, String>,
    /// Arguments with which a company of any name is sent, where that needs some.
    #[serde(default)]
    pub any_company: Vec<String>,
    /// The members that must stand in the record of Karim Haddad of `samples/eight.csv`; JSON.
    karim: String,
    /// Switches that change how the vendor is spoken with, and with which everything works as well.
    #[serde(default)]
    pub ways: Vec<BTreeMap<String, String>>,
    /// Settings of the sandbox with which it answers in other shapes that are reported.
    #[serde(default)]
    pub shapes: Vec<String>,
    /// What of another vendor's full record it cannot hold: families of fields, by the other's id.
    pub loses: BTreeMap<String, Vec<String>>,
    /// What of its own full record another vendor cannot hold, where that one's file does not say so.
    #[serde(default)]
    pub leaves: BTreeMap<String, Vec<String>>,
    /// A row that it refuses.
    pub refused: Refused,
    /// How it writes a list.
    pub list: List,
}

/// A row that a vendor refuses, and what reaches the report.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refused {
    /// The arguments of the import.
    pub arguments: Vec<String>,
    /// The row's company.
    #[serde(default)]
    pub company: String,
    /// The vendor's own words.
    pub words: Vec<String>,
}

/// How a vendor writes a list; JSON with places in braces.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Whether it knows pages.
    pub is_paged: bool,
    /// The member under which the rows stand; they may stand bare as well.
    pub under: String,
    /// What stands before a record's id in the path by which it is read, where a list holds ids only.
    pub each: Option<String>,
    /// The n-th record: `{n}`, and `{id}` where records are numbered.
    pub record: String,
    /// A page of `{rows}` that says nothing of pages.
    pub mute: String,
    /// A page that does: `{page}`, `{pages}`, `{size}`, `{total}`, and `{next}` for a link to the next one.
    pub page: Option<String>,
}

impl Known {
    /// What is known of this vendor.
    pub(crate) fn of(vendor: &str) -> Self {
        let path = folder(vendor).join("vendor.toml");
        let text = std::fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// A record that has everything.
    pub(crate) fn record(&self) -> Value {
        serde_json::from_str(&self.record).expect("a record is JSON")
    }

    /// The members of Karim's record.
    pub(crate) fn karim(&self) -> Value {
        serde_json::from_str(&self.karim).expect("members are JSON")
    }

    /// The arguments with which a company of any name is sent.
    pub(crate) fn any_company(&self) -> Vec<&str> {
        self.any_company.iter().map(String::as_str).collect()
    }

    /// The other ways to speak with it, as switches.
    pub(crate) fn ways(&self) -> Vec<Vec<(&str, &str)>> {
        self.ways
            .iter()
            .map(|way| {
                let pairs = way.iter();
                pairs.map(|(name, value)| (&**name, &**value)).collect()
            })
            .collect()
    }
}

/// Where a vendor's samples are.
pub(crate) fn folder(vendor: &str) -> PathBuf {
    let wire = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire");
    wire.join(vendor)
}

/// The files of a vendor's samples, by name.
pub(crate) fn samples_of(vendor: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder(vendor)).expect("a folder of samples");
    let paths = files.map(|file| file.expect("a file").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    paths
}

/// The vendors that keep contacts under parents.
pub(crate) fn with_parents() -> impl Iterator<Item = &'static str> {
    let ids = VENDORS.iter().map(|entry| entry.profile.id);
    ids.filter(|id| has_parents(id))
}

/// Whether a vendor keeps contacts under parents.
pub(crate) fn has_parents(vendor: &str) -> bool {
    let entry = rolo::backend::find(vendor).expect("a vendor");
    entry.profile.parent != rolo::backend::Parent::None
}
