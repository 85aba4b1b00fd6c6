//! What an exchange is going to send, worked out without sending it: its answers are read as they are going to come. So a
//! plan shows the very requests of an update that is merged with what the record holds, and a run can be held to them.

use serde_json::{Value, json};

use super::{Exchange, Method, Next, Refusal, Reply, Request};

/// The id that stands in for one which only an answer tells: the greatest number that every JSON reader keeps exactly.
const ID_TO_COME: u64 = 9_007_199_254_740_991;

/// A request that is going to be sent, as far as it can be told.
#[derive(Clone, Debug, PartialEq)]
pub enum Foreseen {
    /// Just this.
    Exactly(Request),
    /// This, with the id that the answer to the request before it names.
    AfterAnswer(Request),
    /// What follows from the answer to this reading, which nobody has seen.
    Merged(Request),
}

impl Foreseen {
    /// The request as JSON for a person; what is not known yet is named in `note`.
    pub fn shown(&self) -> Value {
        match self {
            Self::Exactly(request) => request.shown(),
            Self::AfterAnswer(request) => {
                let mut shown = request.shown();
                let path = request.path.replace(&ID_TO_COME.to_string(), "{id}");
                shown["path"] = path.into();
                shown["note"] = "{id} is the id in the answer to the request before".into();
                shown
            }
            Self::Merged(request) => {
                let mut shown = request.shown();
                let note = "the record is read, and its update is merged with the answer; the plan did not read it";
                shown["note"] = note.into();
                shown
            }
        }
    }
}

impl<T> Exchange<T> {
    /// Whether it begins with a reading, from whose answer the rest follows.
    pub fn begins_with_reading(&self) -> bool {
        self.request.method == Method::Get
    }

    /// The requests that change something, where a reading at its beginning is answered with this record, and every
    /// other request with a yes.
    pub fn rehearse(self, record: Option<&Value>) -> Vec<Foreseen> {
        let mut exchange = self;
        let mut foreseen: Vec<Foreseen> = Vec::new();
        if exchange.begins_with_reading() {
            let reading = exchange.request.clone();
            let answer = record.map(|record| Reply::json(200, record));
            exchange = match answer.map(|answer| (exchange.read)(&answer)) {
                Some(Ok(Next::Then { rest, .. })) => *rest,
                Some(Ok(Next::Done(_))) => return foreseen,
                Some(Err(_)) | None => return vec![Foreseen::Merged(reading)],
            };
        }
        let yes = Reply::json(200, &json!({ "id": ID_TO_COME }));
        // A reading behind a change asks whether it was taken, and changes nothing.
        while !exchange.begins_with_reading() {
            let request = exchange.request;
            let next = (exchange.read)(&yes);
            foreseen.push(if request.path.contains(&ID_TO_COME.to_string()) {
                Foreseen::AfterAnswer(request)
            } else {
                Foreseen::Exactly(request)
            });
            let Ok(Next::Then { rest, .. }) = next else {
                break;
            };
            exchange = *rest;
        }
        foreseen
    }

    /// The same, held to the requests that were shown for it: where what it reads at its beginning leads to others,
    /// `otherwise` says what becomes of them.
    #[must_use]
    pub fn held_to(
        self,
        shown: Vec<Foreseen>,
        otherwise: impl Fn(Self) -> Result<Self, Refusal> + Send + Sync + 'static,
    ) -> Self
    where
        T: 'static,
    {
        if !self.begins_with_reading() {
            return self;
        }
        let Self {
            effect,
            request,
            read,
        } = self;
        Self::chained(effect, request, move |reply| {
            // An exchange is used up by its rehearsal; the answer can be read twice.
            let Next::Then { rest, .. } = read(reply)? else {
                return read(reply);
            };
            let is_as_shown = rest.rehearse(None) == shown;
            Ok(match read(reply)? {
                Next::Then { so_far, rest } if !is_as_shown => Next::Then {
                    so_far,
                    rest: Box::new(otherwise(*rest)?),
                },
                next => next,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Effect;

    fn put(path: String, body: Value) -> Exchange<u8> {
        let request = Request::new(Method::Put, path).json(body);
        Exchange::new(Effect::Replaces, request, |_| Ok(1))
    }

    /// Reads `/x`, and puts back what it says.
    fn merging() -> Exchange<u8> {
        let get = Request::new(Method::Get, "/x");
        Exchange::chained(Effect::Replaces, get, |reply| {
            let held = reply
                .value()
                .ok_or_else(|| Refusal::unreadable(reply, "x"))?;
            Ok(Next::Then {
                so_far: None,
                rest: Box::new(put("/x".to_owned(), held)),
            })
        })
    }

    fn rest(exchange: &Exchange<u8>, record: &Value) -> Result<Request, Refusal> {
        match (exchange.read)(&Reply::json(200, record))? {
            Next::Then { rest, .. } => Ok(rest.request),
            Next::Done(_) => panic!("something follows"),
        }
    }

    #[test]
    fn what_follows_a_reading_follows_from_the_record() {
        let record = json!({"a": 1});
        let wanted = Request::new(Method::Put, "/x").json(record.clone());
        assert_eq!(
            merging().rehearse(Some(&record)),
            [Foreseen::Exactly(wanted)]
        );
        let unseen = merging().rehearse(None);
        let get = Request::new(Method::Get, "/x");
        assert_eq!(unseen, [Foreseen::Merged(get)]);
        assert!(unseen[0].shown()["note"].is_string());
    }

    #[test]
    fn what_only_an_answer_tells_is_named() {
        let request = Request::new(Method::Post, "/x");
        let create = Exchange::chained(Effect::Creates, request.clone(), |reply| {
            let id = reply.value().and_then(|value| value["id"].as_u64());
            let id = id.ok_or_else(|| Refusal::no_id(reply))?;
            Ok(Next::Then {
                so_far: None,
                rest: Box::new(put(format!("/x/{id}"), json!({}))),
            })
        });
        let foreseen = create.rehearse(None);
        assert_eq!(foreseen[0], Foreseen::Exactly(request));
        let shown = foreseen[1].shown();
        assert_eq!(shown["path"], "/x/{id}");
        assert!(shown["note"].is_string());
    }

    #[test]
    fn a_record_that_changed_is_noticed_before_anything_is_sent() {
        let (seen, other) = (json!({"a": 1}), json!({"a": 2}));
        let refuse = |_| Err(Refusal::ours("changed"));
        let held = merging().held_to(merging().rehearse(Some(&seen)), refuse);
        assert!(rest(&held, &seen).is_ok());
        let no = rest(&held, &other).expect_err("it is held to what was shown");
        assert_eq!(no.to_string(), "changed");
        let told = merging().held_to(merging().rehearse(Some(&seen)), Ok);
        assert_eq!(
            rest(&told, &other).expect("it goes on").body,
            super::super::Body::Json(other.into())
        );
    }
}
