//! The networks of a world, and all that hangs on them.
//!
//! One truth for all dialects: a server's network cards are ports here, found by the server's id.

pub mod addresses;
mod allocation;
mod automatic;
mod blueprint;
mod fault;
mod floating;
mod groups;
mod guard;
pub mod guest;
mod index;
mod metering;
mod plug;
mod ports;
mod quota;
mod routers;
mod sharing;
mod subnet_pools;
pub mod subnets;
#[cfg(test)]
mod tests;
pub mod vpn;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::World;
use super::limits::holdings::Holdings;
use super::start::blueprint::NetworkLimits;
use crate::vocabulary::fault::Fault;
use fault::{bad_request, conflict};
use guest::Guests;
use index::Index;
use quota::Quota;

pub use fault::{invalid_input, not_found};
pub use floating::{Association, FloatingIp};
pub use groups::{Direction, Ethertype, Rule, RuleDraft, SecurityGroup};
pub use guest::Guest;
pub use metering::{MeteringLabel, MeteringRule};
pub use plug::{NicRequest, NicSource};
pub use ports::{AddressPair, Device, DhcpOption, FixedIp, Port, PortDraft, PortExtras, Wish};
pub use quota::Counted;
pub use routers::{Gateway, Route, Router};
pub use sharing::{Shared, Sharing};
pub use subnet_pools::{AddressScope, SubnetPool};
pub use subnets::{Ipv6Mode, Subnet, SubnetDraft};

/// What everything here has.
#[derive(Debug, Clone)]
pub struct Meta {
    pub id: Uuid,
    /// Whose it is; nil for what the cloud itself has.
    pub project: Uuid,
    pub name: Arc<str>,
    pub description: Arc<str>,
    /// Without duplicates.
    pub tags: Vec<Arc<str>>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    /// Counts the changes.
    pub revision: u32,
    /// Existed at the start; not counted as left over.
    pub is_given: bool,
}

impl Meta {
    pub fn new(id: Uuid, project: Uuid, created: DateTime<Utc>) -> Self {
        Self {
            id,
            project,
            name: Arc::default(),
            description: Arc::default(),
            tags: Vec::new(),
            created,
            updated: created,
            revision: 0,
            is_given: false,
        }
    }

    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    /// Notes a change.
    pub fn touch(&mut self, now: DateTime<Utc>) {
        self.updated = now;
        self.revision += 1;
    }
}

/// A network: what is plugged into it can talk.
#[derive(Debug, Clone)]
pub struct Network {
    pub meta: Meta,
    pub is_up: bool,
    /// Usable by all projects.
    pub is_shared: bool,
    /// Leads out of the cloud: floating addresses are its.
    pub is_external: bool,
    /// The external network of automatic topologies.
    pub is_default: bool,
    /// New servers get a card in it where they do not say otherwise.
    pub is_usual: bool,
    /// Whether its ports are filtered by security groups, where they do not say otherwise.
    pub is_secured: bool,
    /// In bytes.
    pub mtu: u32,
    pub provider: Provider,
    pub dns_domain: Arc<str>,
    pub zone_hints: Vec<Arc<str>>,
    /// In the order of their making.
    pub subnets: Vec<Uuid>,
    /// What CloudStack says of it; nothing of a network that was made by other means.
    pub guest: Option<Box<Guest>>,
}

/// How a network is made on the wire.
#[derive(Debug, Clone)]
pub struct Provider {
    /// `vxlan`, `vlan`, `flat`.
    pub kind: Arc<str>,
    pub physical: Option<Arc<str>>,
    pub segment: Option<u32>,
}

impl Network {
    pub fn new(meta: Meta) -> Self {
        let segment = meta.id.as_u128() as u32 & 0xff_ffff;
        Self {
            meta,
            is_up: true,
            is_shared: false,
            is_external: false,
            is_default: false,
            is_usual: false,
            is_secured: true,
            mtu: 1450,
            provider: Provider {
                kind: "vxlan".into(),
                physical: None,
                segment: Some(segment.max(1)),
            },
            dns_domain: Arc::default(),
            zone_hints: Vec::new(),
            subnets: Vec::new(),
            guest: None,
        }
    }
}

/// All networks of a world.
#[derive(Debug, Clone)]
pub struct Networking {
    pub networks: Holdings<Network>,
    pub subnets: Holdings<Subnet>,
    pub ports: Holdings<Port>,
    pub groups: Holdings<SecurityGroup>,
    pub rules: Holdings<Rule>,
    pub floating_ips: Holdings<FloatingIp>,
    pub routers: Holdings<Router>,
    pub subnet_pools: Holdings<SubnetPool>,
    pub address_scopes: Holdings<AddressScope>,
    pub sharings: Holdings<Sharing>,
    pub metering_labels: Holdings<MeteringLabel>,
    pub metering_rules: Holdings<MeteringRule>,
    /// What only CloudStack's clients know of.
    pub guests: Guests,
    /// The ports of each server and router.
    device_ports: Index,
    /// The floating addresses of each port.
    port_floating_ips: Index,
    limits: NetworkLimits,
    /// What projects have instead of the limits.
    quotas: FxHashMap<Uuid, Quota>,
}

impl Networking {
    pub fn new(limits: &NetworkLimits) -> Self {
        Self {
            networks: Holdings::default(),
            subnets: Holdings::default(),
            ports: Holdings::default(),
            groups: Holdings::default(),
            rules: Holdings::default(),
            floating_ips: Holdings::default(),
            routers: Holdings::default(),
            subnet_pools: Holdings::default(),
            address_scopes: Holdings::default(),
            sharings: Holdings::default(),
            metering_labels: Holdings::default(),
            metering_rules: Holdings::default(),
            guests: Guests::default(),
            device_ports: Index::default(),
            port_floating_ips: Index::default(),
            limits: limits.clone(),
            quotas: FxHashMap::default(),
        }
    }

    /// What clients made and did not remove. What cannot be without a network or a router goes with it.
    pub fn left_over(&self) -> impl Iterator<Item = String> {
        let groups = self.groups.iter().filter(|group| !group.is_default);
        let networks = self
            .networks
            .iter()
            .map(|network| ("network", &network.meta));
        let routers = self.routers.iter().map(|router| ("router", &router.meta));
        let groups = groups.map(|group| ("security group", &group.meta));
        let named = networks.chain(routers).chain(groups);
        let named = named
            .filter(|(_, meta)| !meta.is_given)
            .map(|(kind, meta)| format!("{kind} \"{}\"", meta.name));
        let floating = self.floating_ips.iter();
        named.chain(
            floating.map(|floating| format!("floating address {}", floating.address.address)),
        )
    }

    /// The subnets of a network.
    pub fn subnets_of(&self, network: Uuid) -> impl Iterator<Item = &Subnet> {
        let network = self.networks.get(network);
        let subnets = network.into_iter().flat_map(|network| &network.subnets);
        subnets.filter_map(|id| self.subnets.get(*id))
    }

    /// The IPv4 subnet that stands for a network where there is room for one.
    pub fn first_subnet(&self, network: Uuid) -> Option<&Subnet> {
        self.subnets_of(network)
            .find(|subnet| subnet.cidr.is_ipv4())
    }

    /// # Errors
    /// `NetworkNotFound`.
    pub fn expect_network(&self, id: Uuid) -> Result<&Network, Fault> {
        let network = self.networks.get(id);
        network.ok_or_else(|| not_found("Network", id))
    }

    /// The networks that a project's servers go into when none is named: its own, then those of all. Not
    /// those that lead out, which take addresses that floating ones should have.
    pub fn usable_by(&self, project: Uuid) -> impl Iterator<Item = &Network> {
        let inner = || {
            let networks = self.networks.iter();
            networks.filter(|network| !network.is_external || network.is_shared)
        };
        let own = move |network: &&Network| network.meta.project == project && !network.is_shared;
        let granted = move |network: &&Network| {
            network.is_shared
                || (network.meta.project != project
                    && self.is_shared_with(Shared::Network, network.meta.id, project))
        };
        inner().filter(own).chain(inner().filter(granted))
    }

    /// A card in each network that servers go into where nothing else is said.
    pub fn usual_nics(&self) -> Vec<NicRequest> {
        let usual = self.networks.iter().filter(|network| network.is_usual);
        usual
            .map(|network| NicRequest::in_network(network.meta.id))
            .collect()
    }

    /// Removes a network with its subnets, and with its floating addresses that lead nowhere.
    ///
    /// # Errors
    /// `NetworkInUse` while it has ports or floating addresses.
    pub fn remove_network(&mut self, id: Uuid) -> Result<(), Fault> {
        let is_used = self.ports.iter().any(|port| port.network == id)
            || self
                .floating_ips
                .iter()
                .any(|floating| floating.network == id && floating.association.is_some());
        if is_used {
            return Err(conflict(
                "NetworkInUse",
                format!(
                    "Unable to complete operation on network {id}. There are one or more ports still in use on \
                     the network."
                ),
            ));
        }
        let floating = self
            .floating_ips
            .iter()
            .filter(|floating| floating.network == id);
        for floating in floating
            .map(|floating| floating.meta.id)
            .collect::<Vec<_>>()
        {
            self.remove_floating_ip(floating);
        }
        self.remove_traffic_rules(|rule| rule.network == id);
        if let Some(network) = self.networks.remove(id) {
            for subnet in network.subnets {
                self.subnets.remove(subnet);
            }
            self.stop_sharing(id);
        }
        Ok(())
    }

    /// Shares a network with all projects, or with its owner alone.
    ///
    /// # Errors
    /// `InvalidSharedSetting` while others have ports on it.
    pub fn share_network(&mut self, id: Uuid, is_shared: bool) -> Result<(), Fault> {
        let network = self.expect_network(id)?;
        let owner = network.meta.project;
        let is_others = |port: &Port| {
            port.network == id
                && port.meta.project != owner
                && !port.meta.project.is_nil()
                && !self.is_shared_with(Shared::Network, id, port.meta.project)
        };
        if network.is_shared && !is_shared && self.ports.iter().any(is_others) {
            let message = format!(
                "Unable to reconfigure sharing settings for network {}. Multiple projects are using it.",
                network.meta.name
            );
            return Err(conflict("InvalidSharedSetting", message));
        }
        if let Some(network) = self.networks.get_mut(id) {
            network.is_shared = is_shared;
        }
        Ok(())
    }

    /// Lets a network lead out of the cloud, or no more.
    ///
    /// # Errors
    /// `ExternalNetworkInUse` while routers or floating addresses use it.
    pub fn lead_out(&mut self, id: Uuid, is_external: bool) -> Result<(), Fault> {
        let uses = |router: &Router| router.gateway.as_ref().is_some_and(|way| way.network == id);
        let is_used = self.routers.iter().any(uses)
            || self
                .floating_ips
                .iter()
                .any(|floating| floating.network == id);
        if !is_external && is_used {
            let message = format!(
                "External network {id} cannot be updated to be made non-external, since it has existing gateway \
                 ports."
            );
            return Err(conflict("ExternalNetworkInUse", message));
        }
        if let Some(network) = self.networks.get_mut(id) {
            network.is_external = is_external;
        }
        Ok(())
    }

    /// # Errors
    /// `BadRequest`, naming the kind of thing that is asked for, when the network does not lead out.
    fn expect_external(&self, id: Uuid) -> Result<&Network, Fault> {
        let network = self.expect_network(id)?;
        if network.is_external {
            return Ok(network);
        }
        Err(bad_request(
            "router",
            format!("Network {id} is not an external network"),
        ))
    }
}

impl World {
    /// What a new thing of a project's begins with.
    pub fn new_meta(&mut self, project: Uuid) -> Meta {
        Meta::new(self.ids.uuid(), project, self.now)
    }
}
