//! HTTP as plain data. A vendor says what to send and how to read the answer, and sends nothing; what is
//! sent, when and how often is `transport`'s. So a request can be compared with `assert_eq!`, and a dry run
//! shows the bytes that a run sends.
//!
//! ```
//! use rolo::wire::{Method, Reply, Refusal, Request};
//! use serde_json::json;
//!
//! let request = Request::new(Method::Post, "/contacts")
//!     .header("authorization", "Bearer invented")
//!     .json(json!({"name": "Anne Example", "password": "invented"}));
//! // What a person sees of it holds no secret.
//! let shown = request.shown();
//! assert_eq!(shown["path"], "/contacts");
//! assert_eq!(shown["body"]["password"], "[secret]");
//!
//! let reply = Reply::json(422, &json!({"errors": {"name": ["is taken"]}}));
//! assert_eq!(Refusal::of(&reply).to_string(), "name: is taken (HTTP 422)");
//! ```

mod headers;
mod json;
mod json_list;
mod refusal;
mod rehearsal;
mod reply;
mod request;
mod rows;
mod secrets;

pub use headers::Headers;
pub use json::Json;
pub use json_list::{DamagedList, JsonList, Listed};
pub use refusal::{Refusal, RefusalKind};
pub use rehearsal::Foreseen;
pub use reply::Reply;
pub use request::{Body, Method, Request, escape_segment};
pub use rows::{ListSplitter, TooLarge};
pub use secrets::{ANYWHERE, MASK, Secrets};

/// What a request does at the vendor. It decides what may be sent twice; the HTTP verb does not, since two of
/// the vendors create by PUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Changes nothing.
    Reads,
    /// Puts a record into a stated condition: doing it twice is doing it once.
    Replaces,
    /// Makes a new record each time.
    Creates,
}

/// How an answer is read: into a result, a further exchange, or the vendor's refusal.
pub type Read<T> = Box<dyn Fn(&Reply) -> Result<Next<T>, Refusal> + Send + Sync>;

/// One question to a vendor, and how to read its answer.
pub struct Exchange<T> {
    /// What sending it does.
    pub effect: Effect,
    /// What is sent.
    pub request: Request,
    /// How the answer is read.
    pub read: Read<T>,
}

/// What an answer leads to.
pub enum Next<T> {
    /// It is all that was wanted.
    Done(T),
    /// It is good as far as it goes, and a further exchange is needed (Aalam: the contact, then its address).
    Then {
        /// What is true already, even if the rest fails.
        so_far: Option<T>,
        /// What follows.
        rest: Box<Exchange<T>>,
    },
}

impl<T> Exchange<T> {
    /// An exchange whose answer is read in one step.
    pub fn new(
        effect: Effect,
        request: Request,
        read: impl Fn(&Reply) -> Result<T, Refusal> + Send + Sync + 'static,
    ) -> Self {
        Self {
            effect,
            request,
            read: Box::new(move |reply| read(reply).map(Next::Done)),
        }
    }

    /// The same exchange, its result turned into another.
    pub fn map<U>(self, turn: impl Fn(T) -> U + Clone + Send + Sync + 'static) -> Exchange<U>
    where
        T: 'static,
    {
        let Self {
            effect,
            request,
            read,
        } = self;
        let read: Read<U> = Box::new(move |reply| {
            read(reply).map(|next| match next {
                Next::Done(result) => Next::Done(turn(result)),
                Next::Then { so_far, rest } => Next::Then {
                    so_far: so_far.map(&turn),
                    rest: Box::new(rest.map(turn.clone())),
                },
            })
        });
        Exchange {
            effect,
            request,
            read,
        }
    }

    /// An exchange whose answer may lead to another.
    pub fn chained(
        effect: Effect,
        request: Request,
        read: impl Fn(&Reply) -> Result<Next<T>, Refusal> + Send + Sync + 'static,
    ) -> Self {
        Self {
            effect,
            request,
            read: Box::new(read),
        }
    }
}
