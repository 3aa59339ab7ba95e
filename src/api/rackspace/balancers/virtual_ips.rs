//! The addresses that a balancer answers at.

use http::StatusCode;
use serde_json::json;

use super::gate::Ask;
use super::offer::IPV6_LIMIT;
use super::row::{Needs, Row, change, look};
use super::shape::{
    Form, Problems, Shape, items_of, number, number_of, refused, text_of, word, word_or,
};
use super::{Answer, accepted, ok, view};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::balancers::{Balancer, Change, IpVersion, Reach, Settings, VirtualIp};
use crate::world::operations::Kind;

pub(super) const ROWS: &[Row] = &[
    look(
        "loadbalancer.list_virtual_ips",
        Needs::Existence,
        |world, ask| {
            let shown = view::virtual_ips(ask.balancer(world)?);
            Ok(ok(json!({ "virtualIps": shown })))
        },
    ),
    change(
        "loadbalancer.create_virtual_ip",
        Some(Kind::UpdateBalancer),
        Form::Object("virtualIp", &NEW),
        add,
    )
    .called("virtualIp"),
    change(
        "loadbalancer.delete_virtual_ips",
        Some(Kind::UpdateBalancer),
        Form::Nothing,
        |_, change, ask| remove(change, &ask.ids()?),
    ),
    change(
        "loadbalancer.delete_virtual_ip",
        Some(Kind::UpdateBalancer),
        Form::Nothing,
        |_, change, ask| {
            let id = ask.number("address").ok_or_else(|| Fault::not_found(""))?;
            remove(change, &[id])
        },
    ),
];

const TYPES: &[&str] = &["PUBLIC", "SERVICENET"];
const VERSIONS: &[&str] = &["IPV4", "IPV6"];
const OWN_ADDRESS: &str = "Virtual ip address field cannot be modified.";
const BAD_VERSION: &str = "Must specify a valid IP version.";
const PUBLIC_ONLY: &str = "Must specify a valid IP type. IPv6 supports the 'PUBLIC' type only.";

/// One that a new balancer gets, or shares with others.
pub(super) static ANY: Shape = Shape {
    fields: &[
        number("id", (1, u32::MAX as u64), UNKNOWN_SHARED),
        word("type", TYPES),
        word_or("ipVersion", VERSIONS, BAD_VERSION),
        refused("address", OWN_ADDRESS),
    ],
    rule: check_any,
};

const UNKNOWN_SHARED: &str = "Shared virtual ip could not be found. Please provide a valid virtual ip id to process this request.";

fn check_any(ip: &Settings, problems: &mut Problems) {
    let has = |name: &str| ip.contains_key(name);
    match (has("id"), has("type") || has("ipVersion")) {
        (true, true) => problems.push("If sharing a virtual ip please only specify the id."),
        (false, false) => problems.push(
            "The virtual ip must have at least one of the following specified: id, type, ipVersion.",
        ),
        (true, false) | (false, true) => {}
    }
    if text_of(ip, "type") == Some("SERVICENET") && text_of(ip, "ipVersion") == Some("IPV6") {
        problems.push(PUBLIC_ONLY);
    }
}

/// One that is added to a balancer.
static NEW: Shape = Shape {
    fields: &[
        refused("id", "Cannot add a shared virtual ip."),
        word("type", TYPES),
        word_or("ipVersion", VERSIONS, BAD_VERSION),
        refused("address", OWN_ADDRESS),
    ],
    rule: |ip, problems| match (text_of(ip, "type"), text_of(ip, "ipVersion")) {
        (None, _) | (_, None) => {
            problems.push("Must specify a valid ip type and a valid ip version.");
        }
        (Some("PUBLIC"), Some("IPV6")) => {}
        (Some("PUBLIC"), Some(_)) => problems.push(
            "Must specify a valid IP version, currently only IPv6 is supported for this operation.",
        ),
        (Some(_), Some(_)) => problems.push(PUBLIC_ONLY),
    },
};

/// Gives a new balancer its addresses.
pub(super) fn assign(world: &World, change: &mut Change, ask: &Ask<'_>) -> Result<(), Fault> {
    for wanted in items_of(ask.settings(), "virtualIps") {
        match number_of(wanted, "id") {
            Some(id) => {
                let shared = shared(world, ask, &change.balancer, id)?;
                change.balancer.virtual_ips.push(shared);
            }
            None => {
                for (reach, version) in kinds(wanted) {
                    let ip = VirtualIp::take(&mut change.numbers, reach, version);
                    change
                        .balancer
                        .virtual_ips
                        .push(ip.ok_or_else(out_of_addresses)?);
                }
            }
        }
    }
    check_versions(&change.balancer)
}

/// What a type without a version means: one of each for a public address.
fn kinds(wanted: &Settings) -> Vec<(Reach, IpVersion)> {
    match (text_of(wanted, "type"), text_of(wanted, "ipVersion")) {
        (Some("SERVICENET"), _) => vec![(Reach::ServiceNet, IpVersion::V4)],
        (_, Some("IPV4")) => vec![(Reach::Public, IpVersion::V4)],
        (_, Some("IPV6")) => vec![(Reach::Public, IpVersion::V6)],
        (_, _) => vec![
            (Reach::Public, IpVersion::V4),
            (Reach::Public, IpVersion::V6),
        ],
    }
}

fn out_of_addresses() -> Fault {
    let message = "No available virtual ips. Please contact support.";
    Fault::new(FaultKind::Internal, message)
}

/// An address of another balancer of the same owner's, whose port is free on it.
fn shared(world: &World, ask: &Ask<'_>, balancer: &Balancer, id: u32) -> Result<VirtualIp, Fault> {
    let has_it = |other: &&Balancer| other.virtual_ips.iter().any(|ip| ip.id == id);
    let mut holders = world.balancers.living().filter(has_it);
    let Some(holder) = holders.next() else {
        return Err(Fault::bad_request(UNKNOWN_SHARED));
    };
    if holder.project.id != ask.project.id {
        return Err(Fault::not_found(
            "Invalid requesting account for the shared virtual ip.",
        ));
    }
    let mut all = world.balancers.living();
    if all.any(|other| other.listens_on(id, balancer.port)) {
        return Err(Fault::bad_request(
            "Another load balancer is currently using the requested port with the shared virtual ip.",
        ));
    }
    let ip = holder.virtual_ips.iter().find(|ip| ip.id == id);
    ip.cloned()
        .ok_or_else(|| Fault::bad_request(UNKNOWN_SHARED))
}

fn check_versions(balancer: &Balancer) -> Result<(), Fault> {
    let count = |version| {
        let ips = balancer.virtual_ips.iter();
        ips.filter(|ip| ip.version == version).count()
    };
    if count(IpVersion::V4) > 1 {
        return Err(Fault::bad_request(
            "Cannot supply more than one IPV4 virtual ip.",
        ));
    }
    if count(IpVersion::V6) > 1 {
        return Err(Fault::bad_request(
            "Cannot supply more than one IPV6 virtual ip",
        ));
    }
    Ok(())
}

fn add(_: &World, change: &mut Change, _: &Ask<'_>) -> Result<Answer, Fault> {
    let ips = change.balancer.virtual_ips.iter();
    if ips.filter(|ip| ip.version == IpVersion::V6).count() >= IPV6_LIMIT {
        let message =
            format!("Your load balancer cannot have more than {IPV6_LIMIT} IPv6 virtual ips.");
        return Err(Fault::new(FaultKind::OverLimit, message));
    }
    let ip = VirtualIp::take(&mut change.numbers, Reach::Public, IpVersion::V6);
    let ip = ip.ok_or_else(out_of_addresses)?;
    let summary = format!(
        "Virtual ip successfully added with address: '{}', type: 'PUBLIC'",
        ip.address
    );
    let at = ("virtualips", Some(ip.id));
    change.note(at, "CREATE", "Virtual Ip Successfully Added", summary);
    let shown = view::virtual_ip(&ip);
    change.balancer.virtual_ips.push(ip);
    Ok(Answer::json(StatusCode::ACCEPTED, &shown))
}

fn remove(change: &mut Change, ids: &[u32]) -> Result<Answer, Fault> {
    let ips = &mut change.balancer.virtual_ips;
    let unknown: Vec<String> = ids
        .iter()
        .filter(|id| !ips.iter().any(|ip| ip.id == **id))
        .map(u32::to_string)
        .collect();
    if !unknown.is_empty() {
        return Err(Fault::bad_request(format!(
            "Must provide valid virtual ips, {} could not be found.",
            unknown.join(",")
        )));
    }
    if ips.len() <= ids.len() {
        return Err(Fault::bad_request(
            "Cannot delete virtual ips. Minimum number of virtual ips required is 1.",
        ));
    }
    ips.retain(|ip| !ids.contains(&ip.id));
    for id in ids {
        let summary = format!("Virtual ip successfully deleted with id: '{id}'");
        let at = ("virtualips", Some(*id));
        change.note(at, "DELETE", "Virtual Ip Successfully Deleted", summary);
    }
    Ok(accepted())
}
