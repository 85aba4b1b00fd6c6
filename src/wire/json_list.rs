//! A list as its JSON text, written where many work and read where somebody looks into it: what a step says of its row is
//! kept and handed on, and most of the time nobody does.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

/// What a list may hold.
pub trait Listed {
    /// What it is called.
    const WHAT: &'static str;
}

impl Listed for Vec<String> {
    const WHAT: &'static str = "row";
}

/// A list as its JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonList<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

/// What was kept as a list is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {what} cannot be understood: {found}")]
pub struct DamagedList {
    /// What the list is of.
    pub what: &'static str,
    /// What was found.
    pub found: String,
}

/// A list of nothing.
const EMPTY: &str = "[]";

impl<T> Default for JsonList<T> {
    fn default() -> Self {
        Self::kept(EMPTY.to_owned())
    }
}

impl<T> JsonList<T> {
    /// The list that a text is, as it was kept.
    pub fn kept(text: String) -> Self {
        let of = PhantomData;
        Self { text, of }
    }

    /// A list of what is written like its items.
    pub fn written(items: &impl Serialize) -> Self {
        // Whatever has no text names as keys and no number that is infinite can be written.
        serde_json::to_string(items).map_or_else(|_| Self::default(), Self::kept)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.text == EMPTY
    }
}

impl<T: Serialize> JsonList<T> {
    /// Adds something behind the last.
    pub fn push(&mut self, item: &T) {
        let item = serde_json::to_string(item).unwrap_or_default();
        let is_first = self.is_empty();
        if self.text.pop().is_some() && !item.is_empty() {
            self.text
                .extend([if is_first { "" } else { "," }, &item, "]"]);
        }
    }
}

impl<T: Listed> JsonList<T> {
    /// What is in it.
    pub fn read<'a>(&'a self) -> Result<Vec<T>, DamagedList>
    where
        T: Deserialize<'a>,
    {
        self.read_as()
    }

    /// What is in it, as something that is written in the same way and may borrow of the text.
    pub fn read_as<'a, U: Deserialize<'a>>(&'a self) -> Result<Vec<U>, DamagedList> {
        serde_json::from_str(&self.text).map_err(|_| DamagedList {
            what: T::WHAT,
            found: self.text.clone(),
        })
    }
}

impl<T: Serialize> FromIterator<T> for JsonList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::written(&items.into_iter().collect::<Vec<T>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_read_in_its_order() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let rows: [Vec<String>; 3] = [row(&["a", "\"é"]), row(&[]), row(&[""])];
        let mut list = JsonList::default();
        for (n, row) in rows.iter().enumerate() {
            assert_eq!(list.is_empty(), n == 0);
            list.push(row);
        }
        assert_eq!(list, rows.iter().cloned().collect());
        assert_eq!(list.read().expect("a list"), rows);
    }

    #[test]
    fn what_is_no_list_is_told_as_it_was_found() {
        let error = JsonList::<Vec<String>>::kept("[[7]]".into()).read();
        let error = error.expect_err("no text").to_string();
        assert_eq!(error, "a row cannot be understood: [[7]]");
    }
}
