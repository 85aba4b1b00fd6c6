//! The vendor's no, in the vendor's own words. Five vendors and whatever stands before them (proxies,
//! firewalls, frameworks) say it in many shapes; all of them are read here, and nothing of them is lost but the secrets
//! that some of them quote: no other code makes words of an answer, and here they are masked.

use serde_json::Value;

use super::{Reply, Secrets};

/// What kind of no it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The vendor refused: the status is one of failure, or the body says so.
    Refused,
    /// The vendor agreed and named no record: what became of it must be looked up.
    NoId,
    /// The vendor agreed in a shape that cannot be read.
    Unreadable,
}

/// A vendor's no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind it is.
    pub kind: RefusalKind,
    /// The HTTP status; 0 where nothing was answered.
    pub status: u16,
    /// The vendor's words, on one line.
    pub message: String,
    /// The vendor's own number for the call, for its support (Covage's `apirequest_uuid`).
    pub reference: Option<String>,
}

/// How much of a text is kept, in characters.
const WORDS: usize = 300;
/// How much of a text is looked at, in bytes.
const SEEN: usize = 16 << 10;
/// How much is left out at the end of a text that was cut there: a secret that was cut in two is not known for one.
const MARGIN: usize = 4 << 10;

impl Refusal {
    /// Reads a refusal from an answer of whatever shape.
    pub fn of(reply: &Reply) -> Self {
        let value = reply.value();
        let reference = value
            .as_ref()
            .and_then(|value| value.get("apirequest_uuid"))
            .and_then(Value::as_str)
            .map(|text| plain_words(text, &reply.secrets));
        let message = match &value {
            Some(value) => words_of(value, &reply.secrets),
            None => plain_words(&seen(reply), &reply.secrets),
        };
        let message = if message.is_empty() {
            "no reason was given".to_owned()
        } else {
            message
        };
        Self {
            kind: RefusalKind::Refused,
            status: reply.status,
            message,
            reference,
        }
    }

    /// A no of our own, to something that was not sent.
    pub fn ours(message: &str) -> Self {
        Self {
            kind: RefusalKind::Refused,
            status: 0,
            message: message.to_owned(),
            reference: None,
        }
    }

    /// A yes that names no record.
    pub fn no_id(reply: &Reply) -> Self {
        let message = "the vendor accepted the record and named no id".to_owned();
        Self {
            kind: RefusalKind::NoId,
            message,
            ..Self::of(reply)
        }
    }

    /// A yes that cannot be read; `what` was looked for.
    pub fn unreadable(reply: &Reply, what: &str) -> Self {
        let said = plain_words(&seen(reply), &reply.secrets);
        let message = format!("the answer holds no {what}: `{said}`");
        Self {
            kind: RefusalKind::Unreadable,
            message,
            ..Self::of(reply)
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.status == 0 {
            return f.write_str(&self.message);
        }
        write!(f, "{} (HTTP {}", self.message, self.status)?;
        if let Some(reference) = &self.reference {
            write!(f, ", request {reference}")?;
        }
        f.write_str(")")
    }
}

/// The words of a JSON error: the members that carry words, a field's name before its words, joined by `; `.
fn words_of(value: &Value, secrets: &Secrets) -> String {
    let mut words = Vec::new();
    gather(value, "", secrets, &mut words);
    words.dedup();
    secrets.mask(&words.join("; ")).into_owned()
}

/// Members that wrap the words, and say nothing themselves.
const WRAPPERS: [&str; 9] = [
    "error",
    "errors",
    "message",
    "detail",
    "details",
    "data",
    "title",
    "type",
    "non_field_errors",
];
/// Members that are no words.
const NUMBERS: [&str; 5] = [
    "status_code",
    "code",
    "status",
    "apirequest_uuid",
    "request_id",
];

fn gather(value: &Value, name: &str, secrets: &Secrets, words: &mut Vec<String>) {
    let mut say = |text: &str| {
        let text = plain_words(text, secrets);
        if text.is_empty() {
        } else if name.is_empty() {
            words.push(text);
        } else {
            words.push(format!("{name}: {text}"));
        }
    };
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => say(&number.to_string()),
        Value::String(text) => say(text),
        Value::Array(items) => items
            .iter()
            .for_each(|item| gather(item, name, secrets, words)),
        Value::Object(members) => {
            // `{"field": "reference", "errors": […]}` (Covage, FACTS 3.3): the field is a name, not a word.
            if let (Some(Value::String(field)), Some(errors)) =
                (members.get("field"), members.get("errors"))
            {
                return gather(errors, field, secrets, words);
            }
            for (key, member) in members {
                if NUMBERS.contains(&key.as_str()) {
                    continue;
                }
                let wraps = WRAPPERS.contains(&key.as_str());
                gather(member, if wraps { name } else { key }, secrets, words);
            }
        }
    }
}

/// As much of an answer's body as may become words.
fn seen(reply: &Reply) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(&reply.body[..reply.body.len().min(SEEN)])
}

/// A text on one line, without tags, control characters and secrets, cut after 300 characters. Secrets are masked before
/// anything is taken out or cut off, which would leave a part of one, and again when what stood in between is gone.
fn plain_words(text: &str, secrets: &Secrets) -> String {
    let looked_at = up_to(text, SEEN);
    let masked = secrets.mask(looked_at);
    let is_whole = looked_at.len() + 4 < SEEN;
    let kept = masked
        .len()
        .saturating_sub(if is_whole { 0 } else { MARGIN });
    let line = without_tags(up_to(&masked, kept));
    let line = secrets.mask(&line);
    match line.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into_owned(),
    }
}

/// The first so many bytes of a text, in whole characters.
fn up_to(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn without_tags(text: &str) -> String {
    let mut plain = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                plain.push(' ');
            }
            _ if in_tag => {}
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_reported_shape_keeps_the_vendors_words() {
        for (body, words) in [
            // Sonar: a string, an object of strings, an object of arrays (FACTS 4.3).
            (
                json!({"error": {"message": "That contact ID does not exist.", "status_code": 404}}),
                "That contact ID does not exist.",
            ),
            (
                json!({"error": {"message": {"name": "The name field is required."}, "status_code": 422}}),
                "name: The name field is required.",
            ),
            (
                json!({"error": {"message": {"name": ["Too long.", "Odd."], "role": ["Bad."]}}}),
                "name: Too long.; name: Odd.; role: Bad.",
            ),
            // Covage, and the framework's own shapes (FACTS 3.3).
            (
                json!({"apirequest_uuid": "KOSC_1", "details": [{"field": "email", "errors": ["Required."]}], "error": "Invalid input"}),
                "email: Required.; Invalid input",
            ),
            (
                json!({"phone_number": ["Enter a number."]}),
                "phone_number: Enter a number.",
            ),
            (json!({"detail": "Not found."}), "Not found."),
            // AlloCloud (FACTS 1.4), Aalam (2.3), Orzame (5.2, assumed).
            (
                json!({"error": {"type": "validation", "details": "company name", "message": "invalid"}}),
                "validation; company name; invalid",
            ),
            (
                json!({"code": "400 Bad Request", "title": "Bad Request", "message": "Input data not proper"}),
                "Bad Request; Input data not proper",
            ),
            (
                json!({"message": "The given data was invalid.", "errors": {"name": ["Required."]}}),
                "The given data was invalid.; name: Required.",
            ),
            (json!("plain text"), "plain text"),
        ] {
            assert_eq!(
                Refusal::of(&Reply::json(422, &body)).message,
                words,
                "{body}"
            );
        }
    }

    fn page(body: &str) -> Reply {
        Reply {
            status: 502,
            body: body.as_bytes().to_vec(),
            ..Reply::default()
        }
    }

    #[test]
    fn pages_and_silence_are_answers_too() {
        let html =
            "<html><head><title>502 Bad Gateway</title></head><body>\r\n<h1>nginx</h1></body>";
        assert_eq!(Refusal::of(&page(html)).message, "502 Bad Gateway nginx");
        assert_eq!(
            Refusal::of(&page("")).to_string(),
            "no reason was given (HTTP 502)"
        );
        assert_eq!(
            Refusal::of(&page(&"é".repeat(900))).message.chars().count(),
            WORDS + 1
        );
    }

    #[test]
    fn a_secret_is_masked_before_a_text_is_cut() {
        let secret = "correct horse battery staple";
        for length in (0..400).step_by(3) {
            let body = format!("{}{secret} and more", "x".repeat(length));
            for body in [body.clone(), json!({ "message": body }).to_string()] {
                let mut reply = page(&body);
                reply.secrets.add(secret);
                let message = Refusal::of(&reply).message;
                assert!(!message.contains("corr"), "{message}");
            }
        }
        // What is too long to be looked at as a whole is cut there, and a secret with it.
        for length in (SEEN - 40..SEEN + 2).step_by(7) {
            let mut reply = page(&format!("{}{secret}", "<p>".repeat(length / 3)));
            reply.secrets.add(secret);
            let message = Refusal::of(&reply).message;
            assert!(!message.contains("corr"), "{message}");
        }
    }

    #[test]
    fn the_vendors_reference_reaches_the_report() {
        let reply = Reply::json(
            500,
            &json!({"apirequest_uuid": "KOSC_7", "details": null, "error": "Oops"}),
        );
        assert_eq!(
            Refusal::of(&reply).to_string(),
            "Oops (HTTP 500, request KOSC_7)"
        );
    }
}
