//! The public addresses of the machines that serve a zone.

use std::net::IpAddr;

use uuid::Uuid;

use super::{Appliance, Role};
use crate::world::World;
use crate::world::network::guest::Holder;
use crate::world::network::{Device, FixedIp, Port, PortDraft};

impl World {
    /// Gives a machine that serves a zone a public address of the zone's ranges, if the zone has any.
    pub(super) fn connect_appliance(&mut self, id: Uuid) {
        let Some(Appliance { role, zone, .. }) = self.appliances.get(id) else {
            return;
        };
        let (role, zone) = (*role, *zone);
        if !role.serves_zone() || !self.has_ranges(zone) {
            return;
        }
        let Some((network, wish)) = self.next_address(zone, Holder::System, None) else {
            return;
        };
        let draft = PortDraft {
            device: Device::Other(id.to_string().into()),
            wishes: Some(vec![wish]),
            ..PortDraft::new(self.new_meta(Uuid::nil()), network)
        };
        // One that cannot be plugged in stays without an address, as in a zone without ranges.
        self.networking.add_port(draft).ok();
    }

    pub(super) fn disconnect_appliance(&mut self, gone: &Appliance) {
        if gone.role.serves_zone() {
            let ports = self.networking.ports_of(gone.id);
            for port in ports.map(|port| port.meta.id).collect::<Vec<_>>() {
                self.networking.remove_port(port);
            }
        }
    }

    /// Whether a zone has ranges of public addresses that say more than the network that leads out.
    fn has_ranges(&self, zone: Uuid) -> bool {
        let mut pools = self.zone_pools(zone).into_iter();
        pools.any(|of| {
            let range = of.range.and_then(|range| self.equipment.ranges.get(range));
            range.is_some_and(|range| !range.is_usual)
        })
    }

    /// The port outside of a machine that serves a zone, and its address.
    pub fn public_port(&self, appliance: &Appliance) -> Option<(&Port, FixedIp)> {
        let mut ports = match appliance.role {
            Role::SecondaryStorage | Role::ConsoleProxy => self.networking.ports_of(appliance.id),
            Role::Network(_) | Role::Vpc(_) | Role::Balancer(_) => return None,
        };
        let port = ports.next()?;
        let fixed = port.fixed_ips.iter();
        let is_v4 = |fixed: &&FixedIp| matches!(fixed.address, IpAddr::V4(_));
        Some((port, *fixed.clone().find(is_v4)?))
    }
}
