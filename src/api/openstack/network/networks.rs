//! Networks.

use serde_json::{Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, Setter, flag, name, shown, tags, text, texts};
use super::body::Wanted;
use super::kind::{Kind, bad_request};
use super::resource::{Resource, operations};
use super::{Call, Operation, zones};
use crate::api::Target;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::limits::holdings::Holdings;
use crate::world::network::{Counted, Meta, Network, Networking, Shared};

pub(super) const OPERATIONS: &[Operation] = &operations::<Network>([
    "network.list_networks",
    "network.get_network",
    "network.create_network",
    "network.update_network",
    "network.delete_network",
]);

/// How the network is made on the wire.
const WIRES: &[&str] = &["vxlan", "vlan", "flat", "local", "gre", "geneve"];

impl Resource for Network {
    const NAME: &'static str = "network";
    const PLURAL: &'static str = "networks";
    const CLASS: &'static str = "Network";
    const COUNTED: Option<Counted> = Some(Counted::Networks);
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        name(),
        tags(),
        shown("status", |_, _| json!("ACTIVE")),
        shown("admin_state_up", |_, network: &Network| {
            network.is_up.into()
        })
        .settable(Kind::Flag, Preset::Flag(true), |network, value| {
            network.is_up = flag(value)
        }),
        shown("subnets", |_, network: &Network| json!(network.subnets)),
        shown("shared", |_, network: &Network| network.is_shared.into())
            .post(Kind::Flag, Preset::Flag(false))
            .put()
            .set_by(Setter::Admins),
        shown("router:external", |_, network: &Network| {
            network.is_external.into()
        })
        .post(Kind::Flag, Preset::Flag(false))
        .put()
        .set_by(Setter::Admins),
        shown("is_default", |_, network: &Network| {
            network.is_default.into()
        })
        .settable(Kind::Flag, Preset::Flag(false), |network, value| {
            network.is_default = flag(value);
        })
        .set_by(Setter::Admins),
        shown("mtu", |_, network: &Network| network.mtu.into())
            .settable(MTU, Preset::Unset, |network, value| {
                let mtu = value.as_u64().and_then(|mtu| u32::try_from(mtu).ok());
                // 0 is Neutron's word for the most that there can be.
                network.mtu = mtu.filter(|mtu| *mtu > 0).unwrap_or(network.mtu);
            })
            .set_by(Setter::Owner),
        shown("port_security_enabled", |_, network: &Network| {
            network.is_secured.into()
        })
        .settable(Kind::Flag, Preset::Flag(true), |network, value| {
            network.is_secured = flag(value);
        })
        .set_by(Setter::Owner),
        shown("dns_domain", |_, network: &Network| {
            json!(network.dns_domain)
        })
        .settable(Kind::TextOrNull(255), Preset::Text(""), |network, value| {
            network.dns_domain = text(value).into()
        }),
        shown("availability_zone_hints", |_, network: &Network| {
            json!(network.zone_hints)
        })
        .settable_once(Kind::Texts, Preset::EmptyList, |network, value| {
            network.zone_hints = texts(value);
        }),
        shown("availability_zones", |world, network: &Network| {
            zones::of(world, &network.zone_hints)
        }),
        shown("ipv4_address_scope", |world, network| {
            scope(world, network, 4)
        }),
        shown("ipv6_address_scope", |world, network| {
            scope(world, network, 6)
        }),
        shown("provider:network_type", |_, network: &Network| {
            json!(network.provider.kind)
        })
        .post(Kind::Choice(WIRES), Preset::Unset)
        .for_admins(),
        shown("provider:physical_network", |_, network: &Network| {
            json!(network.provider.physical)
        })
        .post(Kind::TextOrNull(64), Preset::Unset)
        .for_admins(),
        shown("provider:segmentation_id", |_, network: &Network| {
            json!(network.provider.segment)
        })
        .post(Kind::NumberOrNull, Preset::Unset)
        .for_admins(),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.networks
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.networks
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn is_shared_with(&self, networking: &Networking, project: Uuid) -> bool {
        self.is_shared
            || self.is_external
            || networking.is_shared_with(Shared::Network, self.meta.id, project)
    }

    fn create(world: &mut World, _: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        zones::check_hints(world, wanted)?;
        world.default_group(meta.project);
        let id = meta.id;
        let mut network = Network::new(meta);
        network.is_shared = wanted.flag("shared").unwrap_or_default();
        network.is_external = wanted.flag("router:external").unwrap_or_default();
        set_provider(&mut network, wanted)?;
        world.networking.networks.insert(id, network);
        Ok(id)
    }

    fn update(world: &mut World, _: &Call, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
        if let Some(is_shared) = wanted.flag("shared") {
            world.networking.share_network(id, is_shared)?;
        }
        if let Some(is_external) = wanted.flag("router:external") {
            world.networking.lead_out(id, is_external)?;
        }
        Ok(())
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.remove_network(id)
    }

    fn target(id: Uuid) -> Target {
        Target::Network(id)
    }
}

const MTU: Kind = Kind::Number {
    min: 0,
    max: 2_147_483_647,
};

/// The address scope that a network's subnets of a version are in.
fn scope(world: &World, network: &Network, version: u8) -> Value {
    let networking = &world.networking;
    let subnets = networking.subnets_of(network.meta.id);
    let mut pools = subnets
        .filter(|subnet| subnet.version() == version)
        .filter_map(|subnet| networking.subnet_pools.get(subnet.subnet_pool?));
    json!(pools.find_map(|pool| pool.scope))
}

fn set_provider(network: &mut Network, wanted: &Wanted) -> Result<(), Fault> {
    let provider = &mut network.provider;
    let segment = wanted.number("provider:segmentation_id");
    let Some(kind) = wanted.text("provider:network_type") else {
        if segment.is_some() || wanted.text("provider:physical_network").is_some() {
            let message = "Invalid input for operation: network_type required.";
            return Err(Fault::bad_request(message).named("InvalidInput"));
        }
        return Ok(());
    };
    provider.kind = kind.into();
    provider.physical = wanted.text("provider:physical_network").map(Into::into);
    provider.segment = match segment {
        Some(segment) => Some(u32::try_from(segment).map_err(|_| {
            bad_request(format!(
                "Invalid input for provider:segmentation_id. Reason: '{segment}' is too small - must be at least \
                 '0'."
            ))
        })?),
        None if matches!(kind, "flat" | "local") => None,
        None => provider.segment,
    };
    Ok(())
}
