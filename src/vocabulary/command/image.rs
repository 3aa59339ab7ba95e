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
    row("image.get_schema", &["GET /v2/schemas/{schema}", "GET /v2/schemas/metadefs/{definition}"], 404, "Shows what an image, a member, a task or a definition looks like"),
    row("image.list_metadef_namespaces", &["GET /v2/metadefs/namespaces"], 403, "Lists namespaces of metadata definitions"),
    admin("add_metadef_namespace", row("image.create_metadef_namespace", &["POST /v2/metadefs/namespaces"], 409, "Makes a namespace of metadata definitions")),
    row("image.get_metadef_namespace", &["GET /v2/metadefs/namespaces/{namespace}"], 404, "Shows a namespace and what is in it"),
    admin("modify_metadef_namespace", row("image.update_metadef_namespace", &["PUT /v2/metadefs/namespaces/{namespace}"], 409, "Changes a namespace")),
    admin("delete_metadef_namespace", row("image.delete_metadef_namespace", &["DELETE /v2/metadefs/namespaces/{namespace}"], 403, "Deletes a namespace and what is in it")),
    row("image.list_metadef_objects", &["GET /v2/metadefs/namespaces/{namespace}/objects"], 404, "Lists a namespace's object definitions"),
    admin("add_metadef_object", row("image.create_metadef_object", &["POST /v2/metadefs/namespaces/{namespace}/objects"], 409, "Makes an object definition")),
    admin("delete_metadef_namespace", row("image.delete_metadef_objects", &["DELETE /v2/metadefs/namespaces/{namespace}/objects"], 404, "Deletes a namespace's object definitions")),
    row("image.get_metadef_object", &["GET /v2/metadefs/namespaces/{namespace}/objects/{name}"], 404, "Shows an object definition"),
    admin("modify_metadef_object", row("image.update_metadef_object", &["PUT /v2/metadefs/namespaces/{namespace}/objects/{name}"], 409, "Changes an object definition")),
    admin("delete_metadef_object", row("image.delete_metadef_object", &["DELETE /v2/metadefs/namespaces/{namespace}/objects/{name}"], 404, "Deletes an object definition")),
    row("image.list_metadef_properties", &["GET /v2/metadefs/namespaces/{namespace}/properties"], 404, "Lists a namespace's property definitions"),
    admin("add_metadef_property", row("image.create_metadef_property", &["POST /v2/metadefs/namespaces/{namespace}/properties"], 409, "Makes a property definition")),
    admin("delete_metadef_namespace", row("image.delete_metadef_properties", &["DELETE /v2/metadefs/namespaces/{namespace}/properties"], 404, "Deletes a namespace's property definitions")),
    row("image.get_metadef_property", &["GET /v2/metadefs/namespaces/{namespace}/properties/{name}"], 404, "Shows a property definition"),
    admin("modify_metadef_property", row("image.update_metadef_property", &["PUT /v2/metadefs/namespaces/{namespace}/properties/{name}"], 409, "Changes a property definition")),
    admin("remove_metadef_property", row("image.delete_metadef_property", &["DELETE /v2/metadefs/namespaces/{namespace}/properties/{name}"], 404, "Deletes a property definition")),
    row("image.list_metadef_tags", &["GET /v2/metadefs/namespaces/{namespace}/tags"], 404, "Lists a namespace's tag definitions"),
    admin("add_metadef_tags", row("image.replace_metadef_tags", &["POST /v2/metadefs/namespaces/{namespace}/tags"], 404, "Replaces a namespace's tag definitions, or adds to them")),
    admin("add_metadef_tag", row("image.create_metadef_tag", &["POST /v2/metadefs/namespaces/{namespace}/tags/{name}"], 409, "Makes a tag definition")),
    admin("delete_metadef_tags", row("image.delete_metadef_tags", &["DELETE /v2/metadefs/namespaces/{namespace}/tags"], 404, "Deletes a namespace's tag definitions")),
    row("image.get_metadef_tag", &["GET /v2/metadefs/namespaces/{namespace}/tags/{name}"], 404, "Shows a tag definition"),
    admin("modify_metadef_tag", row("image.update_metadef_tag", &["PUT /v2/metadefs/namespaces/{namespace}/tags/{name}"], 409, "Changes a tag definition")),
    admin("delete_metadef_tag", row("image.delete_metadef_tag", &["DELETE /v2/metadefs/namespaces/{namespace}/tags/{name}"], 404, "Deletes a tag definition")),
    row("image.list_metadef_resource_types", &["GET /v2/metadefs/resource_types"], 403, "Lists what definitions can be about"),
    row("image.list_metadef_associations", &["GET /v2/metadefs/namespaces/{namespace}/resource_types"], 404, "Lists what a namespace's definitions are about"),
    admin("add_metadef_resource_type_association", row("image.create_metadef_association", &["POST /v2/metadefs/namespaces/{namespace}/resource_types"], 409, "Says what a namespace's definitions are about")),
    admin("remove_metadef_resource_type_association", row("image.delete_metadef_association", &["DELETE /v2/metadefs/namespaces/{namespace}/resource_types/{name}"], 404, "Takes back what a namespace's definitions are about")),
    row("image.get_import_info", &["GET /v2/info/import"], 503, "Lists the ways to import"),
    row("image.list_stores", &["GET /v2/info/stores"], 503, "Lists where data can be kept"),
    admin("tasks_api_access", row("image.list_tasks", &["GET /v2/tasks"], 403, "Lists what is being done: nothing")),
];
