//! What a vendor works with while it answers: its book, the tokens it gave out, what is assumed of it.

use super::book::MockBook;
#[cfg(test)]
use super::book::RecordKeys;
use super::settings::SandboxSettings;

/// Tokens beyond this many are forgotten, oldest first.
const MOST_TOKENS: usize = 1_000;

/// A vendor's state.
#[derive(Debug)]
pub(super) struct ServerState {
    pub(super) book: MockBook,
    pub(super) tokens: Tokens,
    pub(super) settings: SandboxSettings,
}

#[cfg(test)]
impl ServerState {
    pub(super) fn for_test(keys: RecordKeys) -> Self {
        let tokens = Tokens::new("test", None);
        Self {
            book: MockBook::in_memory(keys),
            tokens,
            settings: SandboxSettings::default(),
        }
    }
}

/// What kind of token it is, where a vendor has more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Header,
    Jwt,
    Bearer,
}

/// The tokens that are good.
#[derive(Debug)]
pub(super) struct Tokens {
    /// Differs from process to process, so that no token outlives the one that gave it.
    name: String,
    uses: Option<u32>,
    issued: u64,
    live: Vec<IssuedToken>,
}

#[derive(Debug)]
struct IssuedToken {
    text: String,
    scheme: Scheme,
    until: i64,
    left: Option<u32>,
}

impl Tokens {
    /// Tokens that are good for so many requests each.
    pub(super) fn new(name: &str, uses: Option<u32>) -> Self {
        Self {
            name: name.to_owned(),
            uses,
            issued: 0,
            live: Vec::new(),
        }
    }

    /// Gives out a token that lives for so many seconds from now.
    pub(super) fn issue(&mut self, scheme: Scheme, now: i64, life: i64) -> String {
        self.issued += 1;
        let text = format!("sandbox-{}-{}", self.name, self.issued);
        if self.live.len() == MOST_TOKENS {
            self.live.remove(0);
        }
        self.live.push(IssuedToken {
            text: text.clone(),
            scheme,
            until: now + life,
            left: self.uses,
        });
        text
    }

    /// Uses a token once; false where it is unknown, of another kind, too old or used up.
    pub(super) fn spend(&mut self, scheme: Scheme, text: &str, now: i64) -> bool {
        let good = |token: &&mut IssuedToken| token.text == text && token.scheme == scheme;
        let Some(token) = self.live.iter_mut().rev().find(good) else {
            return false;
        };
        if now >= token.until || token.left == Some(0) {
            return false;
        }
        token.left = token.left.map(|left| left - 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_used_up_and_grow_old() {
        let mut tokens = Tokens::new("test", Some(2));
        let token = tokens.issue(Scheme::Bearer, 100, 50);
        assert!(!tokens.spend(Scheme::Jwt, &token, 100));
        assert!(!tokens.spend(Scheme::Bearer, "other", 100));
        assert!(tokens.spend(Scheme::Bearer, &token, 149));
        assert!(!tokens.spend(Scheme::Bearer, &token, 150));
        assert!(tokens.spend(Scheme::Bearer, &token, 101));
        assert!(!tokens.spend(Scheme::Bearer, &token, 101));
    }
}
