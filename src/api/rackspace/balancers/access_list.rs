//! Who is let through to a balancer.

use serde_json::json;

use super::gate::Ask;
use super::offer::{self, ACCESS_LIST_LIMIT};
use super::row::{Needs, Row, change, look};
use super::shape::{Form, Shape, no_rule, refused, text, text_of, word_or};
use super::{Answer, accepted, ok, view};
use crate::vocabulary::fault::Fault;
use crate::world::balancers::{AccessItem, Change, Numbered, Settings};
use crate::world::operations::Kind;

pub(super) const ROWS: &[Row] = &[
    look(
        "loadbalancer.get_access_list",
        Needs::Existence,
        |world, ask| {
            let shown = view::access_list(ask.balancer(world)?);
            Ok(ok(json!({ "accessList": shown })))
        },
    ),
    change(
        "loadbalancer.update_access_list",
        Some(Kind::UpdateBalancer),
        Form::List {
            name: "accessList",
            item: "networkItem",
            shape: &ITEM,
            empty: "Must provide at least one network item to the access list.",
            rule: |items, problems| {
                if items.len() > ACCESS_LIST_LIMIT {
                    problems.push(
                        "Must not provide more than one hundred network items for the access list.",
                    );
                }
            },
        },
        |_, change, ask| {
            add(change, ask.body.iter())?;
            let summary = "Access list successfully updated".to_owned();
            change.note(
                ("accesslist", None),
                "UPDATE",
                "Access List Updated",
                summary,
            );
            Ok(accepted())
        },
    ),
    // With ids, only these; the two have different words for a balancer that is not active.
    change(
        "loadbalancer.delete_access_list",
        Some(Kind::UpdateBalancer),
        Form::Nothing,
        |_, change, ask| match ask.call.param("id") {
            Some(_) => remove(change, &ask.ids()?),
            None => remove_all(change),
        },
    )
    .needing(Needs::ActiveOr("LoadBalancer is not ACTIVE")),
    change(
        "loadbalancer.delete_access_item",
        Some(Kind::UpdateBalancer),
        Form::Nothing,
        |_, change, ask| remove(change, &[item_id(ask)?]),
    ),
];

pub(super) static ITEM: Shape = Shape {
    fields: &[
        text(
            "address",
            &[(
                offer::is_network,
                "Network Address must be valid Ip Address",
            )],
        )
        .or("Must provide an address for the network item."),
        word_or(
            "type",
            &["ALLOW", "DENY"],
            "Network item type is invalid. Please specify a valid network item type.",
        )
        .or("Must provide a valid type for the network item."),
        refused("id", "Network item id field cannot be modified."),
        refused("ipVersion", "The ip version field cannot be modified."),
    ],
    rule: no_rule,
};

/// Adds items that are not there yet.
pub(super) fn add<'s>(
    change: &mut Change,
    items: impl Iterator<Item = &'s Settings>,
) -> Result<(), Fault> {
    for settings in items {
        let address = text_of(settings, "address").unwrap_or_default();
        let list = &mut change.balancer.access_list;
        if list.iter().any(|item| *item.address == *address) {
            return Err(Fault::bad_request(
                "Must supply a unique access list item to update the current list.",
            ));
        }
        if list.len() >= ACCESS_LIST_LIMIT {
            return Err(Fault::bad_request(format!(
                "Access list size must not exceed {ACCESS_LIST_LIMIT} items."
            )));
        }
        list.push(AccessItem {
            id: change.numbers.next(Numbered::AccessItem),
            address: address.into(),
            allows: text_of(settings, "type") == Some("ALLOW"),
        });
    }
    Ok(())
}

fn item_id(ask: &Ask<'_>) -> Result<u32, Fault> {
    ask.number("item").ok_or_else(|| Fault::not_found(""))
}

fn remove(change: &mut Change, ids: &[u32]) -> Result<Answer, Fault> {
    let list = &mut change.balancer.access_list;
    let is_there = |id: &u32| list.iter().any(|item| item.id == *id);
    if let Some(id) = ids.iter().find(|id| !is_there(id)) {
        return Err(Fault::bad_request(format!(
            "Network item with id {id} not found."
        )));
    }
    list.retain(|item| !ids.contains(&item.id));
    note_removal(change);
    Ok(accepted())
}

fn remove_all(change: &mut Change) -> Result<Answer, Fault> {
    if change.balancer.access_list.is_empty() {
        return Err(Fault::conflict("No access list found to delete"));
    }
    change.balancer.access_list.clear();
    note_removal(change);
    Ok(accepted())
}

fn note_removal(change: &mut Change) {
    let summary = "Access list successfully deleted".to_owned();
    change.note(
        ("accesslist", None),
        "DELETE",
        "Access List Deleted",
        summary,
    );
}
