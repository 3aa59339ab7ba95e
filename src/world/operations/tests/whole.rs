//! What holds of every world, whatever was done in it.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::world::World;
use crate::world::appliances::{ApplianceState, Role};
use crate::world::network::Device;
use crate::world::operations::Kind;
use crate::world::server::{Manager, State};
use crate::world::volume::Status;

/// What holds at every instant.
pub(crate) fn assert_whole(world: &World) {
    assert_room_is_counted(world);
    assert_volumes_are_held_once(world);
    assert_addresses_are_given_once(world);
    assert_only_what_is_given_is_taken(world);
    assert_rules_lead_somewhere(world);
}

/// What holds when nothing is done any more, and all hosts did what they were asked last.
pub(crate) fn assert_at_rest(world: &World) {
    assert_whole(world);
    let left: Vec<Kind> = world.operations().map(|left| left.kind).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(world.queues.is_empty());
    for job in world.jobs() {
        assert!(job.end.is_some(), "{job:?}");
    }
    for server in world.servers() {
        assert_eq!((server.operation, server.task), (None, None));
        assert_ne!(server.state, State::Building);
    }
    for volume in world.storage.volumes.iter() {
        let is_at_rest =
            volume.status == volume.resting_status() || volume.status == Status::ErrorDeleting;
        assert!(is_at_rest, "{volume:?}");
    }
    for appliance in world.appliances() {
        let is_at_rest = match appliance.state {
            ApplianceState::Running => appliance.host.is_some(),
            ApplianceState::Stopped => appliance.host.is_none(),
            ApplianceState::Starting | ApplianceState::Stopping | ApplianceState::Migrating => {
                false
            }
        };
        assert!(is_at_rest, "{appliance:?}");
    }
    assert_all_has_an_owner(world);
}

/// Room is held for what is there and for what is on its way, and for nothing else.
fn assert_room_is_counted(world: &World) {
    for (key, host) in world.topology.hosts() {
        let there = world.servers().filter(|server| server.host == Some(key));
        let there = there.map(|server| (server.spec.flavor.cpus, server.spec.flavor.memory));
        let coming = world.operations();
        let coming = coming.filter(|coming| coming.claim == Some(key));
        let coming = coming.map(|coming| {
            let server = coming.server().and_then(|id| world.server(id));
            let own = server.map(|server| &server.spec.flavor);
            let flavor = coming.flavor.as_ref().or(own).expect("a size");
            (flavor.cpus, flavor.memory)
        });
        let held = there.chain(coming).fold((0, 0), |(cpus, memory), held| {
            (cpus + u64::from(held.0), memory + held.1)
        });
        assert_eq!((host.used_cpus, host.used_memory), held, "{}", host.name);
    }
    // Nova's servers keep their host while they are off.
    let idle = world.servers().filter(|server| server.operation.is_none());
    for server in idle.filter(|server| server.spec.manager == Manager::CloudStack) {
        let is_off = match server.state {
            State::Stopped | State::SoftDeleted => true,
            State::Error | State::Deleted => server.disk.is_none(),
            _ => false,
        };
        assert!(!is_off || server.host.is_none(), "{server:?}");
    }
}

/// A volume is at one machine that is there, or at none; a device of a machine is one volume.
fn assert_volumes_are_held_once(world: &World) {
    let mut devices = HashSet::new();
    for volume in world.storage.volumes.iter() {
        assert!(volume.attachments.len() <= 1, "{volume:?}");
        let is_used = matches!(volume.status, Status::InUse | Status::Detaching);
        assert!(!is_used || !volume.attachments.is_empty(), "{volume:?}");
        for held in &volume.attachments {
            let server = held.server.expect("a machine");
            assert!(world.server(server).is_some(), "{volume:?}");
            assert!(devices.insert((server, held.device.clone())), "{volume:?}");
        }
    }
    for snapshot in world.vm_snapshots() {
        assert!(world.server(snapshot.server).is_some(), "{snapshot:?}");
    }
}

/// No two cards have an address, nor two projects a public one; what has one is there.
fn assert_addresses_are_given_once(world: &World) {
    let networking = &world.networking;
    let mut given = HashSet::new();
    for port in networking.ports.iter() {
        let is_in_network = networking.networks.get(port.network).is_some();
        assert!(is_in_network, "{port:?}");
        if let Device::Server(server) = port.device {
            assert!(world.server(server).is_some(), "{port:?}");
        }
        for fixed in &port.fixed_ips {
            assert!(given.insert((fixed.subnet, fixed.address)), "{port:?}");
        }
    }
    for public in networking.public_addresses() {
        assert!(given.insert((public.outside, public.address)), "{public:?}");
        let router = public.source_nat_of;
        let is_there = router.is_none_or(|router| networking.routers.get(router).is_some());
        assert!(is_there, "{public:?}");
        let port = public.association.as_ref().map(|it| it.port);
        let is_there = port.is_none_or(|port| networking.ports.get(port).is_some());
        assert!(is_there, "{public:?}");
    }
}

/// An address that nothing has any longer can be given to another.
fn assert_only_what_is_given_is_taken(world: &World) {
    let networking = &world.networking;
    let mut given: HashMap<Uuid, u128> = HashMap::new();
    let fixed = networking.ports.iter().flat_map(|port| &port.fixed_ips);
    let floating = networking.floating_ips.iter().map(|it| &it.address);
    for address in fixed.chain(floating) {
        *given.entry(address.subnet).or_default() += 1;
    }
    for subnet in networking.subnets.iter() {
        let given = given.get(&subnet.meta.id).copied().unwrap_or_default();
        assert_eq!(subnet.taken(), given, "{subnet:?}");
    }
}

/// What a rule is on, and where it leads to, is there.
fn assert_rules_lead_somewhere(world: &World) {
    let networking = &world.networking;
    for rule in networking.guests.rules.iter() {
        assert!(networking.networks.get(rule.network).is_some(), "{rule:?}");
        let public = rule.address;
        let is_there = public.is_none_or(|id| networking.public_address(id).is_some());
        assert!(is_there, "{rule:?}");
        let target = rule.target.as_ref();
        let is_there = target.is_none_or(|target| world.server(target.server).is_some());
        assert!(is_there, "{rule:?}");
        let balancing = networking.balancing(rule.id);
        for member in balancing.into_iter().flat_map(|it| &it.members) {
            assert!(world.server(member.server).is_some(), "{rule:?}");
        }
    }
}

/// What belonged to a project that is gone, or serves a network that is gone, is gone as well.
fn assert_all_has_an_owner(world: &World) {
    let is_there = |project| world.accounts.project(project).is_some();
    for server in world.servers() {
        assert!(is_there(server.spec.project.id), "{server:?}");
    }
    for volume in world.storage.volumes.iter() {
        assert!(is_there(volume.project.id), "{volume:?}");
    }
    for snapshot in world.storage.snapshots.iter() {
        assert!(is_there(snapshot.project.id), "{snapshot:?}");
    }
    let networking = &world.networking;
    for network in networking.networks.iter() {
        let is_owned = network.meta.is_given || is_there(network.meta.project);
        assert!(is_owned, "{network:?}");
    }
    for public in networking.public_addresses() {
        assert!(is_there(public.project), "{public:?}");
    }
    for rule in networking.guests.rules.iter() {
        assert!(is_there(rule.project), "{rule:?}");
    }
    for router in networking.routers.iter() {
        let id = router.meta.id;
        let is_of_cloud = networking.guests.vpcs.iter().any(|vpc| vpc.router == id);
        let serves = networking.interfaces_of(id).next().is_some();
        assert!(router.meta.is_given || is_of_cloud || serves, "{router:?}");
    }
    for appliance in world.appliances() {
        let serves = match appliance.role {
            Role::Network(network) => networking.networks.get(network).is_some(),
            Role::Vpc(vpc) => networking.vpc(vpc).is_some(),
            Role::Balancer(port) => networking.ports.get(port).is_some(),
            Role::SecondaryStorage | Role::ConsoleProxy => true,
        };
        assert!(serves, "{appliance:?}");
    }
}
