//! The contract: what a vendor says of itself, and what can be asked of it.

use super::auth::{Credentials, Pass, SignIn};
use super::kit::{Accounted, clear};
use super::profile::Profile;
use super::record::{Cursor, Encoded, Payload, Record, RecordPage, Remote, WriteResults};
use super::settings::Settings;
use crate::model::{Code, Contact, Field, ParentId, RemoteId};
use crate::validate::{AcrossRows, Rule};
use crate::wire::{Exchange, Refusal, Request};

/// A vendor that can be asked for by name.
pub struct VendorEntry {
    /// What is known of it.
    pub profile: &'static Profile,
    /// Makes it with a target's settings.
    pub build: fn(Settings) -> Box<dyn Vendor>,
    /// The codes that its own rules raise.
    pub codes: &'static [&'static Code],
}

/// What is done to one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is removed.
    Delete,
}

/// A vendor. It is pure: it says what a contact becomes, what to send and how to read the answer, and sends nothing.
///
/// The methods without a body are what every vendor **must** say; an ability among them that it does not have
/// (`update`, `delete`, `list`) is `None`. The others it **may** say: what stands there holds for a vendor that takes one
/// contact a request, needs no second request, and cannot search.
pub trait Vendor: Send + Sync {
    // What every vendor must say.

    /// What is known of it.
    fn profile(&self) -> &'static Profile;
    /// What must hold of a contact before it is sent.
    fn rules(&self) -> &[Box<dyn Rule>];
    /// The contact as the vendor takes it, with an account of what was taken.
    fn account(&self, contact: &Contact) -> Accounted;
    /// The contact that a record is.
    fn decode(&self, record: &Record) -> Result<Remote, Refusal>;
    /// How a pass is got with these credentials.
    fn sign_in(&self, credentials: &Credentials) -> SignIn;
    /// The request with the pass on it: in headers behind its own, and nothing else is changed.
    fn authorize(&self, request: Request, pass: &Pass) -> Request;
    /// Makes records: one result for each payload.
    fn create(&self, payloads: &[&Payload]) -> Exchange<WriteResults>;
    /// Changes records into what the payloads say: one result for each. What a payload is silent about stays.
    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<WriteResults>>;
    /// Removes a record; one that is gone already counts as removed.
    fn delete(&self, id: &RemoteId, parent: Option<&ParentId>) -> Option<Exchange<()>>;
    /// One page of what the vendor holds. Without a cursor, the first of the target's own parent, else of all
    /// parents; with [`Cursor::of_parent`], the first of that parent.
    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<RecordPage>>;

    // What a vendor may say of contacts.

    /// The contact as the vendor takes it, what found no place in it, and who that is.
    fn encode<'c>(&self, contact: &'c Contact) -> Encoded<'c> {
        self.account(contact).encoded(contact)
    }

    /// What must hold of the rows together: fresh for each run.
    fn across(&self) -> Vec<Box<dyn AcrossRows>> {
        Vec::new()
    }
    /// The id of a record, as [`Vendor::decode`] finds it.
    fn id_of(&self, record: &Record) -> Option<RemoteId> {
        self.decode(record).ok().map(|remote| remote.id)
    }
    /// What an update says of a payload. A create must say some things of which the row says nothing; an update that
    /// said them too would take away what stands there.
    fn said(&self, payload: &Payload) -> Payload {
        payload.clone()
    }
    /// Names in a payload what an update is to take away: the values of these fields. The fields whose value it
    /// cannot take away.
    fn clear(&self, payload: &mut Payload, fields: &[Field]) -> Vec<Field> {
        clear::fields(self.profile(), payload, fields, |held| {
            Some(held.at.to_owned())
        })
    }

    // What a vendor may say of its requests.

    /// How many payloads one create may carry.
    fn batch(&self) -> usize {
        1
    }
    /// How many requests a change takes, where all goes well.
    fn requests(&self, _what: Effort, _payload: &Payload) -> u64 {
        1
    }
    /// Whether a record of the list is all of the record, and an update may be merged with it: then what an update sends
    /// is known from the list.
    fn lists_whole(&self) -> bool {
        false
    }
    /// The record that a cursor leads to, where the vendor lists ids only.
    fn record_at(&self, _cursor: &Cursor) -> Option<RemoteId> {
        None
    }

    // What a vendor may be able to do besides.

    /// One record as it stands now; none where it is gone.
    fn read(&self, _id: &RemoteId, _parent: Option<&ParentId>) -> Option<Exchange<Option<Record>>> {
        None
    }
    /// Removes records by one request; the ids that the vendor names as removed. One that it does not name was
    /// gone already (assumed).
    fn delete_many(&self, _ids: &[&RemoteId]) -> Option<Exchange<Vec<RemoteId>>> {
        None
    }
    /// What the vendor holds that may be this contact, found by its own search; what it finds is still to be
    /// compared. `None` where the vendor cannot search, or the contact has nothing to search for.
    fn find(&self, _contact: &Contact) -> Option<Exchange<RecordPage>> {
        None
    }
    /// A pass in place of one that is still good, without the credentials.
    fn renew(&self, _pass: &Pass) -> Option<Exchange<Pass>> {
        None
    }
    /// Which version answers: a test of the connection that changes nothing.
    fn version(&self) -> Option<Exchange<String>> {
        None
    }
    /// The mailings that a contact can get: number and name.
    fn mailings(&self) -> Option<Exchange<Vec<(u32, String)>>> {
        None
    }
}
