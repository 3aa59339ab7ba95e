//! What a balancer sends requests on to.

use http::StatusCode;
use serde_json::{Value, json};

use super::gate::Ask;
use super::offer::{self, BATCH_DELETE_LIMIT, NODE_LIMIT};
use super::row::{Needs, Row, change, look};
use super::shape::{
    Form, Problems, Shape, items_of, list, no_rule, number, number_of, refused, text, text_of, word,
};
use super::{Answer, accepted, metadata, ok, paging, view};
use crate::api::rackspace::fault::invalid;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::balancers::{
    Balancer, Change, Condition, Node, NodeKind, NodeStatus, Numbered, Setting, Settings,
};
use crate::world::operations::Kind;

pub(super) const ROWS: &[Row] = &[
    look("loadbalancer.list_nodes", Needs::Existence, |world, ask| {
        let nodes = &ask.balancer(world)?.nodes;
        Ok(ok(paging::page(
            ask,
            "nodes",
            nodes,
            |node| node.id,
            view::node,
        )))
    }),
    change(
        "loadbalancer.create_node",
        Some(Kind::AddNodes),
        Form::List {
            name: "nodes",
            item: "node",
            shape: &NEW,
            empty: "Must provide at least one node.",
            rule: check_alike,
        },
        |_, change, ask| {
            let before = change.balancer.nodes.len();
            check_room(&change.balancer, &ask.body)?;
            add(change, ask.body.iter())?;
            check_kinds(&change.balancer, true)?;
            let added: Vec<Value> = change.balancer.nodes[before..]
                .iter()
                .map(view::node)
                .collect();
            Ok(Answer::json(
                StatusCode::ACCEPTED,
                &json!({ "nodes": added }),
            ))
        },
    ),
    change(
        "loadbalancer.update_nodes",
        Some(Kind::ChangeNodes),
        Form::List {
            name: "nodes",
            item: "node",
            shape: &UPDATE_MANY,
            empty: "Must provide at least one node.",
            rule: |_, _| (),
        },
        |_, change, ask| {
            let mut updated = Vec::new();
            for settings in &ask.body {
                let id = number_of(settings, "id").unwrap_or(0);
                update(change, id, settings)?;
                updated.extend(change.balancer.node(id).map(view::node));
            }
            check_kinds(&change.balancer, true)?;
            Ok(Answer::json(
                StatusCode::ACCEPTED,
                &json!({ "nodes": updated }),
            ))
        },
    ),
    change(
        "loadbalancer.delete_nodes",
        Some(Kind::RemoveNodes),
        Form::Nothing,
        |_, change, ask| {
            let ids = ask.ids()?;
            check_removable(&change.balancer, &ids)?;
            remove(change, &ids)?;
            Ok(accepted())
        },
    )
    .needing(Needs::ActiveOr("LoadBalancer is not ACTIVE")),
    look("loadbalancer.list_node_events", Needs::Existence, events),
    look("loadbalancer.get_node", Needs::Existence, |world, ask| {
        let node = ask.balancer(world)?.node(ask.node).map(view::node);
        Ok(ok(json!({ "node": node })))
    }),
    change(
        "loadbalancer.update_node",
        Some(Kind::ChangeNodes),
        Form::Object("node", &UPDATE),
        |_, change, ask| {
            update(change, ask.node, ask.settings())?;
            check_kinds(&change.balancer, true)?;
            Ok(accepted())
        },
    ),
    change(
        "loadbalancer.delete_node",
        Some(Kind::RemoveNodes),
        Form::Nothing,
        |_, change, ask| {
            remove(change, &[ask.node])?;
            Ok(accepted())
        },
    ),
];

// ---------------------------------------------------------------- shapes

const BAD_WEIGHT: &str = "Node weight is invalid. Range is 1-100. Please specify a valid weight.";
const OWN_ID: &str = "Node id field cannot be modified.";
const OWN_STATUS: &str = "Node status field cannot be modified.";
const OWN_ADDRESS: &str = "Node ip field cannot be modified.";
const OWN_PORT: &str = "Port field cannot be modified.";

pub(super) static NEW: Shape = Shape {
    fields: &[
        text(
            "address",
            &[(
                offer::is_node_address,
                "Node ip is invalid. Please specify a valid ip.",
            )],
        )
        .or("Must provide a valid ip for the node."),
        number(
            "port",
            (1, 65_535),
            "Node port is invalid. Please specify a valid port.",
        )
        .or("Must provide a valid port for the node."),
        word("condition", Condition::WORDS).or("Must provide a valid condition for the node."),
        word("type", NodeKind::WORDS),
        number("weight", (1, 100), BAD_WEIGHT),
        list("metadata", &metadata::NEW),
        refused("id", OWN_ID),
        refused("status", OWN_STATUS),
    ],
    rule: no_rule,
};

static UPDATE: Shape = Shape {
    fields: &[
        refused("address", OWN_ADDRESS),
        refused("port", OWN_PORT),
        number("weight", (1, 100), BAD_WEIGHT),
        word("condition", Condition::WORDS),
        word("type", NodeKind::WORDS),
        refused("id", OWN_ID),
        refused("status", OWN_STATUS),
    ],
    rule: |settings, problems| {
        if settings.is_empty() {
            problems.push(
                "The node must have at least one of the following to update: condition, weight, type.",
            );
        }
    },
};

static UPDATE_MANY: Shape = Shape {
    fields: &[
        number(
            "id",
            (1, u32::MAX as u64),
            "Must provide a valid id for the node.",
        )
        .or("Must provide a valid id for the node."),
        refused("address", OWN_ADDRESS),
        refused("port", OWN_PORT),
        number("weight", (1, 100), BAD_WEIGHT),
        word("condition", Condition::WORDS),
        word("type", NodeKind::WORDS),
        refused("status", OWN_STATUS),
    ],
    rule: no_rule,
};

/// Nodes of one request may not be the same.
pub(super) fn check_alike(nodes: &[Settings], problems: &mut Problems) {
    let mut places = std::collections::BTreeSet::new();
    let place = |node: &Settings| {
        let address = text_of(node, "address").map(str::to_owned);
        places.insert((address, number_of::<u16>(node, "port")))
    };
    if !nodes.iter().all(place) {
        problems.push(
            "Duplicate nodes detected. Please ensure that the ip address and port are unique for each node.",
        );
    }
}

// ---------------------------------------------------------------- changes

/// Whether so many more may be added, and none that is there.
fn check_room(balancer: &Balancer, nodes: &[Settings]) -> Result<(), Fault> {
    if balancer.nodes.len() + nodes.len() > NODE_LIMIT {
        let message = format!("Nodes must not exceed {NODE_LIMIT} per load balancer.");
        return Err(Fault::new(FaultKind::OverLimit, message));
    }
    let is_there = |new: &Settings| {
        let is_same = |node: &Node| {
            text_of(new, "address") == Some(&*node.address)
                && number_of(new, "port") == Some(node.port)
        };
        balancer.nodes.iter().any(is_same)
    };
    match nodes.iter().any(is_there) {
        true => Err(Fault::conflict(
            "Duplicate nodes detected. One or more nodes already configured on load balancer.",
        )),
        false => Ok(()),
    }
}

/// Adds nodes that fit.
pub(super) fn add<'s>(
    change: &mut Change,
    nodes: impl Iterator<Item = &'s Settings>,
) -> Result<(), Fault> {
    for settings in nodes {
        let node = new_node(change, settings)?;
        let summary = format!(
            "Node successfully created with address: '{}', port: '{}', condition: '{}', weight: '{}'",
            node.address,
            node.port,
            node.condition.word(),
            node.weight
        );
        let at = ("nodes", Some(node.id));
        change.note(at, "CREATE", "Node Successfully Created", summary);
        change.note_status(node.id, node.status);
        change.balancer.nodes.push(node);
    }
    Ok(())
}

fn new_node(change: &mut Change, settings: &Settings) -> Result<Node, Fault> {
    let metas = items_of(settings, "metadata");
    metadata::check_keys(metas)?;
    Ok(Node {
        id: change.numbers.next(Numbered::Node),
        address: text_of(settings, "address").unwrap_or_default().into(),
        port: number_of(settings, "port").unwrap_or(0),
        condition: condition_of(settings).unwrap_or(Condition::Enabled),
        kind: kind_of(settings).unwrap_or(NodeKind::Primary),
        weight: number_of(settings, "weight").unwrap_or(1),
        status: NodeStatus::Online,
        metadata: metadata::numbered(&mut change.numbers, items_of(settings, "metadata")),
    })
}

fn condition_of(settings: &Settings) -> Option<Condition> {
    Condition::named(text_of(settings, "condition")?)
}

fn kind_of(settings: &Settings) -> Option<NodeKind> {
    NodeKind::named(text_of(settings, "type")?)
}

fn update(change: &mut Change, id: u32, settings: &Settings) -> Result<(), Fault> {
    let balancer = change.balancer.id;
    let node = change.balancer.node_mut(id).ok_or_else(|| {
        Fault::not_found(format!(
            "Node with id #{id} not found for loadbalancer #{balancer}"
        ))
    })?;
    node.condition = condition_of(settings).unwrap_or(node.condition);
    node.kind = kind_of(settings).unwrap_or(node.kind);
    node.weight = number_of(settings, "weight").unwrap_or(node.weight);
    let summary = format!(
        "Node successfully updated with address: '{}', port: '{}', weight: '{}', condition: '{}'",
        node.address,
        node.port,
        node.weight,
        node.condition.word()
    );
    let at = ("nodes", Some(id));
    change.note(at, "UPDATE", "Node Successfully Updated", summary);
    Ok(())
}

fn check_removable(balancer: &Balancer, ids: &[u32]) -> Result<(), Fault> {
    if ids.len() > BATCH_DELETE_LIMIT {
        let (number, most) = (ids.len(), BATCH_DELETE_LIMIT);
        return Err(invalid(&[format!(
            "Request to delete {number} nodes exceeds the account limit BATCH_DELETE_LIMIT of {most} please \
             attempt to delete fewer then {most} nodes"
        )]));
    }
    let unknown: Vec<String> = ids
        .iter()
        .filter(|id| balancer.node(**id).is_none())
        .map(u32::to_string)
        .collect();
    match unknown.is_empty() {
        true => Ok(()),
        false => Err(invalid(&[format!(
            "Node ids {} are not a part of your loadbalancer",
            unknown.join(",")
        )])),
    }
}

fn remove(change: &mut Change, ids: &[u32]) -> Result<(), Fault> {
    let had_nodes = change.balancer.nodes.len() > ids.len();
    change.balancer.nodes.retain(|node| !ids.contains(&node.id));
    check_kinds(&change.balancer, had_nodes)?;
    for id in ids {
        let summary = format!("Node successfully deleted with id: '{id}'");
        let at = ("nodes", Some(*id));
        change.note(at, "DELETE", "Node Successfully Deleted", summary);
    }
    Ok(())
}

/// Whether a balancer's nodes go together: secondary ones need a health monitor, and where there are any
/// nodes, a primary one must be enabled.
pub(super) fn check_kinds(balancer: &Balancer, has_nodes: bool) -> Result<(), Fault> {
    let is_secondary = |node: &Node| node.kind == NodeKind::Secondary;
    let has_monitor = balancer.setting(Setting::HealthMonitor).is_some();
    if balancer.nodes.iter().any(is_secondary) && !has_monitor {
        return Err(Fault::bad_request(
            "you must enable health monitoring to use secondary nodes",
        ));
    }
    let serves =
        |node: &Node| node.kind == NodeKind::Primary && node.condition == Condition::Enabled;
    match has_nodes && !balancer.nodes.iter().any(serves) {
        true => Err(Fault::bad_request(
            "you must have at least one primary node enabled",
        )),
        false => Ok(()),
    }
}

// ---------------------------------------------------------------- events

fn events(world: &World, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let balancer = ask.balancer(world)?;
    let (account, balancer_id) = (super::account(&ask.project), balancer.id);
    let body = paging::page(
        ask,
        "nodeServiceEvents",
        &balancer.node_events,
        |event| event.id,
        |event| {
            let (node, status) = (event.node, event.status.word());
            json!({
                "id": event.id,
                "nodeId": node,
                "loadbalancerId": balancer_id,
                "accountId": account,
                "detailedMessage": match event.status {
                    NodeStatus::Online => "Node is working",
                    NodeStatus::Offline => "Node is not working",
                },
                "author": "Rackspace Cloud",
                "title": "Node Status Updated",
                "description": format!(
                    "Node '{node}' status changed to '{status}' for load balancer '{balancer_id}'"
                ),
                "type": "UPDATE_NODE",
                "category": "UPDATE",
                "severity": "INFO",
                "relativeUri": format!("/{account}/loadbalancers/{balancer_id}/nodes/{node}/events"),
                "created": view::time(event.at),
            })
        },
    );
    Ok(ok(body))
}
