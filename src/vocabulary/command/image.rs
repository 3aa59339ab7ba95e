//! Glance's operations.

use super::{CommandSpec, api};
use crate::vocabulary::fact::Subject;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    api("image", "image.list_versions", &["GET /", "GET /versions"], &[], false, 503, "Lists the API versions"),
    api("image", "image.list_images", &["GET /v2/images"], &[], false, 403, "Lists images"),
    api("image", "image.get_image", &["GET /v2/images/{image}"], &[Subject::Image], false, 404, "Shows an image"),
];
