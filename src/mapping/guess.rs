//! The guess: which row is the header, and what each of its columns holds. It stands alone because it is a
//! chain of small decisions, each of which must be told to the person who asks why.

use super::header::{fold, may_be_header};
use super::layouts::{self, Member, Numbered};
use super::shape::Shape;
use super::synonyms::{Meaning, Names, extension_of};
use super::{Certainty, Column, Mapping, MappingError, Options, Target, Unmapped};
use crate::model::{Field, Kind, column_letters};
use crate::sheet::Row;

/// Among how many first rows the header is looked for.
pub(super) const ABOVE: usize = 30;

/// From which likeness on a header is taken for the known name, and from which on it is only suggested.
const LIKE: f64 = 0.85;
const RATHER_LIKE: f64 = 0.7;

/// How many columns make a table.
const TABLE: usize = 3;

const SAMPLES: usize = 3;

pub(super) fn guess(preview: &[Row], options: &Options) -> Result<Mapping, MappingError> {
    let first = preview.first().ok_or(MappingError::Empty)?;
    let names = Names::new();
    let none = options.header_row == Some(0) && first.number > 0;
    let known = if none {
        None
    } else {
        find_header(preview, &names, options)?
    };
    let likely = || likely_header(preview).filter(|_| !options.given.is_empty() && !none);
    let Some(header) = known.or_else(likely) else {
        if let Some(mapping) = layouts::is_twelve(preview).then(|| twelve(preview)) {
            return Ok(mapping);
        }
        if none && !options.given.is_empty() {
            let mut mapping = headerless(preview);
            assign(&mut mapping.columns, options)?;
            mapping.look();
            return Ok(mapping);
        }
        return Err(match likely_header(preview) {
            None => MappingError::NoHeader { row: first.number },
            Some(place) => MappingError::NothingRecognised {
                row: preview[place].number,
                headers: preview[place]
                    .cells()
                    .map(|cell| clean(cell).to_owned())
                    .collect(),
            },
        });
    };
    let mut columns = columns(&preview[header], &preview[header + 1..]);
    let meanings = recognise(&mut columns, &names);
    decide(&mut columns, &meanings);
    number(&mut columns);
    weigh(&mut columns, &preview[header + 1..]);
    assign(&mut columns, options)?;
    settle(&mut columns);
    unmapped(&mut columns, options.unmapped)?;
    for column in &mut columns {
        if matches!(column.target, Target::Field(field) if field.is_secret()) {
            column.samples.clear();
        }
    }
    Ok(Mapping::plain(Some(preview[header].number), columns))
}

/// The mapping of a sheet whose header, if there is one, says nothing; `bare` says that there is none.
pub(super) fn custom(preview: &[Row], bare: bool) -> Mapping {
    let header = likely_header(preview).filter(|place| place + 1 < preview.len() && !bare);
    if let Some(place) = header {
        let columns = columns(&preview[place], &preview[place + 1..]);
        return Mapping::plain(Some(preview[place].number), columns);
    }
    headerless(preview)
}

/// Columns without names; those whose values speak for themselves are taken for what they are.
pub(super) fn headerless(preview: &[Row]) -> Mapping {
    let width = preview.iter().map(Row::len).max().unwrap_or(0);
    let empty = Row::of(0, std::iter::repeat_n("", width));
    let mut columns = columns(&empty, preview);
    for column in &mut columns {
        let (field, words) = match Shape::of(preview, column.index) {
            Shape::Emails => (Field::Email(Kind::Work), "its values are e-mail addresses"),
            Shape::Phones => (Field::Phone(Kind::Work), "its values are phone numbers"),
            _ => {
                column.remark = untold(column);
                continue;
            }
        };
        column.target = Target::Field(field);
        column.certainty = Certainty::Similar;
        column.remark = Some(words.to_owned());
    }
    Mapping::plain(None, columns)
}

/// What is asked about a column of texts without a header: a name, a company and a town look alike.
fn untold(column: &Column) -> Option<String> {
    let is_text = |sample: &String| sample.chars().any(char::is_alphabetic);
    let header = &column.header;
    column.samples.iter().any(is_text).then(|| {
        format!("its texts may be names or anything else: --column {header}=FIELD says what, such as {header}=name.last")
    })
}

/// The mapping of the sheet of twelve columns that has no header.
fn twelve(preview: &[Row]) -> Mapping {
    let mut mapping = headerless(preview);
    for (column, field) in mapping.columns.iter_mut().zip(layouts::TWELVE) {
        column.target = Target::Field(field);
        column.certainty = Certainty::Similar;
        column.remark = Some("by its place in an import sheet of twelve columns".to_owned());
        if field.is_secret() {
            column.samples.clear();
        }
    }
    mapping.look();
    mapping
}

/// Numbered columns: a sibling says the kind, an address's parts belong together.
fn number(columns: &mut [Column]) {
    let numbered: Vec<Option<Numbered>> = columns
        .iter()
        .map(|column| Numbered::of(&column.header))
        .collect();
    for place in 0..columns.len() {
        let Some(own) = numbered[place] else { continue };
        let mut beside = (0_u32..).zip(&numbered).filter_map(|(index, other)| {
            let other = other.filter(|other| other.is_beside(own))?;
            Some((index, other.member))
        });
        let kind = beside.clone().find(|(_, member)| *member == Member::Kind);
        let in_parts = beside.any(|(_, member)| matches!(member, Member::Part(_)));
        let column = &mut columns[place];
        column.slot = own.number;
        column.certainty = Certainty::Alias;
        match own.field() {
            Some(_) if own.member == Member::Whole && in_parts => {
                column.target = Target::Custom(column.header.clone());
                column.certainty = Certainty::None;
                column.remark = Some("its parts have columns of their own".to_owned());
            }
            Some(field) => {
                column.target = Target::Field(field);
                column.kind_from = kind.map(|(index, _)| index);
            }
            None => {
                column.target = Target::Ignored;
                column.remark = Some("says what the value beside it is for".to_owned());
            }
        }
    }
    let mut seen = Vec::new();
    for column in columns.iter_mut() {
        if let Some(kind) = column.kind_from {
            column.labels = !seen.contains(&kind);
            seen.push(kind);
        }
    }
}

/// Weighs the values against the header: e-mail addresses are some whatever the header says, and a phone number
/// is no name. A column of which header and values say two things is taken by its values, and it is told.
fn weigh(columns: &mut [Column], below: &[Row]) {
    for column in columns {
        let Target::Field(field) = column.target else {
            continue;
        };
        if column.certainty == Certainty::Exact {
            continue;
        }
        let kind = match field {
            Field::Phone(kind @ (Kind::Work | Kind::Home | Kind::Other)) => kind,
            _ => Kind::Work,
        };
        let named = matches!(
            field,
            Field::FullName | Field::LastName | Field::FirstName | Field::Primary | Field::Company
        );
        let found = match (Shape::of(below, column.index), field) {
            (Shape::Emails, Field::Phone(_)) => Field::Email(kind),
            (Shape::Emails, _) if named => Field::Email(Kind::Work),
            (Shape::Phones, Field::Email(_)) => Field::Phone(Kind::Work),
            (Shape::Phones, _) if named => Field::Phone(Kind::Work),
            (Shape::Words, Field::Phone(_)) => {
                let words = "a phone by its header, and its values are words";
                column.remark = Some(words.to_owned());
                continue;
            }
            _ => continue,
        };
        column.remark = Some(format!("{field} by its header, {found} by its values"));
        column.certainty = Certainty::Similar;
        column.target = Target::Field(found);
    }
}

/// How many cells of a row are not blank.
fn filled(row: &Row) -> usize {
    row.cells().filter(|cell| !clean(cell).is_empty()).count()
}

fn widest(preview: &[Row]) -> usize {
    preview.iter().take(ABOVE).map(filled).max().unwrap_or(0)
}

/// The row that is probably the header though none of its names is known: the first that is no preamble (it
/// fills more than half of the columns), if no value stands in it.
fn likely_header(preview: &[Row]) -> Option<usize> {
    let widest = widest(preview);
    let first = preview
        .iter()
        .take(ABOVE)
        .position(|row| filled(row) * 2 > widest)?;
    let repeated = repeats_below(preview, first);
    (may_be_header(&preview[first]) && !repeated).then_some(first)
}

/// Whether a cell of a row stands again below it in its column: a name of a column hardly does.
fn repeats_below(preview: &[Row], place: usize) -> bool {
    let cells = (0_u32..).zip(preview[place].cells());
    let mut cells = cells.filter(|(_, cell)| !clean(cell).is_empty());
    cells.any(|(column, cell)| {
        let mut below = preview[place + 1..].iter();
        below.any(|row| row.cell(column) == cell)
    })
}

/// The row with the most known names; the first of equals.
fn find_header(
    preview: &[Row],
    names: &Names,
    options: &Options,
) -> Result<Option<usize>, MappingError> {
    if let Some(row) = options.header_row {
        let found = preview.iter().position(|header| header.number == row);
        return found.map(Some).ok_or(MappingError::NoRow { row });
    }
    let widest = widest(preview);
    let mut best: Option<(usize, usize)> = None;
    for (place, row) in preview.iter().take(ABOVE).enumerate() {
        // A known word that stands alone above a table is a title.
        let title = filled(row) == 1 && widest >= TABLE;
        if title || !may_be_header(row) {
            continue;
        }
        let known = row
            .cells()
            .filter(|cell| recognised(cell, names).is_some())
            .count();
        // One known word below rows that are as full is a value that happens to be one.
        let among = preview[..place]
            .iter()
            .any(|above| filled(above) * 2 > widest);
        if known == 1 && among && widest > 1 {
            continue;
        }
        if known > best.map_or(0, |(_, most)| most) {
            best = Some((place, known));
        }
    }
    Ok(best.map(|(place, _)| place))
}

/// The columns of a header row, all of them free, with samples from the rows below.
pub(super) fn columns(header: &Row, below: &[Row]) -> Vec<Column> {
    let mut texts: Vec<&str> = header.cells().map(clean).collect();
    // Cells without a name at the end of the header are the delimiters of an exporter, unless values follow.
    while texts.last().is_some_and(|text| text.is_empty()) {
        let column = u32::try_from(texts.len() - 1).unwrap_or(u32::MAX);
        if below.iter().any(|row| !row.cell(column).trim().is_empty()) {
            break;
        }
        texts.pop();
    }
    let column = |(index, text): (u32, &str)| {
        let header = if text.is_empty() {
            column_letters(index)
        } else {
            text.to_owned()
        };
        let target = Target::Custom(header.clone());
        Column {
            certainty: Certainty::None,
            samples: samples(below, index),
            ..Column::given(index, &header, target)
        }
    };
    (0..).zip(texts).map(column).collect()
}

fn clean(header: &str) -> &str {
    header.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

fn samples(below: &[Row], column: u32) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in below
        .iter()
        .map(|row| row.cell(column).trim())
        .filter(|text| !text.is_empty())
    {
        if !found.iter().any(|before| before == text) {
            found.push(text.to_owned());
        }
        if found.len() == SAMPLES {
            break;
        }
    }
    found
}

fn recognised(header: &str, names: &Names) -> Option<(Meaning, Certainty)> {
    let own = names
        .own(header)
        .map(|field| (Meaning::Is(field), Certainty::Exact));
    own.or_else(|| {
        names
            .known(header)
            .map(|meaning| (meaning, Certainty::Alias))
    })
}

/// What each header means by itself; ignores the columns that rolo itself added to a report.
fn recognise(columns: &mut [Column], names: &Names) -> Vec<Option<Meaning>> {
    let mut meanings = Vec::new();
    for column in columns {
        if column.header.to_ascii_lowercase().starts_with("rolo_") {
            column.target = Target::Ignored;
            column.certainty = Certainty::Exact;
            meanings.push(None);
            continue;
        }
        if let Some(name) = column.header.strip_prefix("custom:") {
            column.target = Target::Custom(name.to_owned());
            column.certainty = Certainty::Exact;
            meanings.push(None);
            continue;
        }
        if let Some((field, slot)) = names.own_slot(&column.header) {
            column.slot = slot;
            column.certainty = Certainty::Exact;
            meanings.push(Some(Meaning::Is(field)));
            continue;
        }
        let found = recognised(&column.header, names).or_else(|| {
            let (meaning, likeness) = names.nearest(&column.header)?;
            if likeness >= LIKE {
                column.remark = Some("spelt nearly like a known name".to_owned());
                return Some((meaning, Certainty::Similar));
            }
            let Meaning::Is(field) = meaning else {
                return None;
            };
            column.suggestion = (likeness >= RATHER_LIKE).then_some(field);
            None
        });
        column.certainty = found.map_or(Certainty::None, |(_, certainty)| certainty);
        meanings.push(found.map(|(meaning, _)| meaning));
    }
    meanings
}

/// Settles the meanings that depend on the other columns.
fn decide(columns: &mut [Column], meanings: &[Option<Meaning>]) {
    let has = |field: Field| meanings.contains(&Some(Meaning::Is(field)));
    let (first, last) = (has(Field::FirstName), has(Field::LastName));
    let (position, prefix) = (has(Field::Position), has(Field::Prefix));
    for (place, meaning) in meanings.iter().enumerate() {
        let before = meanings[..place]
            .iter()
            .rev()
            .find_map(|meaning| match meaning {
                Some(Meaning::Is(Field::Phone(kind))) => Some(*kind),
                _ => None,
            });
        let column = &mut columns[place];
        let field = match meaning {
            None => continue,
            Some(Meaning::Is(field)) => *field,
            Some(Meaning::Name) => {
                let (field, why) = name(first, last);
                column.remark = Some(why.to_owned());
                field
            }
            Some(Meaning::Given) => {
                let (field, why) = given(last);
                column.remark = Some(why.to_owned());
                field
            }
            Some(Meaning::Title) => {
                let (field, why) = title(position, prefix);
                column.remark = Some(why.to_owned());
                field
            }
            Some(Meaning::Poste) => {
                let after_phone =
                    place > 0 && matches!(meanings[place - 1], Some(Meaning::Is(Field::Phone(_))));
                let (extension, why) = poste(&column.samples, position, after_phone);
                column.remark = Some(why.to_owned());
                let kind = before.unwrap_or(Kind::Work);
                if extension {
                    extension_of(kind)
                } else {
                    Field::Position
                }
            }
            Some(Meaning::Extension) => extension_of(before.unwrap_or(Kind::Work)),
        };
        column.target = Target::Field(field);
    }
}

fn name(first: bool, last: bool) -> (Field, &'static str) {
    if first && !last {
        (
            Field::LastName,
            "the last name, because a column holds the first name",
        )
    } else {
        (
            Field::FullName,
            "the whole name, because no column completes it",
        )
    }
}

fn given(last: bool) -> (Field, &'static str) {
    if last {
        let why = "the first name, because a column holds the last name";
        (Field::FirstName, why)
    } else {
        let why = "the whole name, because no column completes it";
        (Field::FullName, why)
    }
}

fn title(position: bool, prefix: bool) -> (Field, &'static str) {
    if position && !prefix {
        (
            Field::Prefix,
            "a title before the name, because another column holds the position",
        )
    } else {
        (
            Field::Position,
            "a position, because no other column holds it",
        )
    }
}

fn poste(samples: &[String], position: bool, after_phone: bool) -> (bool, &'static str) {
    let short = |text: &String| text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    if samples.iter().any(|text| !short(text)) {
        (false, "a position, because its values are no short numbers")
    } else if !samples.is_empty() {
        (true, "an extension, because its values are short numbers")
    } else if position {
        (
            true,
            "an extension, because another column holds the position",
        )
    } else if after_phone {
        (true, "an extension, because it follows a phone number")
    } else {
        (
            false,
            "a position, because no phone number stands before it",
        )
    }
}

/// What the person said stands above every guess.
fn assign(columns: &mut [Column], options: &Options) -> Result<(), MappingError> {
    for (name, target) in &options.given {
        let folded = fold(name);
        let by_text = columns
            .iter()
            .position(|column| column.header == name.trim());
        let by_name = || {
            columns
                .iter()
                .position(|column| fold(&column.header) == folded)
        };
        let by_letters = || {
            columns
                .iter()
                .position(|column| column_letters(column.index) == name.trim())
        };
        let Some(place) = by_text.or_else(by_name).or_else(by_letters) else {
            let headers = columns.iter().map(|column| column.header.clone()).collect();
            return Err(MappingError::NoColumn {
                name: name.clone(),
                headers,
            });
        };
        let column = &mut columns[place];
        column.target = match target {
            Target::Custom(name) if name.is_empty() => Target::Custom(column.header.clone()),
            target => target.clone(),
        };
        column.certainty = Certainty::Given;
        column.remark = None;
        column.suggestion = None;
    }
    Ok(())
}

/// Fields of which a contact can hold several.
fn repeats(field: Field) -> bool {
    matches!(
        field,
        Field::Phone(_) | Field::Extension(_) | Field::Email(_) | Field::Groups
    )
}

/// Of two columns for one single field the surer has it, the first of equals; the other is kept as a free value.
fn settle(columns: &mut [Column]) {
    for place in 0..columns.len() {
        let Target::Field(field) = columns[place].target else {
            continue;
        };
        let slot = columns[place].slot;
        let rival = columns.iter().enumerate().find(|(other, column)| {
            let surer = (column.certainty, place) > (columns[place].certainty, *other);
            let same = column.target == Target::Field(field) && column.slot == slot;
            *other != place && same && surer
        });
        let Some((_, rival)) = rival.filter(|_| !repeats(field)) else {
            continue;
        };
        let remark = format!("`{}` is taken for {field} already", rival.header);
        let column = &mut columns[place];
        column.remark = Some(remark);
        column.certainty = Certainty::None;
        // A second secret is kept nowhere: as a free value it would be shown.
        column.target = if field.is_secret() {
            column.samples.clear();
            Target::Ignored
        } else {
            Target::Custom(column.header.clone())
        };
    }
}

fn unmapped(columns: &mut [Column], option: Unmapped) -> Result<(), MappingError> {
    let free = |column: &&mut Column| {
        matches!(column.target, Target::Custom(_)) && column.certainty == Certainty::None
    };
    match option {
        Unmapped::Custom => {}
        Unmapped::Drop => {
            for column in columns.iter_mut().filter(free) {
                column.target = Target::Ignored;
            }
        }
        Unmapped::Error => {
            let free: Vec<String> = columns
                .iter_mut()
                .filter(free)
                .map(|column| column.header.clone())
                .collect();
            if !free.is_empty() {
                return Err(MappingError::Unmapped { headers: free });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Target::{Custom, Ignored};
    use super::*;
    use crate::model::AddressPart;

    fn rows(lines: &[&[&str]]) -> Vec<Row> {
        (1..)
            .zip(lines)
            .map(|(number, cells)| Row::of(number, cells.iter().copied()))
            .collect()
    }

    fn targets(lines: &[&[&str]]) -> Vec<String> {
        let mapping = guess(&rows(lines), &Options::default()).expect("a header");
        mapping
            .columns
            .iter()
            .map(|column| column.target.to_string())
            .collect()
    }

    #[test]
    fn columns_are_taken_for_fields() {
        let cases: [(&[&str], &[&str]); 11] = [
            (
                &["Prénom", "Nom", "Société", "email"],
                &["name.first", "name.last", "company", "email.work"],
            ),
            (
                &["NOM", "Tél.", "Portable"],
                &["name.full", "phone.work", "phone.mobile"],
            ),
            (
                &["Nom", "Nom de famille", "Prénom"],
                &["name.full", "name.last", "name.first"],
            ),
            (
                &["Fonction", "Nom", "Tél", "Poste"],
                &[
                    "position",
                    "name.full",
                    "phone.work",
                    "phone.work.extension",
                ],
            ),
            (&["Nom", "Poste"], &["name.full", "position"]),
            (
                &["GSM", "Poste", "Nom"],
                &["phone.mobile", "phone.mobile.extension", "name.full"],
            ),
            (
                &["Phone 1 - Value", "Phone 2 - Value", "Name"],
                &["phone.work", "phone.work", "name.full"],
            ),
            (
                &["phone.mobile", "address_work_city", "Badge", "rolo_outcome"],
                &[
                    "phone.mobile",
                    "address.work.city",
                    "custom:Badge",
                    "ignored",
                ],
            ),
            (&["Telphone", "Nom"], &["phone.work", "name.full"]),
            (
                &[
                    "Title",
                    "First Name",
                    "Last Name",
                    "Job Title",
                    "Primary Phone",
                ],
                &[
                    "name.prefix",
                    "name.first",
                    "name.last",
                    "position",
                    "phone.work",
                ],
            ),
            (&["Name", "Title"], &["name.full", "position"]),
        ];
        for (header, fields) in cases {
            assert_eq!(targets(&[header]), fields, "{header:?}");
        }
    }

    #[test]
    fn poste_is_decided_by_its_values_first() {
        let with = |value| targets(&[&["Nom", "Tél", "Poste"], &["Durand", "x", value]])[2].clone();
        assert_eq!(with("Comptable"), "position");
        assert_eq!(with("12"), "phone.work.extension");
    }

    #[test]
    fn the_header_is_the_row_with_the_most_known_names() {
        let preview = rows(&[
            &["Notes:"],
            &["as exported, without phone numbers"],
            &["First Name", "Last Name", "Email Address", "Company"],
            &["Anne", "Durand", "anne@example.fr", "Mobile"],
        ]);
        let mapping = guess(&preview, &Options::default()).expect("a header");
        assert_eq!(mapping.header_row, Some(3));
        assert!(mapping.holds(&preview[3]) && !mapping.holds(&preview[0]));
        assert_eq!(mapping.column_of(Field::Email(Kind::Work)), Some(2));
        assert_eq!(mapping.columns[2].samples, ["anne@example.fr"]);
    }

    #[test]
    fn a_sheet_without_header_is_an_error_that_says_so() {
        let bare = rows(&[&["Durand", "0199001234"], &["Petit", "0199001235"]]);
        assert_eq!(
            guess(&bare, &Options::default()),
            Err(MappingError::NoHeader { row: 1 })
        );
        let strange = rows(&[&["foo", "bar"], &["x", "0199001235"]]);
        let error = guess(&strange, &Options::default()).expect_err("nothing is known");
        assert!(
            matches!(error, MappingError::NothingRecognised { row: 1, .. }),
            "{error}"
        );
        assert_eq!(guess(&[], &Options::default()), Err(MappingError::Empty));

        let all = custom(&bare, false);
        assert_eq!(
            (all.header_row, all.headers().collect()),
            (None, vec!["A", "B"])
        );
        let all = custom(&strange, false);
        assert_eq!(
            (all.header_row, all.headers().collect()),
            (Some(1), vec!["foo", "bar"])
        );
        assert!(!all.recognises());
    }

    #[test]
    fn texts_without_a_header_are_asked_about_and_never_guessed() {
        let sheet = rows(&[
            &["Anne", "Durand", "anne@x.example", "7"],
            &["Jean", "Petit", "jean@x.example", "8"],
        ]);
        let mapping = custom(&sheet, true);
        let told = |place: usize| mapping.columns[place].remark.as_deref().unwrap_or_default();
        assert_eq!(mapping.columns[0].target.to_string(), "custom:A");
        assert!(
            told(0).contains("--column A=FIELD") && told(1).contains("B=name.last"),
            "{}",
            told(0)
        );
        assert_eq!((told(2), told(3)), ("its values are e-mail addresses", ""));
    }

    #[test]
    fn a_header_that_comes_again_is_known() {
        let sheet = rows(&[&["Nom", "Ville", ""], &["Durand", "Lille", "x"]]);
        let mapping = guess(&sheet, &Options::default()).expect("a header");
        for (cells, again) in [
            (vec!["Nom", " Ville"], true),
            (vec!["Nom", "Ville", "x"], false),
            (vec!["Nom", "Lille"], false),
        ] {
            assert_eq!(
                mapping.repeats_header(&Row::of(3, cells.clone())),
                again,
                "{cells:?}"
            );
        }
        // Without a header nothing can come again.
        assert!(!headerless(&sheet).repeats_header(&sheet[0]));
    }

    #[test]
    fn a_preamble_is_no_header_even_where_nothing_is_known() {
        let preview = rows(&[
            &["", "", "Note 1"],
            &["Columns", "Column A", "Column B", " "],
            &["x", "1", "2", "3"],
        ]);
        let error = guess(&preview, &Options::default()).expect_err("nothing is known");
        assert!(
            matches!(error, MappingError::NothingRecognised { row: 2, .. }),
            "{error}"
        );
        let all = custom(&preview, false);
        assert_eq!(all.header_row, Some(2));
        assert_eq!(
            all.headers().collect::<Vec<_>>(),
            ["Columns", "Column A", "Column B", "D"]
        );
    }

    #[test]
    fn of_two_columns_for_one_field_the_surer_has_it() {
        let mapping = guess(
            &rows(&[&["Entreprise", "company", "Société"]]),
            &Options::default(),
        );
        let mapping = mapping.expect("a header");
        assert_eq!(mapping.columns[1].target, Target::Field(Field::Company));
        assert_eq!(mapping.columns[0].target, Custom("Entreprise".to_owned()));
        assert_eq!(mapping.columns[2].target, Custom("Société".to_owned()));
        assert!(
            mapping.columns[0]
                .remark
                .as_deref()
                .is_some_and(|remark| remark.contains("company"))
        );
        let equal = targets(&[&["Adresse", "Rue", "Ville"]]);
        assert_eq!(
            equal,
            ["address.work.line1", "custom:Rue", "address.work.city"]
        );
    }

    #[test]
    fn a_weak_likeness_is_only_suggested() {
        let preview = rows(&[&["Nom", "Prenon"]]);
        let mapping = guess(&preview, &Options::default()).expect("a header");
        assert_eq!(mapping.columns[1].target, Custom("Prenon".to_owned()));
        assert_eq!(mapping.columns[1].suggestion, Some(Field::FirstName));
    }

    #[test]
    fn what_the_person_says_stands_above_the_guess() {
        let preview = rows(&[&["Nom", "X", "Ville"], &["a", "b", "c"]]);
        let city = Field::Address(Kind::Home, AddressPart::City);
        let given = [
            ("x", "phone.fax"),
            ("Ville", "address.home.city"),
            ("A", "ignored"),
        ];
        let given =
            given.map(|(name, target)| (name.to_owned(), target.parse().expect("a target")));
        let options = Options {
            given: given.to_vec(),
            ..Options::default()
        };
        let mapping = guess(&preview, &options).expect("a header");
        let found: Vec<&Target> = mapping
            .columns
            .iter()
            .map(|column| &column.target)
            .collect();
        assert_eq!(
            found,
            [
                &Ignored,
                &Target::Field(Field::Phone(Kind::Fax)),
                &Target::Field(city)
            ]
        );
        let options = Options {
            given: vec![("Zone".to_owned(), Ignored)],
            ..Options::default()
        };
        assert!(matches!(
            guess(&preview, &options),
            Err(MappingError::NoColumn { .. })
        ));
        let options = Options {
            header_row: Some(9),
            ..Options::default()
        };
        assert_eq!(
            guess(&preview, &options),
            Err(MappingError::NoRow { row: 9 })
        );
    }

    #[test]
    fn unclaimed_columns_are_kept_dropped_or_refused() {
        let preview = rows(&[&["Nom", "Badge", "", ""], &["a", "b", "c"]]);
        let with = |unmapped| {
            guess(
                &preview,
                &Options {
                    unmapped,
                    ..Options::default()
                },
            )
        };
        let kept = with(Unmapped::Custom).expect("a header");
        assert_eq!(kept.headers().collect::<Vec<_>>(), ["Nom", "Badge", "C"]);
        let dropped = with(Unmapped::Drop).expect("a header");
        assert_eq!(dropped.columns[2].target, Ignored);
        let headers = vec!["Badge".to_owned(), "C".to_owned()];
        assert_eq!(
            with(Unmapped::Error),
            Err(MappingError::Unmapped { headers })
        );
    }

    #[test]
    fn a_password_is_no_sample() {
        let preview = rows(&[
            &["Nom", "Mot de passe", "password"],
            &["a", "secret-1", "secret-2"],
        ]);
        let mapping = guess(&preview, &Options::default()).expect("a header");
        let json = serde_json::to_string(&mapping).expect("plain data");
        assert!(!json.contains("secret"), "{json}");
        assert_eq!(mapping.columns[2].target, Ignored);
    }

    #[test]
    fn the_mapping_is_shared_by_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Mapping>();
    }

    #[test]
    fn the_mapping_is_shown_as_json() {
        let preview = rows(&[&["Nom", "Badge"], &["Durand", "A-1"]]);
        let mapping = guess(&preview, &Options::default()).expect("a header");
        let json = serde_json::to_value(&mapping).expect("plain data");
        assert_eq!(
            json["columns"][1],
            serde_json::json!({
                "column": "B", "header": "Badge", "target": "custom:Badge", "certainty": "none", "samples": ["A-1"],
            })
        );
        assert_eq!(
            (&json["header_row"], &json["columns"][0]["certainty"]),
            (&1.into(), &"alias".into())
        );
    }
}
