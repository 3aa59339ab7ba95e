//! The reply that an answer becomes: in the form that the client wants.

use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::xml::{GRAMMAR, write_fault};
use super::{Answer, Call, Reply, Request, balancers, fault};
use crate::api::xml;
use crate::vocabulary::fault::Fault;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const XML: HeaderValue = HeaderValue::from_static("application/xml");

/// Makes an answer the reply to a call.
pub(super) fn finish(call: &Call, answer: Answer) -> Reply {
    reply(&call.request, balancers::root_of(call.command), answer)
}

/// The reply to a request that is no call.
pub(super) fn refuse(request: &Request, fault: &Fault) -> Box<Reply> {
    Box::new(reply(request, None, fault::plain(fault)))
}

/// `root` is what XML calls an answer that has no name in JSON.
fn reply(request: &Request, root: Option<&str>, answer: Answer) -> Reply {
    let mut reply = Reply::new(answer.status, answer.body);
    reply.headers.extend(answer.headers);
    let is_json = reply.headers.get(CONTENT_TYPE) == Some(&JSON);
    if is_json && xml::is_wanted(request) {
        let body = match reply.status.is_success() {
            true => GRAMMAR.write(&reply.body, root),
            false => write_fault(&reply.body, reply.status),
        };
        if let Some(body) = body {
            reply.body = body.into();
            reply.headers.insert(CONTENT_TYPE, XML);
        }
    }
    reply
}
