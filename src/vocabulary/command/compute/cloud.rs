//! What servers are made from, and what they run on.

use super::{CommandSpec, on, row};
use crate::vocabulary::fact::Subject;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("compute.list_versions", &["GET /"], 503, "Lists the API versions"),
    row("compute.get_version", &["GET /v2.1"], 503, "Shows the API version and its microversions"),
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
