//! What people call the fields: one table of names, in English and French, those of Google Contacts, Outlook
//! and Thunderbird among them. It stands alone because it is data, and grows by lines.

use super::header::{fold, without_digits};
use super::languages::NAMES;
use crate::model::{AddressPart, Field, Kind};

/// What a header can be known as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field.
    Is(Field),
    /// `Nom`, `Name`: the last name beside a first name, else the whole name.
    Name,
    /// `Nombre`, `Nome`: the first name beside a last name, else the whole name.
    Given,
    /// `Title`: a position; a title before the name beside a `Job title`.
    Title,
    /// `Poste`: a position, or an extension.
    Poste,
    /// An extension, of the phone that stands before it.
    Extension,
}

use Field::{Address, Email, Extension, Phone};
use Kind::{Fax, Home, Main, Mobile, Other, Pager, Work};
use Meaning::Is;

/// The names of each meaning, in the spelling of people; they are compared folded.
const SYNONYMS: &[(Meaning, &[&str])] = &[
    (
        Is(Field::Key),
        &[
            "Identifiant",
            "ID",
            "Id contact",
            "Identifiant contact",
            "Key",
            "Clé",
            "Référence",
            "Réf",
            "External ID",
            "External key",
            "Contact ID",
            "UID",
            "Matricule",
            "Code",
            "Code contact",
        ],
    ),
    (
        Is(Field::Parent),
        &[
            "Parent",
            "Parent ID",
            "Compte",
            "Id compte",
            "Numéro de compte",
            "N° compte",
            "Compte client",
            "Account",
            "Account ID",
            "Account number",
            "Contact parent",
        ],
    ),
    (Meaning::Name, &["Nom", "Name", "Noms"]),
    (
        Is(Field::FullName),
        &[
            "Nom complet",
            "Nom et prénom",
            "Nom prénom",
            "Prénom Nom",
            "Prénom et nom",
            "Full name",
            "Display name",
            "Nom affiché",
            "Nom à afficher",
            "Contact",
            "Contact name",
            "Nom du contact",
            "File as",
            "Interlocuteur",
            "Formatted name",
        ],
    ),
    (
        Is(Field::Prefix),
        &[
            "Civilité",
            "Titre de civilité",
            "Civ",
            "Name prefix",
            "Prefix",
            "Préfixe",
            "Salutation",
            "Honorific",
            "Honorific prefix",
        ],
    ),
    (
        Is(Field::FirstName),
        &[
            "Prénom",
            "Prénoms",
            "First name",
            "Firstname",
            "Given name",
            "Forename",
            "Vorname",
            "fname",
        ],
    ),
    (
        Is(Field::MiddleName),
        &[
            "Deuxième prénom",
            "Second prénom",
            "Autres prénoms",
            "Middle name",
            "Additional name",
        ],
    ),
    (
        Is(Field::LastName),
        &[
            "Nom de famille",
            "Nom d'usage",
            "Last name",
            "Lastname",
            "Family name",
            "Surname",
            "Nachname",
            "lname",
        ],
    ),
    (
        Is(Field::Suffix),
        &["Suffixe", "Suffix", "Name suffix", "Honorific suffix"],
    ),
    (
        Is(Field::Company),
        &[
            "Société",
            "Entreprise",
            "Raison sociale",
            "Organisation",
            "Organization",
            "Company",
            "Org",
            "Company name",
            "Organization name",
            "Nom de la société",
            "Nom société",
            "Nom entreprise",
            "Nom de l'entreprise",
            "Organization 1 - Name",
            "Employeur",
            "Employer",
            "Client",
            "Firma",
        ],
    ),
    (
        Is(Field::Department),
        &[
            "Service",
            "Département",
            "Department",
            "Organization department",
            "Organization 1 - Department",
            "Direction",
        ],
    ),
    (
        Is(Field::Position),
        &[
            "Fonction",
            "Titre du poste",
            "Intitulé du poste",
            "Profession",
            "Métier",
            "Rôle",
            "Position",
            "Job title",
            "Role",
            "Job",
            "Occupation",
            "Organization title",
            "Organization 1 - Title",
        ],
    ),
    (Meaning::Title, &["Titre", "Title"]),
    (Meaning::Poste, &["Poste"]),
    (
        Meaning::Extension,
        &[
            "Extension",
            "Ext",
            "Poste interne",
            "Numéro interne",
            "Numéro de poste",
            "Extension interne",
            "Numéro court",
            "Phone extension",
            "N° poste",
            "Interne",
        ],
    ),
    (
        Is(Phone(Work)),
        &[
            "Téléphone",
            "Tél",
            "Tel",
            "Téléphone fixe",
            "Tél fixe",
            "Fixe",
            "Ligne fixe",
            "Numéro",
            "Numéro de téléphone",
            "N° de téléphone",
            "N° téléphone",
            "N° tél",
            "Téléphone professionnel",
            "Téléphone pro",
            "Tél pro",
            "Tél professionnel",
            "Téléphone bureau",
            "Tél bureau",
            "Téléphone (bureau)",
            "Ligne directe",
            "Tél direct",
            "Phone",
            "Phone number",
            "Telephone",
            "Telephone number",
            "Number",
            "Business phone",
            "Business phone 2",
            "Work phone",
            "Office phone",
            "Office",
            "Landline",
            "Direct phone",
            "Phone - Value",
            "Primary phone",
            "Phone work",
        ],
    ),
    (
        Is(Phone(Home)),
        &[
            "Téléphone domicile",
            "Tél domicile",
            "Domicile",
            "Téléphone personnel",
            "Tél perso",
            "Téléphone (domicile)",
            "Home",
            "Home phone",
            "Home phone 2",
            "Phone home",
            "Home telephone",
        ],
    ),
    (
        Is(Phone(Mobile)),
        &[
            "Portable",
            "Mobile",
            "GSM",
            "Téléphone portable",
            "Tél portable",
            "Téléphone mobile",
            "Tél mobile",
            "Cellulaire",
            "Mobile phone",
            "Mobile number",
            "Cell",
            "Cell phone",
            "Cellphone",
            "Cellular",
            "Numéro de mobile",
            "N° mobile",
            "N° portable",
            "Portable pro",
            "Mobile pro",
            "Handy",
        ],
    ),
    (
        Is(Phone(Fax)),
        &[
            "Fax",
            "Télécopie",
            "Télécopieur",
            "Fax number",
            "Business fax",
            "Work fax",
            "Home fax",
            "Numéro de fax",
            "N° fax",
            "Fax professionnel",
            "Other fax",
        ],
    ),
    (Is(Phone(Pager)), &["Pager", "Bipeur", "Pager number"]),
    (
        Is(Phone(Main)),
        &[
            "Standard",
            "Company main phone",
            "Main phone",
            "Switchboard",
            "Téléphone principal",
            "Numéro principal",
            "Tél standard",
        ],
    ),
    (
        Is(Phone(Other)),
        &[
            "Autre téléphone",
            "Autre tél",
            "Other phone",
            "Second téléphone",
            "Téléphone secondaire",
        ],
    ),
    (
        Is(Email(Work)),
        &[
            "Courriel",
            "E-mail",
            "Mail",
            "Mél",
            "Mel",
            "Adresse e-mail",
            "Adresse mail",
            "Adresse courriel",
            "Adresse électronique",
            "Adresse de messagerie",
            "E-mail professionnel",
            "E-mail pro",
            "Mail pro",
            "E-mail address",
            "Email",
            "Primary email",
            "Work email",
            "Business email",
            "E-mail - Value",
            "E-mail 2 address",
            "Messagerie",
            "Email work",
            "Mail address",
        ],
    ),
    (
        Is(Email(Home)),
        &[
            "E-mail personnel",
            "E-mail perso",
            "Mail perso",
            "Courriel personnel",
            "Home email",
            "Personal email",
            "Private email",
        ],
    ),
    (
        Is(Email(Other)),
        &[
            "Secondary email",
            "Other email",
            "Autre e-mail",
            "Autre mail",
            "E-mail secondaire",
        ],
    ),
    (
        Is(Address(Work, AddressPart::Line1)),
        &[
            "Adresse",
            "Rue",
            "Adresse postale",
            "Adresse 1",
            "Adresse ligne 1",
            "Voie",
            "Address",
            "Street",
            "Address 1",
            "Address line 1",
            "Street address",
            "Business street",
            "Work address",
            "Business address",
            "Address 1 - Street",
        ],
    ),
    (
        Is(Address(Work, AddressPart::Line2)),
        &[
            "Complément d'adresse",
            "Complément",
            "Adresse 2",
            "Adresse ligne 2",
            "Address 2",
            "Address line 2",
            "Business street 2",
            "Work address 2",
            "Street 2",
            "Address 1 - Extended Address",
            "Adresse (suite)",
        ],
    ),
    (
        Is(Address(Work, AddressPart::Line3)),
        &[
            "Adresse 3",
            "Adresse ligne 3",
            "Address 3",
            "Address line 3",
            "Business street 3",
        ],
    ),
    (
        Is(Address(Work, AddressPart::Line4)),
        &["Adresse 4", "Address 4", "Address line 4"],
    ),
    (
        Is(Address(Work, AddressPart::PostalCode)),
        &[
            "Code postal",
            "CP",
            "Postal code",
            "Zip",
            "Zip code",
            "Postcode",
            "Business postal code",
            "Work zipcode",
            "Address 1 - Postal Code",
            "PLZ",
            "NPA",
        ],
    ),
    (
        Is(Address(Work, AddressPart::City)),
        &[
            "Ville",
            "Localité",
            "Commune",
            "City",
            "Town",
            "Business city",
            "Work city",
            "Address 1 - City",
        ],
    ),
    (
        Is(Address(Work, AddressPart::State)),
        &[
            "Région",
            "État",
            "Province",
            "State",
            "Region",
            "County",
            "Business state",
            "Work state",
            "Address 1 - Region",
        ],
    ),
    (
        Is(Address(Work, AddressPart::Country)),
        &[
            "Pays",
            "Country",
            "Business country",
            "Business country/region",
            "Work country",
            "Address 1 - Country",
            "Country/Region",
        ],
    ),
    (
        Is(Address(Home, AddressPart::Line1)),
        &["Adresse personnelle", "Home street", "Home address"],
    ),
    (
        Is(Address(Home, AddressPart::Line2)),
        &["Home street 2", "Home address 2"],
    ),
    (
        Is(Address(Home, AddressPart::PostalCode)),
        &["Home postal code", "Home zipcode"],
    ),
    (Is(Address(Home, AddressPart::City)), &["Home city"]),
    (Is(Address(Home, AddressPart::State)), &["Home state"]),
    (
        Is(Address(Home, AddressPart::Country)),
        &["Home country", "Home country/region"],
    ),
    (
        Is(Field::Note),
        &[
            "Remarques",
            "Remarque",
            "Notes",
            "Note",
            "Commentaires",
            "Commentaire",
            "Observations",
            "Observation",
            "Comments",
            "Comment",
            "Remarks",
        ],
    ),
    (
        Is(Field::Groups),
        &[
            "Groupe",
            "Groupes",
            "Group",
            "Groups",
            "Group membership",
            "Labels",
            "Label",
            "Catégorie",
            "Catégories",
            "Categories",
            "Category",
            "Étiquettes",
            "Étiquette",
            "Tags",
            "Liste",
        ],
    ),
    (
        Is(Field::Primary),
        &[
            "Principal",
            "Contact principal",
            "Primary",
            "Primary contact",
            "Is primary",
            "Par défaut",
        ],
    ),
    (
        Is(Field::MailCategories),
        &[
            "Mail categories",
            "Email categories",
            "Email message categories",
            "Catégories de mail",
            "Catégories d'e-mail",
        ],
    ),
    (
        Is(Field::Username),
        &[
            "Username",
            "User name",
            "Login",
            "Nom d'utilisateur",
            "Identifiant portail",
            "Utilisateur",
            "Portal username",
        ],
    ),
    (
        Is(Field::Password),
        &["Password", "Mot de passe", "MDP", "Portal password"],
    ),
];

/// Every known name, folded, with its meaning.
pub(super) struct Names {
    all: Vec<(String, Meaning)>,
    own: Vec<(String, Field)>,
}

impl Names {
    pub(super) fn new() -> Self {
        let all = SYNONYMS
            .iter()
            .chain(NAMES)
            .flat_map(|(meaning, names)| names.iter().map(|name| (fold(name), *meaning)))
            .collect();
        let fields = Field::all()
            .into_iter()
            .filter(|field| *field != Field::Custom);
        Self {
            all,
            own: fields
                .map(|field| (fold(&field.to_string()), field))
                .collect(),
        }
    }

    /// The field whose own name this is: `phone.mobile`, `phone_mobile`. A name of one word (`key`, `note`) is
    /// its own name only where it is written in lower case, as rolo writes it.
    pub(super) fn own(&self, header: &str) -> Option<Field> {
        let plain = header.trim_start_matches('\u{feff}').trim();
        let written =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_');
        let folded = fold(plain);
        let found = self.own.iter().find(|(name, _)| *name == folded)?;
        plain.chars().all(written).then_some(found.1)
    }

    /// The field and the slot of a name with a number in it: `phone.work.2.extension`.
    pub(super) fn own_slot(&self, header: &str) -> Option<(Field, u32)> {
        let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut numbers = header
            .split('.')
            .filter(|part| !part.is_empty())
            .filter(is_number);
        let slot = match (numbers.next(), numbers.next()) {
            (Some(one), None) => one.parse().ok().filter(|slot| *slot > 1)?,
            _ => return None,
        };
        let rest: Vec<&str> = header.split('.').filter(|part| !is_number(part)).collect();
        self.own(&rest.join(".")).map(|field| (field, slot))
    }

    /// The meaning of a header that is a known name, as it stands or without its numbers.
    pub(super) fn known(&self, header: &str) -> Option<Meaning> {
        let folded = fold(header);
        let find = |text: &str| {
            self.all
                .iter()
                .find(|(name, _)| name == text)
                .map(|found| found.1)
        };
        let bare = without_digits(&folded);
        let found = find(&folded).or_else(|| if bare.is_empty() { None } else { find(&bare) });
        let own = || {
            self.own
                .iter()
                .find(|(name, _)| *name == folded)
                .map(|found| Is(found.1))
        };
        found.or_else(own).filter(|_| !folded.is_empty())
    }

    /// The meaning whose name is spelt most like a header, with the likeness from 0 to 1; none where two
    /// meanings are equally like.
    pub(super) fn nearest(&self, header: &str) -> Option<(Meaning, f64)> {
        let folded = without_digits(&fold(header));
        if folded.len() < 5 {
            return None;
        }
        let mut best: Option<(Meaning, f64)> = None;
        let mut tied = false;
        for (name, meaning) in self.all.iter().filter(|(name, _)| name.len() >= 5) {
            let likeness = strsim::normalized_damerau_levenshtein(&folded, name);
            match best {
                Some((found, most)) if (likeness - most).abs() < 1e-9 => tied |= found != *meaning,
                Some((_, most)) if likeness < most => {}
                _ => (best, tied) = (Some((*meaning, likeness)), false),
            }
        }
        best.filter(|_| !tied)
    }
}

/// The extension of the phone of a kind.
pub(super) fn extension_of(kind: Kind) -> Field {
    Extension(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_has_two_meanings() {
        let names = Names::new();
        let mut seen = std::collections::HashMap::new();
        for (name, meaning) in &names.all {
            assert!(!name.is_empty());
            let before = seen.insert(name.clone(), *meaning);
            assert!(
                before.is_none_or(|before| before == *meaning),
                "`{name}` means two things"
            );
        }
    }

    #[test]
    fn every_field_is_known_by_its_own_name() {
        let names = Names::new();
        for field in Field::all()
            .into_iter()
            .filter(|field| *field != Field::Custom)
        {
            let name = field.to_string();
            assert_eq!(names.own(&name), Some(field), "{name}");
            assert_eq!(names.own(&name.replace('.', "_")), Some(field), "{name}");
        }
    }

    #[test]
    fn names_are_known_as_people_write_them() {
        let names = Names::new();
        for (header, field) in [
            ("Tél.", Phone(Work)),
            ("TELEPHONE", Phone(Work)),
            ("Phone 3 - Value", Phone(Work)),
            ("E-mail 2 - Value", Email(Work)),
            ("Business Street 2", Address(Work, AddressPart::Line2)),
            ("Code postal", Address(Work, AddressPart::PostalCode)),
            ("N° de téléphone", Phone(Work)),
            ("Télécopie", Phone(Fax)),
        ] {
            assert_eq!(names.known(header), Some(Is(field)), "{header}");
        }
        assert_eq!(names.known("12"), None);
        assert_eq!(names.known("Phone 1 - Type"), None);
    }
}
