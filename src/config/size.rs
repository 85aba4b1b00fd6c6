//! Sizes as people write them: `16MiB`.

/// A number of bytes; `None` where the text is no size, or none that a computer could hold.
pub(super) fn bytes(text: &str) -> Option<usize> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit: usize = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "kib" => 1 << 10,
        "mb" => 1_000_000,
        "mib" => 1 << 20,
        "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => return None,
    };
    let number: usize = number.parse().ok()?;
    number.checked_mul(unit).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_and_a_unit() {
        for (text, wanted) in [
            ("16MiB", Some(16 << 20)),
            (" 64 kib ", Some(64 << 10)),
            ("5000", Some(5000)),
            ("1GB", Some(1_000_000_000)),
            ("0", None),
            ("", None),
            ("MiB", None),
            ("-1MiB", None),
            ("16 mega", None),
            ("99999999999999999999GiB", None),
        ] {
            assert_eq!(bytes(text), wanted, "{text}");
        }
    }
}
