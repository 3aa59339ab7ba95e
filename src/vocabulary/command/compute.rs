//! Nova's operations.

use super::{CommandSpec, api};
use crate::vocabulary::fact::Subject;

const fn row(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    api("compute", name, routes, &[], false, failure, about)
}

const fn on(subject: &'static [Subject], spec: CommandSpec) -> CommandSpec {
    CommandSpec {
        acts_on: subject,
        ..spec
    }
}

/// An operation on one server, which is at a place.
const fn server(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    api(
        "compute",
        name,
        routes,
        &[Subject::Server],
        true,
        failure,
        about,
    )
}

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("compute.list_versions", &["GET /"], 503, "Lists the API versions"),
    row("compute.get_version", &["GET /v2.1"], 503, "Shows the API version and its microversions"),
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
    row("compute.list_flavors", &["GET /v2.1/flavors", "GET /v2.1/flavors/detail"], 403, "Lists flavors, with or without their details"),
    on(&[Subject::Flavor], row("compute.get_flavor", &["GET /v2.1/flavors/{flavor}"], 404, "Shows a flavor")),
    on(&[Subject::Flavor], row("compute.list_flavor_extra_specs", &["GET /v2.1/flavors/{flavor}/os-extra_specs"], 404, "Lists a flavor's extra specifications")),
    row("compute.list_images", &["GET /v2.1/images", "GET /v2.1/images/detail"], 403, "Lists images by way of Compute, before 2.36"),
    on(&[Subject::Image], row("compute.get_image", &["GET /v2.1/images/{image}"], 404, "Shows an image by way of Compute, before 2.36")),
    row("compute.get_limits", &["GET /v2.1/limits"], 403, "Shows the limits and what is used of them"),
    row("compute.list_keypairs", &["GET /v2.1/os-keypairs"], 403, "Lists key pairs"),
    on(&[Subject::KeyPair], row("compute.create_keypair", &["POST /v2.1/os-keypairs"], 409, "Creates or imports a key pair")),
    on(&[Subject::KeyPair], row("compute.get_keypair", &["GET /v2.1/os-keypairs/{keypair}"], 404, "Shows a key pair")),
    on(&[Subject::KeyPair], row("compute.delete_keypair", &["DELETE /v2.1/os-keypairs/{keypair}"], 404, "Deletes a key pair")),
    row("compute.list_availability_zones", &["GET /v2.1/os-availability-zone", "GET /v2.1/os-availability-zone/detail"], 403, "Lists availability zones, with or without their hosts"),
];
