//! Echoes of every kind, by example and by chance.

use proptest::prelude::*;

use super::*;
use crate::wire::escape_segment;

fn masked(secret: &str, text: &str) -> String {
    let mut secrets = Secrets::default();
    secrets.add(secret);
    secrets.mask(text).into_owned()
}

/// Base64 by the book, to compare with.
fn base64(bytes: &[u8], is_url: bool, pads: bool) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let last = if is_url { b"-_" } else { b"+/" };
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for n in 0..4 {
            let digit = (bits >> (18 - 6 * n) & 63) as usize;
            match n <= chunk.len() {
                true => text.push(char::from(
                    *digits.iter().chain(last).nth(digit).expect("64"),
                )),
                false if pads => text.push('='),
                false => {}
            }
        }
    }
    text
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).expect("JSON");
    quoted[1..quoted.len() - 1].to_owned()
}

/// JSON as those write it who trust no character: every one by its number.
fn numbered(text: &str) -> String {
    let units: Vec<String> = text
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect();
    format!("\\u{}", units.join("\\u"))
}

/// A form's body, by somebody who writes hexadecimal digits small.
fn form(text: &str) -> String {
    let one = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02x}"),
    };
    text.bytes().map(one).collect()
}

fn html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&#x27;")
}

fn folded(text: &str, width: usize, by: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let lines = chars
        .chunks(width)
        .map(|line| line.iter().collect::<String>());
    lines.collect::<Vec<_>>().join(by)
}

#[test]
fn a_secret_is_masked_in_every_form_and_the_rest_stays() {
    let secret = "p\u{e4}ss \"w\u{f6}rd\"/+\\<&>%41";
    for (text, wanted) in [
        (
            format!("bad password `{secret}`, sorry"),
            "bad password `***`, sorry",
        ),
        (
            format!("{{\"password\":\"{}\"}}", json(secret)),
            "{\"password\":\"***\"}",
        ),
        (
            json(&format!("{{\"password\":\"{}\"}}", json(secret))),
            "{\\\"password\\\":\\\"***\\\"}",
        ),
        (format!("x={}&y=1", escape_segment(secret)), "x=***&y=1"),
        (format!("x={}&y=1", form(secret)), "x=***&y=1"),
        (format!("<b>{}</b>", html(secret)), "<b>***</b>"),
        (format!("at {}", numbered(secret)), "at ***"),
        (
            format!(
                "Basic {}, no",
                base64(format!("me:{secret}").as_bytes(), false, true)
            ),
            "Basic ***, no",
        ),
        (
            format!("{} is", base64(secret.as_bytes(), true, false)),
            "*** is",
        ),
        (format!("t={}.", folded(secret, 4, "\r\n ")), "t=***."),
        (format!("t={}.", folded(secret, 5, "<wbr>")), "t=***."),
        (
            "nothing of it: p\u{e4}ss w\u{f6}rd".to_owned(),
            "nothing of it: p\u{e4}ss w\u{f6}rd",
        ),
    ] {
        assert_eq!(masked(secret, &text), wanted, "{text}");
    }
}

#[test]
fn a_short_secret_is_masked_where_it_stands_alone() {
    for (secret, text, wanted) in [
        (
            "abc",
            "abc is no password, and abcess no word",
            "*** is no password, and abcess no word",
        ),
        ("abc", "\"password\":\"abc\"", "\"password\":\"***\""),
        ("abc", "code=YWJj", "code=***"),
        ("abc", "xabc abcx 1abc", "xabc abcx 1abc"),
        (
            "\u{e9}t\u{e9}",
            "l'\u{e9}t\u{e9}, \u{e9}t\u{e9}s",
            "l'***, \u{e9}t\u{e9}s",
        ),
        ("abcdef", "xabcdefx", "x***x"),
        ("  ", "a  b", "a  b"),
        ("", "ab", "ab"),
    ] {
        assert_eq!(masked(secret, text), wanted, "{secret}");
    }
}

#[test]
fn secrets_beside_and_inside_of_each_other_are_masked() {
    let secrets = Secrets::default().with(["token-1", "en-1token", "token-1"]);
    assert_eq!(secrets.mask("<token-1token-1>"), "<***>");
    assert_eq!(format!("{secrets:?}"), "2 secrets");
    assert_eq!(secrets.mask("tok***en-1 en-1"), "tok***en-1 en-1");
}

/// What somebody may have as a password or a token.
fn secret() -> impl Strategy<Value = String> {
    let texts = prop_oneof![
        "[A-Za-z0-9._~+/=-]{6,40}",
        "[ -)+-~]{6,24}",
        "[a-z\u{e9}\u{20ac}\u{1f511}\"\\\\%&<>+ ]{6,16}",
    ];
    texts.prop_filter("a text", |secret| bare(secret).chars().count() >= ANYWHERE)
}

/// What may stand around it: whatever there is, but for half an escape before a secret that is too short for a part of it
/// to be known.
fn around(secret: &str) -> BoxedStrategy<(String, String)> {
    let after = "[ -~\u{e9}\n]{0,20}";
    if bare(secret).chars().count() < ANYWHERE + 1 {
        return ("[ a-z\u{e9}\n]{0,20}[ :\"']", after).boxed();
    }
    ("[ -~\u{e9}\n]{0,20}", after).boxed()
}

/// The forms in which an answer may have it, each a text.
fn echoes(secret: &str, before: &str) -> Vec<String> {
    let joined = format!("{before}{secret}");
    let mut echoes = vec![
        secret.to_owned(),
        json(secret),
        json(&json(secret)),
        numbered(secret),
        escape_segment(secret),
        form(secret),
        html(secret),
        html(&json(secret)),
        json(&escape_segment(secret)),
        folded(secret, 3, "\n\t"),
        folded(secret, 2, "<wbr>"),
    ];
    for (is_url, pads) in [(false, true), (false, false), (true, true), (true, false)] {
        for text in [secret, &joined, &format!("{{\"p\":\"{}\"}}", json(secret))] {
            let encoded = base64(text.as_bytes(), is_url, pads);
            echoes.push(folded(&encoded, 7, "\r\n"));
            echoes.push(escape_segment(&encoded));
            echoes.push(encoded);
        }
    }
    echoes
}

/// The text without what may stand in between characters.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !super::forms::is_skipped(*c))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_form_of_a_secret_is_left(
        (secret, (before, after)) in secret().prop_flat_map(|secret| {
            let around = around(&secret);
            (Just(secret), around)
        }),
        user in "[a-z@.]{1,9}:",
    ) {
        for echo in echoes(&secret, &user) {
            let text = format!("{before}{echo}{after}");
            let masked = masked(&secret, &text);
            prop_assert!(!bare(&masked).contains(&bare(&secret)), "{text} > {masked}");
            prop_assert!(!bare(&masked).contains(&bare(&echo)), "{text} > {masked}");
            // What stands in place of it is all that is new.
            prop_assert!(masked.contains(MASK), "{text} > {masked}");
        }
    }

    #[test]
    fn a_text_without_a_secret_stays_as_it_is(secret in "[A-Z]{8,20}", text in "[a-z0-9 .,:;!\u{e9}]{0,80}") {
        prop_assert_eq!(masked(&secret, &text), text);
    }
}
