//! Machines' network cards, which are ports.

use std::net::IpAddr;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::api::cloudstack::commands::networks::{broadcast_uri, check_machines_of, guest_type};
use crate::api::cloudstack::commands::owned::{permit, refuse};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::ids;
use crate::world::network::addresses::Mac;
use crate::world::network::{Device, NicRequest, Port, Wish};
use crate::world::operations::{Kind, Order, Thing};
use crate::world::server::Server;

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.addNicToVirtualMachine", land, add).showing(super::show),
    Row::new("cloudstack.removeNicFromVirtualMachine", land, remove).showing(super::show),
    Row::new(
        "cloudstack.updateDefaultNicForVirtualMachine",
        land,
        set_default,
    )
    .showing(super::show),
    Row::read("cloudstack.listNics", list).showing(show_card),
    Row::new("cloudstack.addIpToNic", land_on_card, add_address).showing(show_address),
    Row::new(
        "cloudstack.removeIpFromNic",
        land_on_address,
        remove_address,
    ),
    Row::new("cloudstack.updateVmNicIp", land_on_card, change_address).showing(show_machine),
];

/// How a machine's cards look on the wire.
pub(super) fn nics(world: &World, server: Uuid) -> Value {
    let cards = world.networking.nics_of(server).enumerate();
    cards
        .map(|(position, card)| nic(world, server, position, card))
        .collect()
}

fn nic(world: &World, server: Uuid, position: usize, card: &Port) -> Value {
    let network = world.network(card.network);
    let subnet = world.networking.first_subnet(card.network);
    let uri = network.map(broadcast_uri);
    let default = world.networking.default_card(server);
    let addresses = secondary(card)
        .map(|address| json!({ "id": address_id(card, address), "ipaddress": address }));
    let public = world.networking.floating_ips_of(card.meta.id).next();
    let vpc = network.and_then(|network| world.networking.vpc(network.guest.as_ref()?.vpc?));
    json!({
        "id": card.meta.id,
        "virtualmachineid": server,
        "networkid": card.network,
        "networkname": network.map(|network| &network.meta.name),
        "netmask": subnet.map(|subnet| subnet.cidr.mask()),
        "gateway": subnet.and_then(|subnet| subnet.gateway),
        "ipaddress": card.ipv4(),
        "macaddress": card.mac.to_string(),
        "isolationuri": uri,
        "broadcasturi": uri,
        "traffictype": "Guest",
        "type": network.map(|network| guest_type(world, network)),
        "isdefault": default.is_some_and(|default| default.meta.id == card.meta.id),
        "deviceid": position.to_string(),
        "secondaryip": addresses.collect::<Vec<_>>(),
        "publicip": public.map(|public| public.address.address),
        "publicipid": public.map(|public| public.meta.id),
        "vpcid": vpc.map(|vpc| vpc.meta.id),
        "vpcname": vpc.map(|vpc| &vpc.meta.name),
        "extradhcpoption": [],
    })
}

/// What a machine shows of its addresses: the first, and the public one that is its own.
pub(super) fn addresses(world: &World, server: Uuid) -> Map<String, Value> {
    let own = world.networking.default_card(server).and_then(Port::ipv4);
    let mut cards = world.networking.nics_of(server);
    let public = cards.find_map(|card| world.networking.floating_ips_of(card.meta.id).next());
    let fields = [
        ("ipaddress", json!(own)),
        (
            "publicip",
            json!(public.map(|public| public.address.address)),
        ),
        ("publicipid", json!(public.map(|public| public.meta.id))),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

/// The addresses of a card beside its first.
fn secondary(card: &Port) -> impl Iterator<Item = IpAddr> {
    let all = card.fixed_ips.iter().map(|fixed| fixed.address);
    all.filter(IpAddr::is_ipv4).skip(1)
}

fn address_id(card: &Port, address: IpAddr) -> Uuid {
    ids::named("nic-address", &format!("{}/{address}", card.meta.id))
}

/// Whether something is a machine's card.
pub(crate) fn is_card(world: &World, id: Uuid) -> bool {
    machine_of(world, id).is_some()
}

/// The card that has a secondary address of that id, and the address.
pub(crate) fn find_address(world: &World, id: Uuid) -> Option<(&Port, IpAddr)> {
    let ports = world.networking.ports.iter();
    let several = ports.filter(|port| port.fixed_ips.len() > 1);
    let mut all = several.flat_map(|port| secondary(port).map(move |address| (port, address)));
    all.find(|(port, address)| address_id(port, *address) == id)
}

/// The machine that a card is in.
fn machine_of(world: &World, card: Uuid) -> Option<&Server> {
    match world.networking.ports.get(card)?.device {
        Device::Server(server) => world.server(server),
        Device::Nothing | Device::Interface(_) | Device::Gateway(_) | Device::Other(_) => None,
    }
}

/// Finds the machine that the `virtualmachineid` argument names.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("virtualmachineid")?;
    land_on(world, call, id)
}

fn land_on(world: &World, call: &Call, machine: Uuid) -> Result<Landing, Fault> {
    let owner = world.server(machine).map(|server| server.spec.project.id);
    permit(world, call, owner.unwrap_or_default(), machine)?;
    Ok(Landing::on_server(world, machine))
}

fn land_on_card(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("nicid")?;
    let machine = machine_of(world, id).map(|server| server.id);
    land_on(world, call, machine.unwrap_or_default())
}

fn land_on_address(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("id")?;
    let card = find_address(world, id).map(|(card, _)| card.meta.id);
    let machine = card.and_then(|card| machine_of(world, card));
    land_on(
        world,
        call,
        machine.map(|server| server.id).unwrap_or_default(),
    )
}

fn target<'a>(world: &'a World, landing: &Landing) -> Result<&'a Server, Fault> {
    let id = match landing.target {
        Target::Server(id) => id,
        _ => Uuid::nil(),
    };
    let gone = || refuse("Unable to find a virtual machine with the specified id");
    world.server(id).ok_or_else(gone)
}

/// What a machine's state, or its cards', forbids.
fn cannot(message: String) -> Fault {
    Fault::new(FaultKind::Internal, message)
}

fn add(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let (id, project) = (server.id, server.spec.project.id);
    let plugged = plug(world, call, id, project);
    match plugged {
        Ok(card) => change_cards(world, call, id, Kind::PlugNic, card),
        Err(fault) => job::conclude(world, call, Some(id), Err(fault)),
    }
}

fn plug(world: &mut World, call: &Call, server: Uuid, project: Uuid) -> Result<Uuid, Fault> {
    let args = args(world, call);
    let network = args.required_id("networkid")?;
    let address = args.text("ipaddress").map(parsed).transpose()?;
    check_machines_of(world, project, network)?;
    let mut cards = world.networking.nics_of(server);
    if cards.any(|card| card.network == network) {
        return Err(cannot(format!(
            "A NIC already exists for VM:{server} in network: {network}"
        )));
    }
    drop(cards);
    let request = NicRequest {
        address,
        mac: hardware_address(world, network, args.text("macaddress"))?,
        ..NicRequest::in_network(network)
    };
    let card = world.plug_one(server, project, &request, &[]);
    card.map_err(|fault| cannot(fault.message))
}

/// The hardware address that a card in a network is to have, if somebody says.
///
/// # Errors
/// When it is none, or another card has it.
pub(super) fn hardware_address(
    world: &World,
    network: Uuid,
    text: Option<&str>,
) -> Result<Option<Mac>, Fault> {
    let Some(text) = text else {
        return Ok(None);
    };
    let mac = Mac::parse(text);
    let mac = mac.ok_or_else(|| refuse(format!("Mac address is not valid: {text}")))?;
    let free = world.networking.check_mac(network, mac);
    let taken = format!("The mac address {mac} is already used in network {network}");
    free.map(|()| Some(mac)).map_err(|_| refuse(taken))
}

fn parsed(text: &str) -> Result<IpAddr, Fault> {
    text.parse()
        .map_err(|_| refuse(format!("Invalid IP address: {text}")))
}

fn remove(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.id;
    let card = args(world, call).required_id("nicid")?;
    match check_removal(world, id, card) {
        Ok(()) => change_cards(world, call, id, Kind::UnplugNic, card),
        Err(fault) => job::conclude(world, call, Some(id), Err(fault)),
    }
}

fn check_removal(world: &World, server: Uuid, card: Uuid) -> Result<(), Fault> {
    let mut cards = world.networking.nics_of(server);
    let own = cards.find(|known| known.meta.id == card);
    let own = own.ok_or_else(|| refuse(format!("{card} is not a nic on {server}")))?;
    let default = world.networking.default_card(server);
    if default.is_some_and(|default| default.meta.id == card) {
        return Err(cannot(format!(
            "Unable to remove NIC {card} from {server} in {}, NIC is default.",
            own.network
        )));
    }
    let mut rules = world.networking.guests.rules.iter();
    let leads_there = rules.any(|rule| {
        let target = rule
            .target
            .as_ref()
            .filter(|target| target.server == server);
        target.is_some() && rule.network == own.network
    });
    let is_public = world.networking.floating_ips_of(card).next().is_some();
    match leads_there || is_public {
        true => Err(cannot(format!(
            "Unable to remove NIC {card} from {server}, because it has rules or static NAT"
        ))),
        false => Ok(()),
    }
}

/// Plugs a card in or pulls it out: the host does it of a machine that runs, and nobody has to of another.
fn change_cards(
    world: &mut World,
    call: &Call,
    server: Uuid,
    kind: Kind,
    card: Uuid,
) -> Result<Answer, Fault> {
    let is_on = world.server(server).is_some_and(Server::is_on);
    if is_on {
        let order = Order::on_server(server, kind, caller(call)?.user.clone());
        return job::begin(world, call, server, order.with(Thing::Port(card)));
    }
    if kind == Kind::UnplugNic {
        world.networking.unplug(card);
    }
    job::done(world, call, Some(server))
}

fn set_default(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.id;
    let card = args(world, call).required_id("nicid")?;
    let mut cards = world.networking.nics_of(id);
    let is_own = cards.any(|known| known.meta.id == card);
    drop(cards);
    let default = world.networking.default_card(id);
    let is_default = default.is_some_and(|default| default.meta.id == card);
    let verdict = match (is_own, is_default) {
        (false, _) => Err(refuse(format!("{card} is not a nic on {id}"))),
        (true, true) => Err(cannot(format!(
            "refusing to set default nic because chosen nic is already the default: {card}"
        ))),
        (true, false) => Ok(()),
    };
    if verdict.is_ok() {
        world.networking.guests.default_cards.insert(id, card);
    }
    job::conclude(world, call, Some(id), verdict)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let machine = listing.args.required_id("virtualmachineid")?;
    land_on(world, call, machine)?;
    let cards = world.networking.nics_of(machine).filter(|card| {
        listing.args.is_id("nicid", Some(card.meta.id))
            && listing.args.is_id("networkid", Some(card.network))
    });
    Ok(listing.shown(cards.map(|card| card.meta.id)))
}

fn show_card(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let server = machine_of(world, id)?.id;
    let mut cards = world.networking.nics_of(server).enumerate();
    let (position, card) = cards.find(|(_, card)| card.meta.id == id)?;
    Some(nic(world, server, position, card))
}

fn add_address(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let machine = target(world, &landing)?.id;
    let args = args(world, call);
    let id = args.required_id("nicid")?;
    let wanted = args.text("ipaddress").map(parsed).transpose()?;
    let before = world.networking.expect_port(id)?.fixed_ips.clone();
    let subnet = before.first().map(|fixed| fixed.subnet);
    let new = Wish {
        subnet,
        address: wanted,
    };
    let is_there = before.iter().any(|fixed| Some(fixed.address) == wanted);
    let result = match is_there {
        true => Err(refuse("the nic has it already")),
        false => keep_and(world, id, |_| true, Some(new)),
    };
    let card = world.networking.expect_port(id)?;
    let added = card.fixed_ips.iter().find(|fixed| !before.contains(fixed));
    let made = added.map(|fixed| address_id(card, fixed.address));
    let refused = |fault: Fault| {
        let shown = wanted.map(|wanted| wanted.to_string()).unwrap_or_default();
        let message = format!(
            "Allocating guest ip {shown} for nic failed: {}",
            fault.message
        );
        cannot(message)
    };
    job::conclude(world, call, made.or(Some(machine)), result.map_err(refused))
}

/// Has a card keep some of its addresses, and get another.
fn keep_and(
    world: &mut World,
    card: Uuid,
    keeps: impl Fn(IpAddr) -> bool,
    new: Option<Wish>,
) -> Result<(), Fault> {
    let port = world.networking.expect_port(card)?;
    let kept = port.fixed_ips.iter().filter(|fixed| keeps(fixed.address));
    let kept = kept.map(|fixed| Wish {
        subnet: Some(fixed.subnet),
        address: Some(fixed.address),
    });
    let wishes: Vec<Wish> = kept.chain(new).collect();
    world.networking.readdress(card, &wishes)
}

fn show_address(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let (card, address) = find_address(world, id)?;
    Some(json!({
        "id": id,
        "ipaddress": address,
        "networkid": card.network,
        "nicid": card.meta.id,
        "virtualmachineid": card.device.id(),
    }))
}

fn remove_address(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let found = find_address(world, id).map(|(card, address)| (card.meta.id, address));
    let Some((card, gone)) = found else {
        return job::done(world, call, None);
    };
    let mut rules = world.networking.guests.rules.iter();
    let is_used = rules.any(|rule| rule.target.as_ref().is_some_and(|to| to.address == gone));
    drop(rules);
    let result = match is_used {
        true => Err(refuse(format!(
            "Can' remove the ip {gone} as it is associated with port forwarding rule"
        ))),
        false => keep_and(world, card, |address| address != gone, None).map_err(|_| {
            refuse(format!(
                "Can' remove the ip {gone} as it is associated with static NAT rule"
            ))
        }),
    };
    job::conclude(world, call, None, result)
}

fn change_address(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let (id, is_on) = (server.id, server.is_on());
    let args = args(world, call);
    let card = args.required_id("nicid")?;
    let wanted = args.text("ipaddress").map(parsed).transpose()?;
    if is_on {
        let message = "VM is not Stopped, unable to update the vm nic having the specified id";
        return job::conclude(world, call, Some(id), Err(refuse(message)));
    }
    let port = world.networking.expect_port(card)?;
    let own = port.fixed_ips.first().copied();
    let new = Wish {
        subnet: own.map(|fixed| fixed.subnet),
        address: wanted,
    };
    let replaced = own.map(|fixed| fixed.address);
    let result = keep_and(world, card, |address| Some(address) != replaced, Some(new));
    job::conclude(
        world,
        call,
        Some(id),
        result.map_err(|fault| cannot(fault.message)),
    )
}

/// What changed addresses is shown as the machine that has them.
fn show_machine(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    super::show(world, id, viewer)
}
