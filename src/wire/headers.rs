//! The headers of an answer, as text: most are never asked for, so that they are not taken apart.

/// Header lines: `name: value`, one a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(String);

impl Headers {
    /// Name and value of each, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.lines().filter_map(|line| line.split_once(": "))
    }

    /// The value of the first header of this name, in whatever case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Adds one. A line break in a value, which HTTP has none of, becomes a space.
    pub fn add(&mut self, name: &str, value: &str) {
        self.0.push_str(name);
        self.0.push_str(": ");
        let broken = |c| matches!(c, '\r' | '\n');
        if value.contains(broken) {
            self.0.push_str(&value.replace(broken, " "));
        } else {
            self.0.push_str(value);
        }
        self.0.push('\n');
    }
}

impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut headers = Self::default();
        for (name, value) in pairs {
            headers.add(name.as_ref(), value.as_ref());
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_by_its_name_in_whatever_case() {
        let headers: Headers = [
            ("Retry-After", "7"),
            ("x-empty", ""),
            ("date", "a: b"),
            ("retry-after", "8"),
        ]
        .into_iter()
        .collect();
        for (name, value) in [
            ("retry-after", Some("7")),
            ("DATE", Some("a: b")),
            ("X-Empty", Some("")),
            ("retry", None),
        ] {
            assert_eq!(headers.get(name), value, "{name}");
        }
    }

    #[test]
    fn no_value_becomes_another_header() {
        let headers: Headers = [("a", "1\r\nb: 2")].into_iter().collect();
        assert_eq!(
            (headers.get("a"), headers.get("b")),
            (Some("1  b: 2"), None)
        );
    }
}
