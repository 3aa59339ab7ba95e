//! What Rackspace's version 2 said of requests that are refused in other words today.

use serde_json::Value;

use super::{Call, is_rackspaces};
use crate::vocabulary::fault::Fault;

const DISK_CONFIG: &str = "OS-DCF:diskConfig";

/// Looks for what Rackspace's cloud has words of its own for.
///
/// # Errors
/// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest) in those words.
pub(in super::super) fn check(call: &Call) -> Result<(), Fault> {
    if !is_rackspaces(call) {
        return Ok(());
    }
    let refuse = |message: &str| Err(Fault::bad_request(message));
    match call.param("limit").map(str::parse::<i64>) {
        Some(Err(_)) => return refuse("limit param must be an integer"),
        Some(Ok(..0)) => return refuse("limit param must be positive"),
        Some(Ok(0..)) | None => {}
    }
    match disk_config(&call.body) {
        None | Some("AUTO" | "MANUAL") => Ok(()),
        Some(_) => refuse("OS-DCF:diskConfig must be either 'MANUAL' or 'AUTO'."),
    }
}

/// What a server's body or an action says of its disk; empty for what is no text.
fn disk_config(body: &Value) -> Option<&str> {
    let wanted = body.as_object()?.values().next()?.get(DISK_CONFIG)?;
    Some(wanted.as_str().unwrap_or_default())
}
