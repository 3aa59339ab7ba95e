//! Making images of servers.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};

use super::super::super::schema::number;
use super::super::metadata::items;
use super::super::{Site, quota};
use super::{Action, Answer, Call, options, order, ready};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Order, Thing};

pub(super) fn create_image(
    world: &mut World,
    call: &Call,
    action: &Action,
) -> Result<Answer, Fault> {
    snapshot(world, call, action, Kind::CreateImage, None)
}

pub(super) fn create_backup(
    world: &mut World,
    call: &Call,
    action: &Action,
) -> Result<Answer, Fault> {
    let wanted = options(call);
    let rotation = number(&wanted["rotation"]).unwrap_or_default();
    let rotation = usize::try_from(rotation).unwrap_or(usize::MAX);
    let answer = snapshot(world, call, action, Kind::CreateBackup, Some(rotation))?;
    // With none to be kept, there is no image to tell of.
    Ok(match rotation {
        0 => Answer::empty(StatusCode::ACCEPTED),
        _ => answer,
    })
}

fn snapshot(
    world: &mut World,
    call: &Call,
    action: &Action,
    kind: Kind,
    rotation: Option<usize>,
) -> Result<Answer, Fault> {
    let wanted = options(call);
    let metadata = items(wanted.get("metadata").unwrap_or(&Value::Null));
    let server = ready(world, call, action)?;
    quota::check_metadata(world, server.spec.project.id, metadata.len())?;
    let (id, is_volume_backed) = (server.id, server.spec.image.is_none());
    if kind == Kind::CreateBackup && is_volume_backed {
        return Err(Fault::bad_request(
            "Backup is not supported for volume-backed instances.",
        ));
    }
    let name = wanted["name"].as_str().unwrap_or_default();
    let word = if rotation.is_some() {
        "backup"
    } else {
        "snapshot"
    };
    let image = world.image_of_server(id, name, word);
    let image = image.ok_or_else(|| Fault::not_found(""))?.id;
    if let Some(record) = world.image_mut(image) {
        if let Some(series) = wanted.get("backup_type").and_then(Value::as_str) {
            record.set_property("backup_type", series);
        }
        for (name, value) in &metadata {
            record.set_property(name, value);
        }
    }
    world.begin(Order {
        rotation,
        ..order(call, id, kind)?.with(Thing::Image(image))
    });
    Ok(match call.microversion {
        // Its clients know images by Compute alone.
        0 => {
            let location = Site::of(call).this("images", image).to_string();
            Answer::empty(StatusCode::ACCEPTED).with_header(LOCATION, &location)
        }
        1..=44 => {
            let location = format!("{}/image/v2/images/{image}", call.base_url);
            Answer::empty(StatusCode::ACCEPTED).with_header(LOCATION, &location)
        }
        _ => Answer::json(StatusCode::ACCEPTED, &json!({ "image_id": image })),
    })
}
