//! What servers are made from, and what they run on.

use super::super::{CommandSpec, admin, at, on, row};
use crate::vocabulary::fact::Subject;

const fn flavor(spec: CommandSpec) -> CommandSpec {
    on(&[Subject::Flavor], spec)
}

const fn key_pair(spec: CommandSpec) -> CommandSpec {
    on(&[Subject::KeyPair], spec)
}

const fn image(spec: CommandSpec) -> CommandSpec {
    on(&[Subject::Image], spec)
}

/// An operation on one host, which is its own place.
const fn host(spec: CommandSpec) -> CommandSpec {
    at(&[Subject::Host], spec)
}

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("compute.list_versions", &["GET /"], 503, "Lists the API versions"),
    row("compute.get_version", &["GET /v2.1", "GET /v2.1/"], 503, "Shows the API version and its microversions"),
    row("compute.list_extensions", &["GET /v2.1/extensions"], 403, "Lists the extensions, which all are part of the API by now"),
    row("compute.get_extension", &["GET /v2.1/extensions/{extension}"], 404, "Shows an extension"),

    row("compute.list_flavors", &["GET /v2.1/flavors", "GET /v2.1/flavors/detail"], 403, "Lists flavors, with or without their details"),
    flavor(row("compute.get_flavor", &["GET /v2.1/flavors/{flavor}"], 404, "Shows a flavor")),
    admin("os_compute_api:os-flavor-manage:create", row("compute.create_flavor", &["POST /v2.1/flavors"], 409, "Creates a flavor")),
    admin("os_compute_api:os-flavor-manage:update", flavor(row("compute.update_flavor", &["PUT /v2.1/flavors/{flavor}"], 404, "Changes a flavor's description"))),
    admin("os_compute_api:os-flavor-manage:delete", flavor(row("compute.delete_flavor", &["DELETE /v2.1/flavors/{flavor}"], 404, "Deletes a flavor; its servers keep it"))),
    flavor(row("compute.list_flavor_extra_specs", &["GET /v2.1/flavors/{flavor}/os-extra_specs"], 404, "Lists a flavor's extra specifications")),
    flavor(row("compute.get_flavor_extra_spec", &["GET /v2.1/flavors/{flavor}/os-extra_specs/{key}"], 404, "Shows one of a flavor's extra specifications")),
    admin("os_compute_api:os-flavor-extra-specs:create", flavor(row("compute.create_flavor_extra_specs", &["POST /v2.1/flavors/{flavor}/os-extra_specs"], 409, "Adds extra specifications to a flavor"))),
    admin("os_compute_api:os-flavor-extra-specs:update", flavor(row("compute.update_flavor_extra_spec", &["PUT /v2.1/flavors/{flavor}/os-extra_specs/{key}"], 409, "Sets one of a flavor's extra specifications"))),
    admin("os_compute_api:os-flavor-extra-specs:delete", flavor(row("compute.delete_flavor_extra_spec", &["DELETE /v2.1/flavors/{flavor}/os-extra_specs/{key}"], 404, "Deletes one of a flavor's extra specifications"))),
    admin("os_compute_api:os-flavor-access", flavor(row("compute.list_flavor_access", &["GET /v2.1/flavors/{flavor}/os-flavor-access"], 404, "Lists the projects that may use a private flavor"))),
    admin("os_compute_api:os-flavor-access:add_tenant_access", flavor(row("compute.add_flavor_access", &["POST /v2.1/flavors/{flavor}/action#addTenantAccess"], 409, "Lets a project use a flavor"))),
    admin("os_compute_api:os-flavor-access:remove_tenant_access", flavor(row("compute.remove_flavor_access", &["POST /v2.1/flavors/{flavor}/action#removeTenantAccess"], 404, "Lets a project no longer use a flavor"))),

    row("compute.list_images", &["GET /v2.1/images", "GET /v2.1/images/detail"], 403, "Lists images by way of Compute, before 2.36"),
    image(row("compute.get_image", &["GET /v2.1/images/{image}"], 404, "Shows an image by way of Compute, before 2.36")),
    image(row("compute.delete_image", &["DELETE /v2.1/images/{image}"], 403, "Deletes an image by way of Compute, before 2.36")),
    image(row("compute.list_image_metadata", &["GET /v2.1/images/{image}/metadata"], 404, "Lists an image's metadata by way of Compute, before 2.39")),
    image(row("compute.update_image_metadata", &["POST /v2.1/images/{image}/metadata"], 403, "Adds to an image's metadata by way of Compute, before 2.39")),
    image(row("compute.replace_image_metadata", &["PUT /v2.1/images/{image}/metadata"], 403, "Replaces an image's metadata by way of Compute, before 2.39")),
    image(row("compute.get_image_metadata_item", &["GET /v2.1/images/{image}/metadata/{key}"], 404, "Shows one item of an image's metadata by way of Compute, before 2.39")),
    image(row("compute.set_image_metadata_item", &["PUT /v2.1/images/{image}/metadata/{key}"], 403, "Sets one item of an image's metadata by way of Compute, before 2.39")),
    image(row("compute.delete_image_metadata_item", &["DELETE /v2.1/images/{image}/metadata/{key}"], 403, "Deletes one item of an image's metadata by way of Compute, before 2.39")),

    row("compute.get_limits", &["GET /v2.1/limits"], 403, "Shows the limits and what is used of them"),
    row("compute.get_quota_set", &["GET /v2.1/os-quota-sets/{project}"], 403, "Shows the quotas of a project, or of a user in it"),
    row("compute.get_quota_set_details", &["GET /v2.1/os-quota-sets/{project}/detail"], 403, "Shows the quotas of a project with what is used of them"),
    row("compute.get_default_quota_set", &["GET /v2.1/os-quota-sets/{project}/defaults"], 403, "Shows the quotas of a project for which none are set"),
    admin("os_compute_api:os-quota-sets:update", row("compute.update_quota_set", &["PUT /v2.1/os-quota-sets/{project}"], 400, "Sets quotas of a project, or of a user in it")),
    admin("os_compute_api:os-quota-sets:delete", row("compute.delete_quota_set", &["DELETE /v2.1/os-quota-sets/{project}"], 403, "Puts a project's quotas back to the defaults")),
    admin("os_compute_api:os-quota-class-sets:show", row("compute.get_quota_class_set", &["GET /v2.1/os-quota-class-sets/{class}"], 403, "Shows the quotas of a class; `default` is what projects have by default")),
    admin("os_compute_api:os-quota-class-sets:update", row("compute.update_quota_class_set", &["PUT /v2.1/os-quota-class-sets/{class}"], 400, "Sets quotas of a class")),

    row("compute.list_keypairs", &["GET /v2.1/os-keypairs"], 403, "Lists key pairs"),
    key_pair(row("compute.create_keypair", &["POST /v2.1/os-keypairs"], 409, "Creates or imports a key pair")),
    key_pair(row("compute.get_keypair", &["GET /v2.1/os-keypairs/{keypair}"], 404, "Shows a key pair")),
    key_pair(row("compute.delete_keypair", &["DELETE /v2.1/os-keypairs/{keypair}"], 404, "Deletes a key pair")),

    row("compute.list_server_groups", &["GET /v2.1/os-server-groups"], 403, "Lists server groups"),
    row("compute.create_server_group", &["POST /v2.1/os-server-groups"], 403, "Creates a server group"),
    row("compute.get_server_group", &["GET /v2.1/os-server-groups/{group}"], 404, "Shows a server group and its members"),
    row("compute.delete_server_group", &["DELETE /v2.1/os-server-groups/{group}"], 404, "Deletes a server group; its members stay"),

    row("compute.list_availability_zones", &["GET /v2.1/os-availability-zone"], 403, "Lists availability zones"),
    admin("os_compute_api:os-availability-zone:detail", row("compute.list_availability_zone_details", &["GET /v2.1/os-availability-zone/detail"], 403, "Lists availability zones with their hosts")),
    admin("os_compute_api:os-aggregates:index", row("compute.list_aggregates", &["GET /v2.1/os-aggregates"], 403, "Lists host aggregates")),
    admin("os_compute_api:os-aggregates:create", row("compute.create_aggregate", &["POST /v2.1/os-aggregates"], 409, "Creates a host aggregate")),
    admin("os_compute_api:os-aggregates:show", row("compute.get_aggregate", &["GET /v2.1/os-aggregates/{aggregate}"], 404, "Shows a host aggregate")),
    admin("os_compute_api:os-aggregates:update", row("compute.update_aggregate", &["PUT /v2.1/os-aggregates/{aggregate}"], 409, "Changes a host aggregate's name or availability zone")),
    admin("os_compute_api:os-aggregates:delete", row("compute.delete_aggregate", &["DELETE /v2.1/os-aggregates/{aggregate}"], 400, "Deletes a host aggregate")),
    admin("os_compute_api:os-aggregates:add_host", row("compute.add_aggregate_host", &["POST /v2.1/os-aggregates/{aggregate}/action#add_host"], 409, "Adds a host to an aggregate")),
    admin("os_compute_api:os-aggregates:remove_host", row("compute.remove_aggregate_host", &["POST /v2.1/os-aggregates/{aggregate}/action#remove_host"], 409, "Removes a host from an aggregate")),
    admin("os_compute_api:os-aggregates:set_metadata", row("compute.set_aggregate_metadata", &["POST /v2.1/os-aggregates/{aggregate}/action#set_metadata"], 400, "Sets and removes metadata of a host aggregate")),
    admin("compute:aggregates:images", row("compute.cache_aggregate_images", &["POST /v2.1/os-aggregates/{aggregate}/images"], 400, "Asks an aggregate's hosts to cache images")),

    admin("os_compute_api:os-hypervisors:list", row("compute.list_hypervisors", &["GET /v2.1/os-hypervisors"], 403, "Lists hypervisors")),
    admin("os_compute_api:os-hypervisors:list-detail", row("compute.list_hypervisor_details", &["GET /v2.1/os-hypervisors/detail"], 403, "Lists hypervisors with their details")),
    admin("os_compute_api:os-hypervisors:statistics", row("compute.get_hypervisor_statistics", &["GET /v2.1/os-hypervisors/statistics"], 403, "Sums up all hypervisors, before 2.88")),
    admin("os_compute_api:os-hypervisors:show", host(row("compute.get_hypervisor", &["GET /v2.1/os-hypervisors/{hypervisor}"], 404, "Shows a hypervisor"))),
    admin("os_compute_api:os-hypervisors:uptime", host(row("compute.get_hypervisor_uptime", &["GET /v2.1/os-hypervisors/{hypervisor}/uptime"], 400, "Shows since when a hypervisor is up, before 2.88"))),
    admin("os_compute_api:os-hypervisors:search", row("compute.search_hypervisors", &["GET /v2.1/os-hypervisors/{hypervisor}/search"], 404, "Finds hypervisors by a part of their names, before 2.53")),
    admin("os_compute_api:os-hypervisors:servers", row("compute.list_hypervisor_servers", &["GET /v2.1/os-hypervisors/{hypervisor}/servers"], 404, "Finds hypervisors and lists their servers, before 2.53")),
    admin("os_compute_api:os-services:list", row("compute.list_services", &["GET /v2.1/os-services"], 403, "Lists the services of Compute")),
    admin("os_compute_api:os-services:update", host(row("compute.update_service", &["PUT /v2.1/os-services/{service}"], 404, "Enables or disables a host's service, or forces it down"))),
    admin("os_compute_api:os-services:delete", host(row("compute.delete_service", &["DELETE /v2.1/os-services/{service}"], 409, "Removes a host's service"))),
    admin("os_compute_api:os-hosts:list", row("compute.list_hosts", &["GET /v2.1/os-hosts"], 403, "Lists hosts, before 2.43")),
    admin("os_compute_api:os-hosts:show", host(row("compute.get_host", &["GET /v2.1/os-hosts/{host}"], 404, "Shows what is used of a host, before 2.43"))),
    admin("os_compute_api:os-hosts:update", host(row("compute.update_host", &["PUT /v2.1/os-hosts/{host}"], 400, "Enables a host or puts it into maintenance, before 2.43"))),
    admin("os_compute_api:os-hosts:start", host(row("compute.start_host", &["GET /v2.1/os-hosts/{host}/startup"], 400, "Starts a host, before 2.43"))),
    admin("os_compute_api:os-hosts:shutdown", host(row("compute.stop_host", &["GET /v2.1/os-hosts/{host}/shutdown"], 400, "Shuts a host down, before 2.43"))),
    admin("os_compute_api:os-hosts:reboot", host(row("compute.reboot_host", &["GET /v2.1/os-hosts/{host}/reboot"], 400, "Reboots a host, before 2.43"))),

    admin("os_compute_api:os-simple-tenant-usage:list", row("compute.list_usages", &["GET /v2.1/os-simple-tenant-usage"], 403, "Sums up what all projects used over a time")),
    row("compute.get_usage", &["GET /v2.1/os-simple-tenant-usage/{project}"], 403, "Sums up what a project used over a time"),
    admin("os_compute_api:os-migrations:index", row("compute.list_migrations", &["GET /v2.1/os-migrations"], 403, "Lists moves of servers from host to host")),
    admin("os_compute_api:os-instance-usage-audit-log:list", row("compute.list_usage_audits", &["GET /v2.1/os-instance_usage_audit_log"], 403, "Shows the last audit of usage")),
    admin("os_compute_api:os-instance-usage-audit-log:show", row("compute.get_usage_audit", &["GET /v2.1/os-instance_usage_audit_log/{before}"], 403, "Shows the last audit of usage before a time")),
    admin("os_compute_api:os-server-external-events:create", row("compute.create_external_events", &["POST /v2.1/os-server-external-events"], 403, "Tells of events that concern servers")),
    admin("os_compute_api:os-assisted-volume-snapshots:create", row("compute.create_assisted_snapshot", &["POST /v2.1/os-assisted-volume-snapshots"], 400, "Helps a volume driver with a snapshot")),
    admin("os_compute_api:os-assisted-volume-snapshots:delete", row("compute.delete_assisted_snapshot", &["DELETE /v2.1/os-assisted-volume-snapshots/{snapshot}"], 400, "Helps a volume driver to delete a snapshot")),

    row("compute.call_ended_api", ENDED, 410, "Answers for what Compute has no more: agents, cells, certificates, networks of its own"),
];

/// The routes that are kept to say that nothing is there any more.
#[rustfmt::skip]
const ENDED: &[&str] = &[
    "GET /v2.1/os-agents",
    "POST /v2.1/os-agents",
    "PUT /v2.1/os-agents/{id}",
    "DELETE /v2.1/os-agents/{id}",
    "POST /v2.1/os-cells",
    "GET /v2.1/os-cells",
    "GET /v2.1/os-cells/capacities",
    "GET /v2.1/os-cells/detail",
    "GET /v2.1/os-cells/info",
    "POST /v2.1/os-cells/sync_instances",
    "GET /v2.1/os-cells/{id}",
    "PUT /v2.1/os-cells/{id}",
    "DELETE /v2.1/os-cells/{id}",
    "GET /v2.1/os-cells/{id}/capacities",
    "POST /v2.1/os-certificates",
    "GET /v2.1/os-certificates/{id}",
    "GET /v2.1/os-cloudpipe",
    "POST /v2.1/os-cloudpipe",
    "PUT /v2.1/os-cloudpipe/{id}",
    "GET /v2.1/os-fixed-ips/{id}",
    "POST /v2.1/os-fixed-ips/{id}/action#reserve",
    "POST /v2.1/os-fixed-ips/{id}/action#unreserve",
    "GET /v2.1/os-floating-ip-dns",
    "PUT /v2.1/os-floating-ip-dns/{id}",
    "DELETE /v2.1/os-floating-ip-dns/{id}",
    "GET /v2.1/os-floating-ip-dns/{domain_id}/entries/{id}",
    "PUT /v2.1/os-floating-ip-dns/{domain_id}/entries/{id}",
    "DELETE /v2.1/os-floating-ip-dns/{domain_id}/entries/{id}",
    "GET /v2.1/os-floating-ips-bulk",
    "POST /v2.1/os-floating-ips-bulk",
    "GET /v2.1/os-floating-ips-bulk/{id}",
    "PUT /v2.1/os-floating-ips-bulk/{id}",
    "GET /v2.1/os-fping",
    "GET /v2.1/os-fping/{id}",
    "POST /v2.1/os-networks",
    "POST /v2.1/os-networks/add",
    "DELETE /v2.1/os-networks/{network}",
    "POST /v2.1/os-networks/{network}/action#associate_host",
    "POST /v2.1/os-networks/{network}/action#disassociate",
    "POST /v2.1/os-networks/{network}/action#disassociate_host",
    "POST /v2.1/os-networks/{network}/action#disassociate_project",
    "GET /v2.1/os-security-group-default-rules",
    "POST /v2.1/os-security-group-default-rules",
    "GET /v2.1/os-security-group-default-rules/{id}",
    "DELETE /v2.1/os-security-group-default-rules/{id}",
    "POST /v2.1/os-tenant-networks",
    "DELETE /v2.1/os-tenant-networks/{network}",
    "POST /v2.1/servers/{server}/action#resetNetwork",
    "GET /v2.1/servers/{server}/consoles",
    "POST /v2.1/servers/{server}/consoles",
    "GET /v2.1/servers/{server}/consoles/{id}",
    "DELETE /v2.1/servers/{server}/consoles/{id}",
    "GET /v2.1/servers/{server}/os-virtual-interfaces",
];
