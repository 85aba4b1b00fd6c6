//! A long list, cut into shorter ones while it arrives, so that it need not be held as a whole: each part is an answer by
//! itself, with some of the rows and what stands before them; the last one has all that stands behind them too. So a
//! vendor reads parts as it reads whole lists. Where the bytes of an answer are cut on their way does not matter.

/// The members that hold the rows in the vendors' lists, where the list is not bare: `data`, `results`, and `contacts`
/// inside of `data`.
const LISTS: [&[u8]; 3] = [b"data", b"results", b"contacts"];

/// How long a member's name is looked at.
const NAME: usize = 16;

/// Cuts one answer.
#[derive(Debug)]
pub struct ListSplitter {
    /// With so many bytes a part is handed on.
    size: usize,
    /// No more bytes than these are held.
    most: usize,
    /// What stands before the first row, its bracket included; empty until it is found.
    before: Vec<u8>,
    /// What came since.
    part: Vec<u8>,
    /// The objects and lists that are open, and the member that was named last in each object.
    open: Vec<Level>,
    /// How many of them are open between two rows.
    depth: Option<usize>,
    state: ScanState,
    /// The text that is being read, or was read last.
    text: Vec<u8>,
}

#[derive(Debug)]
enum Level {
    Object(Vec<u8>),
    List,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScanState {
    Plain,
    Text,
    Escape,
}

/// A part would be larger than it may be: a single row is, or what is no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl ListSplitter {
    /// Hands parts on when they have `size` bytes, and holds no more than `most`.
    pub fn new(size: usize, most: usize) -> Self {
        Self {
            size,
            most,
            before: Vec::new(),
            part: Vec::new(),
            open: Vec::new(),
            depth: None,
            state: ScanState::Plain,
            text: Vec::new(),
        }
    }

    /// Some more bytes of the answer; whole parts are handed on.
    pub fn feed(&mut self, bytes: &[u8], each: &mut dyn FnMut(Vec<u8>)) -> Result<(), TooLarge> {
        for &byte in bytes {
            self.part.push(byte);
            match self.state {
                ScanState::Escape => self.state = ScanState::Text,
                ScanState::Text => self.in_text(byte),
                ScanState::Plain => self.plain(byte, each),
            }
        }
        if self.before.len() + self.part.len() > self.most {
            return Err(TooLarge);
        }
        Ok(())
    }

    /// The last part: the whole answer, if it was short.
    pub fn rest(mut self) -> Vec<u8> {
        self.before.append(&mut self.part);
        self.before
    }

    fn in_text(&mut self, byte: u8) {
        match byte {
            b'"' => self.state = ScanState::Plain,
            b'\\' => self.state = ScanState::Escape,
            byte if self.text.len() < NAME => self.text.push(byte),
            _ => {}
        }
    }

    fn plain(&mut self, byte: u8, each: &mut dyn FnMut(Vec<u8>)) {
        match byte {
            b'"' => {
                self.state = ScanState::Text;
                self.text.clear();
            }
            b':' => {
                if let Some(Level::Object(name)) = self.open.last_mut() {
                    name.clone_from(&self.text);
                }
            }
            b'{' => self.open.push(Level::Object(Vec::new())),
            b'[' => {
                let is_list = self.before.is_empty() && self.is_list();
                self.open.push(Level::List);
                if is_list {
                    self.depth = Some(self.open.len());
                    self.before = std::mem::take(&mut self.part);
                }
            }
            b'}' | b']' => {
                if self.depth == Some(self.open.len()) {
                    self.depth = None;
                }
                self.open.pop();
            }
            b',' if self.depth == Some(self.open.len()) && self.part.len() > self.size => {
                self.part.pop();
                each(self.cut());
            }
            _ => {}
        }
    }

    /// Whether a list that begins here holds the rows.
    fn is_list(&self) -> bool {
        let is_named = |level: &Level| match level {
            Level::Object(name) => LISTS.contains(&name.as_slice()),
            Level::List => false,
        };
        self.open.iter().all(is_named)
    }

    /// The rows that came since the last part, as a list by itself.
    fn cut(&mut self) -> Vec<u8> {
        let mut part = self.before.clone();
        part.append(&mut self.part);
        for level in self.open.iter().rev() {
            part.push(match level {
                Level::Object(_) => b'}',
                Level::List => b']',
            });
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// The parts of an answer that arrives in pieces of these lengths, over and over.
    fn parts(answer: &[u8], size: usize, pieces: &[usize]) -> Vec<Value> {
        let mut rows = ListSplitter::new(size, 1 << 20);
        let (mut parts, mut rest) = (Vec::new(), answer);
        let mut lengths = pieces.iter().cycle();
        while !rest.is_empty() {
            let length = lengths.next().copied().unwrap_or(1).clamp(1, rest.len());
            let (piece, more) = rest.split_at(length);
            rows.feed(piece, &mut |part| parts.push(part))
                .expect("small");
            rest = more;
        }
        parts.push(rows.rest());
        let read = |part: &Vec<u8>| serde_json::from_slice(part).expect("JSON");
        parts.iter().map(read).collect()
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![
            "[a-z\"\\\\\\[\\]{},: é€😀\n\u{1}]{0,12}",
            Just("data".to_owned()),
            Just("\\\"".to_owned())
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            text.clone().prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 24, 4, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec((text.clone(), inner), 0..4)
                    .prop_map(|members| { Value::Object(members.into_iter().collect()) })
            ]
        })
    }

    /// Where the rows stand in the vendors' lists.
    fn list(shape: usize, rows: Vec<Value>, other: &Value) -> Value {
        match shape {
            0 => rows.into(),
            1 => json!({"count": other, "data": rows, "paginator": other}),
            2 => json!({"next": "x\\", "results": rows}),
            _ => json!({"data": {"phonebook": other, "contacts": rows}, "end": [other]}),
        }
    }

    fn rows_of(list: &Value) -> &Vec<Value> {
        let inside = ["/data/contacts", "/data", "/results", ""];
        let found = inside.iter().find_map(|at| list.pointer(at)?.as_array());
        found.expect("rows")
    }

    proptest! {
        #[test]
        fn the_parts_hold_every_row_once_wherever_the_bytes_are_cut(
            shape in 0..4_usize,
            rows in proptest::collection::vec(value(), 0..40),
            other in value(),
            size in 0..200_usize,
            pieces in proptest::collection::vec(1..40_usize, 1..8),
            is_spread in any::<bool>(),
            is_ascii in any::<bool>(),
        ) {
            let whole = list(shape, rows.clone(), &other);
            let mut text = if is_spread {
                serde_json::to_string_pretty(&whole).expect("JSON")
            } else {
                whole.to_string()
            };
            if is_ascii {
                text = escaped(&text);
            }
            let parts = parts(text.as_bytes(), size, &pieces);
            let found: Vec<&Value> = parts.iter().flat_map(rows_of).collect();
            prop_assert_eq!(found, rows.iter().collect::<Vec<_>>());
            // All that is not a row stands in the last part.
            let last = parts.last().expect("one").clone();
            let emptied = |list: &Value| {
                let mut list = list.clone();
                for at in ["/data/contacts", "/data", "/results", ""] {
                    if list.pointer(at).is_some_and(Value::is_array) {
                        *list.pointer_mut(at).expect("rows") = json!([]);
                        break;
                    }
                }
                list
            };
            prop_assert_eq!(emptied(&last), emptied(&whole));
        }
    }

    /// The same JSON with every sign that is not ASCII as an escape.
    fn escaped(text: &str) -> String {
        let mut plain = String::new();
        for sign in text.chars() {
            if sign.is_ascii() {
                plain.push(sign);
                continue;
            }
            let units = sign.encode_utf16(&mut [0; 2]).to_vec();
            plain.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        }
        plain
    }

    #[test]
    fn what_is_no_list_is_held_up_to_a_bound() {
        let mut rows = ListSplitter::new(10, 100);
        let text = format!("{{\"message\": \"{}\"}}", "x".repeat(200));
        let fed = rows.feed(text.as_bytes(), &mut |_| panic!("no part"));
        assert_eq!(fed, Err(TooLarge));
        // One row that is too large is too large; many small ones are not.
        let mut rows = ListSplitter::new(10, 100);
        let row = format!("[\"{}\"]", "x".repeat(200));
        assert_eq!(rows.feed(row.as_bytes(), &mut |_| ()), Err(TooLarge));
        let mut rows = ListSplitter::new(10, 100);
        let many = format!("[{}1]", "\"row\",".repeat(1000));
        let mut count = 0;
        for piece in many.as_bytes().chunks(7) {
            rows.feed(piece, &mut |_| count += 1).expect("small rows");
        }
        assert!(count > 300, "{count}");
    }

    #[test]
    fn what_is_broken_off_stays_broken() {
        for broken in [
            "[{\"a\": 1}, {\"b\"",
            "{\"data\": [1, 2, 3",
            "[\"x",
            "{\"data\": [1, 2]",
        ] {
            let mut rows = ListSplitter::new(2, 1000);
            rows.feed(broken.as_bytes(), &mut |_| ()).expect("short");
            assert!(
                serde_json::from_slice::<Value>(&rows.rest()).is_err(),
                "{broken}"
            );
        }
    }
}
