//! Ports.

use serde_json::{Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, Setter, flag, name, shown, tags, text};
use super::body::Wanted;
use super::kind::Kind;
use super::listing::values;
use super::port_extras::{
    dhcp_options, dns_assignment, extra, pairs, profile, read_dhcp_options, read_pairs,
    read_profile, set_dhcp_options, set_pairs, set_profile,
};
use super::resource::{Resource, find, operations, own_project};
use super::{Call, Operation, policy};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::limits::holdings::Holdings;
use crate::world::network::addresses::Mac;
use crate::world::network::{
    Counted, Device, Meta, Network, Networking, Port, PortDraft, SecurityGroup, Wish,
};
use crate::world::server::State;
use crate::world::topology::Host;

pub(super) const OPERATIONS: &[Operation] = &operations::<Port>([
    "network.list_ports",
    "network.get_port",
    "network.create_port",
    "network.update_port",
    "network.delete_port",
]);

const CARDS: &[&str] = &[
    "normal",
    "macvtap",
    "direct",
    "baremetal",
    "direct-physical",
    "virtio-forwarder",
    "smart-nic",
    "accelerator-direct",
    "accelerator-direct-physical",
    "remote-managed",
    "vdpa",
];

impl Resource for Port {
    const NAME: &'static str = "port";
    const PLURAL: &'static str = "ports";
    const CLASS: &'static str = "Port";
    const COUNTED: Option<Counted> = Some(Counted::Ports);
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        name(),
        tags(),
        shown("network_id", |_, port: &Port| json!(port.network)).post(Kind::Id, Preset::Required),
        shown("admin_state_up", |_, port: &Port| port.is_up.into()).settable(
            Kind::Flag,
            Preset::Flag(true),
            |port, value| port.is_up = flag(value),
        ),
        shown("status", |world, port| status(world, port).into()),
        shown("mac_address", |_, port: &Port| port.mac.to_string().into())
            .post(Kind::Mac, Preset::Unset)
            .put()
            .set_by(Setter::Owner),
        shown("fixed_ips", |_, port: &Port| fixed_ips(port))
            .post(Kind::FixedIps, Preset::Unset)
            .put()
            .set_by(Setter::Owner),
        shown("device_id", |_, port: &Port| device_id(port))
            .post(Kind::Text(255), Preset::Text(""))
            .put()
            .set_by(Setter::Owner),
        shown("device_owner", |world, port| {
            device_owner(world, port).into()
        })
        .post(Kind::Text(255), Preset::Text(""))
        .put()
        .set_by(Setter::Owner),
        shown("security_groups", |_, port: &Port| json!(port.groups))
            .post(Kind::Ids, Preset::Unset)
            .put(),
        shown("port_security_enabled", |_, port: &Port| {
            port.is_secured.into()
        })
        .post(Kind::Flag, Preset::Unset)
        .put()
        .set_by(Setter::Owner),
        shown("allowed_address_pairs", |_, port: &Port| pairs(port))
            .post(Kind::Own(read_pairs), Preset::Unset)
            .put(),
        shown("extra_dhcp_opts", |_, port: &Port| dhcp_options(port)).settable(
            Kind::Own(read_dhcp_options),
            Preset::Unset,
            set_dhcp_options,
        ),
        shown("dns_name", |_, port: &Port| {
            json!(extra(port, |extras| &extras.dns_name))
        })
        .settable(Kind::TextOrNull(255), Preset::Unset, |port, value| {
            port.extras_mut().dns_name = text(value).into()
        }),
        shown("dns_assignment", |_, port: &Port| dns_assignment(port)),
        shown("binding:vnic_type", |_, port: &Port| {
            json!(
                extra(port, |extras| &extras.vnic)
                    .filter(|vnic| !vnic.is_empty())
                    .unwrap_or("normal")
            )
        })
        .settable(Kind::Choice(CARDS), Preset::Unset, |port, value| {
            port.extras_mut().vnic = text(value).into();
        }),
        shown("binding:host_id", |world, port| host_id(world, port).into())
            .settable(Kind::TextOrNull(255), Preset::Unset, |port, value| {
                port.extras_mut().host = text(value).into();
            })
            .for_admins(),
        shown("binding:profile", |_, port: &Port| profile(port))
            .settable(Kind::Own(read_profile), Preset::Unset, set_profile)
            .for_admins(),
        shown("binding:vif_type", |world, port| {
            vif_type(world, port).into()
        })
        .for_admins(),
        shown("binding:vif_details", |world, port| {
            match vif_type(world, port) {
                "unbound" => json!({}),
                _ => json!({"port_filter": true, "connectivity": "l2"}),
            }
        })
        .for_admins(),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.ports
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.ports
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    /// With the owner of its network.
    fn is_shared_with(&self, networking: &Networking, project: Uuid) -> bool {
        let network = networking.networks.get(self.network);
        network.is_some_and(|network| network.meta.project == project)
    }

    fn is_changeable_by(&self, networking: &Networking, project: Uuid) -> bool {
        self.is_shared_with(networking, project)
    }

    fn create(world: &mut World, call: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        let network: &Network = find(world, call, wanted.text("network_id").unwrap_or_default())?;
        let (network, owner, is_secured) =
            (network.meta.id, network.meta.project, network.is_secured);
        check_network_owners_rights(call, wanted, owner, "create_port")?;
        check_device(world, call, wanted)?;
        let is_secured = wanted.flag("port_security_enabled").unwrap_or(is_secured);
        let groups = groups(world, call, wanted, is_secured, meta.project)?;
        check_pairs(wanted, is_secured)?;
        let id = world.networking.add_port(PortDraft {
            mac: wanted.text("mac_address").and_then(Mac::parse),
            wishes: wanted.list("fixed_ips").map(wishes),
            groups,
            ..PortDraft::new(meta, network)
        })?;
        plug(world, id, wanted);
        if let Some(port) = world.networking.ports.get_mut(id) {
            port.is_secured = is_secured;
            set_pairs(port, wanted);
        }
        Ok(id)
    }

    fn update(world: &mut World, call: &Call, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
        let port = world.networking.expect_port(id)?;
        let (network, project, is_secured) = (port.network, port.meta.project, port.is_secured);
        let owner = world.networking.expect_network(network)?.meta.project;
        check_network_owners_rights(call, wanted, owner, "update_port")?;
        check_device(world, call, wanted)?;
        let is_secured = wanted.flag("port_security_enabled").unwrap_or(is_secured);
        let new_groups = match wanted.has("security_groups") {
            true => Some(groups(world, call, wanted, is_secured, project)?),
            false => None,
        };
        check_security(world, id, is_secured, new_groups.as_deref(), wanted)?;
        change_mac(world, id, wanted)?;
        if let Some(items) = wanted.list("fixed_ips") {
            world.networking.readdress(id, &wishes(items))?;
        }
        plug(world, id, wanted);
        if let Some(port) = world.networking.ports.get_mut(id) {
            port.is_secured = is_secured;
            port.groups = new_groups.unwrap_or_else(|| std::mem::take(&mut port.groups));
            set_pairs(port, wanted);
        }
        Ok(())
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        check_not_routers(world, id)?;
        world.networking.remove_port(id);
        Ok(())
    }

    /// The ports of a device, and those with certain ids.
    fn candidates(world: &World, call: &Call) -> Option<Vec<Uuid>> {
        let ids = |name: &str| -> Option<Vec<Uuid>> {
            let mut wanted = values(call, name).peekable();
            wanted.peek()?;
            wanted.map(|id| Uuid::try_parse(id).ok()).collect()
        };
        if let Some(ids) = ids("id") {
            return Some(ids);
        }
        let ports = |device: &Uuid| world.networking.ports_of(*device).map(|port| port.meta.id);
        ids("device_id").map(|devices| devices.iter().flat_map(ports).collect())
    }
}

/// Whether it works: its server runs, or its router is there.
pub(in super::super) fn status(world: &World, port: &Port) -> &'static str {
    let is_active = port.is_up
        && match &port.device {
            Device::Server(id) => world
                .server(*id)
                .is_some_and(|server| server.host.is_some() && server.state != State::Building),
            Device::Interface(_) | Device::Gateway(_) => true,
            Device::Nothing | Device::Other(_) => false,
        };
    if is_active { "ACTIVE" } else { "DOWN" }
}

fn fixed_ips(port: &Port) -> Value {
    let fixed_ips = port.fixed_ips.iter();
    fixed_ips
        .map(|fixed| json!({"subnet_id": fixed.subnet, "ip_address": fixed.address}))
        .collect()
}

fn device_id(port: &Port) -> Value {
    match &port.device {
        Device::Nothing => json!(""),
        Device::Server(id) | Device::Interface(id) | Device::Gateway(id) => json!(id),
        Device::Other(id) => json!(id),
    }
}

/// The kind of thing that is plugged in.
fn device_owner(world: &World, port: &Port) -> String {
    match &port.device {
        Device::Server(_) => {
            let zone = host(world, port).and_then(|host| host.place.name(Level::Zone));
            format!("compute:{}", zone.map_or("nova", |zone| zone))
        }
        Device::Interface(_) => "network:router_interface".to_owned(),
        Device::Gateway(_) => "network:router_gateway".to_owned(),
        Device::Nothing | Device::Other(_) => extra(port, |extras| &extras.owner)
            .unwrap_or_default()
            .to_owned(),
    }
}

/// Where the server is that it is plugged into.
fn host<'a>(world: &'a World, port: &Port) -> Option<&'a Host> {
    let Device::Server(id) = port.device else {
        return None;
    };
    let host = world.server(id)?.host?;
    Some(world.topology.host(host))
}

fn host_id(world: &World, port: &Port) -> String {
    let own = host(world, port).map(|host| host.name.to_string());
    own.unwrap_or_else(|| {
        extra(port, |extras| &extras.host)
            .unwrap_or_default()
            .to_owned()
    })
}

fn vif_type(world: &World, port: &Port) -> &'static str {
    let is_bound = match port.device {
        Device::Interface(_) | Device::Gateway(_) => true,
        Device::Nothing | Device::Server(_) | Device::Other(_) => !host_id(world, port).is_empty(),
    };
    if is_bound { "ovs" } else { "unbound" }
}

/// Addresses that were checked to be some.
pub(super) fn wishes(items: &[Value]) -> Vec<Wish> {
    let wish = |item: &Value| Wish {
        subnet: item["subnet_id"]
            .as_str()
            .and_then(|id| Uuid::try_parse(id).ok()),
        address: item["ip_address"]
            .as_str()
            .and_then(|address| address.parse().ok()),
    };
    items.iter().map(wish).collect()
}

/// On others' networks, only admins say what addresses a port has.
fn check_network_owners_rights(
    call: &Call,
    wanted: &Wanted,
    owner: Uuid,
    action: &str,
) -> Result<(), Fault> {
    if call.is_admin() || owner == own_project(call) {
        return Ok(());
    }
    let has_certain_address = wanted
        .list("fixed_ips")
        .unwrap_or_default()
        .iter()
        .any(|item| item.get("ip_address").is_some());
    let set = [
        ("mac_address", wanted.has("mac_address")),
        ("fixed_ips", has_certain_address),
        ("port_security_enabled", wanted.has("port_security_enabled")),
    ];
    let names: Vec<&str> = set
        .iter()
        .filter(|(_, is_set)| *is_set)
        .map(|(name, _)| *name)
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(policy::refuse(action, &names))
}

/// A device that is somebody else's router cannot be claimed.
fn check_device(world: &World, call: &Call, wanted: &Wanted) -> Result<(), Fault> {
    let router = wanted
        .id("device_id")
        .and_then(|id| world.networking.routers.get(id));
    match router {
        Some(router) if !call.is_admin() && router.meta.project != own_project(call) => {
            let id = router.meta.id;
            let message = format!(
                "The following device_id {id} is not owned by your project or matches another project router."
            );
            Err(Fault::conflict(message).named("DeviceIDNotOwnedByTenant"))
        }
        Some(_) | None => Ok(()),
    }
}

/// The groups that are asked for; the project's default one where nothing is said.
fn groups(
    world: &mut World,
    call: &Call,
    wanted: &Wanted,
    is_secured: bool,
    project: Uuid,
) -> Result<Vec<Uuid>, Fault> {
    let Some(ids) = wanted.ids("security_groups") else {
        let default = world.default_group(project);
        return Ok(if is_secured {
            vec![default]
        } else {
            Vec::new()
        });
    };
    if !is_secured && !ids.is_empty() {
        return Err(unsecured());
    }
    for id in &ids {
        find::<SecurityGroup>(world, call, &id.to_string())?;
    }
    Ok(ids)
}

fn unsecured() -> Fault {
    let message = "Port security must be enabled and port must have an IP address in order to use security \
                   groups.";
    Fault::bad_request(message).named("PortSecurityAndIPRequiredForSecurityGroups")
}

fn check_pairs(wanted: &Wanted, is_secured: bool) -> Result<(), Fault> {
    let has_pairs = wanted
        .list("allowed_address_pairs")
        .is_some_and(|pairs| !pairs.is_empty());
    if has_pairs && !is_secured {
        let message =
            "Port Security must be enabled in order to have allowed address pairs on a port.";
        return Err(Fault::conflict(message).named("AddressPairAndPortSecurityRequired"));
    }
    Ok(())
}

fn check_security(
    world: &World,
    id: Uuid,
    is_secured: bool,
    new_groups: Option<&[Uuid]>,
    wanted: &Wanted,
) -> Result<(), Fault> {
    let port = world.networking.expect_port(id)?;
    let groups = new_groups.unwrap_or(&port.groups);
    if !is_secured && !groups.is_empty() {
        let message = "Port has security group associated. Cannot disable port security or IP address until \
                       security group is removed.";
        return Err(Fault::conflict(message).named("PortSecurityPortHasSecurityGroup"));
    }
    check_pairs(wanted, is_secured)
}

fn change_mac(world: &mut World, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
    let Some(mac) = wanted.text("mac_address").and_then(Mac::parse) else {
        return Ok(());
    };
    let port = world.networking.expect_port(id)?;
    if port.mac == mac {
        return Ok(());
    }
    if let Device::Server(_) = port.device {
        let message = format!(
            "Unable to complete operation on port {id}, port is already bound, port type: ovs, old_mac {}, \
             new_mac {mac}.",
            port.mac
        );
        return Err(Fault::conflict(message).named("PortBound"));
    }
    world.networking.check_mac(port.network, mac)?;
    if let Some(port) = world.networking.ports.get_mut(id) {
        port.mac = mac;
    }
    Ok(())
}

/// Notes what the client says is plugged in. What the cloud has plugged in itself it knows better.
fn plug(world: &mut World, id: Uuid, wanted: &Wanted) {
    let Some(port) = world.networking.ports.get_mut(id) else {
        return;
    };
    if let Some(owner) = wanted.text("device_owner")
        && (!owner.is_empty() || port.extras.is_some())
    {
        port.extras_mut().owner = owner.into();
    }
    match wanted.text("device_id") {
        None => {}
        Some("") => world.networking.set_device(id, Device::Nothing),
        Some(device) if device_id(port) == *device => {}
        Some(device) => world
            .networking
            .set_device(id, Device::Other(device.into())),
    }
}

/// A router's ports go with what made them.
fn check_not_routers(world: &World, id: Uuid) -> Result<(), Fault> {
    let owner = match world.networking.expect_port(id)?.device {
        Device::Interface(_) => "network:router_interface",
        Device::Gateway(_) => "network:router_gateway",
        Device::Nothing | Device::Server(_) | Device::Other(_) => return Ok(()),
    };
    let message =
        format!("Port {id} cannot be deleted directly via the port API: has device owner {owner}.");
    Err(Fault::conflict(message).named("ServicePortInUse"))
}
