//! Making images.

use std::sync::Arc;

use http::header::LOCATION;
use http::{HeaderName, StatusCode};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::images::show;
use super::import::METHODS;
use super::{Answer, Call, body, forbidden, is_member, project_id, refused, schemas};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::{Image, Visibility};

const IMPORT_METHODS: HeaderName = HeaderName::from_static("openstack-image-import-methods");

/// `image_property_quota` and `image_tag_quota`, by default.
pub(super) const QUOTA: usize = 128;

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let image = wanted(world, call)?;
    Ok(Landing::on(Target::NewImage(Box::new(image))))
}

pub(super) fn run(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut image = wanted(world, call)?;
    if image.id.is_nil() {
        image.id = world.ids.uuid();
    }
    let image = world.add_image(image);
    let location = format!("{}/image/v2/images/{}", call.base_url, image.id);
    Ok(show(StatusCode::CREATED, &image)
        .with_header(LOCATION, &location)
        .with_header(IMPORT_METHODS, &METHODS.join(",")))
}

/// The image that is asked for; without an id where the client gives none.
fn wanted(world: &World, call: &Call) -> Result<Image, Fault> {
    let Some(asked) = body(call)?.as_object() else {
        return Err(Fault::bad_request("Body expected in request."));
    };
    check_names(asked)?;
    schemas::check_image(asked)?;
    let mut image = Image::new(Uuid::nil(), "", world.now());
    image.owner = Some(project_id(call).into());
    if let Some(owner) = asked.get("owner") {
        image.owner = owner.as_str().map(Into::into);
    }
    check_owner(call, &image)?;
    for (name, value) in asked {
        set(call, &mut image, name, value)?;
    }
    if let Some(id) = asked.get("id").and_then(Value::as_str) {
        image.id = Uuid::try_parse(id).unwrap_or_default();
    }
    if world.image(image.id).is_some() {
        let message = format!("Image ID {} already exists!", image.id);
        return Err(Fault::conflict(message));
    }
    check_quota(&image)?;
    Ok(image)
}

/// Refuses images for others, and those of readers.
fn check_owner(call: &Call, image: &Image) -> Result<(), Fault> {
    let owner = image.owner.as_deref();
    if !call.is_admin() && owner != Some(&project_id(call)) {
        return Err(refused(format!(
            "Access was denied to this resource.\nYou are not permitted to create images owned by '{}'",
            owner.unwrap_or("None")
        )));
    }
    if is_member(call) {
        return Ok(());
    }
    Err(forbidden("add_image"))
}

fn check_names(asked: &Map<String, Value>) -> Result<(), Fault> {
    for name in asked.keys() {
        if name != "id" {
            schemas::check_writable(name)?;
        }
        if name.chars().count() > 255 {
            let message = "Custom property should not be greater than 255 characters.";
            return Err(Fault::bad_request(message));
        }
    }
    Ok(())
}

/// Sets an attribute or a property to a value that has the form for it.
///
/// # Errors
/// When the caller may not, or the image is no longer in a state for it.
pub(super) fn set(call: &Call, image: &mut Image, name: &str, value: &Value) -> Result<(), Fault> {
    let text = || -> Option<Arc<str>> { value.as_str().map(Into::into) };
    match name {
        "id" => {}
        "name" => image.name = text().unwrap_or_default(),
        "owner" => image.owner = text(),
        "visibility" => set_visibility(call, image, value)?,
        "protected" => image.is_protected = value.as_bool().unwrap_or_default(),
        "os_hidden" => image.is_hidden = value.as_bool().unwrap_or_default(),
        "disk_format" => set_format(image, name, |image| image.disk_format = text())?,
        "container_format" => set_format(image, name, |image| image.container_format = text())?,
        "min_disk" => image.min_disk = natural(name, value)?,
        "min_ram" => image.min_ram = natural(name, value)?,
        "tags" => image.tags = tags(value),
        _ => image.set_property(name, value.as_str().unwrap_or_default()),
    }
    Ok(())
}

fn set_visibility(call: &Call, image: &mut Image, value: &Value) -> Result<(), Fault> {
    let visibility = value.as_str().and_then(Visibility::of_word);
    if visibility == Some(Visibility::Public) && !call.is_admin() {
        return Err(forbidden("publicize_image"));
    }
    image.visibility = visibility.unwrap_or(Visibility::Shared);
    Ok(())
}

/// What data is to be taken as cannot change once there is some.
fn set_format(image: &mut Image, name: &str, set: impl FnOnce(&mut Image)) -> Result<(), Fault> {
    use crate::world::images::image::ImageStatus;
    if image.status != ImageStatus::Queued {
        return Err(refused(format!(
            "Attribute {name} can be only replaced for a queued image."
        )));
    }
    set(image);
    Ok(())
}

fn natural(name: &str, value: &Value) -> Result<u64, Fault> {
    value.as_u64().ok_or_else(|| {
        Fault::bad_request(format!(
            "Invalid value '{value}' for parameter '{name}': Cannot be a negative value"
        ))
    })
}

/// Each once, in the order given.
fn tags(value: &Value) -> Vec<Arc<str>> {
    let mut tags: Vec<Arc<str>> = Vec::new();
    for tag in value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if !tags.iter().any(|known| **known == *tag) {
            tags.push(tag.into());
        }
    }
    tags
}

/// # Errors
/// [`FaultKind::PayloadTooLarge`](crate::vocabulary::fault::FaultKind::PayloadTooLarge) when an image has
/// more properties or tags than it may.
pub(super) fn check_quota(image: &Image) -> Result<(), Fault> {
    for (number, what) in [
        (image.properties.len(), "image properties"),
        (image.tags.len(), "image tags"),
    ] {
        if number > QUOTA {
            return Err(over_quota(number, what));
        }
    }
    Ok(())
}

pub(super) fn over_quota(attempted: usize, what: &str) -> Fault {
    use crate::vocabulary::fault::FaultKind;
    let message = format!(
        "The limit has been exceeded on the number of allowed {what}. Attempted: {attempted}, Maximum: {QUOTA}"
    );
    Fault::new(FaultKind::PayloadTooLarge, message)
}
