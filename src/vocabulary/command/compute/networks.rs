//! A server's network cards, groups and addresses; and networks by way of Compute, before 2.36.

use super::super::{CommandSpec, row};
use super::server;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    server("compute.list_interfaces", &["GET /v2.1/servers/{server}/os-interface"], 404, "Lists a server's network cards"),
    server("compute.get_interface", &["GET /v2.1/servers/{server}/os-interface/{port}"], 404, "Shows a server's network card"),
    server("compute.attach_interface", &["POST /v2.1/servers/{server}/os-interface"], 500, "Plugs a network card into a server"),
    server("compute.detach_interface", &["DELETE /v2.1/servers/{server}/os-interface/{port}"], 409, "Pulls a network card out of a server"),
    server("compute.list_server_security_groups", &["GET /v2.1/servers/{server}/os-security-groups"], 404, "Lists the security groups of a server"),
    server("compute.add_security_group", &["POST /v2.1/servers/{server}/action#addSecurityGroup"], 404, "Puts a server into a security group"),
    server("compute.remove_security_group", &["POST /v2.1/servers/{server}/action#removeSecurityGroup"], 404, "Takes a server out of a security group"),
    server("compute.add_floating_ip", &["POST /v2.1/servers/{server}/action#addFloatingIp"], 400, "Lets a floating address lead to a server, before 2.44"),
    server("compute.remove_floating_ip", &["POST /v2.1/servers/{server}/action#removeFloatingIp"], 409, "Lets a floating address lead to a server no more, before 2.44"),
    server("compute.add_fixed_ip", &["POST /v2.1/servers/{server}/action#addFixedIp"], 400, "Gives a server one more address, before 2.44"),
    server("compute.remove_fixed_ip", &["POST /v2.1/servers/{server}/action#removeFixedIp"], 400, "Takes an address from a server, before 2.44"),
    row("compute.list_networks", &["GET /v2.1/os-networks"], 403, "Lists networks by way of Compute, before 2.36"),
    row("compute.get_network", &["GET /v2.1/os-networks/{network}"], 404, "Shows a network by way of Compute, before 2.36"),
    row("compute.list_tenant_networks", &["GET /v2.1/os-tenant-networks", "GET /v2.1/os-networksv2"], 403, "Lists a project's networks by way of Compute, before 2.36"),
    row("compute.get_tenant_network", &["GET /v2.1/os-tenant-networks/{network}", "GET /v2.1/os-networksv2/{network}"], 404, "Shows a project's network by way of Compute, before 2.36"),
    row("compute.list_floating_ip_pools", &["GET /v2.1/os-floating-ip-pools"], 403, "Lists where floating addresses come from, before 2.36"),
    row("compute.list_floating_ips", &["GET /v2.1/os-floating-ips"], 403, "Lists floating addresses by way of Compute, before 2.36"),
    row("compute.get_floating_ip", &["GET /v2.1/os-floating-ips/{floatingip}"], 404, "Shows a floating address by way of Compute, before 2.36"),
    row("compute.create_floating_ip", &["POST /v2.1/os-floating-ips"], 404, "Takes a floating address by way of Compute, before 2.36"),
    row("compute.delete_floating_ip", &["DELETE /v2.1/os-floating-ips/{floatingip}"], 404, "Gives a floating address back by way of Compute, before 2.36"),
    row("compute.list_security_groups", &["GET /v2.1/os-security-groups"], 403, "Lists security groups by way of Compute, before 2.36"),
    row("compute.get_security_group", &["GET /v2.1/os-security-groups/{security_group}"], 404, "Shows a security group by way of Compute, before 2.36"),
    row("compute.create_security_group", &["POST /v2.1/os-security-groups"], 400, "Makes a security group by way of Compute, before 2.36"),
    row("compute.update_security_group", &["PUT /v2.1/os-security-groups/{security_group}"], 400, "Changes a security group by way of Compute, before 2.36"),
    row("compute.delete_security_group", &["DELETE /v2.1/os-security-groups/{security_group}"], 400, "Removes a security group by way of Compute, before 2.36"),
    row("compute.create_security_group_rule", &["POST /v2.1/os-security-group-rules"], 400, "Adds a rule to a security group by way of Compute, before 2.36"),
    row("compute.delete_security_group_rule", &["DELETE /v2.1/os-security-group-rules/{security_group_rule}"], 404, "Removes a rule of a security group by way of Compute, before 2.36"),
];
