//! The version documents and the list of extensions.

use http::StatusCode;
use serde_json::{Value, json};

use super::listing::list_values;
use super::{Answer, Call, Operation, read};
use crate::vocabulary::fault::Fault;

pub(super) const OPERATIONS: &[Operation] = &[
    read("network.list_versions", |_, call, _| {
        let links = json!([{"rel": "self", "href": format!("{}/network/v2.0/", call.base_url)}]);
        let body = json!({"versions": [{"id": "v2.0", "status": "CURRENT", "links": links}]});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    read("network.get_version", |_, call, _| {
        let resources: Vec<Value> = RESOURCES
            .iter()
            .map(|names| resource(call, names))
            .collect();
        Ok(Answer::json(
            StatusCode::OK,
            &json!({ "resources": resources }),
        ))
    }),
    read("network.list_extensions", |_, call, _| {
        list_values(
            call,
            "extensions",
            EXTENSIONS.iter().map(extension).collect(),
        )
    }),
    read("network.get_extension", |_, call, _| {
        let wanted = call.path_param("extension");
        let found = EXTENSIONS.iter().find(|(alias, ..)| *alias == wanted);
        let missing = || {
            Fault::not_found(format!("Extension with alias {wanted} does not exist"))
                .named("HTTPNotFound")
        };
        let shown = extension(found.ok_or_else(missing)?);
        Ok(Answer::json(StatusCode::OK, &json!({"extension": shown})))
    }),
    read("network.list_service_providers", |_, call, _| {
        let provider =
            json!({"service_type": "L3_ROUTER_NAT", "name": "single_node", "default": true});
        list_values(call, "service_providers", vec![provider])
    }),
];

/// One, and many.
const RESOURCES: &[(&str, &str)] = &[
    ("network", "networks"),
    ("subnet", "subnets"),
    ("port", "ports"),
    ("subnetpool", "subnetpools"),
    ("security_group", "security-groups"),
    ("security_group_rule", "security-group-rules"),
    ("floatingip", "floatingips"),
    ("router", "routers"),
    ("address_scope", "address-scopes"),
    ("rbac_policy", "rbac-policies"),
    ("metering_label", "metering/metering-labels"),
    ("metering_label_rule", "metering/metering-label-rules"),
    ("quota", "quotas"),
    ("agent", "agents"),
    ("availability_zone", "availability_zones"),
];

fn resource(call: &Call, (name, collection): &(&str, &str)) -> Value {
    let href = format!("{}/network/v2.0/{collection}", call.base_url);
    json!({"name": name, "collection": collection, "links": [{"rel": "self", "href": href}]})
}

/// What is honoured beside the core: alias, name, and what it is for.
const EXTENSIONS: &[(&str, &str, &str)] = &[
    (
        "address-scope",
        "Address scope",
        "Address scopes extension.",
    ),
    ("agent", "agent", "The agent management extension."),
    (
        "allowed-address-pairs",
        "Allowed Address Pairs",
        "Provides allowed address pairs",
    ),
    (
        "auto-allocated-topology",
        "Auto Allocated Topology Services",
        "Auto Allocated Topology Services.",
    ),
    (
        "availability_zone",
        "Availability Zone",
        "The availability zone extension.",
    ),
    (
        "availability_zone_filter",
        "Availability Zone Filter Extension",
        "Add filter parameters to AvailabilityZone resource",
    ),
    (
        "binding",
        "Port Binding",
        "Expose port bindings of a virtual port to external application",
    ),
    (
        "ip-substring-filtering",
        "IP address substring filtering",
        "Provides IP address substring filtering when listing ports",
    ),
    (
        "default-subnetpools",
        "Default Subnetpools",
        "Provides ability to mark and use a subnetpool as the default.",
    ),
    (
        "dns-integration",
        "DNS Integration",
        "Provides integration with DNS.",
    ),
    (
        "dvr",
        "Distributed Virtual Router",
        "Enables configuration of Distributed Virtual Routers.",
    ),
    (
        "empty-string-filtering",
        "Empty String Filtering Extension",
        "Allow filtering by attributes with empty string value",
    ),
    (
        "ext-gw-mode",
        "Neutron L3 Configurable external gateway mode",
        "Extension of the router abstraction for specifying whether SNAT should occur on the external gateway",
    ),
    (
        "external-net",
        "Neutron external network",
        "Adds external network attribute to network resource.",
    ),
    (
        "extra_dhcp_opt",
        "Neutron Extra DHCP options",
        "Extra options configuration for DHCP.",
    ),
    (
        "extraroute",
        "Neutron Extra Route",
        "Extra routes configuration for L3 router",
    ),
    (
        "extraroute-atomic",
        "Atomically add/remove extra routes",
        "Edit extra routes of a router on server side by atomically adding/removing extra routes",
    ),
    (
        "fip-port-details",
        "Floating IP Port Details Extension",
        "Add port_details attribute to Floating IP resource",
    ),
    (
        "floatingip-pools",
        "Floating IP Pools Extension",
        "Provides a floating IP pools API.",
    ),
    (
        "metering",
        "Neutron Metering",
        "Neutron Metering extension.",
    ),
    (
        "metering_source_and_destination_fields",
        "Neutron Metering source and destination filters",
        "Neutron Metering extension that adds source and destination prefixes to label rules.",
    ),
    (
        "net-mtu",
        "Network MTU",
        "Provides MTU attribute for a network resource.",
    ),
    (
        "net-mtu-writable",
        "Network MTU (writable)",
        "Provides a writable MTU attribute for a network resource.",
    ),
    (
        "network-ip-availability",
        "Network IP Availability",
        "Provides IP availability data for each network and subnet.",
    ),
    (
        "network_availability_zone",
        "Network Availability Zone",
        "Availability zone support for network.",
    ),
    (
        "pagination",
        "Pagination support",
        "Extension that indicates that pagination is enabled.",
    ),
    ("port-security", "Port Security", "Provides port security"),
    (
        "project-id",
        "project_id field enabled",
        "Extension that indicates that project_id field is enabled.",
    ),
    (
        "provider",
        "Provider Network",
        "Expose mapping of virtual networks to physical networks",
    ),
    (
        "quota_details",
        "Quota details management support",
        "Expose functions for quotas usage statistics per project",
    ),
    (
        "quotas",
        "Quota management support",
        "Expose functions for quotas management per project",
    ),
    (
        "rbac-address-scope",
        "Add address_scope type to RBAC",
        "Add address_scope type to network RBAC",
    ),
    (
        "rbac-policies",
        "RBAC Policies",
        "Allows creation and modification of policies that control project access to resources.",
    ),
    (
        "rbac-security-groups",
        "Add security_group type to network RBAC",
        "Add security_group type to network RBAC",
    ),
    (
        "rbac-subnetpool",
        "Add subnetpool type to RBAC",
        "Add subnetpool type to RBAC",
    ),
    (
        "router",
        "Neutron L3 Router",
        "Router abstraction for basic L3 forwarding between L2 Neutron networks and access to external networks via a NAT gateway.",
    ),
    (
        "router_availability_zone",
        "Router Availability Zone",
        "Availability zone support for router.",
    ),
    (
        "security-group",
        "security-group",
        "The security groups extension.",
    ),
    (
        "security-groups-normalized-cidr",
        "Normalized CIDR field for security group rules",
        "Add new field with normalized remote_ip_prefix cidr in SG rule",
    ),
    (
        "security-groups-shared-filtering",
        "Security group filtering on the shared field",
        "Support filtering security groups on the shared field",
    ),
    (
        "service-type",
        "Neutron Service Type Management",
        "API for retrieving service providers for Neutron advanced services",
    ),
    (
        "sorting",
        "Sorting support",
        "Extension that indicates that sorting is enabled.",
    ),
    (
        "standard-attr-description",
        "standard-attr-description",
        "Extension to add descriptions to standard attributes",
    ),
    (
        "standard-attr-revisions",
        "Resource revision numbers",
        "This extension will display the revision number of neutron resources.",
    ),
    (
        "standard-attr-tag",
        "Tag support for resources with standard attribute: floatingip, network, port, router, security_group, subnet, subnetpool",
        "Enables to set tag on resources with standard attribute.",
    ),
    (
        "standard-attr-timestamp",
        "Resource timestamps",
        "Adds created_at and updated_at fields to all Neutron resources that have Neutron standard attributes.",
    ),
    (
        "stateful-security-group",
        "Stateful security group",
        "Indicates if the security group is stateful or not",
    ),
    (
        "subnet-service-types",
        "Subnet service types",
        "Provides ability to set the subnet service_types field",
    ),
    (
        "subnet_allocation",
        "Subnet Allocation",
        "Enables allocation of subnets from a subnet pool",
    ),
    ("tag", "Tag support", "Enables to set tag on resources."),
    (
        "tag-ext",
        "Tag support for resources: subnet, subnetpool, port, router",
        "Extends tag support to more L2 and L3 resources.",
    ),
];

fn extension((alias, name, about): &(&str, &str, &str)) -> Value {
    json!({
        "alias": alias,
        "name": name,
        "description": about,
        "updated": "2012-07-20T10:00:00-00:00",
        "links": [],
    })
}
