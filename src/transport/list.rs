//! Lists, whose answers may be larger than others: they come in parts, each of which is read as a list by itself.

use super::client::{Client, NoReply, Parts, RequestAccess};
use super::connection::Transport;
use super::outcome::ExchangeOutcome;
use crate::backend::RecordPage;
use crate::wire::{Exchange, Next, Reply};

impl<L: Transport> Client<L> {
    /// Asks for a page of a list. One that is long is handed on in several pages while it arrives; what is given back is the
    /// last of them, and the only one that says what follows. An answer that breaks off is asked for again, from its beginning.
    pub async fn ask_list(
        &self,
        exchange: Exchange<RecordPage>,
        each: &mut dyn FnMut(RecordPage),
    ) -> ExchangeOutcome<RecordPage> {
        let Exchange {
            effect,
            request,
            read,
        } = exchange;
        let mut odd = None;
        let mut part = |reply: Reply| match read(&reply) {
            Ok(Next::Done(page)) => each(page),
            Ok(Next::Then { so_far, .. }) => so_far.into_iter().for_each(&mut *each),
            Err(refusal) => drop(odd.get_or_insert(refusal)),
        };
        let parts = &mut Parts(Some(&mut part));
        let reply = self
            .reply(effect, request, RequestAccess::SignedIn, (&mut 0, parts))
            .await;
        match (odd, reply.map(|reply| read(&reply))) {
            (Some(refusal), Ok(_)) | (None, Ok(Err(refusal))) => ExchangeOutcome::Refused(refusal),
            (None, Ok(Ok(Next::Done(page)))) => ExchangeOutcome::Done(page),
            (None, Ok(Ok(Next::Then { rest, .. }))) => self.ask(*rest, &mut 0).await,
            (_, Err(NoReply::InDoubt(why))) => ExchangeOutcome::InDoubt(why),
            (_, Err(NoReply::NotSent(halt))) => ExchangeOutcome::NotSent(halt),
        }
    }
}
