//! The reply that an answer becomes: in the form that the client wants.

use http::HeaderValue;
use http::header::{ACCEPT, CONTENT_TYPE};

use super::{Answer, Call, Reply, Request, balancers, fault, xml};
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
    if is_json && wants_xml(request) {
        let body = match reply.status.is_success() {
            true => xml::write(&reply.body, root),
            false => xml::write_fault(&reply.body, reply.status),
        };
        if let Some(body) = body {
            reply.body = body.into();
            reply.headers.insert(CONTENT_TYPE, XML);
        }
    }
    reply
}

/// An ending of the path goes before the header.
fn wants_xml(request: &Request) -> bool {
    match request.path.rsplit_once('.') {
        // Feeds are XML, and so is what is told instead of one.
        Some((_, "xml" | "atom")) => return true,
        Some((_, "json")) => return false,
        Some(_) | None => {}
    }
    let accepted = request.headers.get(ACCEPT);
    let accepted = accepted
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut kinds = accepted.split(',').map(|kind| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim()
    });
    let known = kinds.find(|kind| kind.ends_with("/json") || kind.ends_with("/xml"));
    known.is_some_and(|kind| kind.ends_with("/xml"))
}
