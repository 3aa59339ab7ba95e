//! The rules of access control lists.

use serde_json::{Value, json};
use uuid::Uuid;

use super::acl_lists::{is_seen, own_list};
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::addresses::{cidrs, icmp, ports};
use crate::api::cloudstack::commands::networks::{
    Change, expect as expect_network, in_network, tell,
};
use crate::api::cloudstack::commands::owned::{permit, refuse};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::Viewer;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::{AclItem, AclList, Filter, GuestThing, RuleState};
use crate::world::operations::Kind;

const FIXED: &str = "Default ACL cannot be modified";

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    give_own_list(world, call)?;
    let id = world.ids.uuid();
    let args = args(world, call);
    let list = own_list(world, call, list_for(world, &args)?, FIXED)?;
    let item = AclItem {
        id,
        list,
        number: number(&args, world, list)?,
        filter: filter(&args, None)?,
        reason: args.text("reason").map(Into::into),
        state: RuleState::Add,
        is_displayed: args.flag("fordisplay").unwrap_or(true),
        before: None,
    };
    world.networking.guests.acl_items.insert(id, item);
    apply(world, call, id, list)
}

/// A tier without a list gets one of its own, for the first rule that is made for it.
fn give_own_list(world: &mut World, call: &Call) -> Result<(), Fault> {
    let args = args(world, call);
    let (None, Some(network)) = (args.id("aclid"), args.id("networkid")) else {
        return Ok(());
    };
    let is_displayed = args.flag("fordisplay").unwrap_or(true);
    let network = expect_network(world, network)?;
    permit(world, call, network.meta.project, network.meta.id)?;
    let (tier, name) = (network.meta.id, network.meta.name.clone());
    let guest = network.guest.as_deref();
    let vpc = guest.filter(|guest| guest.acl.is_none());
    let Some(vpc) = vpc.and_then(|guest| world.networking.vpc(guest.vpc?)) else {
        return Ok(());
    };
    let name = format!("VPC_{}_Tier_{name}_ACL_{tier}", vpc.meta.name);
    let vpc = vpc.meta.id;
    let list = AclList {
        id: world.ids.uuid(),
        description: format!("ACL for {name}").into(),
        name: name.into(),
        vpc: Some(vpc),
        is_displayed,
    };
    let network = world.networking.networks.get_mut(tier);
    if let Some(guest) = network.and_then(|network| network.guest.as_mut()) {
        guest.acl = Some(list.id);
    }
    world.networking.guests.acls.insert(list.id, list);
    Ok(())
}

/// The list that is named, or that of the network that is.
fn list_for(world: &World, args: &Args<'_>) -> Result<Uuid, Fault> {
    let of_network = |id| {
        let network = expect_network(world, id)?;
        let guest = network.guest.as_deref();
        guest
            .and_then(|guest| guest.acl)
            .ok_or_else(|| refuse(format!("Network is not part of a VPC: {id}")))
    };
    match (args.id("aclid"), args.id("networkid")) {
        (Some(list), _) => Ok(list),
        (None, Some(network)) => of_network(network),
        (None, None) => Err(refuse(
            "Cannot create Network ACL Item. ACL Id or network Id is required",
        )),
    }
}

/// The number that is asked for, else the next.
fn number(args: &Args<'_>, world: &World, list: Uuid) -> Result<u32, Fault> {
    let guests = &world.networking.guests;
    let Some(wanted) = args.number("number") else {
        return Ok(guests.next_number(list));
    };
    let number = u32::try_from(wanted).ok().filter(|number| *number > 0);
    let number =
        number.ok_or_else(|| refuse(format!("Invalid number [{wanted}]. Number cannot be < 1")))?;
    let is_taken = guests
        .items_of(list)
        .iter()
        .any(|item| item.number == number);
    match is_taken {
        true => Err(refuse(format!(
            "ACL item with number {number} already exists in ACL: {list}"
        ))),
        false => Ok(number),
    }
}

/// What the arguments say of a filter, where they say nothing as it was before.
fn filter(args: &Args<'_>, before: Option<&Filter>) -> Result<Filter, Fault> {
    let said = args.text("protocol").map(str::to_ascii_lowercase);
    let protocol = said.or_else(|| before.map(|before| before.protocol.to_string()));
    let protocol = protocol.unwrap_or_default();
    let is_number = protocol.parse::<u8>().is_ok();
    if !is_number && !["tcp", "udp", "icmp", "all"].contains(&&*protocol) {
        return Err(refuse(format!(
            "Protocol {protocol} is not supported; it should be tcp, udp, icmp, all or a number"
        )));
    }
    let ports = ports(args, "startport", "endport")?;
    if ports.is_some() && !["tcp", "udp"].contains(&&*protocol) {
        return Err(refuse(format!(
            "Start and end ports can't be specified for protocol {protocol}"
        )));
    }
    let mut networks = cidrs(args, "cidrlist")?;
    if networks.is_empty() {
        networks = before.map_or_else(|| vec!["0.0.0.0/0".into()], |before| before.cidrs.clone());
    }
    let is_repeated = before.is_some_and(|before| *before.protocol == *protocol);
    let kept = before.filter(|_| is_repeated);
    Ok(Filter {
        ports: ports.or_else(|| kept.and_then(|before| before.ports)),
        icmp: icmp(args, &protocol)?,
        protocol: protocol.into(),
        cidrs: networks,
        is_egress: match args.text("traffictype") {
            Some(said) => direction(said)?,
            None => before.is_some_and(|before| before.is_egress),
        },
        allows: match args.text("action") {
            Some(said) => action(said)?,
            None => before.is_none_or(|before| before.allows),
        },
    })
}

fn direction(said: &str) -> Result<bool, Fault> {
    match said.to_ascii_lowercase().as_str() {
        "ingress" => Ok(false),
        "egress" => Ok(true),
        _ => Err(refuse(format!("Invalid traffic type {said}"))),
    }
}

fn action(said: &str) -> Result<bool, Fault> {
    match said.to_ascii_lowercase().as_str() {
        "allow" => Ok(true),
        "deny" => Ok(false),
        _ => Err(refuse(format!(
            "Invalid action [{said}]. Permitted actions are Allow and Deny"
        ))),
    }
}

/// Has the router of the first tier that heeds a list be told of a change in it.
fn apply(world: &mut World, call: &Call, item: Uuid, list: Uuid) -> Result<Answer, Fault> {
    let networks = world.networking.networks.iter();
    let mut heeding = networks.filter(|network| {
        let guest = network.guest.as_deref();
        guest.is_some_and(|guest| guest.acl == Some(list))
    });
    let network = heeding.next().map(|network| network.meta.id);
    drop(heeding);
    let what = GuestThing::AclItem(item);
    let change = match network {
        Some(network) => in_network(world, network, Kind::ApplyAcl, what),
        None => Change {
            kind: Kind::ApplyAcl,
            on: crate::world::operations::Thing::Network(Uuid::nil()),
            host: None,
            what,
        },
    };
    tell(world, call, item, change)
}

/// The item that the `id` argument names, and its list.
fn named<'a>(world: &'a World, call: &Call) -> Result<&'a AclItem, Fault> {
    let id = args(world, call).required_id("id")?;
    let item = world.networking.guests.acl_items.get(id);
    let item = item.ok_or_else(|| refuse("Unable to find network ACL item"))?;
    own_list(world, call, item.list, FIXED)?;
    Ok(item)
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let item = named(world, call)?;
    let (id, list, old) = (item.id, item.list, item.filter.clone());
    let args = args(world, call);
    let is_same = args.number("number") == Some(i64::from(item.number));
    let number = match args.text("number").filter(|_| !is_same) {
        Some(_) => number(&args, world, list)?,
        None => item.number,
    };
    let new = filter(&args, Some(&old))?;
    let (reason, is_displayed) = (args.text("reason").map(Into::into), args.flag("fordisplay"));
    if let Some(item) = world.networking.guests.acl_items.get_mut(id) {
        item.number = number;
        item.filter = new;
        item.reason = reason.or_else(|| item.reason.clone());
        item.is_displayed = is_displayed.unwrap_or(item.is_displayed);
        item.before = Some(old);
        item.state = RuleState::Add;
    }
    apply(world, call, id, list)
}

/// Puts an item between two others.
pub(super) fn shift(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let item = named(world, call)?;
    let (id, list) = (item.id, item.list);
    let args = args(world, call);
    let neighbour = |name: &str| -> Result<Option<Uuid>, Fault> {
        let Some(text) = args.text(name) else {
            return Ok(None);
        };
        let known = text.parse().ok();
        let items = &world.networking.guests.acl_items;
        let known = known
            .and_then(|id| items.get(id))
            .filter(|known| known.list == list);
        known.map(|known| Some(known.id)).ok_or_else(|| {
            refuse(format!(
                "Could not find rule with ID [{text}] in the list of the rule"
            ))
        })
    };
    let (before, after) = (neighbour("previousaclruleid")?, neighbour("nextaclruleid")?);
    if before.is_none() && after.is_none() {
        return Err(refuse(
            "Both previous and next ACL rule IDs cannot be invalid. You must provide at least one of them",
        ));
    }
    let order: Vec<Uuid> = world
        .networking
        .guests
        .items_of(list)
        .iter()
        .map(|item| item.id)
        .collect();
    let mut order: Vec<Uuid> = order.into_iter().filter(|known| *known != id).collect();
    let position = |wanted: Option<Uuid>| order.iter().position(|known| Some(*known) == wanted);
    let place = position(before)
        .map(|place| place + 1)
        .or_else(|| position(after));
    order.insert(place.unwrap_or(0), id);
    for (number, known) in (1..).zip(order) {
        if let Some(item) = world.networking.guests.acl_items.get_mut(known) {
            item.number = number;
        }
    }
    apply(world, call, id, list)
}

pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let item = named(world, call)?;
    let (id, list) = (item.id, item.list);
    if let Some(item) = world.networking.guests.acl_items.get_mut(id) {
        item.state = RuleState::Revoke;
    }
    apply(world, call, id, list)
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let guests = &world.networking.guests;
    let network = listing
        .args
        .id("networkid")
        .and_then(|id| world.network(id));
    let of_network = network.map(|network| network.guest.as_ref().and_then(|guest| guest.acl));
    let lists = guests.acls.iter().filter(|list| {
        is_seen(&listing, list)
            && listing.args.is_id("aclid", Some(list.id))
            && of_network.is_none_or(|own| own == Some(list.id))
    });
    let items = lists.flat_map(|list| guests.items_of(list.id));
    let items = items.filter(|item| is_wanted(&listing, item));
    Ok(listing.shown(items.map(|item| item.id)))
}

fn is_wanted(listing: &Listing<'_>, item: &AclItem) -> bool {
    listing.wants_id(item.id)
        && listing.args.is("protocol", &item.filter.protocol)
        && listing.args.is("action", action_word(item))
        && listing.args.is("traffictype", direction_word(item))
        && listing.args.is_flag("fordisplay", item.is_displayed)
}

fn action_word(item: &AclItem) -> &'static str {
    match item.filter.allows {
        true => "Allow",
        false => "Deny",
    }
}

fn direction_word(item: &AclItem) -> &'static str {
    match item.filter.is_egress {
        true => "Egress",
        false => "Ingress",
    }
}

/// An item. Its ports are texts, unlike those of firewall rules.
pub(super) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let Some(item) = world.networking.guests.acl_items.get(id) else {
        return Some(json!({ "id": id }));
    };
    let list = world.networking.guests.acls.get(item.list);
    Some(json!({
        "id": id,
        "aclid": item.list,
        "aclname": list.map(|list| &list.name),
        "number": item.number,
        "protocol": item.filter.protocol,
        "startport": item.filter.ports.map(|ports| ports.first.to_string()),
        "endport": item.filter.ports.map(|ports| ports.last.to_string()),
        "icmptype": item.filter.icmp.map(|icmp| icmp.kind),
        "icmpcode": item.filter.icmp.map(|icmp| icmp.code),
        "cidrlist": item.filter.cidrs.join(","),
        "action": action_word(item),
        "traffictype": direction_word(item),
        "reason": item.reason,
        "state": item.state.word(),
        "fordisplay": item.is_displayed,
        "tags": [],
    }))
}
