//! Cinder's operations.

use super::{CommandSpec, api};

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    api("volume", "volume.list_versions", &["GET /"], &[], false, 503, "Lists the API versions"),
    api("volume", "volume.get_version", &["GET /v3"], &[], false, 503, "Shows the API version and its microversions"),
];
