//! Changing a server's name, description and the like.

use std::sync::Arc;

use serde_json::Value;

use super::super::schema::{self, Format, NAME, Object, Schema, TEXT, Text, object, property};
use super::create::{DESCRIPTION, DISK_CONFIG, HOSTNAME, SHORT_HOSTNAME, canonical_ipv6};
use super::view::Extent;
use super::{Answer, Call, land_on_server, server, servers};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Server;

const BODY: Object = object(&[property("server", Schema::Object(&SERVER)).required()]);

const SERVER: Object = object(&[
    property("name", Schema::Text(NAME)),
    property("OS-DCF:diskConfig", DISK_CONFIG),
    property(
        "accessIPv4",
        Schema::Text(Text {
            format: Some(Format::Ipv4),
            ..TEXT
        }),
    ),
    property(
        "accessIPv6",
        Schema::Text(Text {
            format: Some(Format::Ipv6),
            ..TEXT
        }),
    ),
    property("description", DESCRIPTION).since(19),
    property("hostname", SHORT_HOSTNAME).since(90).until(93),
    property("hostname", HOSTNAME).since(94),
]);

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&BODY, &call.body, call.microversion)?;
    land_on_server(world, call)
}

pub(super) fn run(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = server(world, call)?.id;
    let now = world.now();
    if let Some(server) = world.server_mut(id) {
        change(server, &call.body["server"]);
        server.updated = now;
    }
    let extent = if call.microversion < 75 {
        Extent::Core
    } else {
        Extent::Whole
    };
    Ok(servers::show(world, call, server(world, call)?, extent))
}

pub(super) fn change(server: &mut Server, wanted: &Value) {
    let text = |name: &str| wanted.get(name).map(|value| value.as_str().map(Arc::from));
    if let Some(Some(name)) = text("name") {
        server.spec.name = name;
    }
    if let Some(description) = text("description") {
        server.spec.description = description;
    }
    if let Some(address) = text("accessIPv4") {
        server.spec.access_ipv4 = address;
    }
    if let Some(address) = text("accessIPv6") {
        server.spec.access_ipv6 = address.as_deref().map(canonical_ipv6);
    }
    if let Some(Some(config)) = text("OS-DCF:diskConfig") {
        server.spec.nova.get_or_insert_default().resizes_disk = *config == *"AUTO";
    }
    if let Some(hostname) = text("hostname") {
        server.spec.nova.get_or_insert_default().hostname = hostname;
    }
}
