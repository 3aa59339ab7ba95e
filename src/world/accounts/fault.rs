//! What is said when something cannot be.

use std::fmt::Display;

use crate::vocabulary::fault::{Fault, FaultKind};

pub(super) fn not_found(kind: &str, id: impl Display) -> Fault {
    Fault::not_found(format!("Could not find {kind}: {id}."))
}

/// Something stands in the way of storing a thing of this kind.
pub(super) fn conflict(kind: &str, details: impl Display) -> Fault {
    let message = format!("Conflict occurred attempting to store {kind} - {details}.");
    Fault::new(FaultKind::Conflict, message)
}

pub(super) fn forbidden(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::Forbidden, message.into())
}

/// Why is never told.
pub(super) fn unauthorized() -> Fault {
    Fault::new(
        FaultKind::Unauthorized,
        "The request you have made requires authentication.",
    )
}

/// Something that is missing where it has to be.
pub fn expected(what: impl Display, place: impl Display) -> Fault {
    Fault::bad_request(format!(
        "Expecting to find {what} in {place}. The server could not comply with the request since it is \
         either malformed or otherwise incorrect. The client is assumed to be in error."
    ))
}
