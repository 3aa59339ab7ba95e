//! The machines that load balancing rules send requests on to.

use std::net::IpAddr;

use serde_json::json;
use uuid::Uuid;

use super::{apply, named};
use crate::api::cloudstack::commands::machines::machine as machine_view;
use crate::api::cloudstack::commands::owned::permit;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::{Balancing, BalancingChange, Member, TrafficRule};
use crate::world::server::State;

/// A machine that a call names, and maybe which of its addresses.
type Named = (Uuid, Option<IpAddr>);

pub(super) fn assign(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (rule, balancing) = named(world, call, "id")?;
    let id = rule.id;
    let wanted = machines(&args(world, call));
    let new = wanted.and_then(|wanted| {
        let members = wanted.into_iter();
        let members = members.map(|one| new_member(world, call, (rule, balancing), one));
        members.collect::<Result<Vec<Member>, Fault>>()
    });
    match new {
        Ok(new) => apply(world, call, (id, id), |balancing| {
            balancing.members.extend(&new);
            BalancingChange::Came(new)
        }),
        Err(fault) => job::conclude(world, call, Some(id), Err(fault)),
    }
}

fn new_member(
    world: &World,
    call: &Call,
    (rule, balancing): (&TrafficRule, &Balancing),
    (server, address): Named,
) -> Result<Member, Fault> {
    let known = world.server(server);
    let known = known.filter(|it| !matches!(it.state, State::SoftDeleted | State::Error));
    let known = known.ok_or_else(|| Fault::invalid(format!("Invalid instance id: {server}")))?;
    permit(world, call, known.spec.project.id, server)?;
    let mut cards = world.networking.nics_of(server);
    let card = cards.find(|card| card.network == rule.network);
    let card = card.ok_or_else(|| {
        Fault::invalid(format!(
            "VM {server} cannot be added because it doesn't belong in the same network."
        ))
    })?;
    let first = card
        .ipv4()
        .ok_or_else(|| Fault::invalid(format!("VM {server} has no address")))?;
    let has = |address: IpAddr| card.fixed_ips.iter().any(|fixed| fixed.address == address);
    if let Some(foreign) = address.filter(|address| !has(*address)) {
        return Err(Fault::invalid(format!(
            "VM ip {foreign} specified does not belong to VM {server}"
        )));
    }
    let member = Member {
        server,
        address: address.unwrap_or(first),
    };
    match balancing.members.contains(&member) {
        true => Err(Fault::invalid(format!(
            "VM {server} is already mapped to load balancer."
        ))),
        false => Ok(member),
    }
}

/// The machines that a call names: `virtualmachineids=…`, `vmidipmap[0].vmid=…&vmidipmap[0].vmip=…`.
fn machines(args: &Args<'_>) -> Result<Vec<Named>, Fault> {
    let whole = args.ids("virtualmachineids").unwrap_or_default();
    let mut named: Vec<Named> = whole.into_iter().map(|id| (id, None)).collect();
    for entry in args.entries("vmidipmap") {
        let member = |name: &str| entry.iter().find(|(key, _)| *key == name);
        let id = member("vmid").and_then(|(_, id)| id.parse().ok());
        let address = member("vmip").and_then(|(_, address)| address.parse().ok());
        let id = id.ok_or_else(|| {
            Fault::invalid("vmidipmap: vmid is to be the id of a virtual machine")
        })?;
        named.push((id, address));
    }
    match named.is_empty() {
        true => Err(Fault::invalid(
            "Both instanceids and vmidipmap  can't be null",
        )),
        false => Ok(named),
    }
}

pub(super) fn remove(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (rule, balancing) = named(world, call, "id")?;
    let id = rule.id;
    let going = machines(&args(world, call)).and_then(|named| leaving(balancing, &named));
    match going {
        Ok(going) => apply(world, call, (id, id), |balancing| {
            balancing.members.retain(|member| !going.contains(member));
            BalancingChange::Went(going)
        }),
        Err(fault) => job::conclude(world, call, Some(id), Err(fault)),
    }
}

/// The members that are named: of a machine without an address, all.
fn leaving(balancing: &Balancing, named: &[Named]) -> Result<Vec<Member>, Fault> {
    let mut going = Vec::new();
    for (server, address) in named {
        let members = balancing.members.iter();
        let own = members.filter(|member| {
            member.server == *server && address.is_none_or(|address| address == member.address)
        });
        let before = going.len();
        going.extend(own.copied());
        if going.len() == before {
            return Err(Fault::invalid(format!(
                "VM {server} is not mapped to the load balancer rule"
            )));
        }
    }
    Ok(going)
}

/// With `lbvmips` each machine stands beside its addresses, else it stands alone.
pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (_, balancing) = named(world, call, "id")?;
    let listing = Listing::new(world, call)?;
    let with_addresses = listing.args.flag("lbvmips") == Some(true);
    let listing = match with_addresses {
        true => listing,
        false => listing.under("loadbalancerruleinstance"),
    };
    let mut servers: Vec<Uuid> = Vec::new();
    // None is only asked for in the moments in which one is on its way out.
    if listing.args.flag("applied") != Some(false) {
        for member in &balancing.members {
            if !servers.contains(&member.server) {
                servers.push(member.server);
            }
        }
    }
    let is_admin = listing.is_admin();
    let known = servers.into_iter().filter_map(|id| world.server(id));
    let known = known.filter(|server| listing.keyword_fits(&server.spec.name));
    if !with_addresses {
        return Ok(listing.answer(known, |server| machine_view(world, server, is_admin)));
    }
    Ok(listing.answer(known, |server| {
        let own = balancing.members.iter();
        let own = own.filter(|member| member.server == server.id);
        let addresses: Vec<IpAddr> = own.map(|member| member.address).collect();
        json!({
            "loadbalancerruleinstance": machine_view(world, server, is_admin),
            "lbvmipaddresses": addresses,
        })
    }))
}
