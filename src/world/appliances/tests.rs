//! What becomes of the cloud's own machines.

use super::{ApplianceState, Role};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::vocabulary::plan::HostChange;
use crate::world::World;
use crate::world::tests::world;

fn hosts(world: &World) -> Vec<&str> {
    let running = world.appliances();
    let running = running.filter(|it| it.state == ApplianceState::Running);
    let hosts = running.filter_map(|appliance| appliance.host);
    hosts.map(|host| &*world.topology.host(host).name).collect()
}

#[test]
fn each_zone_and_each_network_from_the_start_has_its_own() {
    let world = world();
    assert_eq!(hosts(&world), ["host-1"; 3]);
    let routers = world
        .appliances()
        .filter(|appliance| appliance.role.is_router());
    assert_eq!(routers.count(), 1);
    let network = world.networking.networks.first().expect("a network");
    assert!(world.router_host(network.meta.id).is_some());
    let serves = Role::Network(network.meta.id);
    assert_eq!(world.appliances_for(serves).count(), 1);
}

#[test]
fn they_outlive_their_host() {
    let mut world = world();
    let first = Scope::everywhere().with(Level::Host, Selector::Number(1));
    world.change_hosts(&first, HostChange::GoesDown);
    assert_eq!(hosts(&world), ["host-2"; 3]);
}
