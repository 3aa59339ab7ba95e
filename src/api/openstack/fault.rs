//! Faults, in each service's own form.

use http::header::{ACCEPT, ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::auth::UNAUTHENTICATED;
use super::router::Route;
use super::service::Service;
use super::{Answer, Call, Request, identity, image};
use crate::vocabulary::fault::{Fault, FaultKind};

/// The answer that tells of a fault.
pub(super) fn render(call: &Call, fault: &Fault) -> Answer {
    if identity::v2::is_rackspace(call) {
        let status = status_of(Service::Identity, fault);
        return identity::v2::fault(call, status, &fault.message);
    }
    let answer = before_call(Service::of(call), &call.request, fault);
    match answer.status {
        StatusCode::UNAUTHORIZED => challenge(Service::of(call), &call.request, answer),
        StatusCode::UNSUPPORTED_MEDIA_TYPE if call.request.method == http::Method::PATCH => {
            accept_patch(call, answer)
        }
        status if Service::of(call) == Service::Placement => {
            placement_error(call, status, &fault.message)
        }
        _ => name_type(call, fault, answer),
    }
}

/// Glance says which patches it takes.
fn accept_patch(call: &Call, mut answer: Answer) -> Answer {
    if Service::of(call) == Service::Image {
        answer.headers.push(image::accept_patch());
    }
    answer
}

/// Says where a token is to be had. Keystone names its API's root, the others what they were told of Keystone.
fn challenge(service: Service, request: &Request, answer: Answer) -> Answer {
    let path = match service {
        Service::Identity => "/identity/v3",
        Service::Compute
        | Service::Image
        | Service::Network
        | Service::Volume
        | Service::Placement => "/identity",
    };
    answer.with_header(
        WWW_AUTHENTICATE,
        &format!("Keystone uri=\"{}{path}\"", request.address()),
    )
}

/// What a service says to those who may not, by the rule of its policy that they do not satisfy.
pub(super) fn forbidden(call: &Call, rule: &str) -> Fault {
    let message = match Service::of(call) {
        // Rackspace's does not say what the rule is.
        Service::Identity if identity::v2::is_rackspace(call) => String::new(),
        Service::Identity => {
            format!("You are not authorized to perform the requested action: {rule}.")
        }
        Service::Compute | Service::Volume => {
            format!("Policy doesn't allow {rule} to be performed.")
        }
        Service::Image => format!("You are not authorized to complete {rule} action."),
        Service::Network => format!("rule:{rule} is disallowed by policy"),
        Service::Placement => format!("Policy does not allow {rule} to be performed."),
    };
    Fault::new(FaultKind::Forbidden, message)
}

/// The answer to a request, whether it is a call or not.
fn before_call(service: Service, request: &Request, fault: &Fault) -> Answer {
    let status = status_of(service, fault);
    let message = match fault.message.as_str() {
        "" => default_message(status),
        message => message,
    };
    // The limit on sizes stands before every service.
    let is_size_limit = fault.kind == FaultKind::PayloadTooLarge && fault.status.is_none();
    match service {
        _ if is_size_limit => page(request, status, message),
        Service::Identity => keystone(status, message),
        Service::Image if message == UNAUTHENTICATED => page(request, status, UNVERIFIED),
        Service::Image => page(request, status, message),
        Service::Compute | Service::Network | Service::Volume | Service::Placement
            if status == StatusCode::UNAUTHORIZED =>
        {
            middleware(status, message)
        }
        // Cinder's faults are Nova's, from the time when it was a part of it.
        Service::Compute | Service::Volume => nova(status, message),
        Service::Placement => placement(status, message),
        Service::Network => neutron(fault.name.unwrap_or_default(), status, message),
    }
}

/// Glance's words to a caller without a good token.
const UNVERIFIED: &str = "This server could not verify that you are authorized to access the document you \
    requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not \
    understand how to supply the credentials required.";

fn status_of(service: Service, fault: &Fault) -> StatusCode {
    let own = match fault.kind {
        FaultKind::BadRequest | FaultKind::InvalidParameter => StatusCode::BAD_REQUEST,
        FaultKind::Unauthorized => StatusCode::UNAUTHORIZED,
        FaultKind::Forbidden => StatusCode::FORBIDDEN,
        FaultKind::NotFound => StatusCode::NOT_FOUND,
        FaultKind::Gone => StatusCode::GONE,
        FaultKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        FaultKind::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        FaultKind::Conflict => StatusCode::CONFLICT,
        FaultKind::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        FaultKind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        // Nova's quota; Neutron's is a conflict.
        FaultKind::OverLimit if service == Service::Network => StatusCode::CONFLICT,
        FaultKind::OverLimit if service == Service::Volume => StatusCode::PAYLOAD_TOO_LARGE,
        FaultKind::OverLimit => StatusCode::FORBIDDEN,
        FaultKind::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        FaultKind::NoCapacity if service == Service::Network => StatusCode::CONFLICT,
        FaultKind::NoCapacity => StatusCode::BAD_REQUEST,
        FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        FaultKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let demanded = fault
        .status
        .and_then(|status| StatusCode::from_u16(status).ok());
    demanded.unwrap_or(own)
}

/// What the services say when they have nothing particular to say.
fn default_message(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => UNAUTHENTICATED,
        403 => "Access was denied to this resource.",
        404 => "The resource could not be found.",
        405 => "The method is not allowed for this resource.",
        409 => "There was a conflict when trying to complete your request.",
        410 => "This resource is no longer available. No forwarding address is given.",
        413 => "Request is too large.",
        415 => "Unsupported Content-Type",
        429 => "This request was rate-limited.",
        500 => "Unexpected API Error. Please contact the administrator\n<class 'Exception'>",
        501 => "The server has either erred or is incapable of performing the requested operation.",
        502 => "Bad gateway.",
        503 => "The server is currently unavailable. Please try again at a later time.",
        504 => "The gateway has timed out.",
        _ => {
            "The server could not comply with the request since it is either malformed or otherwise incorrect."
        }
    }
}

fn reason(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Unknown")
}

fn nova(status: StatusCode, message: &str) -> Answer {
    let name = match status.as_u16() {
        400 => "badRequest",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "itemNotFound",
        405 => "badMethod",
        409 => "conflictingRequest",
        413 | 429 => "overLimit",
        415 => "badMediaType",
        501 => "notImplemented",
        503 => "serviceUnavailable",
        _ => "computeFault",
    };
    let body = json!({ name: { "code": status.as_u16(), "message": message } });
    with_type(
        Answer::json(status, &body),
        "application/json; charset=UTF-8",
    )
}

fn keystone(status: StatusCode, message: &str) -> Answer {
    let mut error = json!({"code": status.as_u16(), "message": message, "title": reason(status)});
    if let Some(details) = identity::proof::details(message) {
        error["identity"] = details;
    }
    Answer::json(status, &json!({ "error": error }))
}

/// What stands before Nova and Neutron and checks tokens.
fn middleware(status: StatusCode, message: &str) -> Answer {
    let body =
        json!({"error": {"code": status.as_u16(), "title": reason(status), "message": message}});
    Answer::json(status, &body)
}

fn neutron(kind: &str, status: StatusCode, message: &str) -> Answer {
    let kind = match (kind, status.as_u16()) {
        ("", 400) => "BadRequest",
        ("", 403) => "PolicyNotAuthorized",
        ("", 404) => "HTTPNotFound",
        ("", 409) => "Conflict",
        ("", 501) => "NotImplementedError",
        ("", 503) => "ServiceUnavailable",
        ("", _) => "HTTPInternalServerError",
        (kind, _) => kind,
    };
    let body = json!({"NeutronError": {"type": kind, "message": message, "detail": ""}});
    Answer::json(status, &body)
}

/// Placement tells, from 1.23 on, what went wrong in a word that programs can compare; by what the messages
/// say.
const PLACEMENT_CODES: &[(&str, &str)] = &[
    ("generation conflict", "placement.concurrent_update"),
    (
        "Conflicting resource provider name",
        "placement.duplicate_name",
    ),
    ("in use.", "placement.inventory.inuse"),
    (
        "Resource provider has allocations",
        "placement.resource_provider.inuse",
    ),
    (
        "that is a parent of",
        "placement.resource_provider.cannot_delete_parent",
    ),
    (
        "No resource provider with uuid",
        "placement.resource_provider.not_found",
    ),
    ("Badly formed", "placement.query.bad_value"),
];

/// Its framework's text, and below it the particular one.
fn placement_error(call: &Call, status: StatusCode, message: &str) -> Answer {
    let mut error = json!({
        "status": status.as_u16(),
        "title": reason(status),
        "detail": format!("{}\n\n {message}  ", default_message(status)),
        "request_id": format!("req-{}", call.id),
    });
    if call.microversion >= 23 {
        let known = PLACEMENT_CODES.iter();
        let code = known
            .filter(|(phrase, _)| message.contains(phrase))
            .map(|(_, code)| *code)
            .next();
        error["code"] = code.unwrap_or("placement.undefined_code").into();
    }
    Answer::json(status, &json!({ "errors": [error] }))
}

fn placement(status: StatusCode, message: &str) -> Answer {
    let error = json!({"status": status.as_u16(), "title": reason(status), "detail": message});
    Answer::json(status, &json!({"errors": [error]}))
}

/// Neutron names the class of what went wrong: `NetworkNotFound`.
fn name_type(call: &Call, fault: &Fault, answer: Answer) -> Answer {
    let is_named = fault.name.is_some() || answer.status != StatusCode::NOT_FOUND;
    if Service::of(call) != Service::Network || is_named {
        return answer;
    }
    let Some(subject) = call.command.spec().short_name().strip_prefix("get_") else {
        return answer;
    };
    let class: String = subject
        .split('_')
        .map(capitalised)
        .chain(["NotFound".to_owned()])
        .collect();
    let message = match fault.message.as_str() {
        "" => default_message(answer.status),
        message => message,
    };
    neutron(&class, answer.status, message)
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_ascii_uppercase() + rest
}

/// A web page, as the frameworks below the services make it, in the form that the client accepts.
pub(super) fn page(request: &Request, status: StatusCode, message: &str) -> Answer {
    let (message, title) = (
        if message.is_empty() {
            default_message(status)
        } else {
            message
        },
        reason(status),
    );
    // What a message has below its last line's end is the detail.
    let (message, detail) = message.rsplit_once('\n').unwrap_or((message, ""));
    let code = format!("{} {title}", status.as_u16());
    let accept = request
        .headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    let accepts = |kind: &str| accept.is_none_or(|accept| accept.contains(kind));
    if accepts("text/html") || accepts("*/*") {
        // Pages for these two have no place for more.
        let end = match status.as_u16() {
            405 | 415 => "\n",
            _ => "\n\n\n",
        };
        let body = format!(
            "<html>\n <head>\n  <title>{code}</title>\n </head>\n <body>\n  <h1>{code}</h1>\n  \
             {}<br /><br />\n{}{end} </body>\n</html>",
            escaped(message),
            escaped(detail)
        );
        return document(status, body, "text/html; charset=UTF-8");
    }
    if accepts("application/json") {
        let body = json!({"message": format!("{message}<br /><br />\n{detail}\n\n"), "code": code, "title": title});
        return Answer::json(status, &body);
    }
    document(
        status,
        format!("{code}\n\n{message}\n\n   "),
        "text/plain; charset=UTF-8",
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#x27;")
}

fn document(status: StatusCode, body: String, kind: &'static str) -> Answer {
    let answer = Answer {
        body: body.into(),
        ..Answer::empty(status)
    };
    with_type(answer, kind)
}

fn with_type(mut answer: Answer, kind: &'static str) -> Answer {
    answer.headers.retain(|(name, _)| *name != CONTENT_TYPE);
    answer
        .headers
        .push((CONTENT_TYPE, HeaderValue::from_static(kind)));
    answer
}

/// The answer to a path that the service does not know.
pub(super) fn unknown_path(service: Service, request: &Request) -> Answer {
    const LOST: &str = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n\
        <p>The requested URL was not found on the server. If you entered the URL manually please check your \
        spelling and try again.</p>\n";
    let status = StatusCode::NOT_FOUND;
    match service {
        Service::Identity => document(status, LOST.to_owned(), "text/html; charset=utf-8"),
        // They look at the token first.
        Service::Compute
        | Service::Image
        | Service::Network
        | Service::Volume
        | Service::Placement
            if !request.headers.contains_key("x-auth-token") =>
        {
            let fault = Fault::new(FaultKind::Unauthorized, UNAUTHENTICATED);
            challenge(service, request, before_call(service, request, &fault))
        }
        Service::Compute | Service::Image | Service::Volume => page(request, status, ""),
        Service::Placement => placement(status, default_message(status)),
        Service::Network => neutron("", status, default_message(status)),
    }
}

const BARRED: &str = "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n\
    <h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n";

/// The answer to a method that is not for the path.
pub(super) fn wrong_method(service: Service, request: &Request, routes: &[Route]) -> Answer {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let mut allowed: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
    if service == Service::Identity {
        // Its framework answers these for whatever is there.
        let looks = allowed.contains(&"GET").then_some("HEAD");
        allowed.extend(looks.into_iter().chain(["OPTIONS"]));
    }
    allowed.sort_unstable();
    allowed.dedup();
    let answer = match service {
        // Its routes are made of path and method: nothing is there.
        Service::Compute | Service::Volume => return unknown_path(service, request),
        // What is no resource is answered by its framework.
        Service::Identity if request.path.matches('/').count() <= 2 => {
            document(status, BARRED.to_owned(), "text/html; charset=utf-8")
        }
        Service::Identity => {
            let message = "The method is not allowed for the requested URL.";
            Answer::json(status, &json!({ "message": message }))
        }
        Service::Image => {
            let message = format!(
                "The method {} is not allowed for this resource. ",
                request.method
            );
            page(request, status, &message)
        }
        Service::Network => neutron("HTTPMethodNotAllowed", status, default_message(status)),
        Service::Placement => placement(status, default_message(status)),
    };
    answer.with_header(ALLOW, &allowed.join(", "))
}
