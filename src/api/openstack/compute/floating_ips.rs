//! Floating addresses by way of Compute: gone since 2.36, and from a server's actions since 2.44.

use std::net::IpAddr;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::schema::{self, Object, Schema, TEXT, Text, object, property};
use super::create::ADDRESS;
use super::security_group_proxies::{project, proxy};
use super::{Answer, Call, Operation, check_exists, land_on_server, server};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::{Counted, Device, FloatingIp, Network, Port, Wish};

pub(super) const OPERATIONS: &[Operation] = &[
    proxy("compute.list_floating_ip_pools", true, |world, _, _| {
        let pools: Vec<Value> = external(world)
            .map(|network| json!({"name": network.meta.name}))
            .collect();
        Ok(Answer::json(
            StatusCode::OK,
            &json!({"floating_ip_pools": pools}),
        ))
    }),
    proxy("compute.list_floating_ips", true, |world, call, _| {
        let own = project(call)?;
        let addresses = world.networking.floating_ips.iter();
        let addresses = addresses.filter(|address| address.meta.project == own);
        let shown: Vec<Value> = addresses.map(|address| view(world, address)).collect();
        Ok(Answer::json(
            StatusCode::OK,
            &json!({ "floating_ips": shown }),
        ))
    }),
    proxy("compute.get_floating_ip", true, |world, call, _| {
        let address = of_path(world, call)?;
        Ok(Answer::json(
            StatusCode::OK,
            &json!({"floating_ip": view(world, address)}),
        ))
    }),
    proxy("compute.create_floating_ip", false, create),
    proxy("compute.delete_floating_ip", false, |world, call, _| {
        let id = of_path(world, call)?.meta.id;
        world.networking.remove_floating_ip(id);
        Ok(super::done(StatusCode::ACCEPTED))
    }),
    action("compute.add_floating_ip", land_on_add, add),
    action("compute.remove_floating_ip", land_on_remove, remove),
    action("compute.add_fixed_ip", land_on_add_fixed, add_fixed),
    action(
        "compute.remove_fixed_ip",
        land_on_remove_fixed,
        remove_fixed,
    ),
];

/// A server's action that there is before 2.44.
const fn action(
    command: &'static str,
    land: fn(&World, &Call) -> Result<Landing, Fault>,
    run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
) -> Operation {
    Operation {
        command,
        land,
        run,
        is_read: false,
    }
}

fn land_as(body: &Object, world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, ..=43)?;
    schema::check(body, &call.body, call.microversion)?;
    land_on_server(world, call)
}

fn land_on_add(world: &World, call: &Call) -> Result<Landing, Fault> {
    const ASKED: Object = object(&[
        property("address", ADDRESS).required(),
        property("fixed_address", ADDRESS),
    ]);
    const BODY: Object = object(&[property("addFloatingIp", Schema::Object(&ASKED)).required()]);
    land_as(&BODY, world, call)
}

const TAKEN: Object = object(&[property("address", ADDRESS).required()]);

fn land_on_remove(world: &World, call: &Call) -> Result<Landing, Fault> {
    const BODY: Object = object(&[property("removeFloatingIp", Schema::Object(&TAKEN)).required()]);
    land_as(&BODY, world, call)
}

fn land_on_add_fixed(world: &World, call: &Call) -> Result<Landing, Fault> {
    const NETWORK: Text = Text {
        min: 1,
        max: 36,
        or: &["integer"],
        ..TEXT
    };
    const ASKED: Object = object(&[property("networkId", Schema::Text(NETWORK)).required()]);
    const BODY: Object = object(&[property("addFixedIp", Schema::Object(&ASKED)).required()]);
    land_as(&BODY, world, call)
}

fn land_on_remove_fixed(world: &World, call: &Call) -> Result<Landing, Fault> {
    const BODY: Object = object(&[property("removeFixedIp", Schema::Object(&TAKEN)).required()]);
    land_as(&BODY, world, call)
}

fn external(world: &World) -> impl Iterator<Item = &Network> {
    let networks = world.networking.networks.iter();
    networks.filter(|network| network.is_external)
}

fn view(world: &World, address: &FloatingIp) -> Value {
    let to = address.association;
    let port = to.and_then(|to| world.networking.ports.get(to.port));
    let server = port.and_then(|port| match port.device {
        Device::Server(id) => Some(id),
        Device::Nothing | Device::Interface(_) | Device::Gateway(_) | Device::Other(_) => None,
    });
    json!({
        "id": address.meta.id,
        "ip": address.address.address,
        "pool": world.network(address.network).map(|network| &network.meta.name),
        "fixed_ip": to.map(|to| to.fixed_ip),
        "instance_id": server,
    })
}

fn of_path<'a>(world: &'a World, call: &Call) -> Result<&'a FloatingIp, Fault> {
    let wanted = call.path_param("floatingip");
    let own = project(call)?;
    let found = Uuid::try_parse(wanted).ok();
    let found = found.and_then(|id| world.networking.floating_ips.get(id));
    found
        .filter(|address| call.is_admin() || address.meta.project == own)
        .ok_or_else(|| Fault::not_found(format!("Floating IP not found for ID {wanted}.")))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let pool = call.body.get("pool").and_then(Value::as_str);
    let is_wanted = |network: &&Network| {
        pool.is_none_or(|pool| *network.meta.name == *pool || network.meta.id.to_string() == pool)
    };
    let network = external(world).find(is_wanted);
    let network = network.ok_or_else(|| Fault::not_found("Floating IP pool not found."))?;
    let (network, project) = (network.meta.id, project(call)?);
    let admitted = world.networking.admit(project, Counted::FloatingIps);
    admitted.map_err(|fault| Fault {
        message: "Floating IP allocation over quota.".to_owned(),
        ..Fault::new(
            crate::vocabulary::fault::FaultKind::Forbidden,
            fault.message,
        )
    })?;
    let meta = world.new_meta(project);
    let id = world
        .networking
        .add_floating_ip(meta, network, Wish::default())?;
    let address = world.networking.expect_floating_ip(id)?;
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"floating_ip": view(world, address)}),
    ))
}

/// The address that an action names.
fn named(world: &World, call: &Call, action: &str) -> Result<Uuid, Fault> {
    let wanted = call.body[action]["address"].as_str().unwrap_or_default();
    let parsed: Option<IpAddr> = wanted.parse().ok();
    let own = project(call)?;
    let mut addresses = world.networking.floating_ips.iter();
    let found = addresses.find(|address| {
        Some(address.address.address) == parsed && (call.is_admin() || address.meta.project == own)
    });
    found
        .map(|address| address.meta.id)
        .ok_or_else(|| Fault::not_found(format!("Floating IP not found for address {wanted}.")))
}

fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = named(world, call, "addFloatingIp")?;
    let fixed: Option<IpAddr> = call.body["addFloatingIp"]["fixed_address"]
        .as_str()
        .and_then(|address| address.parse().ok());
    let server = server(world, call)?.id;
    let is_meant = |card: &&Port| match fixed {
        Some(fixed) => card.fixed_ips.iter().any(|known| known.address == fixed),
        None => card.ipv4().is_some(),
    };
    let card = world.networking.nics_of(server).find(is_meant);
    let card = card.ok_or_else(|| match fixed {
        Some(_) => Fault::bad_request("Specified fixed address not assigned to instance"),
        None => Fault::bad_request("No fixed IPs associated to instance"),
    })?;
    let (port, fixed) = (card.meta.id, fixed.or(card.ipv4()));
    let associated = world.networking.associate(id, port, fixed);
    associated.map_err(|fault| {
        Fault::bad_request(format!(
            "Unable to associate floating IP: {}",
            fault.message
        ))
    })?;
    Ok(super::done(StatusCode::ACCEPTED))
}

fn remove(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = named(world, call, "removeFloatingIp")?;
    let server = server(world, call)?.id;
    let to = world.networking.expect_floating_ip(id)?.association;
    let is_led_to = |card: &Port| to.is_some_and(|to| to.port == card.meta.id);
    if !world.networking.nics_of(server).any(is_led_to) {
        let address = world.networking.expect_floating_ip(id)?.address.address;
        return Err(Fault::conflict(format!(
            "Floating IP {address} is not associated with instance {server}."
        )));
    }
    world.networking.dissociate(id);
    Ok(super::done(StatusCode::ACCEPTED))
}

fn add_fixed(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = call.body["addFixedIp"]["networkId"]
        .as_str()
        .unwrap_or_default();
    let id = server(world, call)?.id;
    let is_meant = |card: &&Port| card.network.to_string() == wanted;
    let card = world.networking.nics_of(id).find(is_meant);
    let missing = || Fault::bad_request(format!("Network could not be found for instance {id}."));
    let card = card.ok_or_else(missing)?;
    let port = card.meta.id;
    let mut wishes = kept(card, None);
    let subnet = world
        .networking
        .first_subnet(card.network)
        .ok_or_else(missing)?;
    wishes.push(Wish {
        subnet: Some(subnet.meta.id),
        address: None,
    });
    world.networking.readdress(port, &wishes)?;
    Ok(super::done(StatusCode::ACCEPTED))
}

fn remove_fixed(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = call.body["removeFixedIp"]["address"]
        .as_str()
        .unwrap_or_default();
    let id = server(world, call)?.id;
    let address: Option<IpAddr> = wanted.parse().ok();
    let has = |card: &&Port| {
        card.fixed_ips
            .iter()
            .any(|known| Some(known.address) == address)
    };
    let card = world.networking.nics_of(id).find(has);
    let card = card.ok_or_else(|| {
        Fault::bad_request(format!("Instance {id} does not have fixed IP '{wanted}'."))
    })?;
    let (port, wishes) = (card.meta.id, kept(card, address));
    world.networking.readdress(port, &wishes)?;
    Ok(super::done(StatusCode::ACCEPTED))
}

/// A card's addresses but one, as wishes.
fn kept(card: &Port, without: Option<IpAddr>) -> Vec<Wish> {
    let fixed_ips = card.fixed_ips.iter();
    let kept = fixed_ips.filter(|fixed| Some(fixed.address) != without);
    let wish = |fixed: &crate::world::network::FixedIp| Wish {
        subnet: Some(fixed.subnet),
        address: Some(fixed.address),
    };
    kept.map(wish).collect()
}
