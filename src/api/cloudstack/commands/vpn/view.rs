//! How VPN looks on the wire.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::api::cloudstack::commands::{date, joined, owner};
use crate::api::cloudstack::table::Viewer;
use crate::world::World;
use crate::world::network::vpn::{AccessState, CustomerSettings};

/// Whose it is.
fn account(world: &World, project: Uuid) -> Map<String, Value> {
    let account = world.accounts.project(project);
    account
        .map(|account| owner(world, account))
        .unwrap_or_default()
}

fn address_text(world: &World, id: Uuid) -> Value {
    let address = world.networking.public_address(id);
    json!(address.map(|address| address.address))
}

/// The cloud's end of connections.
pub(super) fn gateway(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let gateway = world.vpns.gateways.get(id)?;
    let vpc = world.networking.vpc(gateway.vpc);
    let own = json!({
        "id": id,
        "vpcid": gateway.vpc,
        "vpcname": vpc.map(|vpc| &vpc.meta.name),
        "publicip": address_text(world, gateway.address),
        "fordisplay": gateway.is_displayed,
    });
    Some(joined(own, account(world, gateway.project)))
}

pub(super) fn customer(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let customer = world.vpns.customers.get(id)?;
    let settings = &customer.settings;
    let own = json!({ "id": id, "name": settings.name });
    let said = said(settings).into_iter();
    Some(joined(own, said.chain(account(world, customer.project))))
}

/// What customers' gateways and the connections to them tell.
fn said(settings: &CustomerSettings) -> Map<String, Value> {
    let fields = [
        ("gateway", json!(settings.gateway)),
        ("cidrlist", json!(settings.networks.join(","))),
        ("ipsecpsk", json!(settings.shared_key)),
        ("ikepolicy", json!(settings.ike_policy)),
        ("esppolicy", json!(settings.esp_policy)),
        ("ikelifetime", json!(settings.ike_lifetime)),
        ("esplifetime", json!(settings.esp_lifetime)),
        ("ikeversion", json!(settings.ike_version)),
        ("dpd", json!(settings.detects_death)),
        ("forceencap", json!(settings.forces_encapsulation)),
        ("splitconnections", json!(settings.splits_connections)),
    ];
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

pub(super) fn connection(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let connection = world.vpns.connections.get(id)?;
    let gateway = world.vpns.gateways.get(connection.gateway)?;
    let customer = world.vpns.customers.get(connection.customer)?;
    let own = json!({
        "id": id,
        "s2svpngatewayid": connection.gateway,
        "s2scustomergatewayid": connection.customer,
        "publicip": address_text(world, gateway.address),
        "passive": connection.is_passive,
        "state": connection.state.word(),
        "fordisplay": connection.is_displayed,
        "created": date(connection.created),
    });
    let said = said(&customer.settings).into_iter();
    Some(joined(own, said.chain(account(world, connection.project))))
}

/// The way in for users at a public address.
pub(super) fn access(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let access = world.vpns.accesses.get(id)?;
    let state = match access.state {
        AccessState::Coming => "Added",
        AccessState::InForce => "Running",
        AccessState::Going => "Removed",
    };
    let own = json!({
        "id": id,
        "publicipid": access.address,
        "publicip": address_text(world, access.address),
        "iprange": access.range,
        "presharedkey": access.shared_key,
        "state": state,
        "fordisplay": access.is_displayed,
    });
    Some(joined(own, account(world, access.project)))
}

pub(super) fn user(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let user = world.vpns.users.get(id)?;
    let state = match user.state {
        AccessState::Coming => "Add",
        AccessState::InForce => "Active",
        AccessState::Going => "Revoke",
    };
    let own = json!({ "id": id, "username": user.name, "state": state });
    Some(joined(own, account(world, user.project)))
}
