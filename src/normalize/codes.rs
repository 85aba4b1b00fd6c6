//! Every remark that this stage can make. These names are an interface: reports, scripts and `explain` rely on them.

use crate::model::{Code, Severity};

const fn code(
    id: &'static str,
    severity: Severity,
    means: &'static str,
    help: &'static str,
) -> Code {
    Code {
        id,
        severity,
        means,
        help,
    }
}

use Severity::{Error, Fix, Note, Warning};

pub(super) static TEXT_INVISIBLE: Code = code(
    "text.invisible",
    Fix,
    "The value held characters that nobody sees: zero-width blanks, soft hyphens, control characters. They \
     make equal texts differ, and vendors refuse some of them; they were removed.",
    "nothing is to be done; to keep the sheet clean, retype the value",
);
pub(super) static TEXT_UNDECODABLE: Code = code(
    "text.undecodable",
    Warning,
    "The value holds the sign that stands for a character which could not be decoded: the file was read, or \
     once saved, in a wrong encoding.",
    "say which encoding the file is in, or retype the value",
);
pub(super) static TEXT_FORMULA_ERROR: Code = code(
    "text.formula-error",
    Warning,
    "The cell shows the error of a formula instead of a value: the spreadsheet could not compute it. It is kept \
     as a free value, and its field stays empty.",
    "mend the formula, or replace it by its value",
);
pub(super) static TEXT_PLACEHOLDER: Code = code(
    "text.placeholder",
    Note,
    "The cell says that there is no value: a dash, `n/a`, `néant`. It is kept as a free value, and its field stays \
     empty.",
    "nothing is to be done; an empty cell says the same",
);
pub(super) static TEXT_MOJIBAKE: Code = code(
    "text.mojibake",
    Warning,
    "The text is UTF-8 that some program has read as another encoding, and saved: every accent became two \
     letters. It is kept as it stands; the suggestion is what was meant.",
    "export the sheet again from its source, as UTF-8, or correct the value",
);
pub(super) static PHONE_UNREPAIRED: Code = code(
    "phone.unrepaired",
    Error,
    "The number lacks its leading zero or its +, or a spreadsheet has added to it. There is one right reading, but \
     repairs are turned off.",
    "leave out --no-repair, or correct the number",
);
pub(super) static PHONE_NO_REGION: Code = code(
    "phone.no-region",
    Error,
    "The number has no country code, and the country was not said. The same digits are valid numbers in \
     several countries, so it is not guessed.",
    "say the region, such as FR, or write the number with + and its country code",
);
pub(super) static PHONE_NOT_A_NUMBER: Code = code(
    "phone.not-a-number",
    Error,
    "The value is not a phone number: it has letters or signs that no number has, or no digits.",
    "correct the number, or move the text to another column",
);
pub(super) static PHONE_SCIENTIFIC: Code = code(
    "phone.scientific",
    Error,
    "A spreadsheet has turned the number into scientific notation; its last digits may be lost.",
    "format the column as text and enter the number again",
);
pub(super) static PHONE_TOO_SHORT: Code = code(
    "phone.too-short",
    Error,
    "The number has fewer digits than any number of its country.",
    "complete the number",
);
pub(super) static PHONE_TOO_LONG: Code = code(
    "phone.too-long",
    Error,
    "The number has more digits than any number of its country. Often two numbers stand in one cell.",
    "correct the number; put a semicolon between two numbers",
);
pub(super) static PHONE_LENGTH: Code = code(
    "phone.length",
    Error,
    "Numbers of this country are shorter or longer, but never of this length.",
    "correct the number",
);
pub(super) static PHONE_COUNTRY_CODE: Code = code(
    "phone.country-code",
    Error,
    "What follows the + is the code of no country.",
    "correct the country code; a national number is written without +",
);
pub(super) static PHONE_NOT_VALID: Code = code(
    "phone.not-valid",
    Warning,
    "The number has the right length, but its range is not in use according to the numbering plan \
     (libphonenumber). It is sent as it is.",
    "check the number",
);
pub(super) static PHONE_RESTORED: Code = code(
    "phone.restored",
    Fix,
    "The number lacked its leading zero or its +, or had a `.0`, an exponent or an apostrophe, as happens when a \
     spreadsheet takes it for a quantity. It was restored to the one valid number that it can be.",
    "format the column as text",
);
pub(super) static PHONE_EXTENSION: Code = code(
    "phone.extension",
    Warning,
    "The extension stands alone, or holds something else than digits. It is kept as a free value.",
    "put the extension beside a phone number of the same kind, in digits",
);
pub(super) static EMAIL_NO_AT: Code = code(
    "email.no-at",
    Error,
    "The value has no @: it is not an e-mail address.",
    "correct the address, or move the text to another column",
);
pub(super) static EMAIL_SEVERAL_AT: Code = code(
    "email.several-at",
    Error,
    "The address has more than one @.",
    "correct the address; put a semicolon between two addresses",
);
pub(super) static EMAIL_LOCAL: Code = code(
    "email.local",
    Error,
    "What stands before the @ is empty, longer than 64 bytes, or has a blank, a sign or a dot where none is \
     allowed.",
    "correct the address",
);
pub(super) static EMAIL_DOMAIN: Code = code(
    "email.domain",
    Error,
    "The part after the @ is not a domain name: it lacks a dot, or has a character that no domain name has.",
    "correct the address",
);
pub(super) static EMAIL_NAME: Code = code(
    "email.name",
    Note,
    "The cell names the person beside the address; only the address is taken from it.",
    "nothing is to be done",
);
pub(super) static ADDRESS_RESTORED: Code = code(
    "address.restored",
    Fix,
    "The postal code lost its leading zero, or gained a `.0`, when a spreadsheet took it for a quantity. It got \
     back what the codes of its country have.",
    "format the column as text",
);
pub(super) static PRIMARY_UNCLEAR: Code = code(
    "primary.unclear",
    Warning,
    "Whether the contact is the first of its parent is said in a word that is neither yes nor no. It is kept \
     as a free value.",
    "write yes or no",
);
pub(super) static MAIL_CATEGORIES_UNCLEAR: Code = code(
    "mail_categories.unclear",
    Warning,
    "The mailings are given by the vendor's numbers; the value holds something else. It is kept as a free \
     value.",
    "write the numbers, with a comma between two",
);
pub(super) static DATE_AMBIGUOUS: Code = code(
    "date.ambiguous",
    Warning,
    "The date names its day and its month in numbers, and neither the column nor the sheet's language nor a region says \
     which comes first. It is kept as it is written.",
    "say --region, or keep a mapping with dates = \"day-first\" or \"month-first\" for the column",
);
pub(super) static DATE_SHORT_YEAR: Code = code(
    "date.short-year",
    Note,
    "The date's year has two digits, and nothing says which century is meant. It is kept as it is written.",
    "write the year with four digits",
);
pub(super) static VALUE_REPEATED: Code = code(
    "row.second-value",
    Warning,
    "The row has a second value for a field that holds one. It is kept as a free value.",
    "decide on one value",
);

/// Everything that this stage can say about a row.
pub const CODES: &[&Code] = &[
    &TEXT_INVISIBLE,
    &TEXT_UNDECODABLE,
    &TEXT_FORMULA_ERROR,
    &TEXT_PLACEHOLDER,
    &TEXT_MOJIBAKE,
    &PHONE_NO_REGION,
    &PHONE_NOT_A_NUMBER,
    &PHONE_SCIENTIFIC,
    &PHONE_TOO_SHORT,
    &PHONE_TOO_LONG,
    &PHONE_LENGTH,
    &PHONE_COUNTRY_CODE,
    &PHONE_NOT_VALID,
    &PHONE_RESTORED,
    &PHONE_UNREPAIRED,
    &PHONE_EXTENSION,
    &EMAIL_NO_AT,
    &EMAIL_SEVERAL_AT,
    &EMAIL_LOCAL,
    &EMAIL_DOMAIN,
    &EMAIL_NAME,
    &ADDRESS_RESTORED,
    &PRIMARY_UNCLEAR,
    &MAIL_CATEGORIES_UNCLEAR,
    &DATE_AMBIGUOUS,
    &DATE_SHORT_YEAR,
    &VALUE_REPEATED,
];
