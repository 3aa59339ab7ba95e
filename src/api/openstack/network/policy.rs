//! What Neutron says to those who may not.

use crate::vocabulary::fault::{Fault, FaultKind};

/// Refuses an action, naming its rule and those of the attributes that it sets.
pub(super) fn refuse(action: &str, attributes: &[&str]) -> Fault {
    let rule = attributes
        .iter()
        .fold(format!("rule:{action}"), |rule, attribute| {
            format!("({rule} and rule:{action}:{attribute})")
        });
    Fault::new(
        FaultKind::Forbidden,
        format!("{rule} is disallowed by policy"),
    )
    .named("PolicyNotAuthorized")
}
