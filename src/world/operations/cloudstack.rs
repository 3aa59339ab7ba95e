//! How CloudStack's management server does things: its own plans, and what their steps bring about.
//!
//! The order of the commands is that of `VirtualMachineManagerImpl` and the volume orchestrator. A machine's
//! disk is in the storage of one cluster; a template is copied there once, with the first disk made from it.

use rustc_hash::FxHashSet;
use uuid::Uuid;

use AgentCommand::*;

use super::kind::{Complaint, Failure, Room, Step, When, send};
use super::{Kind, Operation, Thing};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::world::World;
use crate::world::network::Port;
use crate::world::offerings::network_offerings::{ISOLATED, usual_id};
use crate::world::server::{Manager, Server, State, Task};
use crate::world::topology::{Host, HostKey};

const TELL_ADDRESS: Step = send(DhcpEntryCommand).per_card().when(When::TakesAddress);
const TELL_PASSWORD: Step = send(SavePasswordCommand)
    .per_card()
    .when(When::TakesPassword);
const TELL_DATA: Step = send(VmDataCommand).per_card().when(When::TakesData);

/// Prepare its networks, then its volumes, then start it. What is there already is not made again.
pub(super) const LAUNCH: &[Step] = &[
    TELL_ADDRESS,
    TELL_PASSWORD,
    TELL_DATA,
    send(CopyCommand)
        .when(When::NeedsTemplate)
        .brings(World::template_arrives),
    send(CopyCommand)
        .when(When::NeedsDisk)
        .brings(World::disk_arrives),
    send(CreateObjectCommand)
        .when(When::NeedsDataDisk)
        .brings(World::data_disk_arrives)
        .repeats(),
    send(StartCommand),
    send(SecurityGroupRulesCmd).when(When::HasGroups),
];

/// A forced reboot is a stop and a start, which may come about on another host.
pub(super) const RESTART: &[Step] = &stop_and_launch();

const fn stop_and_launch() -> [Step; LAUNCH.len() + 1] {
    let stop = send(StopCommand)
        .at_origin()
        .when(When::On)
        .shows(Task::PoweringOff)
        .or(Failure::Reverts)
        .complains(Complaint::CannotStop);
    let mut steps = [stop; LAUNCH.len() + 1];
    let mut position = 0;
    while position < LAUNCH.len() {
        steps[position + 1] = LAUNCH[position].shows(Task::PoweringOn);
        position += 1;
    }
    steps
}

const STOP: &Step = &send(StopCommand);
const STOP_AT_ORIGIN: &Step = &send(StopCommand).at_origin();

/// A disk that the destination cannot reach is copied to where it can.
pub(super) const MIGRATE: &[Step] = &[
    send(PrepareForMigrationCommand).complains(Complaint::CannotPrepare),
    send(CopyCommand).when(When::NeedsDisk),
    send(MigrateCommand).at_origin().amended_by(STOP),
    send(CheckVirtualMachineCommand)
        .or(Failure::Becomes(State::Stopped))
        .complains(Complaint::CannotArrive)
        .amended_by(STOP_AT_ORIGIN),
];

/// A host without room for the new size is left first.
pub(super) const SCALE: &[Step] = &[
    send(PrepareForMigrationCommand)
        .when(When::Moves)
        .complains(Complaint::CannotPrepare),
    send(MigrateCommand)
        .at_origin()
        .when(When::Moves)
        .amended_by(STOP),
    send(CheckVirtualMachineCommand)
        .when(When::Moves)
        .or(Failure::Becomes(State::Stopped))
        .complains(Complaint::CannotArrive)
        .amended_by(STOP_AT_ORIGIN),
    send(ScaleVmCommand).when(When::On),
];

/// A new disk from its template; the old one goes last.
pub(super) const RESTORE: &[Step] = &[
    send(StopCommand).when(When::On),
    send(CopyCommand)
        .at_storage()
        .when(When::LacksTemplate)
        .or(Failure::Becomes(State::Stopped))
        .brings(World::template_arrives),
    send(CopyCommand)
        .at_storage()
        .or(Failure::Becomes(State::Stopped))
        .brings(World::disk_arrives),
    send(StartCommand)
        .when(When::WasOn)
        .or(Failure::Becomes(State::Stopped)),
    send(DeleteCommand).at_storage().or(Failure::Ignored),
];

/// What cannot be deleted is past recovery all the same, and is expunged another time.
pub(super) const EXPUNGE: &[Step] = &[
    send(StopCommand)
        .when(When::On)
        .complains(Complaint::CannotStop),
    send(DeleteCommand)
        .at_storage()
        .when(When::OwnsDisk)
        .or(Failure::Becomes(State::SoftDeleted)),
];

/// A snapshot is taken where the volume is, then backed up to secondary storage.
pub(super) const SNAPSHOT: &[Step] = &[send(CreateObjectCommand), send(CopyCommand)];

pub(super) const TEMPLATE_OF_VOLUME: &[Step] = &[send(CopyCommand)];

pub(super) const MOVE_VOLUME: &[Step] = &[send(CopyCommand)];

/// Prepare the network for a card, then plug it in.
pub(super) const PLUG: &[Step] = &[TELL_ADDRESS, TELL_DATA, send(PlugNicCommand)];

/// Which templates are in the primary storage of which clusters.
#[derive(Debug, Clone, Default)]
pub(in crate::world) struct TemplateCopies(FxHashSet<(Uuid, u32)>);

/// The number of the cluster that a host is in.
fn cluster_of(host: &Host) -> Option<u32> {
    host.place.get(Level::Cluster).map(|spot| spot.number)
}

/// What is where already.
impl World {
    /// Whether the disk of a machine is in storage that a host reaches; that of no cluster is reached by all.
    pub(super) fn has_disk_for(&self, server: &Server, host: Option<HostKey>) -> bool {
        let cluster = host.and_then(|host| cluster_of(self.topology.host(host)));
        match server.disk {
            Some(_) => server.disk == cluster,
            None => self.has_root_disk(server),
        }
    }

    /// Whether the template of a machine is in storage that a host reaches.
    pub(super) fn has_template_for(&self, server: &Server, host: Option<HostKey>) -> bool {
        let cluster = host.and_then(|host| cluster_of(self.topology.host(host)));
        match (&server.spec.image, cluster) {
            (Some(image), Some(cluster)) => self.template_copies.0.contains(&(image.id, cluster)),
            (None, _) | (_, None) => true,
        }
    }

    /// Whether one of the cloud's own machines is on a host; true of all that is none.
    pub(super) fn has_place(&self, thing: Thing) -> bool {
        let Thing::Appliance(id) = thing else {
            return true;
        };
        self.appliance(id).is_some_and(|own| own.host.is_some())
    }

    /// Whether a server has security groups beside its project's usual one.
    pub(super) fn has_groups(&self, server: &Server) -> bool {
        let usual = self.networking.default_group_of(server.spec.project.id);
        let mut groups = self
            .networking
            .nics_of(server.id)
            .flat_map(|card| card.groups.iter());
        groups.any(|group| *group != usual)
    }

    pub(super) fn template_arrives(&mut self, operation: &Operation) {
        let place = self.storage_place(operation);
        let image = operation
            .server()
            .and_then(|id| self.servers.get(id)?.spec.image.as_ref())
            .map(|image| image.id);
        if let (Some(image), Some(cluster)) = (image, place) {
            self.template_copies.0.insert((image, cluster));
        }
    }

    pub(super) fn disk_arrives(&mut self, operation: &Operation) {
        let place = self.storage_place(operation);
        let server = operation.server().and_then(|id| self.servers.get_mut(id));
        if let (Some(server), Some(cluster)) = (server, place) {
            server.disk = Some(cluster);
        }
        self.root_disk_arrives(operation);
    }

    /// The cluster in whose storage the current step of an operation puts something.
    fn storage_place(&self, operation: &Operation) -> Option<u32> {
        let host = operation.current_step().and_then(|step| match step.at {
            super::kind::At::Storage => self.storage_host(operation),
            super::kind::At::Host | super::kind::At::Origin | super::kind::At::Router => {
                operation.host
            }
        });
        cluster_of(self.topology.host(host?))
    }
}

/// Where things are done.
impl World {
    /// A host that reaches the disk of an operation's machine: its own, or another of the disk's cluster.
    pub(super) fn storage_host(&self, operation: &Operation) -> Option<HostKey> {
        let server = operation.server().and_then(|id| self.server(id));
        let cluster = server.and_then(|server| server.disk);
        let reaches = |host: &Host| cluster.is_none() || cluster_of(host) == cluster;
        let own = operation.host.filter(|own| {
            let own = self.topology.host(*own);
            own.is_up && reaches(own)
        });
        let mut hosts = self.topology.hosts();
        own.or_else(|| {
            hosts
                .find(|(_, host)| host.is_up && host.presence.is_there() && reaches(host))
                .map(|(key, _)| key)
        })
    }

    /// The host of the router of the card that an operation is at; its own where none runs.
    pub(super) fn router_place(&self, operation: &Operation) -> Option<HostKey> {
        let card = self.card_of(operation, operation.card);
        let router = card.and_then(|card| self.router_host(card.network));
        router.or(operation.host)
    }

    /// Chooses a host for a machine of CloudStack's that is to start, where nobody chose one.
    pub(super) fn plan_start(&mut self, id: Uuid) {
        let Some(operation) = self.operations.get(id) else {
            return;
        };
        let starts = operation.kind.row().room == Room::Settles
            && operation.manager == Manager::CloudStack
            && operation.kind != Kind::Create
            && operation.host.is_none();
        let server = operation.server().and_then(|id| self.servers.get(id));
        let Some(server) = server.filter(|server| starts && server.host.is_none()) else {
            return;
        };
        let host = self.place_start(&self.home_of(server), server);
        if let Some(operation) = self.operations.get_mut(id) {
            operation.host = host;
        }
    }

    /// The zone that a machine is in; everywhere before it was ever placed.
    pub fn home_of(&self, server: &Server) -> Scope {
        let last = server.last_host.map(|host| self.topology.host(host));
        match last.and_then(|host| host.place.name(Level::Zone)) {
            Some(zone) => Scope::everywhere().with(Level::Zone, Selector::Name(zone.clone())),
            None => Scope::everywhere(),
        }
    }
}

/// Network cards, and what their networks do for them.
impl World {
    /// A card that an operation is about: the one that is plugged, else one of the machine's.
    fn card_of(&self, operation: &Operation, number: usize) -> Option<&Port> {
        match operation.with {
            Some(Thing::Port(port)) => self.networking.ports.get(port),
            _ => self.networking.nics_of(operation.server()?).nth(number),
        }
    }

    /// How many cards an operation is about.
    pub(super) fn cards(&self, operation: &Operation) -> usize {
        let own = |server| self.networking.nics_of(server).count();
        match operation.with {
            Some(Thing::Port(_)) => 1,
            _ => operation.server().map_or(0, own),
        }
    }

    /// Whether it is the card that leads outside.
    pub(super) fn is_default_card(&self, operation: &Operation, number: usize) -> bool {
        let card = self.card_of(operation, number);
        let default = operation
            .server()
            .and_then(|id| self.networking.default_card(id));
        let id = |port: &Port| port.meta.id;
        card.map(id)
            .is_some_and(|card| default.map(id) == Some(card))
    }

    /// Whether the router of a card's network does something for it.
    pub(super) fn is_served(&self, operation: &Operation, number: usize, service: &str) -> bool {
        let card = self.card_of(operation, number);
        let network = card.and_then(|card| self.network(card.network));
        network.is_some_and(|network| {
            let own = network.guest.as_ref().map(|guest| guest.offering);
            let offering = own.unwrap_or_else(|| usual_id(ISOLATED));
            let offering = self.network_offerings.networks.get(offering);
            offering.is_some_and(|offering| offering.is_routers(service))
        })
    }
}

/// The end.
impl World {
    /// A machine that could not be expunged cannot be recovered either; it is tried again.
    pub(super) fn not_expunged(&mut self, operation: &Operation) {
        let server = operation.server().and_then(|id| self.servers.get_mut(id));
        let is_destroyed = |server: &&mut Server| {
            server.spec.manager == Manager::CloudStack && server.state == State::SoftDeleted
        };
        if let Some(server) = server.filter(is_destroyed) {
            server.spec.machine_mut().is_expunging = true;
            let id = server.id;
            self.condemn(id);
        }
    }
}

/// Another size.
impl World {
    /// It has its new size, where it is now.
    pub(super) fn scaled(&mut self, operation: &Operation) {
        let (Some(id), Some(flavor)) = (operation.server(), operation.flavor.clone()) else {
            return;
        };
        let claimed = self.let_go_of_claim(operation.id);
        let Some(server) = self.servers.get_mut(id) else {
            return;
        };
        let old = std::mem::replace(&mut server.spec.flavor, flavor);
        if let Some(claimed) = claimed {
            server.last_host = Some(claimed);
            if let Some(left) = server.host.replace(claimed) {
                self.topology.host_mut(left).give_back(&old);
            }
        }
    }

    /// It keeps its old size; if it left its host for the new one, it stays where it is.
    pub(super) fn not_scaled(&mut self, operation: &Operation) {
        let step = operation.current_step().map(|step| step.command);
        let has_moved = step == Some(ScaleVmCommand) && operation.host != operation.origin;
        if let (Some(id), true) = (operation.server(), has_moved) {
            self.settle_on(id, operation.host);
        }
    }
}
