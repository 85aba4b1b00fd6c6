//! One account at a vendor, ready to be planned for: the vendor with the account's settings, its book, its pace.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::Error;
use crate::backend::{self, MustKeep, Parent, Profile, Rate, Settings, Vendor};
use crate::model::{BookId, ParentId, Region};

/// One account at a vendor, without its secrets.
#[derive(Clone)]
pub struct Account {
    /// The target's name.
    pub name: String,
    /// The vendor, with the target's settings.
    pub vendor: Arc<dyn Vendor>,
    /// Its address book.
    pub book: BookId,
    /// The region of numbers without a country code, if the target states one.
    pub region: Option<Region>,
    /// What must not be lost on the way to it.
    pub must_keep: MustKeep,
    /// What contacts without a parent of their own hang under, if the target states it.
    pub parent: Option<ParentId>,
    /// The pace where nothing else is stated.
    pub rate: Rate,
    /// Requests in flight at the most where nothing else is stated.
    pub lanes: usize,
}

impl Account {
    /// An account at a vendor, by the vendor's id, with the vendor's own choices for all that is not stated: its switches,
    /// its pace.
    ///
    /// ```
    /// let account = rolo::engine::Account::at("covage", "https://extranet.example", "hq")?;
    /// assert_eq!(account.profile().id, "covage");
    /// # Ok::<(), rolo::engine::Error>(())
    /// ```
    pub fn at(vendor: &str, base_url: &str, name: &str) -> Result<Self, Error> {
        let entry = backend::find(vendor).ok_or_else(|| Error::NoVendor(vendor.to_owned()))?;
        let profile = entry.profile;
        let vendor: Arc<dyn Vendor> =
            Arc::from((entry.build)(Settings::resolve(profile, &BTreeMap::new())?));
        Ok(Self {
            name: name.to_owned(),
            vendor,
            book: BookId::of(profile.id, base_url, name),
            region: None,
            must_keep: MustKeep::default(),
            parent: None,
            rate: profile.rate,
            lanes: profile.concurrency,
        })
    }

    /// What is known of its vendor.
    pub fn profile(&self) -> &'static Profile {
        self.vendor.profile()
    }

    /// What contacts hang under that name no parent themselves; none where the vendor has no parents.
    pub fn default_parent(&self) -> Option<&ParentId> {
        match self.profile().parent {
            Parent::None => None,
            Parent::Required(_) => self.parent.as_ref(),
        }
    }

    /// The pace: the one that is stated for a run, else its own.
    pub fn pace(&self, stated: Option<Rate>) -> Rate {
        stated.unwrap_or(self.rate)
    }

    /// Requests in flight at the most: what is stated for a run, else its own.
    pub fn lanes(&self, stated: Option<u16>) -> usize {
        stated.map_or(self.lanes, usize::from).max(1)
    }
}
