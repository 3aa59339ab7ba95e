//! A server's volumes and network cards.

use super::{CommandSpec, server};

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    server("compute.list_volume_attachments", &["GET /v2.1/servers/{server}/os-volume_attachments"], 404, "Lists a server's volumes"),
    server("compute.attach_volume", &["POST /v2.1/servers/{server}/os-volume_attachments"], 409, "Attaches a volume to a server"),
    server("compute.get_volume_attachment", &["GET /v2.1/servers/{server}/os-volume_attachments/{volume}"], 404, "Shows how a volume is attached to a server"),
    server("compute.update_volume_attachment", &["PUT /v2.1/servers/{server}/os-volume_attachments/{volume}"], 409, "Says whether a volume goes with its server"),
    server("compute.detach_volume", &["DELETE /v2.1/servers/{server}/os-volume_attachments/{volume}"], 409, "Detaches a volume from a server"),
];
