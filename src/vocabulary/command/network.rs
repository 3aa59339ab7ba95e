//! Neutron's operations.

use super::{CommandSpec, api};
use crate::vocabulary::fact::Subject;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    api("network", "network.list_versions", &["GET /"], &[], false, 503, "Lists the API versions"),
    api("network", "network.get_version", &["GET /v2.0"], &[], false, 503, "Lists the API's resources"),
    api("network", "network.list_networks", &["GET /v2.0/networks"], &[], false, 403, "Lists networks"),
    api("network", "network.get_network", &["GET /v2.0/networks/{network}"], &[Subject::Network], false, 404, "Shows a network"),
    api("network", "network.list_subnets", &["GET /v2.0/subnets"], &[], false, 403, "Lists subnets"),
    api("network", "network.get_subnet", &["GET /v2.0/subnets/{subnet}"], &[], false, 404, "Shows a subnet"),
    api("network", "network.list_ports", &["GET /v2.0/ports"], &[], false, 403, "Lists the servers' ports"),
    api("network", "network.get_port", &["GET /v2.0/ports/{port}"], &[], false, 404, "Shows a port"),
    api("network", "network.list_security_groups", &["GET /v2.0/security-groups"], &[], false, 403, "Lists security groups"),
    api("network", "network.list_floating_ips", &["GET /v2.0/floatingips"], &[], false, 403, "Lists floating addresses: there are none"),
    api("network", "network.list_extensions", &["GET /v2.0/extensions"], &[], false, 403, "Lists the API's extensions"),
];
