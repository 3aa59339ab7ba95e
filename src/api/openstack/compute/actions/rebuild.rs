//! Making a server anew from an image.

use std::sync::Arc;

use http::StatusCode;
use http::header::LOCATION;
use serde::Serialize;
use serde_json::Value;

use super::super::super::image::visible_image;
use super::super::create;
use super::super::metadata::items;
use super::super::view::{Extent, ServerView};
use super::super::{Site, quota, update};
use super::{Action, Answer, Call, options, order, ready, target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::Kind;
use crate::world::server::Server;

pub(super) fn rebuild(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let wanted = options(call);
    let server = ready(world, call, action)?;
    let id = server.id;
    let image = wanted["imageRef"].as_str().unwrap_or_default();
    let image = visible_image(world, call, image)
        .cloned()
        .ok_or_else(|| Fault::bad_request("Cannot find image for rebuild"))?;
    create::check_image(&image)?;
    create::check_image_fits(Some(&image), &server.spec.flavor)?;
    let metadata = wanted.get("metadata").map(items);
    quota::check_metadata(
        world,
        server.spec.project.id,
        metadata.as_ref().map_or(0, Vec::len),
    )?;
    let key_name = match wanted.get("key_name") {
        Some(Value::String(_)) => Some(create::key_name(world, call.caller()?, wanted)?),
        Some(_) => Some(None),
        None => None,
    };
    let password = create::password(world, wanted);
    if let Some(server) = world.server_mut(id) {
        update::change(server, wanted);
        change_origin(server, wanted);
        server.spec.image = Some(image);
        server.spec.metadata =
            metadata.unwrap_or_else(|| std::mem::take(&mut server.spec.metadata));
        server.spec.key_name = key_name.unwrap_or_else(|| server.spec.key_name.take());
    }
    world.begin(order(call, id, Kind::Rebuild)?);
    show(world, call, target(world, call, action)?, &password)
}

/// What only a server that is made anew can change.
fn change_origin(server: &mut Server, wanted: &Value) {
    if let Some(data) = wanted.get("user_data") {
        server.spec.nova_mut().user_data = data.as_str().map(Arc::from);
    }
    if let Some(certificates) = wanted.get("trusted_image_certificates") {
        let certificates = Some(certificates.clone()).filter(|value| !value.is_null());
        server.spec.nova_mut().trusted_certificates = certificates.map(Box::new);
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    server: WithPassword<'a>,
}

#[derive(Serialize)]
struct WithPassword<'a> {
    #[serde(flatten)]
    server: ServerView<'a>,
    #[serde(rename = "adminPass")]
    password: &'a str,
}

fn show(world: &World, call: &Call, server: &Server, password: &str) -> Result<Answer, Fault> {
    let extent = match call.microversion {
        0..75 => Extent::Core,
        _ => Extent::Whole,
    };
    let server_view = ServerView::new(world, call, server, extent);
    let body = Envelope {
        server: WithPassword {
            server: server_view,
            password,
        },
    };
    let location = Site::of(call).this("servers", server.id).to_string();
    Ok(Answer::json(StatusCode::ACCEPTED, &body).with_header(LOCATION, &location))
}
