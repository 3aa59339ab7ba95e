//! CloudStack's error codes: what a fault is called on the wire.

use crate::vocabulary::fault::{Fault, FaultKind};

/// The code that is also the HTTP status.
pub(crate) fn error_code(fault: &Fault) -> u16 {
    if fault.status.is_none() && fault.name == Some("NetworkRuleConflict") {
        return 537;
    }
    fault.status.unwrap_or(match fault.kind {
        FaultKind::BadRequest
        | FaultKind::InvalidParameter
        | FaultKind::NotFound
        | FaultKind::Gone => 431,
        FaultKind::Unauthorized => 401,
        FaultKind::Forbidden => 531,
        FaultKind::MethodNotAllowed => 405,
        FaultKind::PayloadTooLarge => 413,
        FaultKind::NotAcceptable | FaultKind::UnsupportedMediaType => 430,
        FaultKind::NotImplemented => 432,
        FaultKind::OverLimit => 535,
        FaultKind::NoCapacity => 533,
        FaultKind::Unavailable => 534,
        FaultKind::Conflict | FaultKind::Internal => 530,
    })
}

/// The number of the exception class behind a code; `None` where the service gives none.
///
/// A refused parameter is 9999 when the dispatcher refused it, which is [`FaultKind::BadRequest`] here,
/// and 4350 when the command itself did.
pub(crate) fn exception_code(fault: &Fault) -> Option<u16> {
    let exception = match error_code(fault) {
        401 => return None,
        429 => 4545,
        431 if fault.kind == FaultKind::InvalidParameter && fault.status.is_none() => 4350,
        530 => 4250,
        531 => 4365,
        532 => 4280,
        533 => 4335,
        534 => 4380,
        535 => 4370,
        536 => 4375,
        537 => 4360,
        _ => 9999,
    };
    Some(exception)
}

/// What a client is told: the fault's own words, else what the service says of such a code.
pub(crate) fn text(fault: &Fault) -> &str {
    if !fault.message.is_empty() {
        return &fault.message;
    }
    match error_code(fault) {
        401 => "unable to verify user credentials and/or request signature",
        405 => "Method is not allowed",
        429 => "The given user has reached his/her account api limit, please retry later",
        430 => "The request is malformed",
        431 => "Unable to execute API command due to invalid value",
        432 => "The given command is not supported",
        531 => "The caller has no permission to do this",
        532 => "Maximum number of resources for the account has been exceeded",
        533 => "Unable to create a deployment, insufficient capacity",
        534 => "Resource is unavailable",
        535 => "Unable to allocate the resource",
        536 => "Resource is in use",
        537 => "Network rule conflict",
        _ => "Internal error executing command, please contact your system administrator",
    }
}
