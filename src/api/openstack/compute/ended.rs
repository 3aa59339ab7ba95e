//! APIs that Nova no longer has. What was told of networks, cells, agents and the like is gone for good; the
//! paths are kept to say so.

use super::Operation;
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "compute.call_ended_api",
    land: Landing::nowhere,
    run: |_, _, _| Err(Fault::new(FaultKind::Gone, "")),
    is_read: true,
}];
