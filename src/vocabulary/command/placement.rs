//! Placement's operations.

use super::{CommandSpec, api};

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    api("placement", "placement.list_versions", &["GET /"], &[], false, 503, "Lists the API versions"),
];
