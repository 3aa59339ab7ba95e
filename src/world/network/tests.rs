//! What holds of networks, told by function calls.

use std::time::Duration;

use chrono::DateTime;
use uuid::Uuid;

use super::*;
use crate::vocabulary::plan::{ClockMode, TopologyPlan};
use crate::world::Start;
use crate::world::start::blueprint::NetworkPlan;
use crate::world::tests::blueprint;

/// A world with an inner network and one that leads out.
fn world() -> World {
    let mut blueprint = blueprint();
    blueprint.networks.push(NetworkPlan {
        name: "public".into(),
        cidr: "172.24.0.0/29".into(),
        external: true,
        ..NetworkPlan::default()
    });
    let start = Start {
        seed: 1,
        clock: ClockMode::Frozen,
        at: DateTime::UNIX_EPOCH,
        real: Duration::ZERO,
    };
    World::new(&blueprint, &TopologyPlan::default_cloud(), &start).expect("a world")
}

const SERVER: Uuid = Uuid::from_u128(1);
const PROJECT: Uuid = Uuid::from_u128(2);

fn named(world: &World, name: &str) -> Uuid {
    let mut networks = world.networking.networks.iter();
    let found = networks.find(|network| *network.meta.name == *name);
    found.expect("a network").meta.id
}

fn addresses(world: &World) -> Vec<String> {
    let cards = world.networking.nics_of(SERVER);
    let fixed = cards.flat_map(|card| card.fixed_ips.clone());
    fixed.map(|fixed| fixed.address.to_string()).collect()
}

#[test]
fn a_router_leads_from_the_inner_networks_to_the_outside() {
    let world = world();
    let router = world.networking.routers.iter().next().expect("a router");
    let interfaces: Vec<String> = world
        .networking
        .interfaces_of(router.meta.id)
        .flat_map(|port| port.fixed_ips.iter().map(|fixed| fixed.address.to_string()))
        .collect();
    assert_eq!(interfaces, ["10.0.0.1"]);
    assert_eq!(
        router.gateway.as_ref().map(|gateway| gateway.network),
        Some(named(&world, "public"))
    );
    let usable: Vec<&str> = world
        .networking
        .usable_by(PROJECT)
        .map(|network| &*network.meta.name)
        .collect();
    assert_eq!(usable, ["private"], "servers go inside by themselves");
}

#[test]
fn a_servers_own_ports_go_with_it_and_a_clients_stay() {
    let mut world = world();
    let private = named(&world, "private");
    let meta = world.new_meta(PROJECT);
    let clients = world
        .networking
        .add_port(PortDraft::new(meta, private))
        .expect("a port");
    let requests = [
        NicRequest::in_network(private),
        NicRequest {
            source: NicSource::Port(clients),
            ..NicRequest::in_network(private)
        },
    ];
    world
        .plug(SERVER, PROJECT, &requests, &[])
        .expect("two cards");
    assert_eq!(
        addresses(&world),
        ["10.0.0.3", "10.0.0.2"],
        "in the order of plugging"
    );
    let again = world.plug_one(SERVER, PROJECT, &requests[1], &[]);
    assert_eq!(again.map_err(|fault| fault.name), Err(Some("PortInUse")));
    world.networking.unplug_all(SERVER);
    assert_eq!(addresses(&world), [""; 0]);
    let port = world
        .networking
        .ports
        .get(clients)
        .expect("it is still there");
    assert_eq!(port.device, Device::Nothing);
    let lowest = world
        .plug_one(SERVER, PROJECT, &requests[0], &[])
        .expect("a card");
    assert_eq!(
        addresses(&world),
        ["10.0.0.3"],
        "what was given back is given out again"
    );
    world.networking.unplug(lowest);
}

#[test]
fn all_cards_of_a_new_server_are_plugged_or_none() {
    let mut world = world();
    let (private, public) = (named(&world, "private"), named(&world, "public"));
    let before = world.networking.ports.len();
    let full = std::iter::repeat_n(NicRequest::in_network(public), 9);
    let requests: Vec<NicRequest> = std::iter::once(NicRequest::in_network(private))
        .chain(full)
        .collect();
    let fault = world
        .plug(SERVER, PROJECT, &requests, &[])
        .expect_err("it has five addresses");
    assert_eq!(fault.name, Some("IpAddressGenerationFailure"));
    assert_eq!(world.networking.ports.len(), before);
    let subnet = world.networking.first_subnet(public).expect("a subnet");
    assert_eq!(subnet.taken(), 1, "the router's");
}

#[test]
fn a_floating_address_goes_with_nothing_but_its_association() {
    let mut world = world();
    let (private, public) = (named(&world, "private"), named(&world, "public"));
    let port = world
        .plug_one(SERVER, PROJECT, &NicRequest::in_network(private), &[])
        .expect("a card");
    let meta = world.new_meta(PROJECT);
    let networking = &mut world.networking;
    let floating = networking
        .add_floating_ip(meta, public, Wish::default())
        .expect("an address");
    networking.associate(floating, port, None).expect("a way");
    assert_eq!(networking.floating_ips_of(port).count(), 1);
    let refused = networking.readdress(port, &[]).expect_err("it is in use");
    assert_eq!(refused.name, Some("BadRequest"));
    networking.unplug_all(SERVER);
    let left = networking
        .floating_ips
        .get(floating)
        .expect("it is still there");
    assert_eq!(left.association, None);
    assert_eq!(networking.floating_ips_of(port).count(), 0);
}

#[test]
fn a_port_costs_little() {
    assert!(size_of::<Port>() <= 320, "{}", size_of::<Port>());
}
