//! Floating addresses.

use serde_json::{Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, Setter, input, shown, tags};
use super::body::Wanted;
use super::kind::Kind;
use super::listing::list_values;
use super::resource::{Resource, find, operations, own_project};
use super::{Call, Operation, read};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::limits::holdings::Holdings;
use crate::world::network::{
    Association, Counted, Device, FloatingIp, Meta, Network, Networking, Port, Wish,
};

pub(super) const OPERATIONS: &[Operation] = &{
    let [list, show, create, update, delete] = operations::<FloatingIp>([
        "network.list_floating_ips",
        "network.get_floating_ip",
        "network.create_floating_ip",
        "network.update_floating_ip",
        "network.delete_floating_ip",
    ]);
    let pools = read("network.list_floating_ip_pools", |world, call, _| {
        list_values(call, "floatingip_pools", pools(world))
    });
    [list, show, create, update, delete, pools]
};

impl Resource for FloatingIp {
    const NAME: &'static str = "floatingip";
    const PLURAL: &'static str = "floatingips";
    const CLASS: &'static str = "FloatingIP";
    const COUNTED: Option<Counted> = Some(Counted::FloatingIps);
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        tags(),
        shown("floating_network_id", |_, floating: &FloatingIp| {
            json!(floating.network)
        })
        .post(Kind::Id, Preset::Required),
        shown("floating_ip_address", |_, floating: &FloatingIp| {
            json!(floating.address.address)
        })
        .post(Kind::AddressOrNull, Preset::Null)
        .set_by(Setter::Admins),
        shown("port_id", |_, floating| to(floating, |to| json!(to.port)))
            .post(Kind::IdOrNull, Preset::Null)
            .put(),
        shown("fixed_ip_address", |_, floating| {
            to(floating, |to| json!(to.fixed_ip))
        })
        .post(Kind::AddressOrNull, Preset::Unset)
        .put(),
        shown("router_id", |_, floating| {
            to(floating, |to| json!(to.router))
        }),
        shown("status", |_, floating: &FloatingIp| {
            let is_used = floating.association.is_some();
            if is_used { "ACTIVE" } else { "DOWN" }.into()
        }),
        shown("port_details", port_details),
        shown("dns_name", |_, _| json!("")),
        shown("dns_domain", |_, _| json!("")),
        shown("port_forwardings", |_, _| json!([])),
        input("subnet_id", Kind::IdOrNull),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.floating_ips
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.floating_ips
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn create(world: &mut World, call: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        let network = wanted.text("floating_network_id").unwrap_or_default();
        let network = find::<Network>(world, call, network)?.meta.id;
        check_port(world, call, wanted)?;
        let wish = Wish {
            subnet: wanted.id("subnet_id"),
            address: wanted.address("floating_ip_address"),
        };
        let id = world.networking.add_floating_ip(meta, network, wish)?;
        if let Err(fault) = lead(world, id, wanted) {
            world.networking.remove_floating_ip(id);
            return Err(fault);
        }
        Ok(id)
    }

    fn update(world: &mut World, call: &Call, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
        check_port(world, call, wanted)?;
        lead(world, id, wanted)
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.remove_floating_ip(id);
        Ok(())
    }
}

fn to(floating: &FloatingIp, of: fn(&Association) -> Value) -> Value {
    floating.association.as_ref().map(of).unwrap_or_default()
}

/// What it leads to, in short.
fn port_details(world: &World, floating: &FloatingIp) -> Value {
    let port = floating
        .association
        .and_then(|to| world.networking.ports.get(to.port));
    let Some(port) = port else {
        return Value::Null;
    };
    let details = [
        "name",
        "network_id",
        "mac_address",
        "admin_state_up",
        "status",
        "device_id",
        "device_owner",
    ];
    let shown = Port::ATTRIBUTES
        .iter()
        .filter(|known| details.contains(&known.name));
    let shown = shown.filter_map(|known| Some((known.name.to_owned(), known.show?(world, port))));
    shown.collect::<serde_json::Map<_, _>>().into()
}

/// The port has to be the caller's, and fit for it.
fn check_port(world: &World, call: &Call, wanted: &Wanted) -> Result<(), Fault> {
    let refuse = |why: String| {
        let message = format!("Bad floatingip request: {why}.");
        Err(Fault::bad_request(message).named("BadRequest"))
    };
    let Some(id) = wanted.text("port_id") else {
        if wanted.address("fixed_ip_address").is_some()
            && wanted.get("port_id") == Some(&Value::Null)
        {
            return refuse("fixed_ip_address cannot be specified without a port_id".to_owned());
        }
        return Ok(());
    };
    let port: &Port = find(world, call, id)?;
    if port.meta.project != own_project(call) && !call.is_admin() {
        return refuse(format!(
            "Cannot process floating IP association with Port {id}, since that port is owned by a different \
             project"
        ));
    }
    match port.device {
        Device::Interface(_) | Device::Gateway(_) => {
            refuse(format!("Port {id} is unable to be assigned a floating IP"))
        }
        Device::Nothing | Device::Server(_) | Device::Other(_) => Ok(()),
    }
}

/// Lets it lead where it is to lead; nowhere, where the port is null.
fn lead(world: &mut World, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
    let networking = &mut world.networking;
    let fixed_ip = wanted.address("fixed_ip_address");
    match (wanted.has("port_id"), wanted.id("port_id")) {
        (true, Some(port)) => networking.associate(id, port, fixed_ip),
        (true, None) => {
            networking.dissociate(id);
            Ok(())
        }
        (false, _) => match networking.expect_floating_ip(id)?.association {
            Some(to) if fixed_ip.is_some() => networking.associate(id, to.port, fixed_ip),
            Some(_) | None => Ok(()),
        },
    }
}

/// The subnets that floating addresses come from.
fn pools(world: &World) -> Vec<Value> {
    let networking = &world.networking;
    let external = networking
        .networks
        .iter()
        .filter(|network| network.is_external);
    let subnets = external.flat_map(|network| networking.subnets_of(network.meta.id));
    let pool = |subnet: &crate::world::network::Subnet| {
        json!({
            "network_id": subnet.network,
            "subnet_id": subnet.meta.id,
            "subnet_name": subnet.meta.name,
            "cidr": subnet.cidr_text(),
            "tenant_id": super::resource::owner(subnet.meta.project),
            "project_id": super::resource::owner(subnet.meta.project),
        })
    };
    subnets.map(pool).collect()
}
