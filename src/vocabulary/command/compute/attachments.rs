//! A server's volumes and network cards, and what Compute hands on to the services that have them.

use super::super::{CommandSpec, on, row};
use super::server;
use crate::vocabulary::fact::Subject;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    server("compute.list_volume_attachments", &["GET /v2.1/servers/{server}/os-volume_attachments"], 404, "Lists a server's volumes"),
    server("compute.attach_volume", &["POST /v2.1/servers/{server}/os-volume_attachments"], 409, "Attaches a volume to a server"),
    server("compute.get_volume_attachment", &["GET /v2.1/servers/{server}/os-volume_attachments/{volume}"], 404, "Shows how a volume is attached to a server"),
    server("compute.update_volume_attachment", &["PUT /v2.1/servers/{server}/os-volume_attachments/{volume}"], 409, "Says whether a volume goes with its server"),
    row("compute.list_volumes", &["GET /v2.1/os-volumes", "GET /v2.1/os-volumes/detail"], 403, "Lists volumes by way of Compute, before 2.36"),
    on(&[Subject::Volume], row("compute.create_volume", &["POST /v2.1/os-volumes"], 413, "Makes a volume by way of Compute, before 2.36")),
    on(&[Subject::Volume], row("compute.get_volume", &["GET /v2.1/os-volumes/{volume}"], 404, "Shows a volume by way of Compute, before 2.36")),
    on(&[Subject::Volume], row("compute.delete_volume", &["DELETE /v2.1/os-volumes/{volume}"], 400, "Deletes a volume by way of Compute, before 2.36")),
    row("compute.list_snapshots", &["GET /v2.1/os-snapshots", "GET /v2.1/os-snapshots/detail"], 403, "Lists snapshots by way of Compute, before 2.36"),
    on(&[Subject::Volume], row("compute.create_snapshot", &["POST /v2.1/os-snapshots"], 413, "Takes a snapshot by way of Compute, before 2.36")),
    on(&[Subject::Volume], row("compute.get_snapshot", &["GET /v2.1/os-snapshots/{snapshot}"], 404, "Shows a snapshot by way of Compute, before 2.36")),
    on(&[Subject::Volume], row("compute.delete_snapshot", &["DELETE /v2.1/os-snapshots/{snapshot}"], 400, "Deletes a snapshot by way of Compute, before 2.36")),
    server("compute.detach_volume", &["DELETE /v2.1/servers/{server}/os-volume_attachments/{volume}"], 409, "Detaches a volume from a server"),
];
