//! Columns of dates among the free values, and the order of day and month in them. One column can teach what another
//! means: one program wrote them all.

use super::super::date::{self, Dated};
use super::super::header::fold;
use super::super::vocabulary::vocabulary;
use super::super::{Column, DateOrder, MappingTarget};
use crate::sheet::Row;

/// Words of headers by which a sheet is English, and by which it is not, folded.
const ENGLISH: &str = "name first last given family company organization address street city state country zip job title notes \
    birthday birth created updated joined since home work business";
const OTHERS: &str = "nom prenom societe entreprise ville adresse pays rue portable civilite fonction naissance anniversaire \
    courriel nombre apellido apellidos empresa direccion ciudad movil telefono correo fecha nacimiento cumpleanos calle \
    vorname nachname firma strasse ort plz telefon geburtstag geburtsdatum datum stadt handy anrede voornaam achternaam naam \
    bedrijf straat plaats telefoon mobiel geboortedatum verjaardag nome cognome azienda indirizzo citta cellulare nascita \
    compleanno sobrenome apelido endereco morada cidade telemovel celular nascimento aniversario telefone";

/// So many values make a column one of dates though its header promises none.
const ENOUGH: usize = 3;

/// Finds the columns of dates among those that no field claims.
pub(super) fn date(columns: &mut [Column], below: &[Row]) {
    let mut proven = Vec::new();
    let mut places = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        if !matches!(column.target, MappingTarget::Custom(_)) {
            continue;
        }
        if let Some(values) = dates(column, below) {
            proven.extend(
                values
                    .into_iter()
                    .filter_map(|(text, value)| Some((text, value.proves?))),
            );
            places.push(place);
        }
    }
    let (order, why) = order(columns, &proven);
    for place in places {
        columns[place].dates = Some(order);
        let remark = &mut columns[place].remark;
        *remark = Some(
            remark
                .take()
                .map_or_else(|| why.clone(), |before| format!("{before}; {why}")),
        );
    }
}

/// The values of a column of dates, those that are dates; `None` where it is no such column.
fn dates<'r>(column: &Column, below: &'r [Row]) -> Option<Vec<(&'r str, Dated)>> {
    let cells = below.iter().map(|row| row.cell(column.index).trim());
    let filled: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    let read = |cell: &&'r str| Some((*cell, date::read(cell)?));
    let found: Vec<_> = filled.iter().filter_map(read).collect();
    let promised = words(&column.header).any(|word| vocabulary().promises_date(&word));
    let is_date = if promised {
        !found.is_empty() && found.len() * 2 >= filled.len()
    } else {
        found.len() >= ENOUGH && found.len() == filled.len()
    };
    is_date.then_some(found)
}

/// The order of day and month, and why.
fn order(columns: &[Column], proven: &[(&str, DateOrder)]) -> (DateOrder, String) {
    use DateOrder::{ByRegion, DayFirst, MonthFirst};
    let first = |wanted: DateOrder| proven.iter().find(|(_, order)| *order == wanted);
    match (first(DayFirst), first(MonthFirst)) {
        (Some((day, _)), Some((month, _))) => {
            return (
                ByRegion,
                format!(
                    "dates, some with the day first (`{day}`), some with the month (`{month}`)"
                ),
            );
        }
        (Some((text, _)), None) => {
            return (
                DayFirst,
                format!("dates with the day first, as in `{text}`"),
            );
        }
        (None, Some((text, _))) => {
            return (
                MonthFirst,
                format!("dates with the month first, as in `{text}`"),
            );
        }
        (None, None) => {}
    }
    let all: Vec<String> = columns
        .iter()
        .flat_map(|column| words(&column.header))
        .collect();
    let is_among = |list: &str, word: &str| list.split(' ').any(|known| known == word);
    let count = |list: &str| all.iter().filter(|word| is_among(list, word)).count();
    if count(OTHERS) > count(ENGLISH) {
        let why =
            "dates, read with the day first where that is open: the sheet's language puts it first";
        (DayFirst, why.to_owned())
    } else {
        (
            ByRegion,
            "dates, read as is usual in the region where day and month could be exchanged"
                .to_owned(),
        )
    }
}

/// The words of a header, folded: `date_naissance` and `DateOfBirth` are several, and one whole.
fn words(header: &str) -> impl Iterator<Item = String> {
    let parts = header.split(|c: char| !c.is_alphanumeric()).map(fold);
    parts.chain([fold(header)]).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::super::{Mapping, Options};
    use super::*;

    fn orders(lines: &[&[&str]]) -> Vec<Option<DateOrder>> {
        let rows: Vec<Row> = (1..)
            .zip(lines)
            .map(|(number, cells)| Row::of(number, cells.iter().copied()))
            .collect();
        let mapping = Mapping::guess(&rows, &Options::default()).expect("a header");
        mapping.columns.iter().map(|column| column.dates).collect()
    }

    const DAY: Option<DateOrder> = Some(DateOrder::DayFirst);
    const MONTH: Option<DateOrder> = Some(DateOrder::MonthFirst);
    const REGION: Option<DateOrder> = Some(DateOrder::ByRegion);

    #[test]
    fn a_column_of_dates_is_known_by_its_header_and_its_values() {
        for (header, values, wanted) in [
            ("Birthday", &["03/04/1968", "", "1/2/1970"][..], REGION),
            ("Birthday", &["03/14/1968", "1/2/1970"], MONTH),
            ("Created", &["1968-03-04", "14.3.1968", "5 May 1968"], DAY),
            ("Created", &["1968-03-04", "14.3.1968"], None),
            (
                "Created",
                &["1968-03-04", "14.3.1968", "5 May 1968", "soon"],
                None,
            ),
            ("Data", &["a b", "1968-03-04", "x"], None),
            ("Update", &["03/04/1968"], None),
            ("Date", &["n/a", "03/04/1968"], REGION),
            ("Date", &[], None),
            ("BDAY", &["19680315"], REGION),
        ] {
            let mut lines: Vec<Vec<&str>> = vec![vec!["Name", header]];
            lines.extend(values.iter().map(|value| vec!["Anne", *value]));
            let lines: Vec<&[&str]> = lines.iter().map(Vec::as_slice).collect();
            assert_eq!(orders(&lines), [None, wanted], "{header} {values:?}");
        }
    }

    #[test]
    fn the_order_is_learnt_from_the_sheet() {
        let header = ["Name", "Birthday", "End date"];
        let taught = orders(&[&header, &["Anne", "03/04/1968", "20/01/2026"]]);
        assert_eq!(taught, [None, DAY, DAY], "one column teaches the other");
        let torn = orders(&[&header, &["Anne", "03/14/1968", "20/01/2026"]]);
        assert_eq!(torn, [None, REGION, REGION], "they say different things");
        for header in [
            ["Nom", "Prénom", "Date"],
            ["Name", "Vorname", "Geburtsdatum"],
            ["Nombre", "Empresa", "Fecha de alta"],
            ["Naam", "Bedrijf", "Datum"],
            ["Nome", "Azienda", "Data di nascita"],
        ] {
            let spoken = orders(&[&header, &["Anne", "Exemple", "03/04/1968"]]);
            assert_eq!(spoken[2], DAY, "{header:?}");
        }
    }
}
