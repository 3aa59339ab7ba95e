//! Images by way of Compute: gone since 2.36, but clients that ask for no version still call it.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::Seconds;
use super::view::links;
use super::{Answer, Call, Operation, Site};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::image::Image;

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
];

fn check_version(call: &Call) -> Result<(), Fault> {
    if call.microversion < 36 {
        Ok(())
    } else {
        Err(Fault::not_found(""))
    }
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_version(call)?;
    let image = Uuid::try_parse(call.path_param("image"))
        .ok()
        .and_then(|id| world.image(id));
    let image = image.ok_or_else(|| Fault::not_found("Image not found."))?;
    Ok(Landing::on(Target::Image(image.clone())))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is_detailed = call.request.path.trim_end_matches('/').ends_with("/detail");
    let is_named = |image: &Image| call.param("name").is_none_or(|name| *image.name == *name);
    let show = if is_detailed { whole } else { brief };
    let images = world.images.iter().rev().filter(|image| is_named(image));
    let images: Vec<Value> = images.map(|image| show(call, image)).collect();
    Ok(Answer::json(StatusCode::OK, &json!({ "images": images })))
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
        "minRam": 0,
        "minDisk": 0,
        "metadata": {},
        "created": Seconds(image.created),
        "updated": Seconds(image.created),
        "status": "ACTIVE",
        "progress": 100,
        "links": image_links(call, image),
        "OS-EXT-IMG-SIZE:size": image.size,
    })
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
