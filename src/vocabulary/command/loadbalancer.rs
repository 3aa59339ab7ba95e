//! The operations of Cloud Load Balancers, by their resources. Routes begin below the version and the tenant.

use super::{CommandSpec, at, row};
use crate::vocabulary::fact::Subject;

/// A row about one balancer, which is at a place.
const fn balancer(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    at(&[Subject::Balancer], row(name, routes, failure, about))
}

/// A row about one node of a balancer.
const fn node(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    let subjects = &[Subject::Balancer, Subject::Node];
    at(subjects, row(name, routes, failure, about))
}

pub(super) const TABLES: &[&[CommandSpec]] =
    &[BALANCERS, NODES, NETWORK, SETTINGS, METADATA, REPORTS];

#[rustfmt::skip]
const BALANCERS: &[CommandSpec] = &[
    row("loadbalancer.list_balancers", &["GET /loadbalancers"], 503, "Lists load balancers"),
    balancer("loadbalancer.create_balancer", &["POST /loadbalancers"], 413, "Makes a load balancer"),
    row("loadbalancer.delete_balancers", &["DELETE /loadbalancers"], 400, "Deletes several load balancers"),
    balancer("loadbalancer.get_balancer", &["GET /loadbalancers/{balancer}"], 404, "Shows a load balancer"),
    balancer("loadbalancer.update_balancer", &["PUT /loadbalancers/{balancer}"], 422, "Changes a load balancer's attributes"),
    balancer("loadbalancer.delete_balancer", &["DELETE /loadbalancers/{balancer}"], 400, "Deletes a load balancer"),
];

#[rustfmt::skip]
const NODES: &[CommandSpec] = &[
    balancer("loadbalancer.list_nodes", &["GET /loadbalancers/{balancer}/nodes"], 404, "Lists a balancer's nodes"),
    balancer("loadbalancer.create_node", &["POST /loadbalancers/{balancer}/nodes"], 422, "Adds one or several nodes"),
    balancer("loadbalancer.update_nodes", &["PUT /loadbalancers/{balancer}/nodes"], 422, "Changes several nodes"),
    balancer("loadbalancer.delete_nodes", &["DELETE /loadbalancers/{balancer}/nodes"], 422, "Removes several nodes"),
    balancer("loadbalancer.list_node_events", &["GET /loadbalancers/{balancer}/nodes/events"], 404, "Lists how the states of nodes changed"),
    node("loadbalancer.get_node", &["GET /loadbalancers/{balancer}/nodes/{node}"], 404, "Shows a node"),
    node("loadbalancer.update_node", &["PUT /loadbalancers/{balancer}/nodes/{node}"], 422, "Changes a node"),
    node("loadbalancer.delete_node", &["DELETE /loadbalancers/{balancer}/nodes/{node}"], 422, "Removes a node"),
];

#[rustfmt::skip]
const NETWORK: &[CommandSpec] = &[
    balancer("loadbalancer.list_virtual_ips", &["GET /loadbalancers/{balancer}/virtualips"], 404, "Lists a balancer's virtual addresses"),
    balancer("loadbalancer.create_virtual_ip", &["POST /loadbalancers/{balancer}/virtualips"], 422, "Adds a virtual IPv6 address"),
    balancer("loadbalancer.delete_virtual_ips", &["DELETE /loadbalancers/{balancer}/virtualips"], 422, "Removes several virtual addresses"),
    balancer("loadbalancer.delete_virtual_ip", &["DELETE /loadbalancers/{balancer}/virtualips/{address}"], 422, "Removes a virtual address"),
    balancer("loadbalancer.get_access_list", &["GET /loadbalancers/{balancer}/accesslist"], 404, "Shows who is let through"),
    balancer("loadbalancer.update_access_list", &["POST /loadbalancers/{balancer}/accesslist"], 422, "Adds to the access list"),
    balancer("loadbalancer.delete_access_list", &["DELETE /loadbalancers/{balancer}/accesslist"], 422, "Removes the access list, or some of its items"),
    balancer("loadbalancer.delete_access_item", &["DELETE /loadbalancers/{balancer}/accesslist/{item}"], 422, "Removes an item of the access list"),
];

#[rustfmt::skip]
const SETTINGS: &[CommandSpec] = &[
    balancer("loadbalancer.get_health_monitor", &["GET /loadbalancers/{balancer}/healthmonitor"], 404, "Shows the health monitor"),
    balancer("loadbalancer.update_health_monitor", &["PUT /loadbalancers/{balancer}/healthmonitor"], 422, "Sets the health monitor"),
    balancer("loadbalancer.delete_health_monitor", &["DELETE /loadbalancers/{balancer}/healthmonitor"], 422, "Removes the health monitor"),
    balancer("loadbalancer.get_session_persistence", &["GET /loadbalancers/{balancer}/sessionpersistence"], 404, "Shows the session persistence"),
    balancer("loadbalancer.update_session_persistence", &["PUT /loadbalancers/{balancer}/sessionpersistence"], 422, "Sets the session persistence"),
    balancer("loadbalancer.delete_session_persistence", &["DELETE /loadbalancers/{balancer}/sessionpersistence"], 422, "Ends the session persistence"),
    balancer("loadbalancer.get_connection_throttle", &["GET /loadbalancers/{balancer}/connectionthrottle"], 404, "Shows the limits on connections"),
    balancer("loadbalancer.update_connection_throttle", &["PUT /loadbalancers/{balancer}/connectionthrottle"], 422, "Limits connections"),
    balancer("loadbalancer.delete_connection_throttle", &["DELETE /loadbalancers/{balancer}/connectionthrottle"], 422, "Ends the limits on connections"),
    balancer("loadbalancer.get_connection_logging", &["GET /loadbalancers/{balancer}/connectionlogging"], 404, "Shows whether connections are logged"),
    balancer("loadbalancer.update_connection_logging", &["PUT /loadbalancers/{balancer}/connectionlogging"], 422, "Turns the log of connections on or off"),
    balancer("loadbalancer.get_content_caching", &["GET /loadbalancers/{balancer}/contentcaching"], 404, "Shows whether content is cached"),
    balancer("loadbalancer.update_content_caching", &["PUT /loadbalancers/{balancer}/contentcaching"], 422, "Turns the cache on or off"),
    balancer("loadbalancer.get_error_page", &["GET /loadbalancers/{balancer}/errorpage"], 404, "Shows the error page"),
    balancer("loadbalancer.update_error_page", &["PUT /loadbalancers/{balancer}/errorpage"], 422, "Sets an error page"),
    balancer("loadbalancer.delete_error_page", &["DELETE /loadbalancers/{balancer}/errorpage"], 422, "Goes back to the default error page"),
    balancer("loadbalancer.get_ssl_termination", &["GET /loadbalancers/{balancer}/ssltermination"], 404, "Shows where encryption ends"),
    balancer("loadbalancer.update_ssl_termination", &["PUT /loadbalancers/{balancer}/ssltermination"], 422, "Lets encryption end at the balancer"),
    balancer("loadbalancer.delete_ssl_termination", &["DELETE /loadbalancers/{balancer}/ssltermination"], 422, "Ends the SSL termination"),
    balancer("loadbalancer.list_certificate_mappings", &["GET /loadbalancers/{balancer}/ssltermination/certificatemappings"], 404, "Lists certificates by host name"),
    balancer("loadbalancer.create_certificate_mapping", &["POST /loadbalancers/{balancer}/ssltermination/certificatemappings"], 422, "Adds a host name's certificate"),
    balancer("loadbalancer.get_certificate_mapping", &["GET /loadbalancers/{balancer}/ssltermination/certificatemappings/{mapping}"], 404, "Shows a host name's certificate"),
    balancer("loadbalancer.update_certificate_mapping", &["PUT /loadbalancers/{balancer}/ssltermination/certificatemappings/{mapping}"], 422, "Changes a host name's certificate"),
    balancer("loadbalancer.delete_certificate_mapping", &["DELETE /loadbalancers/{balancer}/ssltermination/certificatemappings/{mapping}"], 422, "Removes a host name's certificate"),
    balancer("loadbalancer.list_ciphers", &["GET /loadbalancers/{balancer}/ssltermination/ciphers"], 404, "Lists the ciphers in use"),
];

#[rustfmt::skip]
const METADATA: &[CommandSpec] = &[
    balancer("loadbalancer.list_metadata", &["GET /loadbalancers/{balancer}/metadata"], 404, "Lists a balancer's metadata"),
    balancer("loadbalancer.create_metadata", &["POST /loadbalancers/{balancer}/metadata"], 422, "Adds metadata to a balancer"),
    balancer("loadbalancer.delete_metadata", &["DELETE /loadbalancers/{balancer}/metadata"], 400, "Removes several metadata items of a balancer"),
    balancer("loadbalancer.get_metadata_item", &["GET /loadbalancers/{balancer}/metadata/{meta}"], 404, "Shows a metadata item of a balancer"),
    balancer("loadbalancer.update_metadata_item", &["PUT /loadbalancers/{balancer}/metadata/{meta}"], 422, "Changes a metadata item of a balancer"),
    balancer("loadbalancer.delete_metadata_item", &["DELETE /loadbalancers/{balancer}/metadata/{meta}"], 422, "Removes a metadata item of a balancer"),
    node("loadbalancer.list_node_metadata", &["GET /loadbalancers/{balancer}/nodes/{node}/metadata"], 404, "Lists a node's metadata"),
    node("loadbalancer.create_node_metadata", &["POST /loadbalancers/{balancer}/nodes/{node}/metadata"], 422, "Adds metadata to a node"),
    node("loadbalancer.delete_node_metadata", &["DELETE /loadbalancers/{balancer}/nodes/{node}/metadata"], 400, "Removes several metadata items of a node"),
    node("loadbalancer.get_node_metadata_item", &["GET /loadbalancers/{balancer}/nodes/{node}/metadata/{meta}"], 404, "Shows a metadata item of a node"),
    node("loadbalancer.update_node_metadata_item", &["PUT /loadbalancers/{balancer}/nodes/{node}/metadata/{meta}"], 422, "Changes a metadata item of a node"),
    node("loadbalancer.delete_node_metadata_item", &["DELETE /loadbalancers/{balancer}/nodes/{node}/metadata/{meta}"], 422, "Removes a metadata item of a node"),
];

#[rustfmt::skip]
const REPORTS: &[CommandSpec] = &[
    balancer("loadbalancer.get_stats", &["GET /loadbalancers/{balancer}/stats"], 422, "Shows a balancer's statistics"),
    balancer("loadbalancer.get_usage", &["GET /loadbalancers/{balancer}/usage"], 404, "Shows a balancer's usage, hour by hour"),
    balancer("loadbalancer.get_current_usage", &["GET /loadbalancers/{balancer}/usage/current"], 404, "Shows a balancer's usage of the last day"),
    balancer("loadbalancer.get_cluster_source_addresses", &["GET /loadbalancers/{balancer}/clustersourceaddresses"], 404, "Lists the addresses that a balancer calls from"),
    row("loadbalancer.get_account_usage", &["GET /loadbalancers/usage"], 503, "Shows the usage of all balancers"),
    row("loadbalancer.list_billable_balancers", &["GET /loadbalancers/billable"], 503, "Lists the balancers of a span of time"),
    row("loadbalancer.list_algorithms", &["GET /loadbalancers/algorithms"], 503, "Lists the algorithms"),
    row("loadbalancer.list_protocols", &["GET /loadbalancers/protocols"], 503, "Lists the protocols with their ports"),
    row("loadbalancer.list_allowed_domains", &["GET /loadbalancers/alloweddomains"], 503, "Lists the domains that nodes may be named in"),
    row("loadbalancer.list_absolute_limits", &["GET /loadbalancers/absolutelimits"], 503, "Lists how many of each there may be"),
    row("loadbalancer.list_limit_types", &["GET /loadbalancers/limittypes"], 503, "Lists the kinds of limits"),
    row("loadbalancer.list_rate_limits", &["GET /limits"], 503, "Lists how often one may ask"),
    row("loadbalancer.get_regional_source_addresses", &["GET /regionalsourceaddresses"], 503, "Lists the addresses that the region's balancers call from"),
    row("loadbalancer.get_feed", &["GET /loadbalancers.atom"], 503, "Tells in Atom what was done to all balancers"),
    balancer("loadbalancer.get_balancer_feed", &[
        "GET /loadbalancers/{balancer}.atom",
        "GET /loadbalancers/{balancer}/{part}.atom",
        "GET /loadbalancers/{balancer}/nodes/{item}.atom",
    ], 404, "Tells in Atom what was done to a balancer, or to a part of it"),
];
