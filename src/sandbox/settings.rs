//! What the vendors' documents leave open, as switches: every default here is *assumed*, none is
//! documented. The other choices let a client be tried against the other readings.

/// Where `allocloud` puts its token: nested is what its SDK reads (P2), the document names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenPlace {
    /// `{"data": {"auth_token": …}}`
    #[default]
    Nested,
    /// `{"auth_token": …, "data": {}}`
    Top,
}

/// How `allocloud` answers a create by `contacts` array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CreatedShape {
    /// `{"data": {"contacts": [{"id": 7}]}}`
    #[default]
    Contacts,
    /// `{"data": {"id": 7}}`, a list of such where more than one was created.
    Id,
    /// `{"data": {"computer-id": 7}}`, a list of such where more than one was created.
    ComputerId,
}

/// What `allocloud` means by alphanumeric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CompanyRule {
    /// A to Z and digits only.
    #[default]
    Ascii,
    /// Letters and digits of any script.
    Letters,
    /// Letters and digits of any script, and spaces.
    LettersAndSpaces,
}

/// How the `aalam` create call spells the first name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstNameKey {
    /// `first_name`, as everywhere else.
    #[default]
    FirstName,
    /// `fist_name`, as the document's create call has it.
    FistName,
}

/// How `aalam` writes the rows of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowShape {
    /// An object per row.
    #[default]
    Objects,
    /// An array per row, in the order of `fields`; the bare value where one field was asked for.
    Arrays,
}

/// How `aalam` writes an address of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressShape {
    /// Its parts beside its `id`, as the document has it.
    #[default]
    Flat,
    /// Its parts under `value`, as the customers' view has it (P8b).
    Nested,
}

/// How `covage` writes an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorShape {
    /// `{apirequest_uuid, details, error}` (P14).
    #[default]
    Uniform,
    /// `{"field": ["…"]}` or `{"detail": "…"}`, the default of the framework.
    Framework,
}

/// How `sonar` writes the message of a 422.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessageShape {
    /// An object of texts, as the document has it.
    #[default]
    Texts,
    /// An object of lists of texts (P17).
    Lists,
    /// One text.
    Plain,
}

/// In which order `orzame` lists persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Newest first, as the introduction has it (P23).
    #[default]
    Descending,
    /// Oldest first, as the document's example happens to be.
    Ascending,
}

/// Everything that is assumed, in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the token stands.
    pub allocloud_token: TokenPlace,
    /// How a create answers.
    pub allocloud_created: CreatedShape,
    /// Which company names pass.
    pub allocloud_company: CompanyRule,
    /// How the create call spells the first name.
    pub aalam_first_name: FirstNameKey,
    /// How rows of a list look.
    pub aalam_rows: RowShape,
    /// How an address looks.
    pub aalam_addresses: AddressShape,
    /// How an error looks.
    pub covage_errors: ErrorShape,
    /// How the message of a 422 looks.
    pub sonar_messages: MessageShape,
    /// Accounts 1 to this one exist.
    pub sonar_accounts: u64,
    /// Contacts 1 to this one exist and can have persons.
    pub orzame_contacts: u64,
    /// How a list is ordered.
    pub orzame_order: Order,
    /// Most records on a page, where a vendor has pages.
    pub page_size: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allocloud_token: TokenPlace::default(),
            allocloud_created: CreatedShape::default(),
            allocloud_company: CompanyRule::default(),
            aalam_first_name: FirstNameKey::default(),
            aalam_rows: RowShape::default(),
            aalam_addresses: AddressShape::default(),
            covage_errors: ErrorShape::default(),
            sonar_messages: MessageShape::default(),
            sonar_accounts: 50,
            orzame_contacts: 200,
            orzame_order: Order::default(),
            page_size: 100,
        }
    }
}
