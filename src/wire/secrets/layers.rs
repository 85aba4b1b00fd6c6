//! A text with its escapes taken off, one kind after the other, each byte with its place in the text as it was: what is
//! found in such a layer is masked where it stands. Two escapes on top of each other are taken off (JSON inside of JSON, a
//! query inside of a page), in either order.

use std::collections::HashSet;
use std::ops::Range;

use super::forms::{Reach, SecretForm, is_base64, is_skipped};

/// A text, each byte with where it begins and ends in the text as it was.
#[derive(Clone, Default)]
struct MappedText {
    bytes: Vec<u8>,
    places: Vec<(u32, u32)>,
}

/// A text of which some escapes are taken off.
pub(super) struct Layer {
    text: MappedText,
    /// The bytes that count, and the number of each: without what may stand in between.
    skeleton: (Vec<u8>, Vec<u32>),
}

/// What an escape stands for, and how many bytes it takes.
type Escape = (Vec<u8>, usize);

/// How one kind of escape is taken off.
struct EscapeKind {
    /// What such escapes begin with.
    begins: &'static [u8],
    /// The escape at the beginning of these bytes; `None` where there is none.
    read: fn(&[u8]) -> Option<Escape>,
}

const KINDS: [EscapeKind; 5] = [
    EscapeKind {
        begins: b"%",
        read: percent,
    },
    EscapeKind {
        begins: b"%+",
        read: form,
    },
    EscapeKind {
        begins: b"\\",
        read: backslash,
    },
    EscapeKind {
        begins: b"&",
        read: entity,
    },
    EscapeKind {
        begins: b"<",
        read: tag,
    },
];

/// How many escapes are taken off each other.
const DEPTH: usize = 2;

impl Layer {
    /// A text, and all that it is with escapes taken off.
    pub(super) fn all(text: &str) -> Vec<Self> {
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let plain = MappedText {
            bytes: text.as_bytes().to_vec(),
            places: (0..text.len()).map(|n| (place(n), place(n + 1))).collect(),
        };
        let mut seen = HashSet::from([plain.bytes.clone()]);
        let (mut all, mut last) = (Vec::new(), vec![plain]);
        for _ in 0..DEPTH {
            let next = last
                .iter()
                .flat_map(|text| KINDS.iter().filter_map(|kind| text.unescaped(kind)));
            let next: Vec<MappedText> = next
                .filter(|text| seen.insert(text.bytes.clone()))
                .collect();
            all.extend(std::mem::replace(&mut last, next));
        }
        all.extend(last);
        all.into_iter().map(Self::of).collect()
    }

    fn of(text: MappedText) -> Self {
        let mut skeleton = (Vec::new(), Vec::new());
        let mut n = 0_u32;
        let mut add = |bytes: &[u8], n: &mut u32| {
            for byte in bytes {
                skeleton.0.push(*byte);
                skeleton.1.push(*n);
                *n += 1;
            }
        };
        for chunk in text.bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                if is_skipped(c) {
                    n += u32::try_from(c.len_utf8()).unwrap_or(1);
                } else {
                    add(c.encode_utf8(&mut [0; 4]).as_bytes(), &mut n);
                }
            }
            add(chunk.invalid(), &mut n);
        }
        Self { text, skeleton }
    }

    /// Where a form stands, in places of the text as it was.
    pub(super) fn find(&self, form: &SecretForm) -> Vec<Range<usize>> {
        let (wanted, (bytes, numbers)) = (form.bytes(), &self.skeleton);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = memchr::memmem::find(&bytes[from..], wanted) {
            let at = from + at;
            let (first, last) = (numbers[at], numbers[at + wanted.len() - 1]);
            found.extend(self.place(first as usize, last as usize, form.reach));
            from = at + 1;
        }
        found
    }

    /// What is masked for a find from one byte to another; `None` where it does not count.
    fn place(&self, first: usize, last: usize, reach: Reach) -> Option<Range<usize>> {
        let (mut first, mut last) = (first, last);
        match reach {
            Reach::Alone if self.is_word(first.checked_sub(1)) || self.is_word(Some(last + 1)) => {
                return None;
            }
            Reach::Itself | Reach::Alone => {}
            Reach::Encoded => {
                let is = |n: usize, test: fn(u8) -> bool| {
                    self.text.bytes.get(n).is_some_and(|byte| test(*byte))
                };
                while first.checked_sub(1).is_some_and(|n| is(n, is_base64)) {
                    first -= 1;
                }
                while is(last + 1, is_base64) {
                    last += 1;
                }
                while is(last + 1, |byte| byte == b'=') {
                    last += 1;
                }
            }
        }
        let (start, end) = (self.text.places[first].0, self.text.places[last].1);
        Some(start as usize..end as usize)
    }

    /// Whether a byte is part of a word.
    fn is_word(&self, n: Option<usize>) -> bool {
        let byte = n.and_then(|n| self.text.bytes.get(n));
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
    }
}

impl MappedText {
    /// The same without escapes of this kind; `None` where there is none.
    fn unescaped(&self, kind: &EscapeKind) -> Option<Self> {
        let begins = |byte: &u8| kind.begins.contains(byte);
        let mut n = self.bytes.iter().position(begins)?;
        let mut out = Self {
            bytes: self.bytes[..n].to_vec(),
            places: self.places[..n].to_vec(),
        };
        while n < self.bytes.len() {
            let escape = begins(&self.bytes[n]).then(|| (kind.read)(&self.bytes[n..]));
            let taken = if let Some((stands_for, taken)) = escape.flatten() {
                let place = (self.places[n].0, self.places[n + taken - 1].1);
                out.places.extend(stands_for.iter().map(|_| place));
                out.bytes.extend(stands_for);
                taken
            } else {
                out.places.push(self.places[n]);
                out.bytes.push(self.bytes[n]);
                1
            };
            n += taken;
        }
        Some(out)
    }
}

/// `%41`
fn percent(text: &[u8]) -> Option<Escape> {
    let digits = text.strip_prefix(b"%")?.get(..2)?;
    Some((vec![u8::try_from(hex(digits)?).ok()?], 3))
}

/// The same, and a plus for a space.
fn form(text: &[u8]) -> Option<Escape> {
    match text.first()? {
        b'+' => Some((vec![b' '], 1)),
        _ => percent(text),
    }
}

/// `\"`, `\n`, `\u0041`: as JSON has them, and most languages.
fn backslash(text: &[u8]) -> Option<Escape> {
    let rest = text.strip_prefix(b"\\")?;
    let (c, taken) = match rest.first()? {
        b'u' => unicode(rest)?,
        b'n' | b'r' | b't' | b'b' | b'f' => (' ', 1),
        other if other.is_ascii() => (char::from(*other), 1),
        _ => return None,
    };
    Some((c.to_string().into_bytes(), taken + 1))
}

/// `u0041`, or two of them for a character beyond the first plane.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let unit = |text: &[u8]| hex(text.strip_prefix(b"u")?.get(..4)?);
    let first = unit(text)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 5));
    }
    let second = unit(text.get(5..)?.strip_prefix(b"\\")?)?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((c, 11))
}

/// `&amp;`, `&#38;`, `&#x26;`
fn entity(text: &[u8]) -> Option<Escape> {
    /// The longest that is read.
    const LONGEST: usize = 10;
    let rest = text.strip_prefix(b"&")?;
    let end = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[..end]).ok()?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((c.to_string().into_bytes(), end + 2))
}

/// A tag that lets a line break, `<wbr>` or `<br/>`: it stands for nothing.
fn tag(text: &[u8]) -> Option<Escape> {
    /// The longest that is read.
    const LONGEST: usize = 8;
    let end = text.iter().take(LONGEST).position(|byte| *byte == b'>')?;
    let name = text[..end].strip_prefix(b"<")?.to_ascii_lowercase();
    let name = name.strip_suffix(b"/").unwrap_or(&name).trim_ascii_end();
    matches!(name, b"wbr" | b"br").then_some((Vec::new(), end + 1))
}

/// Digits as a number; `None` where one of them is none.
fn hex(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    // A sign would be read too.
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    are_digits.then(|| u32::from_str_radix(digits, 16).ok())?
}
