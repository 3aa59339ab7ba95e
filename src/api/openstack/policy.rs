//! Who may do what is for administrators, and what the services tell even those who may not.

use super::service::Service;
use super::{Call, compute, fault, identity};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;

/// Keeps what is for administrators from everybody else.
///
/// # Errors
/// [`FaultKind::Forbidden`], or what the service complains of before it asks who is calling.
pub(super) fn check(world: &World, call: &Call) -> Result<(), Fault> {
    match call.command.spec().policy {
        Some(rule) if !call.is_admin() && !identity::policy::allows(world, call) => {
            Err(earlier_complaint(world, call).unwrap_or_else(|| fault::forbidden(call, rule)))
        }
        Some(_) | None => Ok(()),
    }
}

/// What is wrong with a request whoever sends it. All services look at its form before they ask for the policy;
/// some look for the thing, too, since the policy may depend on whose it is.
fn earlier_complaint(world: &World, call: &Call) -> Option<Fault> {
    let fault = (call.operation.land)(world, call).err()?;
    if fault.kind == FaultKind::InvalidParameter || is_no_operation(&fault) {
        return Some(fault);
    }
    match Service::of(call) {
        Service::Compute => compute::sought_first(world, call),
        // It lands only on what is sought first.
        Service::Identity => Some(fault),
        Service::Image | Service::Network | Service::Volume | Service::Placement => None,
    }
}

/// Whether the operation is not there at the call's microversion.
fn is_no_operation(fault: &Fault) -> bool {
    fault.kind == FaultKind::NotFound && fault.message.is_empty()
}
