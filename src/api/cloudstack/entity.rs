//! The things that parameters name, and how they are found.

use std::sync::Arc;

use uuid::Uuid;

use super::commands;
use crate::vocabulary::place::{Level, Place, Scope};
use crate::world::accounts::{DEFAULT_DOMAIN, Project};
use crate::world::images::os_type;
use crate::world::network::Networking;
use crate::world::network::guest::{PolicyKind, Purpose};
use crate::world::topology::Topology;
use crate::world::topology::inventory::Register;
use crate::world::{World, ids};

macro_rules! entities {
    ($($name:ident,)*) => {
        /// A kind of thing that a parameter can name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Entity {
            /// A zone, pod, cluster or host.
            Place(Level),
            $($name,)*
        }

        impl Entity {
            /// The one that the catalog calls so.
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    "Zone" => Some(ZONE),
                    "Pod" => Some(POD),
                    "Cluster" => Some(CLUSTER),
                    "Host" => Some(HOST),
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

entities! {
    Account,
    AclItem,
    AclList,
    AffinityGroup,
    Alert,
    Annotation,
    BalancerElement,
    DiskOffering,
    Domain,
    Event,
    FirewallRule,
    HealthCheckPolicy,
    ImageStore,
    InstanceGroup,
    IpForwardingRule,
    Job,
    LoadBalancer,
    LoadBalancerRule,
    ManagementServer,
    Network,
    NetworkOffering,
    NetworkServiceProvider,
    Nic,
    NicIp,
    OsCategory,
    OsType,
    PhysicalNetwork,
    PortForwardingRule,
    PrivateGateway,
    Project,
    ProjectInvitation,
    PublicIp,
    RemoteAccessVpn,
    Role,
    RolePermission,
    Router,
    RouterElement,
    SecurityGroup,
    SecurityGroupRule,
    ServiceOffering,
    Snapshot,
    SnapshotPolicy,
    SslCert,
    StaticRoute,
    StickinessPolicy,
    StorageIpRange,
    StoragePool,
    SystemVm,
    Template,
    TrafficType,
    User,
    UserData,
    VirtualMachine,
    VlanIpRange,
    VlanRange,
    VmSnapshot,
    Volume,
    Vpc,
    VpcOffering,
    VpnConnection,
    VpnCustomerGateway,
    VpnGateway,
    VpnUser,
}

pub(crate) const ZONE: Entity = Entity::Place(Level::Zone);
pub(crate) const POD: Entity = Entity::Place(Level::Pod);
pub(crate) const CLUSTER: Entity = Entity::Place(Level::Cluster);
pub(crate) const HOST: Entity = Entity::Place(Level::Host);

impl Entity {
    /// The thing that a client means by its UUID or, as the service also takes, by its number.
    pub(crate) fn find(self, world: &World, text: &str) -> Option<Uuid> {
        match text.parse::<u64>() {
            Ok(number) => self.numbered(world, number),
            Err(_) => text.parse().ok().filter(|id| self.exists(world, *id)),
        }
    }

    /// Whether a client may name it. What is gone may be named; it is only not found any more. `-1` is
    /// nothing, or all.
    pub(crate) fn is_known(self, world: &World, text: &str) -> bool {
        let is_gone = || text.parse().is_ok_and(|id| world.is_gone(id));
        match self {
            _ if text == "-1" => true,
            Entity::VirtualMachine if is_gone() => true,
            _ => self.find(world, text).is_some() || self.was_there(world, text),
        }
    }

    /// Whether there was a thing of that id, in what keeps count of such.
    fn was_there(self, world: &World, text: &str) -> bool {
        let Ok(id) = text.parse() else { return false };
        match self {
            Entity::Place(level) => world.topology.knows(level, id),
            Entity::PublicIp => world.networking.was_released(id),
            _ => self
                .register(world)
                .is_some_and(|register| register.had(id)),
        }
    }

    /// Whether a list may ask for it: for what is gone, too, of which it then holds nothing.
    pub(crate) fn is_listed(self, world: &World, text: &str) -> bool {
        let was_stored = || text.parse().is_ok_and(|id| self.was_stored(world, id));
        self.is_known(world, text) || was_stored()
    }

    fn was_stored(self, world: &World, id: Uuid) -> bool {
        let guests = &world.networking.guests;
        match self {
            Entity::AclItem => guests.acl_items.had(id),
            Entity::AclList => guests.acls.had(id),
            Entity::AffinityGroup => world.server_groups.had(id),
            Entity::DiskOffering => world.disk_offerings.had(id),
            Entity::FirewallRule
            | Entity::IpForwardingRule
            | Entity::LoadBalancerRule
            | Entity::PortForwardingRule => guests.rules.had(id),
            Entity::InstanceGroup => world.instance_groups.had(id),
            Entity::Network => world.networking.networks.had(id),
            Entity::NetworkOffering => world.network_offerings.networks.had(id),
            Entity::SecurityGroup => world.networking.groups.had(id),
            Entity::ServiceOffering => world.lost_flavors.contains(&id),
            Entity::Snapshot => world.storage.snapshots.had(id),
            Entity::Template => world.images.had(id),
            Entity::UserData => world.user_data.had(id),
            Entity::Volume => world.storage.volumes.had(id),
            Entity::Vpc => guests.vpcs.had(id),
            Entity::VpcOffering => world.network_offerings.vpcs.had(id),
            Entity::Project | Entity::User => world.accounts.was_there(id),
            _ => false,
        }
    }

    fn is_registered(self, world: &World, id: Uuid) -> bool {
        self.register(world)
            .is_some_and(|register| register.has(id))
    }

    /// What keeps count of the data centre's equipment of this kind.
    fn register(self, world: &World) -> Option<&dyn Register> {
        let equipment = &world.equipment;
        Some(match self {
            Entity::StoragePool => &equipment.pools,
            Entity::ImageStore => &equipment.image_stores,
            Entity::PhysicalNetwork => &equipment.physical_networks,
            Entity::TrafficType => &equipment.traffic_types,
            Entity::NetworkServiceProvider => &equipment.providers,
            Entity::RouterElement | Entity::BalancerElement => &equipment.elements,
            Entity::VlanIpRange => &equipment.ranges,
            Entity::StorageIpRange => &equipment.storage_ranges,
            Entity::VlanRange => &equipment.vlan_ranges,
            _ => return None,
        })
    }

    fn exists(self, world: &World, id: Uuid) -> bool {
        let networking = &world.networking;
        match self {
            Entity::Place(level) => place_of(&world.topology, level, id).is_some(),
            Entity::Account => {
                let project = world.accounts.project(id);
                project.is_some_and(|project| !project.is_domain())
            }
            Entity::AclItem => networking.guests.acl_items.get(id).is_some(),
            Entity::AclList => networking.guests.acls.get(id).is_some(),
            Entity::AffinityGroup => world.server_group(id).is_some(),
            Entity::Alert => world.alerts.get(id).is_some(),
            Entity::Annotation => world.annotations.get(id).is_some(),
            Entity::BalancerElement => self.is_registered(world, id),
            Entity::DiskOffering => world
                .disk_offering(id)
                .is_some_and(|offering| !offering.is_gone),
            Entity::Domain => world.accounts.domains().any(|domain| domain.id == id),
            Entity::Event => world.action_events.get(id).is_some(),
            Entity::FirewallRule | Entity::IpForwardingRule | Entity::PortForwardingRule => {
                networking.guests.rules.get(id).is_some()
            }
            Entity::HealthCheckPolicy => has_policy(world, PolicyKind::HealthCheck, id),
            Entity::ImageStore => self.is_registered(world, id),
            Entity::InstanceGroup => world.instance_groups.get(id).is_some(),
            Entity::Job => world.job(id).is_some(),
            Entity::LoadBalancer => {
                let rule = networking.guests.rules.get(id);
                rule.is_some_and(|rule| rule.purpose == Purpose::InnerBalancing)
            }
            Entity::LoadBalancerRule => world.networking.balancing(id).is_some(),
            Entity::ManagementServer => id == management_server(),
            Entity::Network => world
                .network(id)
                .is_some_and(|network| !network.is_external),
            Entity::NetworkOffering => world.network_offerings.networks.get(id).is_some(),
            Entity::NetworkServiceProvider => self.is_registered(world, id),
            Entity::Nic => commands::machines::nics::is_card(world, id),
            Entity::NicIp => commands::machines::nics::find_address(world, id).is_some(),
            Entity::OsCategory => os_type::categories().any(|(known, _)| known == id),
            Entity::OsType => world.os_types.get(id).is_some(),
            Entity::PhysicalNetwork => self.is_registered(world, id),
            Entity::PrivateGateway => networking.guests.gateways.get(id).is_some(),
            Entity::Project => world.accounts.team(id).is_some(),
            Entity::ProjectInvitation => world.accounts.invitation(id).is_some(),
            Entity::PublicIp => {
                networking.public_address(id).is_some() || is_free_address(world, id)
            }
            Entity::RemoteAccessVpn => world.vpns.accesses.get(id).is_some(),
            Entity::Role => world.accounts.command_role(id).is_some(),
            Entity::RolePermission => world.accounts.role_of_rule(id).is_some(),
            Entity::Router | Entity::SystemVm => world.appliance(id).is_some(),
            Entity::RouterElement => self.is_registered(world, id),
            Entity::SecurityGroup => world.networking.groups.get(id).is_some(),
            Entity::SecurityGroupRule => world.networking.rules.get(id).is_some(),
            Entity::ServiceOffering => world.service_offering(id).is_some(),
            Entity::Snapshot => world.snapshot(id).is_some(),
            Entity::SnapshotPolicy => world.snapshot_policies.get(id).is_some(),
            Entity::SslCert => world.certificates.get(id).is_some(),
            Entity::StaticRoute => networking.guests.routes.get(id).is_some(),
            Entity::StickinessPolicy => has_policy(world, PolicyKind::Stickiness, id),
            Entity::StorageIpRange => self.is_registered(world, id),
            Entity::StoragePool => self.is_registered(world, id),
            Entity::Template => world.image(id).is_some(),
            Entity::TrafficType => self.is_registered(world, id),
            Entity::User => world.accounts.user(id).is_some(),
            Entity::UserData => world.user_data.get(id).is_some(),
            Entity::VirtualMachine => world.server(id).is_some(),
            Entity::VlanIpRange | Entity::VlanRange => self.is_registered(world, id),
            Entity::VmSnapshot => world.vm_snapshot(id).is_some(),
            Entity::Volume => world.volume(id).is_some(),
            Entity::Vpc => networking.vpc(id).is_some(),
            Entity::VpcOffering => world.network_offerings.vpcs.get(id).is_some(),
            Entity::VpnConnection => world.vpns.connections.get(id).is_some(),
            Entity::VpnCustomerGateway => world.vpns.customers.get(id).is_some(),
            Entity::VpnGateway => world.vpns.gateways.get(id).is_some(),
            Entity::VpnUser => world.vpns.users.get(id).is_some(),
        }
    }

    /// Whose a thing is, of those that belong to somebody.
    pub(crate) fn owner(self, world: &World, id: Uuid) -> Option<Arc<Project>> {
        let networking = &world.networking;
        let project = match self {
            Entity::Account | Entity::Project => Some(id),
            Entity::VirtualMachine => world.server(id).map(|it| it.spec.project.id),
            Entity::Volume => world.volume(id).map(|it| it.project.id),
            Entity::Snapshot => world.snapshot(id).map(|it| it.project.id),
            Entity::VmSnapshot => world.vm_snapshot(id).map(|it| it.project.id),
            Entity::Network => world.network(id).map(|it| it.meta.project),
            Entity::Nic => networking.ports.get(id).map(|it| it.meta.project),
            Entity::SecurityGroup => networking.groups.get(id).map(|it| it.meta.project),
            Entity::AffinityGroup => world.server_group(id).map(|it| it.project),
            Entity::PublicIp => networking.public_address(id).map(|it| it.project),
            Entity::FirewallRule
            | Entity::IpForwardingRule
            | Entity::LoadBalancerRule
            | Entity::PortForwardingRule => networking.guests.rules.get(id).map(|it| it.project),
            Entity::RemoteAccessVpn => world.vpns.accesses.get(id).map(|it| it.project),
            Entity::VpnConnection => world.vpns.connections.get(id).map(|it| it.project),
            Entity::VpnCustomerGateway => world.vpns.customers.get(id).map(|it| it.project),
            Entity::VpnGateway => world.vpns.gateways.get(id).map(|it| it.project),
            Entity::User => world
                .accounts
                .user(id)
                .and_then(|user| world.accounts.home(user))
                .map(|home| home.id),
            _ => {
                let vpc = self.vpc_of(networking, id);
                vpc.and_then(|vpc| networking.vpc(vpc))
                    .map(|vpc| vpc.meta.project)
            }
        };
        world.accounts.project(project?).cloned()
    }

    /// The virtual private cloud that a thing is, or is part of.
    fn vpc_of(self, networking: &Networking, id: Uuid) -> Option<Uuid> {
        let guests = &networking.guests;
        match self {
            Entity::Vpc => Some(id),
            Entity::AclList => guests.acls.get(id)?.vpc,
            Entity::AclItem => {
                let list = guests.acl_items.get(id)?.list;
                guests.acls.get(list)?.vpc
            }
            Entity::PrivateGateway => guests.gateways.get(id).map(|it| it.vpc),
            Entity::StaticRoute => guests.routes.get(id).map(|it| it.vpc),
            _ => None,
        }
    }

    fn numbered(self, world: &World, number: u64) -> Option<Uuid> {
        match self {
            Entity::Place(level) => world
                .topology
                .places(level)
                .find(|(_, place)| {
                    place
                        .get(level)
                        .is_some_and(|spot| u64::from(spot.number) == number)
                })
                .map(|(id, _)| id),
            Entity::VirtualMachine => {
                let mut servers = world.servers();
                servers
                    .find(|server| server.number == number)
                    .map(|server| server.id)
            }
            Entity::Role => world.accounts.role_numbered(number),
            Entity::Account => {
                let mut accounts = world.accounts.projects();
                let numbered = accounts.find(|it| it.number == number && !it.is_domain());
                numbered.map(|account| account.id)
            }
            _ => self.register(world)?.id_numbered(number),
        }
    }
}

/// Whether it is a public address that nobody has.
fn is_free_address(world: &World, id: Uuid) -> bool {
    let free = commands::addresses::free_addresses(world);
    free.iter().any(|free| free.id == id)
}

/// The place of that level and id, with all that it is part of.
pub(crate) fn place_of(topology: &Topology, level: Level, id: Uuid) -> Option<&Arc<Place>> {
    topology.place_of(level, id)
}

/// A place of a level that a scope covers.
pub(crate) fn place_in<'a>(
    topology: &'a Topology,
    level: Level,
    scope: &Scope,
) -> Option<&'a Arc<Place>> {
    let mut places = topology.places(level);
    places
        .find(|(_, place)| scope.covers(place))
        .map(|(_, place)| place)
}

fn has_policy(world: &World, kind: PolicyKind, id: Uuid) -> bool {
    let rule = world.networking.guests.balancing.rule_with(kind, id);
    rule.is_some()
}

/// The domain that all others are in.
pub(crate) fn root_domain() -> Uuid {
    DEFAULT_DOMAIN
}

/// The one management server.
pub(crate) fn management_server() -> Uuid {
    ids::named("management-server", "1")
}
