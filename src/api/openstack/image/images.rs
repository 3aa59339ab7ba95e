//! Images: the operations on the collection and on one of them.

use std::sync::Arc;

use http::StatusCode;

use super::view::ImageView;
use super::{Answer, Call, Operation, create, image, land, listing, may_change, on, patch};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::Image;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "image.list_images",
        land: |_, call| listing::check(call).map(|()| Landing::default()),
        run: |world, call, _| listing::list(world, call),
        is_read: true,
    },
    Operation {
        command: "image.create_image",
        land: create::land,
        run: create::run,
        is_read: false,
    },
    Operation {
        command: "image.get_image",
        land,
        run: |world, call, _| Ok(show(StatusCode::OK, image(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "image.update_image",
        land: patch::land,
        run: patch::run,
        is_read: false,
    },
    Operation {
        command: "image.delete_image",
        land: |world, call| deletable(world, call).map(on),
        run: delete,
        is_read: false,
    },
];

/// The answer that shows an image.
pub(super) fn show(status: StatusCode, image: &Image) -> Answer {
    Answer::json(status, &ImageView::new(image))
}

fn deletable<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<Image>, Fault> {
    let wanted = call.path_param("image");
    let image = image(world, call)
        .map_err(|_| Fault::not_found(format!("Failed to find image {wanted} to delete")))?;
    if !may_change(call, image) {
        return Err(super::forbidden("delete_image"));
    }
    if image.is_protected {
        let message = format!("Image {} is protected and cannot be deleted.", image.id);
        return Err(super::refused(message));
    }
    Ok(image)
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = deletable(world, call)?.id;
    world.remove_image(id);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
