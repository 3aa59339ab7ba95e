//! Faults, in the services' own form: not wrapped in their name, which shows in XML only.

use std::time::Duration;

use chrono::SecondsFormat;
use http::StatusCode;
use http::header::RETRY_AFTER;
use serde_json::{Value, json};

use super::{Answer, Call};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::time::clock::later;

/// What is said of a body that is no JSON, or has what is not known.
pub(super) const MISFIT: &str = "JSON does not match the expected schema";

/// How long those wait who asked too often.
const COOL_DOWN: Duration = Duration::from_secs(60);

/// Several rules that a request broke, as one fault: each its own line.
pub(super) fn invalid(problems: &[impl AsRef<str>]) -> Fault {
    let lines: Vec<&str> = problems.iter().map(AsRef::as_ref).collect();
    Fault::new(FaultKind::InvalidParameter, lines.join("\n"))
}

/// What has to do with something that was deleted.
pub(super) fn gone() -> Fault {
    Fault::new(FaultKind::Gone, "The loadbalancer is marked as deleted.")
}

/// The answer that tells of a fault.
pub(super) fn render(call: &Call, fault: &Fault) -> Answer {
    let is_address = call.command.spec().short_name() == "create_virtual_ip";
    if fault.kind == FaultKind::InvalidParameter && is_address {
        return Answer::json(status_of(fault), &validation(fault, "Validation fault"));
    }
    match fault.kind {
        FaultKind::PayloadTooLarge if fault.status.is_some() => too_often(call, fault),
        _ => plain(fault),
    }
}

/// What counts requests stands before the service, and has a form of its own.
fn too_often(call: &Call, fault: &Fault) -> Answer {
    let status = status_of(fault);
    let message = match fault.message.as_str() {
        "" => "OverLimit Retry...",
        message => message,
    };
    let retry = later(call.arrived, COOL_DOWN);
    let body = json!({"overLimit": {
        "message": message,
        "code": status.as_u16(),
        "retryAfter": retry.to_rfc3339_opts(SecondsFormat::Secs, true),
    }});
    Answer::json(status, &body).with_header(RETRY_AFTER, &COOL_DOWN.as_secs().to_string())
}

/// The answer to a request that is no call.
pub(super) fn plain(fault: &Fault) -> Answer {
    let status = status_of(fault);
    let message = match fault.message.as_str() {
        "" => default_message(status),
        message => message,
    };
    let body = match fault.kind {
        FaultKind::InvalidParameter => validation(fault, "Validation Failure"),
        FaultKind::BadRequest if message == MISFIT => json!({"message": [MISFIT]}),
        _ => json!({"message": message, "code": status.as_u16()}),
    };
    Answer::json(status, &body)
}

/// The status that a kind of fault has where nothing else is said.
fn status_of(fault: &Fault) -> StatusCode {
    let own = match fault.kind {
        FaultKind::BadRequest | FaultKind::InvalidParameter | FaultKind::NoCapacity => {
            StatusCode::BAD_REQUEST
        }
        FaultKind::Unauthorized => StatusCode::UNAUTHORIZED,
        FaultKind::Forbidden => StatusCode::FORBIDDEN,
        FaultKind::NotFound => StatusCode::NOT_FOUND,
        FaultKind::Gone => StatusCode::GONE,
        FaultKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        FaultKind::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        // This service's conflicts are entities that cannot be processed.
        FaultKind::Conflict => StatusCode::UNPROCESSABLE_ENTITY,
        FaultKind::PayloadTooLarge | FaultKind::OverLimit => StatusCode::PAYLOAD_TOO_LARGE,
        FaultKind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        FaultKind::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        FaultKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let demanded = fault
        .status
        .and_then(|status| StatusCode::from_u16(status).ok());
    demanded.unwrap_or(own)
}

fn validation(fault: &Fault, message: &str) -> Value {
    let messages: Vec<&str> = fault.message.lines().collect();
    json!({
        "validationErrors": {"messages": messages},
        "message": message,
        "code": status_of(fault).as_u16(),
        "details": "The object is not valid",
    })
}

/// What the service says when it has nothing particular to say.
fn default_message(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "Validation fault",
        401 => {
            "Invalid authentication credentials. Please review request and try again with valid credentials"
        }
        404 => "Object not Found",
        405 => "Method Not Allowed",
        413 => "Your account is currently over the limit so your request could not be processed.",
        422 => "The Object at the specified URI is unprocessable.",
        503 => "The LoadBalancing API is currently not available",
        _ => "An unknown exception has occurred. Please contact support.",
    }
}

/// The element that a fault is in XML.
pub(super) fn element(status: u16, message: &str) -> &'static str {
    match status {
        401 => "unauthorized",
        404 | 410 => "itemNotFound",
        405 => "methodNotAllowed",
        413 => "overLimit",
        422 if message.contains("has a status of") => "immutableEntity",
        422 => "unprocessableEntity",
        503 => "serviceUnavailable",
        500 if message.starts_with("No available virtual ips") => "outOfVirtualIps",
        400..=499 => "badRequest",
        _ => "loadBalancerFault",
    }
}
