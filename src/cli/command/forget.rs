//! `rolo forget`: a person, erased from the ledger and from the reports that rolo wrote.

use crate::cli::args::{Common, Forget, Output};
use crate::cli::failure::Failure;
use crate::cli::ledger::holding;
use crate::cli::view::screen::{self, Screen};
use crate::ledger::Person;
use crate::model::ContactKey;
use crate::report::{self, Erasure};

/// Runs the command.
pub(crate) fn run(forget: &Forget, common: &Common) -> Result<u8, Failure> {
    let person = person(forget)?;
    let mut ledger = holding(None, common)?;
    tell(&report::forget(&mut *ledger, &person)?, common)
}

fn tell(gone: &Erasure, common: &Common) -> Result<u8, Failure> {
    if common.output == Output::Json {
        screen::print(&gone.document().to_string())?;
        return Ok(0);
    }
    let mut screen = Screen::unless_quiet(common);
    screen.line(&format!(
        "{} rows of {} runs were erased, and {} reports written anew",
        gone.rows,
        gone.runs.len(),
        gone.reports
    ))?;
    if gone.links > 0 {
        screen.line(&format!(
            "{} links that outlived their rows were erased",
            gone.links
        ))?;
    }
    screen.line(
        "not touched: the vendors' records, the sheets, and reports that no run stands behind (checks, dry runs) or that \
         were moved; a later import of the person makes a new record",
    )?;
    screen.flush()?;
    Ok(0)
}

/// Who is meant; a value that means everybody means nobody.
fn person(forget: &Forget) -> Result<Person, Failure> {
    let key = forget
        .key
        .clone()
        .map(|key| Person::Key(ContactKey::new(key)));
    let email = forget.email.clone().map(Person::Email);
    let phone = forget.phone.clone().map(Person::Phone);
    let person = key.or(email).or(phone).filter(Person::is_telling);
    person.ok_or_else(|| {
        Failure::usage(
            "too little to identify a person",
            "give a whole e-mail address, a phone number of six digits or more, or a key",
        )
    })
}
