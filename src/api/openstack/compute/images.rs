//! Images by way of Compute: gone since 2.36, but clients that ask for no version still call it.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::image::{owns, visible_image};
use super::super::paging::no_marker;
use super::super::query::time;
use super::super::render::Seconds;
use super::view::{Pairs, links};
use super::{Answer, Call, Operation, Site};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::image::{Image, ImageStatus};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_images",
        land: |_, call| check_version(call).map(|()| Landing::default()),
        run: list,
        is_read: true,
    },
    Operation {
        command: "compute.get_image",
        land,
        run: |_, call, landing| match landing.target {
            Target::Image(image) => Ok(Answer::json(
                StatusCode::OK,
                &json!({"image": whole(call, &image)}),
            )),
            _ => Err(Fault::not_found("")),
        },
        is_read: true,
    },
    Operation {
        command: "compute.delete_image",
        land: |world, call| {
            let image = deletable(world, call)?;
            Ok(Landing::on(Target::Image(image.clone())))
        },
        run: |world, call, _| {
            let id = deletable(world, call)?.id;
            world.remove_image(id);
            Ok(super::done(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

pub(super) fn check_version(call: &Call) -> Result<(), Fault> {
    if call.microversion < 36 {
        Ok(())
    } else {
        Err(Fault::not_found(""))
    }
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_version(call)?;
    Ok(Landing::on(Target::Image(found(world, call)?.clone())))
}

/// The image of the path, where the caller may see it.
pub(super) fn found<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<Image>, Fault> {
    let image = visible_image(world, call, call.path_param("image"));
    image.ok_or_else(|| Fault::not_found("Image not found."))
}

/// The image of the path, where the caller may delete it.
fn deletable<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<Image>, Fault> {
    check_version(call)?;
    let image = found(world, call)?;
    match owns(call, image) && !image.is_protected {
        true => Ok(image),
        false => Err(Fault::new(
            FaultKind::Forbidden,
            "You are not allowed to delete the image.",
        )),
    }
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is_detailed = call.request.path.trim_end_matches('/').ends_with("/detail");
    let is_visible = |image: &Image| visible_image(world, call, &image.id.to_string()).is_some();
    let show = if is_detailed { whole } else { brief };
    let images = world.images.iter().rev();
    let mut images: Vec<&Arc<Image>> = images
        .filter(|image| is_visible(image) && agrees(call, image))
        .collect();
    if let Some(marker) = call.param("marker") {
        let position = images
            .iter()
            .position(|image| image.id.to_string() == marker);
        let position = position.ok_or_else(|| no_marker(call))?;
        images.drain(..=position);
    }
    let limit = call.param("limit").and_then(|limit| limit.parse().ok());
    images.truncate(limit.unwrap_or(1000));
    let images: Vec<Value> = images.into_iter().map(|image| show(call, image)).collect();
    Ok(Answer::json(StatusCode::OK, &json!({ "images": images })))
}

/// Whether an image is what the query asks for.
fn agrees(call: &Call, image: &Image) -> bool {
    let wants = |name: &str, value: &str| call.param(name).is_none_or(|wanted| wanted == value);
    let property = |name: &str| image.property(name).map_or("", |value| value);
    // A server may be named by its link.
    let server = call.param("server").map(|link| link.rsplit('/').next());
    let since = call.param("changes-since").and_then(time);
    wants("name", &image.name)
        && wants("status", status(image.status))
        && (call.param("type").is_none() || wants("type", property("image_type")))
        && server.is_none_or(|server| server == Some(property("instance_uuid")))
        && since.is_none_or(|since| image.updated >= since)
}

fn brief(call: &Call, image: &Image) -> Value {
    json!({
        "id": image.id,
        "name": image.name,
        "links": image_links(call, image),
    })
}

fn whole(call: &Call, image: &Image) -> Value {
    json!({
        "id": image.id,
        "name": image.name,
        "minRam": image.min_ram,
        "minDisk": image.min_disk,
        "metadata": Pairs(&image.properties),
        "created": Seconds(image.created),
        "updated": Seconds(image.updated),
        "status": status(image.status),
        "progress": progress(image.status),
        "links": image_links(call, image),
        "OS-EXT-IMG-SIZE:size": image.size,
    })
}

/// Nova's older words.
fn status(status: ImageStatus) -> &'static str {
    match status {
        ImageStatus::Active => "ACTIVE",
        ImageStatus::Queued | ImageStatus::Saving => "SAVING",
        ImageStatus::Killed => "ERROR",
        ImageStatus::Uploading | ImageStatus::Deactivated => "UNKNOWN",
    }
}

/// In per cent.
fn progress(status: ImageStatus) -> u8 {
    match status {
        ImageStatus::Active => 100,
        ImageStatus::Saving => 50,
        ImageStatus::Queued => 25,
        ImageStatus::Killed | ImageStatus::Uploading | ImageStatus::Deactivated => 0,
    }
}

/// The third link leads to Glance.
fn image_links(call: &Call, image: &Image) -> Value {
    let mut links = json!(links(Site::of(call), "images", image.id));
    let href = format!("{}/image/images/{}", call.base_url, image.id);
    if let Some(links) = links.as_array_mut() {
        let kind = "application/vnd.openstack.image";
        links.push(json!({"rel": "alternate", "type": kind, "href": href}));
    }
    links
}
