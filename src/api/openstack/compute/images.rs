//! Images by way of Compute: gone since 2.36, but clients that ask for no version still call it.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::image::visible_image;
use super::super::paging::{no_marker, page};
use super::super::query::{flag, time};
use super::super::render::Seconds;
use super::view::{Pairs, links};
use super::{Answer, Call, Operation, Site, is_detailed};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::{Image, ImageStatus};

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

pub(super) fn check_version(call: &Call) -> Result<(), Fault> {
    if call.microversion < 36 {
        Ok(())
    } else {
        Err(Fault::not_found(""))
    }
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_version(call)?;
    let image = visible_image(world, call, call.path_param("image"));
    let image = image.ok_or_else(|| Fault::not_found("Image not found."))?;
    Ok(Landing::on(Target::Image(image.clone())))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is_detailed = is_detailed(call);
    let is_visible = |image: &Image| visible_image(world, call, &image.id.to_string()).is_some();
    let show = if is_detailed { whole } else { brief };
    let images = world.images.iter().rev();
    let images = images.filter(|image| is_wanted(call, image) && is_visible(image));
    let path = if is_detailed {
        "images/detail"
    } else {
        "images"
    };
    let this = Site::of(call).list(path);
    let page = page(call, &this, images, |image| image.id.to_string());
    let page = page.ok_or_else(|| no_marker(call))?;
    let images: Vec<Value> = page
        .items
        .into_iter()
        .map(|image| show(call, image))
        .collect();
    let mut body = json!({ "images": images });
    if let Some(next) = page.next.filter(|_| call.param("limit").is_some()) {
        body["images_links"] = json!([{"rel": "next", "href": next}]);
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

/// Whether an image is what the query asks for.
fn is_wanted(call: &Call, image: &Image) -> bool {
    let is = |name: &str, fits: &dyn Fn(&str) -> bool| call.param(name).is_none_or(fits);
    let has = |name: &str, wanted: &str| {
        let value = image.property(name);
        value.is_some_and(|value| **value == *wanted)
    };
    // A server by its id, or by the link to it.
    let id_of = |server: &str| server.rsplit('/').next().unwrap_or_default().to_owned();
    is("name", &|name| *image.name == *name)
        && is("status", &|word| {
            status(image.status).eq_ignore_ascii_case(word)
        })
        && is("changes-since", &|since| {
            time(since).is_none_or(|since| image.updated >= since)
        })
        && is("server", &|server| has("instance_uuid", &id_of(server)))
        && is("type", &|kind| has("image_type", kind))
        && is("minRam", &|size| size == image.min_ram.to_string())
        && is("minDisk", &|size| size == image.min_disk.to_string())
}

fn brief(call: &Call, image: &Image) -> Value {
    json!({
        "id": image.id,
        "name": image.name,
        "links": image_links(call, image),
    })
}

fn whole(call: &Call, image: &Image) -> Value {
    let mut shown = json!({
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
    });
    if let Some(word) = image.property("auto_disk_config") {
        let resizes = flag(word).unwrap_or(false);
        shown["OS-DCF:diskConfig"] = if resizes { "AUTO" } else { "MANUAL" }.into();
    }
    if let Some(server) = image.property("instance_uuid") {
        let links = links(Site::of(call), "servers", &**server);
        shown["server"] = json!({"id": server, "links": links});
    }
    shown
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
