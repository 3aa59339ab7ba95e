//! Servers: the operations on the collection and on one of them.

use http::StatusCode;
use serde_json::json;

use super::actions::{check_lock, order};
use super::view::{Extent, SecurityGroups, ServerView, disk_config, links};
use super::{Answer, Call, Operation, Site, create, land_on_server, listing, server, update};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::Kind;
use crate::world::server::{Server, Task};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_servers",
        land: Landing::nowhere,
        run: |world, call, _| listing::list(world, call),
        is_read: true,
    },
    Operation {
        command: "compute.create_server",
        land: create::land,
        run: create::run,
        is_read: false,
    },
    Operation {
        command: "compute.get_server",
        land: land_on_server,
        run: |world, call, _| {
            let server = server(world, call)?;
            Ok(show(world, call, server, Extent::Whole))
        },
        is_read: true,
    },
    Operation {
        command: "compute.update_server",
        land: update::land,
        run: update::run,
        is_read: false,
    },
    Operation {
        command: "compute.delete_server",
        land: land_on_server,
        run: |world, call, _| delete(world, call),
        is_read: false,
    },
];

#[derive(serde::Serialize)]
struct Envelope<'a> {
    server: ServerView<'a>,
}

/// The answer that shows a server.
pub(super) fn show(world: &World, call: &Call, server: &Server, extent: Extent) -> Answer {
    let server = ServerView::new(world, call, server, extent);
    Answer::json(StatusCode::OK, &Envelope { server })
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let server = server(world, call)?;
    check_lock(call, server)?;
    let id = server.id;
    // Asked again, Nova lets the first go on.
    if server.task != Some(Task::Deleting) {
        world.begin(order(call, id, Kind::Delete)?);
    }
    Ok(super::done(StatusCode::NO_CONTENT))
}

/// What a create answers: the first of the servers.
pub(super) fn created(world: &World, call: &Call, server: &Server, password: &str) -> Answer {
    let site = Site::of(call);
    let mut shown = json!({
        "id": server.id,
        "links": links(site, "servers", server.id),
        "OS-DCF:diskConfig": disk_config(server),
    });
    // Without a network card it is in none, but this tells what was asked for.
    shown["security_groups"] = match SecurityGroups::of(world, server) {
        Some(groups) => json!(groups),
        None => json!([{"name": "default"}]),
    };
    shown["adminPass"] = password.into();
    let body = json!({ "server": shown });
    let location = site.this("servers", server.id).to_string();
    Answer::json(StatusCode::ACCEPTED, &body).with_header(http::header::LOCATION, &location)
}
