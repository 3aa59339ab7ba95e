//! How things look.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::settings;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::balancers::{
    AccessItem, Balancer, IpVersion, Meta, Node, Reach, Setting, Status, VirtualIp,
};

/// What the balancers of a region call their nodes from.
pub(super) const SOURCE_IPV4: &str = "198.18.255.5";
pub(super) const SOURCE_SERVICE_NET: &str = "10.183.250.137";
pub(super) const SOURCE_IPV6: &str = "2001:0db8:7901:0000:0000:0000:0000:0005";

/// A time in whole seconds.
pub(super) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// What a list shows of a balancer.
pub(super) fn summary(balancer: &Balancer) -> Value {
    if balancer.status == Status::Deleted {
        return remains(balancer);
    }
    json!({
        "name": balancer.name,
        "id": balancer.id,
        "protocol": balancer.protocol,
        "port": balancer.port,
        "algorithm": balancer.algorithm,
        "status": balancer.status.word(),
        "timeout": balancer.timeout,
        "created": {"time": time(balancer.created)},
        "virtualIps": virtual_ips(balancer),
        "updated": {"time": time(balancer.updated)},
        "nodeCount": balancer.nodes.len(),
    })
}

/// What is known of a balancer that is deleted.
fn remains(balancer: &Balancer) -> Value {
    json!({
        "name": balancer.name,
        "id": balancer.id,
        "status": balancer.status.word(),
        "created": {"time": time(balancer.created)},
        "updated": {"time": time(balancer.updated)},
    })
}

/// A balancer with all that it has; what is not set is left out.
pub(super) fn details(world: &World, balancer: &Balancer) -> Value {
    if balancer.status == Status::Deleted {
        return remains(balancer);
    }
    let mut members = main_members(world, balancer);
    for row in settings::SETTINGS {
        if let Some(value) = row.in_details(balancer) {
            members.insert(row.name.to_owned(), value);
        }
    }
    let lists = [
        ("nodes", nodes(balancer)),
        ("accessList", access_list(balancer)),
        ("metadata", metadata(&balancer.metadata)),
    ];
    for (name, list) in lists {
        if list.as_array().is_some_and(|items| !items.is_empty()) {
            members.insert(name.to_owned(), list);
        }
    }
    members.into()
}

fn main_members(world: &World, balancer: &Balancer) -> Map<String, Value> {
    let members = json!({
        "name": balancer.name,
        "id": balancer.id,
        "protocol": balancer.protocol,
        "port": balancer.port,
        "algorithm": balancer.algorithm,
        "status": balancer.status.word(),
        "cluster": {"name": cluster(world, balancer)},
        "timeout": balancer.timeout,
        "created": {"time": time(balancer.created)},
        "updated": {"time": time(balancer.updated)},
        "virtualIps": virtual_ips(balancer),
        "sourceAddresses": {
            "ipv6Public": format!("{SOURCE_IPV6}/64"),
            "ipv4Servicenet": SOURCE_SERVICE_NET,
            "ipv4Public": SOURCE_IPV4,
        },
        "httpsRedirect": balancer.https_redirect,
        "halfClosed": balancer.half_closed,
    });
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The name of the cluster of hosts that carries a balancer.
fn cluster<'w>(world: &'w World, balancer: &Balancer) -> &'w str {
    let place = balancer.host.map(|host| &world.topology.host(host).place);
    let name = place.and_then(|place| place.name(Level::Cluster));
    name.map_or("", |name| name)
}

pub(super) fn virtual_ips(balancer: &Balancer) -> Value {
    balancer.virtual_ips.iter().map(virtual_ip).collect()
}

pub(super) fn virtual_ip(ip: &VirtualIp) -> Value {
    json!({
        "address": ip.address,
        "id": ip.id,
        "type": match ip.reach {
            Reach::Public => "PUBLIC",
            Reach::ServiceNet => "SERVICENET",
        },
        "ipVersion": match ip.version {
            IpVersion::V4 => "IPV4",
            IpVersion::V6 => "IPV6",
        },
    })
}

pub(super) fn nodes(balancer: &Balancer) -> Value {
    balancer.nodes.iter().map(node).collect()
}

pub(super) fn node(node: &Node) -> Value {
    let mut shown = json!({
        "address": node.address,
        "id": node.id,
        "port": node.port,
        "status": node.status.word(),
        "condition": node.condition.word(),
        "weight": node.weight,
        "type": node.kind.word(),
    });
    if !node.metadata.is_empty() {
        shown["metadata"] = metadata(&node.metadata);
    }
    shown
}

pub(super) fn access_list(balancer: &Balancer) -> Value {
    balancer.access_list.iter().map(access_item).collect()
}

fn access_item(item: &AccessItem) -> Value {
    let kind = if item.allows { "ALLOW" } else { "DENY" };
    json!({"address": item.address, "id": item.id, "type": kind})
}

pub(super) fn metadata(metadata: &[Meta]) -> Value {
    metadata.iter().map(meta).collect()
}

pub(super) fn meta(meta: &Meta) -> Value {
    json!({"id": meta.id, "key": meta.key, "value": meta.value})
}

/// Whether and how a balancer ends encryption, as usage reports tell it.
pub(super) fn ssl_mode(balancer: &Balancer) -> &'static str {
    let Some(ssl) = balancer.setting(Setting::SslTermination) else {
        return "OFF";
    };
    let is_on = |name: &str| ssl.get(name).and_then(Value::as_bool).unwrap_or(false);
    match (is_on("enabled"), is_on("secureTrafficOnly")) {
        (false, _) => "OFF",
        (true, true) => "ON",
        (true, false) => "MIXED",
    }
}
