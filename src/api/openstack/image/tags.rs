//! An image's tags.

use http::StatusCode;

use super::create::{QUOTA, over_quota};
use super::{Answer, Call, Operation, change, on, own_image};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "image.add_image_tag",
        land,
        run: |world, call, _| {
            let tag = call.path_param("tag");
            change(world, call, |image| {
                if !image.tags.iter().any(|known| **known == *tag) {
                    image.tags.push(tag.into());
                }
            })?;
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
    Operation {
        command: "image.delete_image_tag",
        land,
        run: |world, call, _| {
            let tag = call.path_param("tag");
            change(world, call, |image| {
                image.tags.retain(|known| **known != *tag);
            })?;
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (id, tag) = (call.path_param("image"), call.path_param("tag"));
    let image = own_image(world, call, "modify_image").map_err(|fault| match fault.kind {
        FaultKind::NotFound => Fault::not_found(format!("Image {id} not found.")),
        _ => fault,
    })?;
    let has_it = image.tags.iter().any(|known| **known == *tag);
    let is_removal = call.request.method == http::Method::DELETE;
    if is_removal && !has_it {
        return Err(Fault::not_found(""));
    }
    if tag.chars().count() > 255 {
        let message = format!("Provided object does not match schema 'tag': '{tag}' is too long");
        return Err(Fault::bad_request(message));
    }
    if !is_removal && !has_it && image.tags.len() == QUOTA {
        let attempted = QUOTA + 1;
        return Err(over_quota(attempted, "image tags"));
    }
    Ok(on(image))
}
