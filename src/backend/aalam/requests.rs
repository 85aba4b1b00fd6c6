//! What the requests about one contact have in common.

use crate::model::RemoteId;
use crate::wire::{Method, Request, escape_segment};

/// How the parameters of an update travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateTransport {
    /// In a form.
    Form,
    /// In the query.
    Query,
}

impl UpdateTransport {
    pub(super) fn of(switch: &str) -> Self {
        match switch {
            "query" => Self::Query,
            _ => Self::Form,
        }
    }
}
/// One contact's path (S).
pub(super) fn path(id: &RemoteId) -> String {
    format!("/aalam/base/contact/{}", escape_segment(id.as_str()))
}

/// A POST whose parameters travel as the switch `update_transport` says.
pub(super) fn post(
    path: String,
    parameters: Vec<(String, String)>,
    transport: UpdateTransport,
) -> Request {
    let mut request = Request::new(Method::Post, path);
    if transport == UpdateTransport::Query {
        request.query = parameters;
        return request;
    }
    request.form(parameters)
}
