//! One property of a card: its group, name, parameters and value, decoded. What is an escape, a parameter or a
//! character depends on the version and on the property itself.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

/// One property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Property {
    /// What ties it to others: `item1`.
    pub(super) group: String,
    /// In capitals.
    pub(super) name: String,
    /// Values of TYPE, and parameters without a name, in capitals.
    pub(super) types: Vec<String>,
    /// Parameters of our own, with their values.
    pub(super) ours: Vec<(String, String)>,
    /// The text, its escapes in place.
    pub(super) value: String,
    /// Whether the value is no text.
    pub(super) binary: bool,
    /// Whether it stands in a card of version 2.1, where few signs are escaped.
    pub(super) old: bool,
}

impl Property {
    /// The property of an unfolded line; `None` for a line that is none.
    pub(super) fn of(line: &[u8], fallback: &'static Encoding) -> Option<Self> {
        let colon = colon(line)?;
        let head = decoded(&line[..colon], fallback);
        let mut parts = split_quoted(&head, ';').into_iter();
        let name = parts.next()?.trim();
        let (group, name) = name.rsplit_once('.').unwrap_or(("", name));
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(letter) {
            return None;
        }
        let mut property = Self {
            group: group.to_ascii_lowercase(),
            name: name.to_ascii_uppercase(),
            ..Self::default()
        };
        let (mut charset, mut printable) = (None, false);
        for parameter in parts {
            let (key, value) = parameter.split_once('=').unwrap_or(("", parameter));
            match key.trim().to_ascii_uppercase().as_str() {
                "CHARSET" => charset = Encoding::for_label(value.trim_matches('"').as_bytes()),
                "ENCODING" | "" => match value.trim().to_ascii_uppercase().as_str() {
                    "QUOTED-PRINTABLE" => printable = true,
                    "BASE64" | "B" => property.binary = true,
                    _ => property.add_types(value),
                },
                "TYPE" => property.add_types(value),
                "PREF" => property.types.push("PREF".to_owned()),
                key if key.starts_with("X-") => property.ours.push((key.to_owned(), plain(value))),
                _ => {}
            }
        }
        let value = &line[colon + 1..];
        let raw = if printable {
            Cow::Owned(unprinted(value))
        } else {
            Cow::Borrowed(value)
        };
        property.binary |= value
            .get(..5)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"data:"));
        if !property.binary {
            property.value = match charset {
                Some(charset) => charset.decode_without_bom_handling(&raw).0.into_owned(),
                None => decoded(&raw, fallback).into_owned(),
            };
        }
        Some(property)
    }

    fn add_types(&mut self, value: &str) {
        let types = value.split(',').map(|one| one.trim_matches(['"', ' ']));
        self.types.extend(
            types
                .filter(|one| !one.is_empty())
                .map(str::to_ascii_uppercase),
        );
    }

    /// Takes the version from the properties before it.
    pub(super) fn version_of(&mut self, before: &[Self]) {
        let version = before.iter().find(|property| property.name == "VERSION");
        self.old = version.is_some_and(|version| version.value.trim().starts_with('2'));
    }

    /// The value as one text.
    pub(super) fn text(&self) -> String {
        self.unescaped(&self.value).trim().to_owned()
    }

    /// The parts of a value that has several.
    pub(super) fn parts(&self) -> Vec<String> {
        let parts = split_escaped(&self.value, ';').into_iter();
        parts
            .map(|part| self.unescaped(part).trim().to_owned())
            .collect()
    }

    /// The parts of a name, each of which may be a list.
    pub(super) fn lists(&self) -> Vec<String> {
        let words = |part| {
            let words = split_escaped(part, ',').into_iter();
            let words = words.map(|word| self.unescaped(word).trim().to_owned());
            words.collect::<Vec<_>>().join(", ")
        };
        split_escaped(&self.value, ';')
            .into_iter()
            .map(words)
            .collect()
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Vec<String> {
        let items = split_escaped(&self.value, ',').into_iter();
        items
            .flat_map(|item| split_escaped(item, ';'))
            .map(|item| self.unescaped(item).trim().to_owned())
            .filter(|item| !item.is_empty())
            .collect()
    }

    fn unescaped(&self, text: &str) -> String {
        if !text.contains('\\') {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                out.push(c);
                continue;
            }
            match chars.next() {
                Some('n' | 'N') if !self.old => out.push('\n'),
                Some(c @ ('\\' | ';' | ',' | ':')) => out.push(c),
                Some(c) => out.extend(['\\', c]),
                None => out.push('\\'),
            }
        }
        out
    }

    /// The value of a parameter of our own.
    pub(super) fn own(&self, name: &str) -> Option<&str> {
        let mut ours = self.ours.iter();
        ours.find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether one of the types is this.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.types.iter().any(|known| known == kind)
    }
}

/// Bytes as text: UTF-8 if they are, else in the file's encoding.
pub(super) fn decoded<'b>(bytes: &'b [u8], fallback: &'static Encoding) -> Cow<'b, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if fallback == UTF_8 => String::from_utf8_lossy(bytes),
        Err(_) => fallback.decode_without_bom_handling(bytes).0,
    }
}

/// The colon before the value: the first that stands in no quotes, or the first where quotes are not closed.
fn colon(line: &[u8]) -> Option<usize> {
    let mut quoted = false;
    for (place, byte) in line.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b':' if !quoted => return Some(place),
            _ => {}
        }
    }
    memchr::memchr(b':', line)
}

/// A parameter's value without its quotes (RFC 6868).
fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.trim_matches('"').chars();
    while let Some(c) = chars.next() {
        if c != '^' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('\'') => out.push('"'),
            Some('^') | None => out.push('^'),
            Some(c) => out.extend(['^', c]),
        }
    }
    out
}

fn split_quoted(text: &str, at: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == at && !quoted
    })
    .collect()
}

/// Parts at a sign that no backslash stands before.
fn split_escaped(text: &str, at: char) -> Vec<&str> {
    let mut escaped = false;
    text.split(|c| {
        let here = c == at && !escaped;
        escaped = c == '\\' && !escaped;
        here
    })
    .collect()
}

/// Quoted-printable (RFC 2045, 6.7) as bytes; what is none stays as it is.
fn unprinted(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut out = Vec::with_capacity(text.len());
    let mut place = 0;
    while let Some(byte) = text.get(place) {
        let pair = (digit(text.get(place + 1)), digit(text.get(place + 2)));
        if let (b'=', (Some(high), Some(low))) = (byte, pair) {
            out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            place += 3;
        } else {
            out.push(*byte);
            place += 1;
        }
    }
    out
}
