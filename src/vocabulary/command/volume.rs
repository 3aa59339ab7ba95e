//! Cinder's operations.

use super::{CommandSpec, admin, api};
use crate::vocabulary::fact::Subject;

const fn row(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    api("volume", name, routes, &[], false, failure, about)
}

/// An operation on one volume, which some host sees to.
const fn volume(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    api(
        "volume",
        name,
        routes,
        &[Subject::Volume],
        true,
        failure,
        about,
    )
}

/// An operation on one snapshot.
const fn snapshot(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    api(
        "volume",
        name,
        routes,
        &[Subject::Snapshot],
        true,
        failure,
        about,
    )
}

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("volume.list_versions", &["GET /"], 503, "Lists the API versions"),
    row("volume.get_version", &["GET /v3"], 503, "Shows the API version and its microversions"),

    row("volume.list_volumes", &["GET /v3/volumes", "GET /v3/volumes/detail"], 403, "Lists volumes, with or without their details"),
    row("volume.get_volume_summary", &["GET /v3/volumes/summary"], 403, "Counts volumes and their size"),
    volume("volume.create_volume", &["POST /v3/volumes"], 413, "Makes a volume, empty or from an image, a snapshot, a volume or a backup"),
    volume("volume.get_volume", &["GET /v3/volumes/{volume}"], 404, "Shows a volume"),
    volume("volume.update_volume", &["PUT /v3/volumes/{volume}"], 400, "Changes a volume's name, description or metadata"),
    volume("volume.delete_volume", &["DELETE /v3/volumes/{volume}"], 400, "Deletes a volume"),
    volume("volume.list_volume_metadata", &["GET /v3/volumes/{volume}/metadata"], 404, "Lists a volume's metadata"),
    volume("volume.update_volume_metadata", &["POST /v3/volumes/{volume}/metadata"], 400, "Adds to a volume's metadata"),
    volume("volume.replace_volume_metadata", &["PUT /v3/volumes/{volume}/metadata"], 400, "Replaces a volume's metadata"),
    volume("volume.get_volume_metadata_item", &["GET /v3/volumes/{volume}/metadata/{key}"], 404, "Shows one item of a volume's metadata"),
    volume("volume.set_volume_metadata_item", &["PUT /v3/volumes/{volume}/metadata/{key}"], 400, "Sets one item of a volume's metadata"),
    volume("volume.delete_volume_metadata_item", &["DELETE /v3/volumes/{volume}/metadata/{key}"], 404, "Deletes one item of a volume's metadata"),
    volume("volume.list_encryption", &["GET /v3/volumes/{volume}/encryption"], 404, "Shows how a volume is encrypted"),

    volume("volume.attach_volume", &["POST /v3/volumes/{volume}/action#os-attach"], 400, "Notes that a volume is attached"),
    volume("volume.detach_volume", &["POST /v3/volumes/{volume}/action#os-detach"], 400, "Notes that a volume is no longer attached"),
    volume("volume.reserve_volume", &["POST /v3/volumes/{volume}/action#os-reserve"], 400, "Keeps a volume for an attachment"),
    volume("volume.unreserve_volume", &["POST /v3/volumes/{volume}/action#os-unreserve"], 400, "Keeps a volume no longer"),
    volume("volume.begin_detaching", &["POST /v3/volumes/{volume}/action#os-begin_detaching"], 400, "Notes that a volume is being detached"),
    volume("volume.roll_detaching", &["POST /v3/volumes/{volume}/action#os-roll_detaching"], 400, "Notes that a volume stays attached"),
    volume("volume.initialize_connection", &["POST /v3/volumes/{volume}/action#os-initialize_connection"], 500, "Says how a volume is reached"),
    volume("volume.terminate_connection", &["POST /v3/volumes/{volume}/action#os-terminate_connection"], 500, "Ends the way to a volume"),
    volume("volume.extend_volume", &["POST /v3/volumes/{volume}/action#os-extend"], 400, "Makes a volume larger"),
    volume("volume.retype_volume", &["POST /v3/volumes/{volume}/action#os-retype"], 400, "Changes a volume's type"),
    volume("volume.revert_volume", &["POST /v3/volumes/{volume}/action#revert"], 409, "Takes a volume back to its latest snapshot"),
    volume("volume.reimage_volume", &["POST /v3/volumes/{volume}/action#os-reimage"], 400, "Fills a volume from an image anew"),
    volume("volume.upload_volume", &["POST /v3/volumes/{volume}/action#os-volume_upload_image"], 400, "Copies a volume into an image"),
    volume("volume.set_bootable", &["POST /v3/volumes/{volume}/action#os-set_bootable"], 400, "Says whether a volume can be booted from"),
    volume("volume.set_read_only", &["POST /v3/volumes/{volume}/action#os-update_readonly_flag"], 400, "Says whether a volume can be written to"),
    volume("volume.show_image_metadata", &["POST /v3/volumes/{volume}/action#os-show_image_metadata"], 404, "Shows what is known of the image that a volume was made from"),
    volume("volume.set_image_metadata", &["POST /v3/volumes/{volume}/action#os-set_image_metadata"], 400, "Sets what is known of the image that a volume was made from"),
    volume("volume.unset_image_metadata", &["POST /v3/volumes/{volume}/action#os-unset_image_metadata"], 404, "Forgets something of the image that a volume was made from"),
    admin("volume_extension:volume_admin_actions:reset_status", volume("volume.reset_volume_status", &["POST /v3/volumes/{volume}/action#os-reset_status"], 400, "Puts a volume into a status by force")),
    admin("volume_extension:volume_admin_actions:force_delete", volume("volume.force_delete_volume", &["POST /v3/volumes/{volume}/action#os-force_delete"], 400, "Deletes a volume whatever its status")),
    admin("volume_extension:volume_admin_actions:force_detach", volume("volume.force_detach_volume", &["POST /v3/volumes/{volume}/action#os-force_detach"], 400, "Detaches a volume whatever its status")),

    row("volume.list_snapshots", &["GET /v3/snapshots", "GET /v3/snapshots/detail"], 403, "Lists snapshots, with or without their details"),
    volume("volume.create_snapshot", &["POST /v3/snapshots"], 413, "Takes a snapshot of a volume"),
    snapshot("volume.get_snapshot", &["GET /v3/snapshots/{snapshot}"], 404, "Shows a snapshot"),
    snapshot("volume.update_snapshot", &["PUT /v3/snapshots/{snapshot}"], 400, "Changes a snapshot's name or description"),
    snapshot("volume.delete_snapshot", &["DELETE /v3/snapshots/{snapshot}"], 400, "Deletes a snapshot"),
    snapshot("volume.list_snapshot_metadata", &["GET /v3/snapshots/{snapshot}/metadata"], 404, "Lists a snapshot's metadata"),
    snapshot("volume.update_snapshot_metadata", &["POST /v3/snapshots/{snapshot}/metadata"], 400, "Adds to a snapshot's metadata"),
    snapshot("volume.replace_snapshot_metadata", &["PUT /v3/snapshots/{snapshot}/metadata"], 400, "Replaces a snapshot's metadata"),
    snapshot("volume.get_snapshot_metadata_item", &["GET /v3/snapshots/{snapshot}/metadata/{key}"], 404, "Shows one item of a snapshot's metadata"),
    snapshot("volume.set_snapshot_metadata_item", &["PUT /v3/snapshots/{snapshot}/metadata/{key}"], 400, "Sets one item of a snapshot's metadata"),
    snapshot("volume.delete_snapshot_metadata_item", &["DELETE /v3/snapshots/{snapshot}/metadata/{key}"], 404, "Deletes one item of a snapshot's metadata"),
    admin("volume_extension:snapshot_admin_actions:reset_status", snapshot("volume.reset_snapshot_status", &["POST /v3/snapshots/{snapshot}/action#os-reset_status"], 400, "Puts a snapshot into a status by force")),
    admin("volume_extension:snapshot_admin_actions:force_delete", snapshot("volume.force_delete_snapshot", &["POST /v3/snapshots/{snapshot}/action#os-force_delete"], 400, "Deletes a snapshot whatever its status")),
    snapshot("volume.update_snapshot_status", &["POST /v3/snapshots/{snapshot}/action#os-update_snapshot_status"], 400, "Notes how far a snapshot is"),

    row("volume.list_attachments", &["GET /v3/attachments", "GET /v3/attachments/detail"], 403, "Lists attachments, with or without their details"),
    volume("volume.create_attachment", &["POST /v3/attachments"], 400, "Keeps a volume for a server, or attaches it"),
    volume("volume.get_attachment", &["GET /v3/attachments/{attachment}"], 404, "Shows an attachment"),
    volume("volume.update_attachment", &["PUT /v3/attachments/{attachment}"], 400, "Says from where a volume is reached"),
    volume("volume.complete_attachment", &["POST /v3/attachments/{attachment}/action#os-complete"], 400, "Notes that a volume is attached"),
    volume("volume.delete_attachment", &["DELETE /v3/attachments/{attachment}"], 404, "Ends an attachment"),

    row("volume.list_volume_types", &["GET /v3/types"], 403, "Lists volume types"),
    admin("volume_extension:type_create", row("volume.create_volume_type", &["POST /v3/types"], 409, "Makes a volume type")),
    row("volume.get_volume_type", &["GET /v3/types/{type}"], 404, "Shows a volume type, or the default one"),
    admin("volume_extension:type_update", row("volume.update_volume_type", &["PUT /v3/types/{type}"], 409, "Changes a volume type")),
    admin("volume_extension:type_delete", row("volume.delete_volume_type", &["DELETE /v3/types/{type}"], 400, "Deletes a volume type")),
    row("volume.list_type_extra_specs", &["GET /v3/types/{type}/extra_specs"], 404, "Lists a volume type's extra specifications"),
    admin("volume_extension:types_extra_specs:create", row("volume.create_type_extra_specs", &["POST /v3/types/{type}/extra_specs"], 400, "Adds to a volume type's extra specifications")),
    row("volume.get_type_extra_spec", &["GET /v3/types/{type}/extra_specs/{key}"], 404, "Shows one of a volume type's extra specifications"),
    admin("volume_extension:types_extra_specs:update", row("volume.update_type_extra_spec", &["PUT /v3/types/{type}/extra_specs/{key}"], 400, "Sets one of a volume type's extra specifications")),
    admin("volume_extension:types_extra_specs:delete", row("volume.delete_type_extra_spec", &["DELETE /v3/types/{type}/extra_specs/{key}"], 404, "Deletes one of a volume type's extra specifications")),
    admin("volume_extension:volume_type_access:get_all_for_type", row("volume.list_type_access", &["GET /v3/types/{type}/os-volume-type-access"], 404, "Lists the projects that may use a private volume type")),
    admin("volume_extension:volume_type_access:addProjectAccess", row("volume.add_type_access", &["POST /v3/types/{type}/action#addProjectAccess"], 409, "Lets a project use a private volume type")),
    admin("volume_extension:volume_type_access:removeProjectAccess", row("volume.remove_type_access", &["POST /v3/types/{type}/action#removeProjectAccess"], 404, "Lets a project no longer use a private volume type")),
    admin("volume_extension:volume_type_encryption:get", row("volume.get_type_encryption", &["GET /v3/types/{type}/encryption", "GET /v3/types/{type}/encryption/{key}"], 404, "Shows how a type's volumes are encrypted")),
    admin("volume_extension:volume_type_encryption:create", row("volume.create_type_encryption", &["POST /v3/types/{type}/encryption"], 400, "Says how a type's volumes are to be encrypted")),
    admin("volume_extension:volume_type_encryption:update", row("volume.update_type_encryption", &["PUT /v3/types/{type}/encryption/{key}"], 400, "Changes how a type's volumes are encrypted")),
    admin("volume_extension:volume_type_encryption:delete", row("volume.delete_type_encryption", &["DELETE /v3/types/{type}/encryption/{key}"], 404, "Has a type's volumes encrypted no longer")),
    admin("volume_extension:qos_specs_manage:get_all", row("volume.list_qos_specs", &["GET /v3/qos-specs"], 403, "Lists sets of promises on the quality of service")),
    admin("volume_extension:qos_specs_manage:create", row("volume.create_qos_specs", &["POST /v3/qos-specs"], 409, "Makes a set of promises")),
    admin("volume_extension:qos_specs_manage:get", row("volume.get_qos_specs", &["GET /v3/qos-specs/{qos}"], 404, "Shows a set of promises")),
    admin("volume_extension:qos_specs_manage:update", row("volume.update_qos_specs", &["PUT /v3/qos-specs/{qos}"], 400, "Adds to a set of promises")),
    admin("volume_extension:qos_specs_manage:delete", row("volume.delete_qos_specs", &["DELETE /v3/qos-specs/{qos}"], 400, "Deletes a set of promises")),
    admin("volume_extension:qos_specs_manage:update", row("volume.delete_qos_keys", &["PUT /v3/qos-specs/{qos}/delete_keys"], 404, "Deletes some of a set of promises")),
    admin("volume_extension:qos_specs_manage:get", row("volume.list_qos_associations", &["GET /v3/qos-specs/{qos}/associations"], 404, "Lists the types that a set of promises is for")),
    admin("volume_extension:qos_specs_manage:update", row("volume.associate_qos_specs", &["GET /v3/qos-specs/{qos}/associate"], 404, "Makes a set of promises be for a type")),
    admin("volume_extension:qos_specs_manage:update", row("volume.disassociate_qos_specs", &["GET /v3/qos-specs/{qos}/disassociate", "GET /v3/qos-specs/{qos}/disassociate_all"], 404, "Makes a set of promises be for a type, or any, no longer")),

    row("volume.list_backups", &["GET /v3/backups", "GET /v3/backups/detail"], 403, "Lists backups, with or without their details"),
    volume("volume.create_backup", &["POST /v3/backups"], 413, "Takes a backup of a volume"),
    row("volume.get_backup", &["GET /v3/backups/{backup}"], 404, "Shows a backup"),
    row("volume.update_backup", &["PUT /v3/backups/{backup}"], 400, "Changes a backup's name or description"),
    row("volume.delete_backup", &["DELETE /v3/backups/{backup}"], 400, "Deletes a backup"),
    row("volume.restore_backup", &["POST /v3/backups/{backup}/restore"], 400, "Fills a volume from a backup"),
    admin("volume_extension:backup_admin_actions:reset_status", row("volume.reset_backup_status", &["POST /v3/backups/{backup}/action#os-reset_status"], 400, "Puts a backup into a status by force")),
    admin("volume_extension:backup_admin_actions:force_delete", row("volume.force_delete_backup", &["POST /v3/backups/{backup}/action#os-force_delete"], 400, "Deletes a backup whatever its status")),

    row("volume.list_transfers", &["GET /v3/os-volume-transfer", "GET /v3/os-volume-transfer/detail", "GET /v3/volume-transfers", "GET /v3/volume-transfers/detail"], 403, "Lists volumes that are on offer to other projects"),
    volume("volume.create_transfer", &["POST /v3/os-volume-transfer", "POST /v3/volume-transfers"], 400, "Offers a volume to another project"),
    row("volume.get_transfer", &["GET /v3/os-volume-transfer/{transfer}", "GET /v3/volume-transfers/{transfer}"], 404, "Shows an offer"),
    row("volume.accept_transfer", &["POST /v3/os-volume-transfer/{transfer}/accept", "POST /v3/volume-transfers/{transfer}/accept"], 400, "Takes a volume that is on offer"),
    row("volume.delete_transfer", &["DELETE /v3/os-volume-transfer/{transfer}", "DELETE /v3/volume-transfers/{transfer}"], 404, "Takes an offer back"),

    row("volume.get_limits", &["GET /v3/limits"], 403, "Shows the limits and what is used of them"),
    row("volume.get_quotas", &["GET /v3/os-quota-sets/{target}"], 403, "Shows a project's quotas"),
    row("volume.get_default_quotas", &["GET /v3/os-quota-sets/{target}/defaults"], 403, "Shows the quotas that projects begin with"),
    admin("volume_extension:quotas:update", row("volume.update_quotas", &["PUT /v3/os-quota-sets/{target}"], 400, "Changes a project's quotas")),
    admin("volume_extension:quotas:delete", row("volume.delete_quotas", &["DELETE /v3/os-quota-sets/{target}"], 403, "Gives a project the quotas that it began with")),
    admin("volume_extension:quota_classes", row("volume.get_quota_class", &["GET /v3/os-quota-class-sets/{class}"], 403, "Shows a class of quotas")),
    admin("volume_extension:quota_classes", row("volume.update_quota_class", &["PUT /v3/os-quota-class-sets/{class}"], 400, "Changes a class of quotas")),
    row("volume.list_availability_zones", &["GET /v3/os-availability-zone"], 403, "Lists availability zones"),
    row("volume.list_extensions", &["GET /v3/extensions"], 403, "Lists the API's extensions"),
    row("volume.list_resource_filters", &["GET /v3/resource_filters"], 403, "Lists what lists can be filtered by"),
    admin("volume_extension:services:index", row("volume.list_services", &["GET /v3/os-services"], 403, "Lists Block Storage's services on the hosts")),
    admin("volume_extension:hosts", row("volume.list_hosts", &["GET /v3/os-hosts"], 403, "Lists the hosts that see to storage")),
    admin("volume_extension:hosts", row("volume.get_host", &["GET /v3/os-hosts/{host}"], 404, "Counts what a host sees to")),
    admin("scheduler_extension:scheduler_stats:get_pools", row("volume.list_pools", &["GET /v3/scheduler-stats/get_pools"], 403, "Lists where volumes can be")),
    admin("volume_extension:capabilities", row("volume.get_capabilities", &["GET /v3/capabilities/{host}"], 404, "Shows what a host's storage can do")),
    row("volume.list_messages", &["GET /v3/messages"], 403, "Lists messages on what went wrong later: none"),
];
