//! Glance's operations.

use super::{CommandSpec, admin, on, row};
use crate::vocabulary::fact::Subject;

/// An operation on one image.
const fn image(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    on(&[Subject::Image], row(name, routes, failure, about))
}

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("image.list_versions", &["GET /", "GET /versions", "GET /v1", "GET /v3"], 503, "Lists the API versions"),
    row("image.list_images", &["GET /v2/images"], 403, "Lists images"),
    image("image.create_image", &["POST /v2/images"], 403, "Makes an image, as yet without data"),
    image("image.get_image", &["GET /v2/images/{image}"], 404, "Shows an image"),
    image("image.update_image", &["PATCH /v2/images/{image}"], 409, "Changes an image's attributes"),
    image("image.delete_image", &["DELETE /v2/images/{image}"], 409, "Deletes an image"),
    image("image.upload_image", &["PUT /v2/images/{image}/file"], 503, "Takes an image's data in"),
    image("image.download_image", &["GET /v2/images/{image}/file"], 404, "Gives an image's data out"),
    image("image.stage_image", &["PUT /v2/images/{image}/stage"], 503, "Takes data in that is to be imported"),
    image("image.import_image", &["POST /v2/images/{image}/import"], 409, "Imports what was staged, or what is elsewhere"),
    image("image.deactivate_image", &["POST /v2/images/{image}/actions/deactivate"], 403, "Takes an image out of use"),
    image("image.reactivate_image", &["POST /v2/images/{image}/actions/reactivate"], 403, "Puts an image back into use"),
    image("image.add_image_tag", &["PUT /v2/images/{image}/tags/{tag}"], 409, "Adds a tag to an image"),
    image("image.delete_image_tag", &["DELETE /v2/images/{image}/tags/{tag}"], 404, "Takes a tag from an image"),
    image("image.list_image_members", &["GET /v2/images/{image}/members"], 404, "Lists whom an image is shared with"),
    image("image.create_image_member", &["POST /v2/images/{image}/members"], 409, "Shares an image with a project"),
    image("image.get_image_member", &["GET /v2/images/{image}/members/{member}"], 404, "Shows whether a project accepts an image"),
    image("image.update_image_member", &["PUT /v2/images/{image}/members/{member}"], 403, "Accepts or rejects a shared image"),
    image("image.delete_image_member", &["DELETE /v2/images/{image}/members/{member}"], 404, "Ends the sharing of an image with a project"),
    image("image.list_image_tasks", &["GET /v2/images/{image}/tasks"], 404, "Lists what is being done to an image: nothing"),
    row("image.get_schema", &["GET /v2/schemas/{schema}"], 404, "Shows what an image, a member or a task looks like"),
    row("image.get_import_info", &["GET /v2/info/import"], 503, "Lists the ways to import"),
    row("image.list_stores", &["GET /v2/info/stores"], 503, "Lists where data can be kept"),
    admin("tasks_api_access", row("image.list_tasks", &["GET /v2/tasks"], 403, "Lists what is being done: nothing")),
];
