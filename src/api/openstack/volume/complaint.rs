//! Cinder's words for what cannot be.

use crate::vocabulary::fault::{Fault, FaultKind};

pub(super) fn invalid_volume(why: impl AsRef<str>) -> Fault {
    Fault::bad_request(format!("Invalid volume: {}", why.as_ref()))
}

pub(super) fn invalid_snapshot(why: impl AsRef<str>) -> Fault {
    Fault::bad_request(format!("Invalid snapshot: {}", why.as_ref()))
}

pub(super) fn invalid_group(why: impl AsRef<str>) -> Fault {
    Fault::bad_request(format!("Invalid Group: {}", why.as_ref()))
}

pub(super) fn invalid_group_snapshot(why: impl AsRef<str>) -> Fault {
    Fault::bad_request(format!("Invalid GroupSnapshot: {}", why.as_ref()))
}

pub(super) fn invalid_backup(why: impl AsRef<str>) -> Fault {
    Fault::bad_request(format!("Invalid backup: {}", why.as_ref()))
}

pub(super) fn invalid_input(why: impl AsRef<str>) -> Fault {
    Fault::bad_request(format!("Invalid input received: {}", why.as_ref()))
}

/// `a or b or c`
pub(super) fn or(words: &[&str]) -> String {
    words.join(" or ")
}

pub(super) fn over_limit(message: String) -> Fault {
    Fault::new(FaultKind::OverLimit, message)
}

pub(super) fn forbidden(rule: &str) -> Fault {
    let message = format!("Policy doesn't allow {rule} to be performed.");
    Fault::new(FaultKind::Forbidden, message)
}
