//! "Get contacts" of `aalam`: which fields a row shows and which contacts qualify.
//!
//! *Assumed*: without `fields` a row has the four of the document's example; `detail.%` shows every
//! detail; of several details with one key the first is shown; the keys of details are compared without
//! regard to case; `_like` means contains, with `%` at either end left out.

use serde_json::{Map, Value};

use crate::sandbox::book::MockBook;
use crate::sandbox::check::{Flaw, text};
use crate::sandbox::response::MockResponse;

const PLAIN: [&str; 4] = ["id", "first_name", "last_name", "other_info"];
const ADDRESS: [&str; 4] = ["city", "state", "postal_code", "country"];
const FILTERS: [&str; 5] = ["first_name", "last_name", "other_info", "value", "key"];

/// How the rows are written.
#[derive(Clone, Copy)]
pub(super) enum RowShape {
    /// An object per row.
    Objects,
    /// An array per row, in the order of `fields`; the bare value where one field was asked for.
    Arrays,
}

/// Answers the call, or says which parameter is wrong.
pub(super) fn list(
    book: &MockBook,
    shape: RowShape,
    arguments: &[(String, String)],
) -> Result<MockResponse, Flaw> {
    let mut fields = PLAIN.map(str::to_owned).to_vec();
    let mut filters = Vec::new();
    for (name, value) in arguments {
        if name == "fields" {
            fields = value
                .split(',')
                .map(|field| field.trim().to_owned())
                .collect();
        } else {
            filters.push(filter(name, value)?);
        }
    }
    if let Some(field) = fields.iter().find(|field| !is_field(field)) {
        return Err(Flaw::new(
            "fields",
            format!("The field {field} is not known."),
        ));
    }
    let qualify = |contact: &&Value| filters.iter().all(|filter| filter.passes(contact));
    let rows = book
        .all()
        .filter(qualify)
        .map(|contact| row(contact, &fields, shape));
    Ok(MockResponse::json(200, &rows.collect()))
}

fn is_field(name: &str) -> bool {
    match name.split_once('.') {
        Some(("detail", key)) => !key.is_empty(),
        Some(("address", key)) => ADDRESS.contains(&key),
        _ => PLAIN.contains(&name),
    }
}

fn row(contact: &Value, fields: &[String], shape: RowShape) -> Value {
    let mut row = Map::new();
    for field in fields {
        if field == "detail.%" {
            for detail in contact["details"].as_array().into_iter().flatten() {
                let name = format!("detail.{}", text(detail, "key"));
                row.entry(name).or_insert_with(|| detail["value"].clone());
            }
        } else {
            row.insert(field.clone(), value(contact, field));
        }
    }
    match shape {
        RowShape::Objects => Value::Object(row),
        RowShape::Arrays if fields.len() == 1 => row.into_values().next().unwrap_or_default(),
        RowShape::Arrays => row.into_values().collect(),
    }
}

fn value(contact: &Value, field: &str) -> Value {
    match field.split_once('.') {
        Some(("detail", key)) => {
            let mut details = contact["details"].as_array().into_iter().flatten();
            let found = details.find(|detail| same(text(detail, "key"), key));
            found
                .map(|detail| detail["value"].clone())
                .unwrap_or_default()
        }
        Some((_, key)) => contact["addresses"][0][key].clone(),
        None => contact[field].clone(),
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[derive(Clone, Copy)]
enum Match {
    Equal,
    Contains,
}

struct Filter<'a> {
    field: &'a str,
    how: Match,
    wanted: String,
}

fn filter<'a>(name: &'a str, value: &str) -> Result<Filter<'a>, Flaw> {
    let (field, how) = match name.strip_suffix("_like") {
        Some(field) => (field, Match::Contains),
        None => (name, Match::Equal),
    };
    if !FILTERS.contains(&field) {
        return Err(Flaw::new(
            name,
            format!("The argument {name} is not known."),
        ));
    }
    let wanted = match how {
        Match::Contains => value.trim_matches('%').to_lowercase(),
        Match::Equal => value.to_owned(),
    };
    Ok(Filter { field, how, wanted })
}

impl Filter<'_> {
    fn passes(&self, contact: &Value) -> bool {
        if matches!(self.field, "value" | "key") {
            let mut details = contact["details"].as_array().into_iter().flatten();
            return details.any(|detail| self.holds(text(detail, self.field)));
        }
        self.holds(text(contact, self.field))
    }

    fn holds(&self, found: &str) -> bool {
        match self.how {
            Match::Equal => found == self.wanted,
            Match::Contains => found.to_lowercase().contains(&self.wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn book() -> MockBook {
        let mut book = MockBook::in_memory(super::super::KEYS);
        book.seed(&[
            json!({ "id": 1, "first_name": "Anne", "last_name": "Durand", "other_info": null,
                "details": [{ "id": 3, "key": "Mobile", "value": "0639980001" }],
                "addresses": [{ "id": 4, "city": "Paris" }] }),
            json!({ "id": 2, "first_name": "Bob", "last_name": null, "other_info": "VIP",
                "details": [], "addresses": [] }),
        ]);
        book
    }

    fn request(query: &[(&str, &str)], shape: RowShape) -> Option<Value> {
        let pairs: Vec<_> = query
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        list(&book(), shape, &pairs)
            .ok()
            .map(|answer| answer.value())
    }

    #[test]
    fn rows_show_the_fields_asked_for() {
        let objects = |query| request(query, RowShape::Objects).expect("rows");
        let arrays = |query| request(query, RowShape::Arrays).expect("rows");
        assert_eq!(
            objects(&[])[1],
            json!({ "id": 2, "first_name": "Bob", "last_name": null, "other_info": "VIP" })
        );
        let fields = [("fields", "id,detail.mobile,address.city")];
        let wanted = json!([{ "id": 1, "detail.mobile": "0639980001", "address.city": "Paris" },
            { "id": 2, "detail.mobile": null, "address.city": null }]);
        assert_eq!(objects(&fields), wanted);
        assert_eq!(arrays(&fields)[0], json!([1, "0639980001", "Paris"]));
        assert_eq!(arrays(&[("fields", "id")]), json!([1, 2]));
        assert_eq!(
            objects(&[("fields", "detail.%")]),
            json!([{ "detail.Mobile": "0639980001" }, {}])
        );
    }

    #[test]
    fn filters_choose_contacts() {
        let cases: [(&[(&str, &str)], Value); 7] = [
            (&[("first_name", "Anne")], json!([1])),
            (&[("first_name", "anne")], json!([])),
            (&[("first_name_like", "%NN%")], json!([1])),
            (&[("value_like", "0639")], json!([1])),
            (&[("key", "Mobile")], json!([1])),
            (&[("other_info", "VIP")], json!([2])),
            (&[("key", "Mobile"), ("other_info", "VIP")], json!([])),
        ];
        for (query, wanted) in cases {
            let mut query = query.to_vec();
            query.push(("fields", "id"));
            assert_eq!(request(&query, RowShape::Arrays), Some(wanted), "{query:?}");
        }
    }

    #[test]
    fn unknown_parameters_and_fields_are_refused() {
        let cases = [
            ("limit", "1"),
            ("fields", "email"),
            ("fields", "address.line1"),
            ("fields", ""),
            ("id", "1"),
        ];
        for query in cases {
            assert_eq!(request(&[query], RowShape::Objects), None, "{query:?}");
        }
    }
}
