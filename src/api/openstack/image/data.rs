//! An image's data: to take it in and to give it out.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderValue, StatusCode};

use super::view::Digits;
use super::{
    Answer, Call, Operation, change, content_type, forbidden, image, is_member, land, on,
    own_image, refused,
};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::images::image::{Image, ImageStatus};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "image.upload_image",
        land: |world, call| target(world, call, "upload_image", "saving").map(on),
        run: upload,
        is_read: false,
    },
    Operation {
        command: "image.stage_image",
        land: |world, call| target(world, call, "modify_image", "uploading").map(on),
        run: stage,
        is_read: false,
    },
    Operation {
        command: "image.download_image",
        land,
        run: |world, call, _| download(call, image(world, call)?),
        is_read: true,
    },
];

const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

/// The image that data is for, which must be able to take it. `rule` is what the service's policy calls that;
/// `next` is the status that it then passes through.
fn target<'a>(
    world: &'a World,
    call: &Call,
    rule: &str,
    next: &str,
) -> Result<&'a Arc<Image>, Fault> {
    let kind = content_type(call).unwrap_or("application/octet-stream");
    if kind != "application/octet-stream" {
        let message = format!("Invalid content type {kind}");
        return Err(Fault::new(FaultKind::UnsupportedMediaType, message));
    }
    let image = own_image(world, call, rule)?;
    if image.status != ImageStatus::Queued {
        let status = image.status.word();
        let message = format!("Image status transition from {status} to {next} is not allowed");
        return Err(Fault::conflict(message));
    }
    if next == "saving" {
        check_formats(image)?;
    }
    check_room(world, image, bytes(call).len())?;
    Ok(image)
}

fn bytes(call: &Call) -> Bytes {
    call.request.body.clone().unwrap_or_default()
}

/// Data is good for nothing while nobody has said what it is.
fn check_formats(image: &Image) -> Result<(), Fault> {
    let formats = [
        ("disk_format", &image.disk_format),
        ("container_format", &image.container_format),
    ];
    let missing: Vec<&str> = formats
        .into_iter()
        .filter_map(|(name, format)| format.is_none().then_some(name))
        .collect();
    let what = match missing.len() {
        0 => return Ok(()),
        1 => "Property",
        _ => "Properties",
    };
    Err(Fault::bad_request(format!(
        "{what} {} must be set prior to saving data.",
        missing.join(", ")
    )))
}

/// Keeps an owner's data within the quota.
fn check_room(world: &World, image: &Image, size: usize) -> Result<(), Fault> {
    let Ok(limit) = usize::try_from(world.limits.image_bytes) else {
        return Ok(());
    };
    let own = world
        .images
        .iter()
        .filter(|other| other.owner == image.owner);
    let used: usize = own
        .filter_map(|image| image.data.as_ref())
        .map(Bytes::len)
        .sum();
    let room = limit.saturating_sub(used);
    if size <= room {
        return Ok(());
    }
    let message = format!(
        "Image exceeds the storage quota: The size of the data {size} will exceed the limit. {room} bytes \
         remaining."
    );
    Err(Fault::new(FaultKind::PayloadTooLarge, message))
}

fn upload(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    target(world, call, "upload_image", "saving")?;
    change(world, call, |image| image.fill(bytes(call)))?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn stage(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    target(world, call, "modify_image", "uploading")?;
    change(world, call, |image| {
        image.data = Some(bytes(call));
        image.status = ImageStatus::Uploading;
    })?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn download(call: &Call, image: &Image) -> Result<Answer, Fault> {
    if !is_member(call) {
        return Err(forbidden("download_image"));
    }
    if image.status == ImageStatus::Deactivated && !call.is_admin() {
        return Err(refused(
            "The requested image has been deactivated. Image data download is forbidden.",
        ));
    }
    let (Some(data), Some(digest)) = (&image.data, &image.digest) else {
        return Ok(Answer::empty(StatusCode::NO_CONTENT));
    };
    let kind = HeaderValue::from_static("application/octet-stream");
    let answer = Answer {
        headers: vec![(CONTENT_TYPE, kind)],
        body: data.clone(),
        ..Answer::empty(StatusCode::OK)
    };
    Ok(answer.with_header(CONTENT_MD5, &Digits(&digest.md5).to_string()))
}
