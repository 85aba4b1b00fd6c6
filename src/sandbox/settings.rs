//! What the vendors' documents leave open, as switches: every default here is *assumed*, none is
//! documented. The other choices let a client be tried against the other readings.

use std::str::FromStr;

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

/// Why a list of settings cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingError {
    /// A part that is no `name=value`.
    #[error("setting \"{0}\" is not written name=value")]
    Shape(String),
    /// A name that no setting has.
    #[error("unknown setting \"{0}\"")]
    Unknown(String),
    /// A value that the name cannot take.
    #[error("setting \"{name}\" cannot be \"{value}\", it takes {expected}")]
    Value {
        /// The name before the equals sign.
        name: String,
        /// What stood after it.
        value: String,
        /// What may stand there.
        expected: String,
    },
}

impl FromStr for Settings {
    type Err = SettingError;

    /// Reads `allocloud_token=top,sonar_messages=lists,sonar_accounts=500`.
    fn from_str(text: &str) -> Result<Self, SettingError> {
        let mut settings = Self::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let shape = || SettingError::Shape(part.to_owned());
            let (name, value) = part.split_once('=').ok_or_else(shape)?;
            settings.set(name.trim(), value.trim())?;
        }
        Ok(settings)
    }
}

impl Settings {
    /// Sets one thing by its name.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SettingError> {
        let known = match name {
            "allocloud_token" => {
                let choices = [("nested", TokenPlace::Nested), ("top", TokenPlace::Top)];
                choose(&mut self.allocloud_token, value, &choices)
            }
            "allocloud_created" => {
                let choices = [
                    ("contacts", CreatedShape::Contacts),
                    ("id", CreatedShape::Id),
                    ("computer-id", CreatedShape::ComputerId),
                ];
                choose(&mut self.allocloud_created, value, &choices)
            }
            "allocloud_company" => {
                let choices = [
                    ("ascii", CompanyRule::Ascii),
                    ("letters", CompanyRule::Letters),
                    ("letters-and-spaces", CompanyRule::LettersAndSpaces),
                ];
                choose(&mut self.allocloud_company, value, &choices)
            }
            "aalam_first_name" => {
                let choices = [
                    ("first_name", FirstNameKey::FirstName),
                    ("fist_name", FirstNameKey::FistName),
                ];
                choose(&mut self.aalam_first_name, value, &choices)
            }
            "aalam_rows" => {
                let choices = [("objects", RowShape::Objects), ("arrays", RowShape::Arrays)];
                choose(&mut self.aalam_rows, value, &choices)
            }
            _ => return self.set_more(name, value),
        };
        known.map_err(|expected| wrong(name, value, expected))
    }

    fn set_more(&mut self, name: &str, value: &str) -> Result<(), SettingError> {
        let known = match name {
            "aalam_addresses" => {
                let choices = [
                    ("flat", AddressShape::Flat),
                    ("nested", AddressShape::Nested),
                ];
                choose(&mut self.aalam_addresses, value, &choices)
            }
            "covage_errors" => {
                let choices = [
                    ("uniform", ErrorShape::Uniform),
                    ("framework", ErrorShape::Framework),
                ];
                choose(&mut self.covage_errors, value, &choices)
            }
            "sonar_messages" => {
                let choices = [
                    ("texts", MessageShape::Texts),
                    ("lists", MessageShape::Lists),
                    ("plain", MessageShape::Plain),
                ];
                choose(&mut self.sonar_messages, value, &choices)
            }
            "orzame_order" => {
                let choices = [
                    ("descending", Order::Descending),
                    ("ascending", Order::Ascending),
                ];
                choose(&mut self.orzame_order, value, &choices)
            }
            "sonar_accounts" => count(&mut self.sonar_accounts, value),
            "orzame_contacts" => count(&mut self.orzame_contacts, value),
            "page_size" => count(&mut self.page_size, value),
            _ => return Err(SettingError::Unknown(name.to_owned())),
        };
        known.map_err(|expected| wrong(name, value, expected))
    }
}

fn wrong(name: &str, value: &str, expected: String) -> SettingError {
    SettingError::Value {
        name: name.to_owned(),
        value: value.to_owned(),
        expected,
    }
}

fn choose<T: Copy>(place: &mut T, value: &str, choices: &[(&str, T)]) -> Result<(), String> {
    match choices.iter().find(|(name, _)| *name == value) {
        Some((_, choice)) => {
            *place = *choice;
            Ok(())
        }
        None => Err(choices
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(" or ")),
    }
}

fn count<T: FromStr + PartialEq + From<u8>>(place: &mut T, value: &str) -> Result<(), String> {
    let number = value.parse().ok().filter(|number| *number != T::from(0));
    *place = number.ok_or("a whole number from 1")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read() {
        let text = "allocloud_token=top, allocloud_created=computer-id,allocloud_company=letters,\
                    aalam_first_name=fist_name,aalam_rows=arrays,aalam_addresses=nested,\
                    covage_errors=framework,sonar_messages=lists,orzame_order=ascending,\
                    sonar_accounts=500,orzame_contacts=7,page_size=3";
        let wanted = Settings {
            allocloud_token: TokenPlace::Top,
            allocloud_created: CreatedShape::ComputerId,
            allocloud_company: CompanyRule::Letters,
            aalam_first_name: FirstNameKey::FistName,
            aalam_rows: RowShape::Arrays,
            aalam_addresses: AddressShape::Nested,
            covage_errors: ErrorShape::Framework,
            sonar_messages: MessageShape::Lists,
            sonar_accounts: 500,
            orzame_contacts: 7,
            orzame_order: Order::Ascending,
            page_size: 3,
        };
        assert_eq!(text.parse(), Ok(wanted));
        assert_eq!("".parse(), Ok(Settings::default()));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let cases = [
            (
                "aalam_rows",
                "setting \"aalam_rows\" is not written name=value",
            ),
            ("rows=arrays", "unknown setting \"rows\""),
            (
                "aalam_rows=lists",
                "setting \"aalam_rows\" cannot be \"lists\", it takes objects or arrays",
            ),
            (
                "page_size=0",
                "setting \"page_size\" cannot be \"0\", it takes a whole number from 1",
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(
                text.parse::<Settings>().expect_err(text).to_string(),
                wanted
            );
        }
    }
}
