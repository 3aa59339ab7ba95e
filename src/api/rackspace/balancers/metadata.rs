//! Metadata of balancers and of nodes: the same operations on either.

use std::sync::Arc;

use serde_json::json;

use super::gate::Ask;
use super::offer::META_LIMIT;
use super::row::{Needs, Row, change, look};
use super::shape::{Form, Problems, Shape, no_rule, refused, text, text_of};
use super::{Answer, ok, view};
use crate::api::rackspace::fault::invalid;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::balancers::{Balancer, Change, Meta, Numbered, Numbers, Settings};

pub(super) const ROWS: &[Row] = &[
    look("loadbalancer.list_metadata", Needs::Existence, list),
    change("loadbalancer.create_metadata", None, FORM, add).needing(Needs::Active),
    change(
        "loadbalancer.delete_metadata",
        None,
        Form::Nothing,
        remove_many,
    ),
    look("loadbalancer.get_metadata_item", Needs::Existence, show),
    change("loadbalancer.update_metadata_item", None, ITEM_FORM, update),
    change(
        "loadbalancer.delete_metadata_item",
        None,
        Form::Nothing,
        remove,
    ),
    look("loadbalancer.list_node_metadata", Needs::Existence, list),
    change("loadbalancer.create_node_metadata", None, FORM, add),
    change(
        "loadbalancer.delete_node_metadata",
        None,
        Form::Nothing,
        remove_many,
    ),
    look(
        "loadbalancer.get_node_metadata_item",
        Needs::Existence,
        show,
    ),
    change(
        "loadbalancer.update_node_metadata_item",
        None,
        ITEM_FORM,
        update,
    ),
    change(
        "loadbalancer.delete_node_metadata_item",
        None,
        Form::Nothing,
        remove,
    ),
];

const FORM: Form = Form::List {
    name: "metadata",
    item: "meta",
    shape: &NEW,
    empty: "Must provide at least one metadata item",
    rule: check_list,
};

const ITEM_FORM: Form = Form::Object("meta", &UPDATE);

pub(super) const TOO_MANY: &str =
    "Must not provide more than twenty five metadata items per load balancer.";
const ALIKE: &str =
    "Duplicate keys detected. Please ensure that the key is unique for each metadata item.";
const OWN_ID: &str = "Must not specify an id for node meta data";
const LONG_VALUE: &str = "Node meta value must not exceed 256 characters.";

pub(super) static NEW: Shape = Shape {
    fields: &[
        refused("id", OWN_ID),
        text(
            "key",
            &[
                (
                    |key| !key.is_empty(),
                    "Must provide a key for the node metadata item.",
                ),
                (
                    |key| key.chars().count() <= 32,
                    "Node meta key must not exceed 32 characters.",
                ),
            ],
        )
        .or("Must provide a key for the node metadata item."),
        text("value", &[(is_short, LONG_VALUE)])
            .or("Must provide a value for the node metadata item."),
    ],
    rule: no_rule,
};

static UPDATE: Shape = Shape {
    fields: &[
        refused("id", OWN_ID),
        refused("key", "Node meta key field cannot be modified."),
        text("value", &[(is_short, LONG_VALUE)])
            .or("Must provide a value to update for the node metadata item."),
    ],
    rule: no_rule,
};

fn is_short(value: &str) -> bool {
    value.chars().count() <= 256
}

fn check_list(items: &[Settings], problems: &mut Problems) {
    if items.len() > META_LIMIT {
        problems.push(TOO_MANY);
    }
    if !are_keys_unique(items.iter()) {
        problems.push(ALIKE);
    }
}

fn are_keys_unique<'s>(mut items: impl Iterator<Item = &'s Settings>) -> bool {
    let mut keys = std::collections::BTreeSet::new();
    items.all(|item| keys.insert(text_of(item, "key")))
}

/// Whether no key is there twice.
pub(super) fn check_keys<'s>(items: impl Iterator<Item = &'s Settings>) -> Result<(), Fault> {
    match are_keys_unique(items) {
        true => Ok(()),
        false => Err(invalid(&[ALIKE])),
    }
}

/// New items, each with its number.
pub(super) fn numbered<'s>(
    numbers: &mut Numbers,
    items: impl Iterator<Item = &'s Settings>,
) -> Vec<Meta> {
    let text = |item: &Settings, name: &str| Arc::from(text_of(item, name).unwrap_or_default());
    let meta = |item: &Settings| Meta {
        id: numbers.next(Numbered::Meta),
        key: text(item, "key"),
        value: text(item, "value"),
    };
    items.map(meta).collect()
}

/// The metadata that a call is about: the node's if it names one.
fn metadata_of<'b>(balancer: &'b Balancer, ask: &Ask<'_>) -> &'b [Meta] {
    match ask.node {
        0 => &balancer.metadata,
        id => balancer.node(id).map_or(&[], |node| &node.metadata),
    }
}

fn metadata_mut<'b>(balancer: &'b mut Balancer, ask: &Ask<'_>) -> Result<&'b mut Vec<Meta>, Fault> {
    match ask.node {
        0 => Ok(&mut balancer.metadata),
        id => {
            let node = balancer.node_mut(id);
            let node = node.ok_or_else(|| Fault::not_found("Node not found"))?;
            Ok(&mut node.metadata)
        }
    }
}

fn no_item() -> Fault {
    Fault::not_found("Meta data item not found")
}

fn list(world: &World, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let metadata = metadata_of(ask.balancer(world)?, ask);
    Ok(ok(json!({ "metadata": view::metadata(metadata) })))
}

fn show(world: &World, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let mut metadata = metadata_of(ask.balancer(world)?, ask).iter();
    let item = metadata.find(|meta| Some(meta.id) == ask.number("meta"));
    Ok(ok(json!({ "meta": view::meta(item.ok_or_else(no_item)?) })))
}

fn add(_: &World, change: &mut Change, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let added = numbered(&mut change.numbers, ask.body.iter());
    let metadata = metadata_mut(&mut change.balancer, ask)?;
    let is_there = |new: &Meta| metadata.iter().any(|meta| meta.key == new.key);
    if added.iter().any(is_there) {
        return Err(Fault::conflict(
            "Duplicate metadata keys detected. One or more metadata keys already configured on load balancer.",
        ));
    }
    if metadata.len() + added.len() > META_LIMIT {
        return Err(Fault::new(FaultKind::OverLimit, TOO_MANY));
    }
    let shown = view::metadata(&added);
    metadata.extend(added);
    Ok(ok(json!({ "metadata": shown })))
}

fn update(_: &World, change: &mut Change, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let metadata = metadata_mut(&mut change.balancer, ask)?;
    let item = metadata
        .iter_mut()
        .find(|meta| Some(meta.id) == ask.number("meta"));
    let item = item.ok_or_else(no_item)?;
    item.value = text_of(ask.settings(), "value").unwrap_or_default().into();
    Ok(ok(json!({ "meta": view::meta(item) })))
}

fn remove(_: &World, change: &mut Change, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let metadata = metadata_mut(&mut change.balancer, ask)?;
    let before = metadata.len();
    metadata.retain(|meta| Some(meta.id) != ask.number("meta"));
    match metadata.len() < before {
        true => Ok(Answer::empty(http::StatusCode::OK)),
        false => Err(no_item()),
    }
}

fn remove_many(_: &World, change: &mut Change, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let ids = ask.ids()?;
    let metadata = metadata_mut(&mut change.balancer, ask)?;
    let unknown: Vec<String> = ids
        .iter()
        .filter(|id| !metadata.iter().any(|meta| meta.id == **id))
        .map(u32::to_string)
        .collect();
    if !unknown.is_empty() {
        return Err(invalid(&[format!(
            "Metadata ids {} are not a part of your loadbalancer",
            unknown.join(",")
        )]));
    }
    metadata.retain(|meta| !ids.contains(&meta.id));
    Ok(Answer::empty(http::StatusCode::OK))
}
