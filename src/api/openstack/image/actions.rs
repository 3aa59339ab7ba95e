//! To take images out of use, and back.

use std::sync::Arc;

use http::StatusCode;

use super::{Answer, Call, Operation, change, on, own_image, refused};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::{Image, ImageStatus};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "image.deactivate_image",
        land: |world, call| target(world, call, "deactivate").map(on),
        run: |world, call, _| set(world, call, ImageStatus::Deactivated),
        is_read: false,
    },
    Operation {
        command: "image.reactivate_image",
        land: |world, call| target(world, call, "reactivate").map(on),
        run: |world, call, _| set(world, call, ImageStatus::Active),
        is_read: false,
    },
];

fn target<'a>(world: &'a World, call: &Call, word: &str) -> Result<&'a Arc<Image>, Fault> {
    let image = own_image(world, call, word)?;
    match image.status {
        ImageStatus::Active | ImageStatus::Deactivated => Ok(image),
        ImageStatus::Queued
        | ImageStatus::Saving
        | ImageStatus::Uploading
        | ImageStatus::Killed => {
            let status = image.status.word();
            let message = format!("Not allowed to {word} image in status '{status}'");
            Err(refused(message))
        }
    }
}

fn set(world: &mut World, call: &Call, status: ImageStatus) -> Result<Answer, Fault> {
    change(world, call, |image| image.status = status)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
