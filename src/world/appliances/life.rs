//! How the cloud's own machines come, run, and go.

use std::cmp::Reverse;
use std::sync::Arc;

use uuid::Uuid;

use super::{Appliance, ApplianceState, Role, given_id};
use crate::world::World;
use crate::world::accounts::User;
use crate::world::network::Port;
use crate::world::network::guest::Guest;
use crate::world::offerings::network_offerings::GuestType;
use crate::world::operations::{Kind, Operation, Order, Thing};
use crate::world::server::{Manager, Server};
use crate::world::topology::{HostKey, Zone};

/// How they come.
impl World {
    /// Gives each zone, and each network that is there from the start, what serves it.
    pub(in crate::world) fn provide_appliances(&mut self) {
        let zones = self.topology.zones().map(|zone| zone.id);
        let zones: Vec<Uuid> = zones.collect();
        for zone in &zones {
            for role in [Role::SecondaryStorage, Role::ConsoleProxy] {
                self.provide_appliance(role, *zone, Uuid::nil(), *zone);
            }
        }
        let Some(zone) = zones.first() else {
            return;
        };
        let networks = self.networking.networks.iter();
        let inner = networks.filter(|network| network.meta.is_given && !network.is_external);
        let inner = inner.map(|network| (network.meta.id, network.meta.project));
        for (network, project) in inner.collect::<Vec<_>>() {
            self.provide_appliance(Role::Network(network), network, project, *zone);
        }
    }

    /// Makes an appliance that runs already, if it is not there.
    fn provide_appliance(&mut self, role: Role, of: Uuid, project: Uuid, zone: Uuid) {
        let id = given_id(role, of);
        if self.appliances.get(id).is_none() {
            let host = self.host_for_appliance(zone, None);
            let state = match host {
                Some(_) => ApplianceState::Running,
                None => ApplianceState::Stopped,
            };
            let appliance = Appliance {
                state,
                host,
                last_host: host,
                ..self.new_appliance(id, role, project, zone)
            };
            self.appliances.insert(id, appliance);
            self.connect_appliance(id);
        }
    }

    /// Makes an appliance that does not run yet; returns its id.
    pub(in crate::world) fn add_appliance(
        &mut self,
        role: Role,
        project: Uuid,
        zone: Uuid,
    ) -> Uuid {
        let id = self.ids.uuid();
        let appliance = self.new_appliance(id, role, project, zone);
        self.appliances.insert(id, appliance);
        id
    }

    fn new_appliance(&self, id: Uuid, role: Role, project: Uuid, zone: Uuid) -> Appliance {
        let number = self.appliances.next_number();
        Appliance {
            id,
            name: format!("{}-{number}-VM", role.letter()).into(),
            role,
            zone,
            project,
            state: ApplianceState::Stopped,
            host: None,
            last_host: None,
            offering: None,
            is_redundant: false,
            created: self.now,
        }
    }

    /// The host that an appliance goes to: its last one, or the first of its zone that is well.
    pub fn host_for_appliance(&self, zone: Uuid, last: Option<HostKey>) -> Option<HostKey> {
        let mut hosts = self.hosts_for_appliances(zone);
        let last = last.filter(|last| self.hosts_for_appliances(zone).any(|host| host == *last));
        last.or_else(|| hosts.next())
    }

    /// The hosts of a zone that are well.
    fn hosts_for_appliances(&self, zone: Uuid) -> impl Iterator<Item = HostKey> {
        let place = self.topology.zone(zone).map(|zone| &zone.place);
        let hosts = self.topology.hosts().filter(move |(_, host)| {
            let is_there = place.is_some_and(|place| place.contains(&host.place));
            is_there && host.takes_servers() && host.agent.takes_machines()
        });
        hosts.map(|(key, _)| key)
    }

    /// The host that an appliance is tried on next: the nearest to the one that failed, in its cluster first.
    pub(in crate::world) fn place_appliance_again(
        &self,
        id: Uuid,
        failed: HostKey,
        tried: &[HostKey],
    ) -> Option<HostKey> {
        let zone = self.appliances.get(id)?.zone;
        let place = &self.topology.host(failed).place;
        let hosts = self.hosts_for_appliances(zone);
        let left = hosts.filter(|host| !tried.contains(host));
        left.min_by_key(|host| Reverse(place.nearness(&self.topology.host(*host).place)))
    }

    /// Has a network be there on hosts: with a router that runs and, where it leads out, an address to hide
    /// behind. Returns the starts of routers that this waits for.
    pub fn implement_network(&mut self, network: Uuid, user: &Arc<User>) -> Vec<Uuid> {
        let Some(known) = self.networking.networks.get_mut(network) else {
            return Vec::new();
        };
        let project = known.meta.project;
        let Some(guest) = known.guest.as_mut() else {
            return Vec::new();
        };
        guest.is_implemented = true;
        let guest = (**guest).clone();
        if !self.has_router(&guest) {
            return Vec::new();
        }
        self.hide_behind_address(guest.zone, network);
        let role = guest.vpc.map_or(Role::Network(network), Role::Vpc);
        self.run_routers(role, project, guest.zone, user)
    }

    /// Has a virtual private cloud's router run. Returns the starts that this waits for.
    pub fn implement_vpc(&mut self, vpc: Uuid, user: &Arc<User>) -> Vec<Uuid> {
        let known = self.networking.vpc(vpc);
        let known = known.map(|vpc| (vpc.meta.project, vpc.zone, vpc.router));
        let Some((project, zone, router)) = known else {
            return Vec::new();
        };
        if self.networking.source_nat_address(router).is_none() {
            self.take_source_nat_address(zone, router, None).ok();
        }
        self.run_routers(Role::Vpc(vpc), project, zone, user)
    }

    /// Has the networks of a machine that is to start be there on hosts; returns the starts of routers that the
    /// machine has to wait for.
    pub(in crate::world) fn ready_networks(&mut self, order: &Order) -> Vec<Uuid> {
        let starts = matches!(
            order.kind,
            Kind::Create
                | Kind::CreateWithVolumes
                | Kind::Start
                | Kind::HardReboot
                | Kind::Revive
                | Kind::PlugNic
        );
        let server = order.on.server().and_then(|id| self.server(id));
        let is_ours = |server: &&Server| server.spec.manager == Manager::CloudStack;
        let Some(server) = server.filter(|server| starts && is_ours(server)) else {
            return Vec::new();
        };
        let is_meant = |card: &Port| match order.with {
            Some(Thing::Port(port)) => card.meta.id == port,
            _ => true,
        };
        let cards = self.networking.nics_of(server.id);
        let cards = cards.filter(|card| is_meant(card));
        let networks: Vec<Uuid> = cards.map(|card| card.network).collect();
        let starts = networks.into_iter();
        starts
            .flat_map(|network| self.implement_network(network, &order.user))
            .collect()
    }

    fn has_router(&self, guest: &Guest) -> bool {
        let offering = self.network_offerings.networks.get(guest.offering);
        guest.vpc.is_some()
            || offering.is_some_and(|offering| {
                offering.guest_type != GuestType::L2 && !offering.services.is_empty()
            })
    }

    fn hide_behind_address(&mut self, zone: Uuid, network: Uuid) {
        let router = self.networking.router_of(network);
        let Some(router) = router.filter(|router| router.gateway.is_none()) else {
            return;
        };
        // Where no address is left it stays without, as a network whose zone has no public addresses does.
        let router = router.meta.id;
        self.take_source_nat_address(zone, router, None).ok();
    }

    /// Returns the starts that are under way.
    fn run_routers(
        &mut self,
        role: Role,
        project: Uuid,
        zone: Uuid,
        user: &Arc<User>,
    ) -> Vec<Uuid> {
        if self.appliances_for(role).next().is_none() {
            self.add_appliance(role, project, zone);
        }
        let stopped = self.appliances_for(role);
        let stopped = stopped.filter(|appliance| appliance.state == ApplianceState::Stopped);
        for id in stopped.map(|appliance| appliance.id).collect::<Vec<_>>() {
            self.operate_appliance(id, Kind::StartAppliance, user);
        }
        let starts = self.operations().filter(|operation| {
            let is_own = |id| self.appliances.get(id).is_some_and(|it| it.role == role);
            operation.kind == Kind::StartAppliance
                && matches!(operation.on, Thing::Appliance(id) if is_own(id))
        });
        starts.map(|operation| operation.id).collect()
    }

    /// Begins something that is done to an appliance, where it is or will be.
    pub fn operate_appliance(&mut self, id: Uuid, kind: Kind, user: &Arc<User>) -> Option<Uuid> {
        let host = self.place_of_appliance(id);
        self.move_appliance(id, kind, host, user)
    }

    /// Where an appliance is, or will be.
    pub(in crate::world) fn place_of_appliance(&self, id: Uuid) -> Option<HostKey> {
        let appliance = self.appliances.get(id)?;
        let next = || self.host_for_appliance(appliance.zone, appliance.last_host);
        appliance.host.or_else(next)
    }

    /// Begins something that is done to an appliance on a certain host.
    pub fn move_appliance(
        &mut self,
        id: Uuid,
        kind: Kind,
        host: Option<HostKey>,
        user: &Arc<User>,
    ) -> Option<Uuid> {
        let appliance = self.appliances.get_mut(id)?;
        appliance.state = match kind {
            Kind::StartAppliance => ApplianceState::Starting,
            Kind::StopAppliance | Kind::DestroyAppliance | Kind::DeleteNetwork => {
                ApplianceState::Stopping
            }
            Kind::MigrateAppliance => ApplianceState::Migrating,
            _ => appliance.state,
        };
        self.begin(Order::new(Thing::Appliance(id), kind, user.clone()).at(host))
    }

    /// Has what runs on a host that is lost, or is to be empty, run on another: at once, so that the commands
    /// that hosts get then are about the machines of users.
    pub(in crate::world) fn rescue_appliances(&mut self, host: HostKey) {
        let there = self.appliances.iter();
        let there = there.filter(|appliance| appliance.host == Some(host));
        let there = there.map(|appliance| (appliance.id, appliance.zone));
        for (id, zone) in there.collect::<Vec<_>>() {
            let to = self.host_for_appliance(zone, None);
            if let Some(appliance) = self.appliances.get_mut(id) {
                appliance.host = to;
                appliance.last_host = to.or(appliance.last_host);
                appliance.state = match to {
                    Some(_) => ApplianceState::Running,
                    None => ApplianceState::Stopped,
                };
            }
        }
    }

    /// Has what ran on a host that was taken away run on another. A zone that has no host left has nothing that
    /// serves it either, and its addresses are free.
    pub(in crate::world) fn leave_removed_host(&mut self, host: HostKey) {
        self.rescue_appliances(host);
        let of_zones = self.appliances.iter();
        let idle = of_zones.filter(|it| it.role.serves_zone() && it.host.is_none());
        let idle = idle.filter(|it| !self.has_hosts_in_zone(it.zone));
        for id in idle.map(|it| it.id).collect::<Vec<_>>() {
            if let Some(gone) = self.appliances.remove(id) {
                self.disconnect_appliance(&gone);
            }
        }
    }

    fn has_hosts_in_zone(&self, zone: Uuid) -> bool {
        let zone = self.topology.zone(zone);
        zone.is_some_and(|zone| self.topology.has_hosts(&zone.place))
    }

    /// Begins to remove a router that runs, and what it is for; none where no router runs.
    pub fn remove_with_router(&mut self, role: Role, user: &Arc<User>) -> Option<Uuid> {
        let own = self.appliances_for(role);
        let running = own.filter(|router| router.state == ApplianceState::Running);
        let id = running.map(|router| router.id).next()?;
        self.operate_appliance(id, Kind::DeleteNetwork, user)
    }

    pub fn appliance_mut(&mut self, id: Uuid) -> Option<&mut Appliance> {
        self.appliances.get_mut(id)
    }

    pub(in crate::world) fn remove_appliances_of_network(&mut self, network: Uuid) {
        self.remove_appliances(Role::Network(network));
        let ports = self.networking.ports.iter();
        let ports = ports.filter(|port| port.network == network);
        for port in ports.map(|port| port.meta.id).collect::<Vec<_>>() {
            self.remove_appliances(Role::Balancer(port));
        }
    }

    pub(in crate::world) fn remove_appliance(&mut self, id: Uuid) {
        self.appliances.remove(id);
    }

    pub(in crate::world) fn remove_appliances(&mut self, role: Role) {
        let own = self.appliances_for(role);
        for id in own.map(|appliance| appliance.id).collect::<Vec<_>>() {
            self.appliances.remove(id);
        }
    }
}

/// What becomes of them when hosts did what they were asked, or did not.
impl World {
    fn appliance_of(&mut self, operation: &Operation) -> Option<&mut Appliance> {
        let Thing::Appliance(id) = operation.on else {
            return None;
        };
        self.appliances.get_mut(id)
    }

    pub(in crate::world) fn appliance_runs(&mut self, operation: &Operation) {
        let host = operation.host;
        if let Some(appliance) = self.appliance_of(operation) {
            appliance.state = ApplianceState::Running;
            (appliance.host, appliance.last_host) = (host, host);
        }
    }

    pub(in crate::world) fn appliance_is_off(&mut self, operation: &Operation) {
        if let Some(appliance) = self.appliance_of(operation) {
            appliance.state = ApplianceState::Stopped;
            appliance.host = None;
        }
    }

    /// It is on no host for now.
    pub(in crate::world) fn appliance_leaves(&mut self, operation: &Operation) {
        if let Some(appliance) = self.appliance_of(operation) {
            appliance.host = None;
        }
    }

    /// It runs on where it was.
    pub(in crate::world) fn appliance_stays(&mut self, operation: &Operation) {
        if let Some(appliance) = self.appliance_of(operation) {
            appliance.state = match appliance.host {
                Some(_) => ApplianceState::Running,
                None => ApplianceState::Stopped,
            };
        }
    }

    /// The router is gone, and what it was for goes with it.
    pub(in crate::world) fn network_goes(&mut self, operation: &Operation) {
        let role = self.appliance_of(operation).map(|appliance| appliance.role);
        self.appliance_is_gone(operation);
        // What has machines by now stays, and gets another router when they need it.
        match role {
            Some(Role::Network(id)) => self.remove_guest_network(id).ok(),
            Some(Role::Vpc(id)) => self.remove_vpc(id).ok(),
            Some(Role::Balancer(_) | Role::SecondaryStorage | Role::ConsoleProxy) | None => None,
        };
    }

    /// A router that is gone comes back with the next need of it; what serves a zone is made anew at once.
    pub(in crate::world) fn appliance_is_gone(&mut self, operation: &Operation) {
        let Thing::Appliance(id) = operation.on else {
            return;
        };
        let Some(gone) = self.appliances.remove(id) else {
            return;
        };
        self.disconnect_appliance(&gone);
        if gone.role.serves_zone() {
            self.serve_zone(gone.zone, &operation.user);
        }
    }

    /// Has a zone that is open be served by its own machines, and starts those that are not there.
    pub fn serve_zone(&mut self, zone: Uuid, user: &Arc<User>) {
        if !self.topology.zone(zone).is_some_and(Zone::is_enabled) {
            return;
        }
        for role in [Role::SecondaryStorage, Role::ConsoleProxy] {
            let is_served = self
                .appliances_for(role)
                .any(|appliance| appliance.zone == zone);
            if !is_served && self.host_for_appliance(zone, None).is_some() {
                let id = self.add_appliance(role, Uuid::nil(), zone);
                self.connect_appliance(id);
                self.operate_appliance(id, Kind::StartAppliance, user);
            }
        }
    }
}
