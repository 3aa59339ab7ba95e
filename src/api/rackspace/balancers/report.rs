//! What the service can do, what it allows, and how a balancer fares.

use serde_json::{Map, Value, json};

use super::offer::{DOMAINS, LIMITS, RATES};
use super::row::{Needs, Row, look};
use super::{ok, view};
use crate::vocabulary::balancing::{ALGORITHMS, PROTOCOLS};

pub(super) const ROWS: &[Row] = &[
    look(
        "loadbalancer.get_stats",
        Needs::Running("The load balancer is not available to display statistics."),
        |_, _| Ok(ok(stats())),
    )
    .called("stats"),
    look(
        "loadbalancer.get_cluster_source_addresses",
        Needs::Existence,
        |_, _| Ok(ok(json!({ "clusterSourceAddresses": source_addresses() }))),
    ),
    look(
        "loadbalancer.get_regional_source_addresses",
        Needs::Nothing,
        |_, _| Ok(ok(json!({ "RegionalSourceAddresses": source_addresses() }))),
    ),
    look("loadbalancer.list_algorithms", Needs::Nothing, |_, _| {
        let algorithms = ALGORITHMS.iter().map(|name| json!({ "name": name }));
        Ok(ok(json!({ "algorithms": algorithms.collect::<Value>() })))
    }),
    look("loadbalancer.list_protocols", Needs::Nothing, |_, _| {
        let protocols = PROTOCOLS
            .iter()
            .map(|(name, port)| json!({"name": name, "port": port}));
        Ok(ok(json!({ "protocols": protocols.collect::<Value>() })))
    }),
    look(
        "loadbalancer.list_allowed_domains",
        Needs::Nothing,
        |_, _| {
            let domains = DOMAINS
                .iter()
                .map(|name| json!({"allowedDomain": {"name": name}}));
            Ok(ok(json!({ "allowedDomains": domains.collect::<Value>() })))
        },
    ),
    look(
        "loadbalancer.list_absolute_limits",
        Needs::Nothing,
        |_, _| {
            let limits = LIMITS
                .iter()
                .map(|(name, value)| json!({"name": name, "value": value}));
            Ok(ok(json!({ "absolute": limits.collect::<Value>() })))
        },
    ),
    look("loadbalancer.list_limit_types", Needs::Nothing, |_, _| {
        let types = LIMITS
            .iter()
            .map(|(name, value)| json!({"name": name, "defaultValue": value}));
        Ok(ok(json!({ "limitTypes": types.collect::<Value>() })))
    }),
    look(
        "loadbalancer.list_rate_limits",
        Needs::Nothing,
        |world, _| {
            let next = view::time(world.now());
            let rates = RATES.iter().map(|(verb, value)| {
                json!({
                    "verb": verb,
                    "value": value,
                    "remaining": value,
                    "unit": "MINUTE",
                    "next-available": next,
                })
            });
            let rate = json!({
                "uri": "/v1.0/*",
                "regex": ".*/([0-9]+)/loadbalancers.*",
                "limit": rates.collect::<Value>(),
            });
            Ok(ok(json!({ "limits": {"rate": [rate]} })))
        },
    ),
];

/// What is counted, for plain and for encrypted connections.
const COUNTS: &[&str] = &[
    "connectTimeOut",
    "connectError",
    "connectFailure",
    "dataTimedOut",
    "keepAliveTimedOut",
    "maxConn",
    "currentConn",
];

/// No traffic flows through a simulated balancer.
fn stats() -> Value {
    let of = |suffix: &'static str| {
        COUNTS
            .iter()
            .map(move |name| (format!("{name}{suffix}"), Value::from(0)))
    };
    Map::from_iter(of("").chain(of("Ssl"))).into()
}

fn source_addresses() -> Value {
    json!({
        "ipv4Publicnets": [view::SOURCE_IPV4],
        "ipv4Servicenets": [view::SOURCE_SERVICE_NET],
        "ipv6Publicnets": [view::SOURCE_IPV6],
    })
}
