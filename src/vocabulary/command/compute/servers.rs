//! Servers, and what is done to them.

use super::{CommandSpec, row, server};

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("compute.list_servers", &["GET /v2.1/servers", "GET /v2.1/servers/detail"], 403, "Lists servers, with or without their details"),
    server("compute.create_server", &["POST /v2.1/servers"], 403, "Creates servers"),
    server("compute.get_server", &["GET /v2.1/servers/{server}"], 404, "Shows a server"),
    server("compute.update_server", &["PUT /v2.1/servers/{server}"], 409, "Changes a server's name, description or addresses"),
    server("compute.delete_server", &["DELETE /v2.1/servers/{server}"], 409, "Deletes a server"),
    server("compute.start_server", &["POST /v2.1/servers/{server}/action#os-start"], 409, "Starts a stopped server"),
    server("compute.stop_server", &["POST /v2.1/servers/{server}/action#os-stop"], 409, "Stops a running server"),
    server("compute.reboot_server", &["POST /v2.1/servers/{server}/action#reboot"], 409, "Reboots a server, softly or hard"),
    server("compute.list_server_addresses", &["GET /v2.1/servers/{server}/ips", "GET /v2.1/servers/{server}/ips/{network}"], 404, "Lists a server's addresses"),
    server("compute.list_server_metadata", &["GET /v2.1/servers/{server}/metadata"], 404, "Lists a server's metadata"),
    server("compute.update_server_metadata", &["POST /v2.1/servers/{server}/metadata"], 409, "Adds to a server's metadata"),
    server("compute.replace_server_metadata", &["PUT /v2.1/servers/{server}/metadata"], 409, "Replaces a server's metadata"),
    server("compute.get_server_metadata_item", &["GET /v2.1/servers/{server}/metadata/{key}"], 404, "Shows one item of a server's metadata"),
    server("compute.set_server_metadata_item", &["PUT /v2.1/servers/{server}/metadata/{key}"], 409, "Sets one item of a server's metadata"),
    server("compute.delete_server_metadata_item", &["DELETE /v2.1/servers/{server}/metadata/{key}"], 409, "Deletes one item of a server's metadata"),
];
