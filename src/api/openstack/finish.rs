//! The headers that every answer of a service carries.

use http::header::{CONTENT_TYPE, HeaderMap, VARY, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use uuid::Uuid;

use super::recognise::translation;
use super::service::Service;
use super::{Answer, Call, Reply, compute};
use crate::api::xml;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-openstack-request-id");
const COMPUTE_REQUEST_ID: HeaderName = HeaderName::from_static("x-compute-request-id");

/// Makes an answer the reply to a call.
pub(super) fn finish(call: &Call, answer: Answer) -> Reply {
    let service = Service::of(call);
    let is_from_middleware = answer
        .headers
        .iter()
        .any(|(name, _)| *name == WWW_AUTHENTICATE);
    let mut reply = reply(service, call.id, answer);
    translate(service, call, &mut reply);
    let is_legacy = compute::is_of_old(call);
    let has_version = !is_legacy && call.command.spec().short_name() != "list_versions";
    if let Some(range) = service
        .microversions()
        .filter(|_| has_version && !is_from_middleware)
    {
        range.tell(range.told(call), &mut reply.headers);
    }
    reply
}

/// Puts a reply into XML, where the client wants that and the API has it.
fn translate(service: Service, call: &Call, reply: &mut Reply) {
    let path = Service::of_path(&call.request.path);
    let translation = path.and_then(|(_, below)| translation(service, below));
    let written = translation
        .filter(|_| xml::is_wanted(&call.request))
        .and_then(|translation| (translation.write)(call, &reply.body));
    if let Some(body) = written {
        reply.body = body.into();
        let xml = HeaderValue::from_static("application/xml");
        reply.headers.insert(CONTENT_TYPE, xml);
    }
}

/// The reply to a request that is no call.
pub(super) fn refuse(service: Service, answer: Answer) -> Box<Reply> {
    Box::new(reply(service, Uuid::nil(), answer))
}

fn reply(service: Service, id: Uuid, answer: Answer) -> Reply {
    let mut reply = Reply::new(answer.status, answer.body);
    reply.headers = HeaderMap::with_capacity(8);
    for (name, value) in answer.headers {
        reply.headers.append(name, value);
    }
    // Nova names a type even where there is nothing.
    let needs_type = service == Service::Compute || reply.status != StatusCode::NO_CONTENT;
    if needs_type && !reply.headers.contains_key(CONTENT_TYPE) {
        let json = HeaderValue::from_static("application/json");
        reply.headers.insert(CONTENT_TYPE, json);
    }
    let id = request_id(id);
    match service {
        Service::Identity => {
            reply
                .headers
                .insert(VARY, HeaderValue::from_static("X-Auth-Token"));
        }
        Service::Compute | Service::Volume => {
            reply.headers.insert(COMPUTE_REQUEST_ID, id.clone());
        }
        Service::Image | Service::Network | Service::Placement => {}
    }
    reply.headers.insert(REQUEST_ID, id);
    reply
}

fn request_id(id: Uuid) -> HeaderValue {
    let mut text = *b"req-00000000-0000-0000-0000-000000000000";
    id.hyphenated().encode_lower(&mut text[4..]);
    HeaderValue::from_bytes(&text).expect("hexadecimal digits and hyphens are good in a header")
}
