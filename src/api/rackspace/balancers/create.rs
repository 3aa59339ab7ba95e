//! Making a load balancer, with all that it is to have from the start.

use http::StatusCode;
use serde_json::json;

use super::gate::Ask;
use super::offer::{self, ACCESS_LIST_LIMIT, BALANCER_LIMIT, META_LIMIT, NODE_LIMIT};
use super::shape::{
    Problems, Shape, flag, items_of, list, number, number_of, object, refused, text, text_of,
};
use super::{Answer, access_list, collection, metadata, nodes, settings, view, virtual_ips};
use crate::api::{Landing, Target};
use crate::vocabulary::balancing::port_of;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::balancers::{Balancer, Change, Numbered, Settings};

pub(super) const LONG_NAME: &str = "Load Balancer name must be less than or equal to 128";
pub(super) const BAD_ALGORITHM: &str =
    "Load balancer algorithm is invalid. Please specify a valid algorithm.";
pub(super) const BAD_PROTOCOL: &str =
    "Load balancer protocol is invalid. Please specify a valid protocol.";
pub(super) const BAD_PORT: &str = "Load balancer port is invalid. Please specify a valid port.";
pub(super) const BAD_TIMEOUT: &str =
    "Load balancer timeout is invalid. Please specify a valid timeout value.";
pub(super) const OWN_ID: &str = "Load balancer id field cannot be modified.";
pub(super) const OWN_STATUS: &str = "Load balancer status field cannot be modified.";
pub(super) const OWN_CLUSTER: &str = "Load balancer cluster field cannot be modified.";
pub(super) const OWN_CREATED: &str = "Load balancer created field cannot be modified.";
pub(super) const OWN_UPDATED: &str = "Load balancer updated field cannot be modified.";
pub(super) const VISIT_SSL: &str = "Please visit {account id}/loadbalancers/{load balancer id}/ssltermination to configure ssl termination.";

pub(super) static SHAPE: Shape = Shape {
    fields: &[
        text(
            "name",
            &[
                (
                    |name| !name.is_empty(),
                    "Load balancer name is invalid. Please specify a valid name",
                ),
                (|name| name.chars().count() <= 128, LONG_NAME),
            ],
        )
        .or("Must provide a name for the load balancer."),
        text("protocol", &[(offer::is_protocol, BAD_PROTOCOL)])
            .or("Must provide a valid protocol for the load balancer."),
        number("port", (1, 65_535), BAD_PORT),
        text("algorithm", &[(offer::is_algorithm, BAD_ALGORITHM)]),
        number("timeout", (30, 120), BAD_TIMEOUT),
        flag("halfClosed"),
        flag("httpsRedirect"),
        list("virtualIps", &virtual_ips::ANY)
            .or("Must provide at least one virtual ip for the load balancer.")
            .not_empty("Must have at least one virtual ip for the load balancer"),
        list("nodes", &nodes::NEW),
        list("accessList", &access_list::ITEM),
        list("metadata", &metadata::NEW),
        object("healthMonitor", &settings::NEW_MONITOR),
        object("sessionPersistence", &settings::PERSISTENCE),
        object("connectionThrottle", &settings::NEW_THROTTLE),
        object("connectionLogging", &settings::LOGGING),
        object("contentCaching", &settings::CACHING),
        refused("sslTermination", VISIT_SSL),
        refused("id", OWN_ID),
        refused("status", OWN_STATUS),
        refused("cluster", OWN_CLUSTER),
        refused("created", OWN_CREATED),
        refused("updated", OWN_UPDATED),
    ],
    rule: check_whole,
};

fn check_whole(settings: &Settings, problems: &mut Problems) {
    let addresses = || items_of(settings, "virtualIps");
    let is_shared = |ip: &Settings| ip.contains_key("id");
    if addresses().any(is_shared) && !addresses().all(is_shared) {
        problems.push("Must specify either a shared or new virtual ip.");
    }
    let given: Vec<Settings> = items_of(settings, "nodes").cloned().collect();
    nodes::check_alike(&given, problems);
    let limits = [
        (
            "nodes",
            NODE_LIMIT,
            "Must not provide more than twenty five nodes per load balancer.",
        ),
        (
            "accessList",
            ACCESS_LIST_LIMIT,
            "Must not provide more than one hundred access list items",
        ),
        ("metadata", META_LIMIT, metadata::TOO_MANY),
    ];
    for (name, limit, text) in limits {
        if items_of(settings, name).count() > limit {
            problems.push(text);
        }
    }
}

/// The balancer that is asked for, not yet taken in.
pub(super) fn draft(world: &World, ask: &Ask<'_>) -> Result<Change, Fault> {
    check_limit(world, ask)?;
    let settings = ask.settings();
    let mut change = Change {
        balancer: blank(world, ask)?,
        numbers: world.balancers.numbers.clone(),
        now: world.now(),
    };
    change.balancer.id = change.numbers.next(Numbered::Balancer);
    collection::apply(&mut change.balancer, settings);
    collection::check_flags(&change.balancer, settings)?;
    settings::apply_all(&mut change.balancer, settings)?;
    nodes::add(&mut change, items_of(settings, "nodes"))?;
    nodes::check_kinds(
        &change.balancer,
        items_of(settings, "nodes").next().is_some(),
    )?;
    virtual_ips::assign(world, &mut change, ask)?;
    access_list::add(&mut change, items_of(settings, "accessList"))?;
    let metas = items_of(settings, "metadata");
    change.balancer.metadata = metadata::numbered(&mut change.numbers, metas);
    let balancer = &change.balancer;
    let summary = format!(
        "Load balancer successfully created with name: '{}', algorithm: '{}', protocol: '{}', port: '{}'",
        balancer.name, balancer.algorithm, balancer.protocol, balancer.port
    );
    change.note(
        ("", None),
        "CREATE",
        "Load Balancer Successfully Created",
        summary,
    );
    Ok(change)
}

fn check_limit(world: &World, ask: &Ask<'_>) -> Result<(), Fault> {
    let is_own = |balancer: &&Balancer| balancer.project.id == ask.project.id;
    if world.balancers.living().filter(is_own).count() < BALANCER_LIMIT {
        return Ok(());
    }
    Err(Fault::new(
        FaultKind::OverLimit,
        format!(
            "Load balancer limit reached. Limit is set to '{BALANCER_LIMIT}'. Contact support if you would \
             like to increase your limit."
        ),
    ))
}

/// A balancer with the defaults of its protocol.
fn blank(world: &World, ask: &Ask<'_>) -> Result<Balancer, Fault> {
    let protocol = text_of(ask.settings(), "protocol").unwrap_or_default();
    let port = number_of(ask.settings(), "port").or_else(|| port_of(protocol));
    let port =
        port.ok_or_else(|| Fault::bad_request("Must provide port for TCP and UDP protocols."))?;
    let owner = (ask.project.clone(), ask.user.clone());
    let host = world.place_balancer();
    Ok(Balancer::new(owner, host, (protocol, port), world.now()))
}

/// Takes the balancer in, on the host that was chosen when the call landed.
pub(super) fn run(world: &mut World, ask: &Ask<'_>, landing: Landing) -> Result<Answer, Fault> {
    let mut draft = draft(world, ask)?;
    if let Target::NewBalancer(landed) = landing.target {
        draft.balancer.host = landed.host;
    }
    let shown = view::details(world, &draft.balancer);
    world.create_balancer(draft.balancer, draft.numbers, &ask.user);
    Ok(Answer::json(
        StatusCode::ACCEPTED,
        &json!({ "loadBalancer": shown }),
    ))
}
