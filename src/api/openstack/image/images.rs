//! Images.

use std::cmp::Ordering;
use std::sync::Arc;

use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::super::paging::page;
use super::super::render::{Hex, Seconds, Text};
use super::{Answer, Call, Operation};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::ids::named;
use crate::world::image::Image;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "image.list_images",
        land: Landing::nowhere,
        run: list,
        is_read: true,
    },
    Operation {
        command: "image.get_image",
        land,
        run: |_, _, landing| match landing.target {
            Target::Image(image) => Ok(Answer::json(StatusCode::OK, &ImageView::new(&image))),
            _ => Err(Fault::not_found("")),
        },
        is_read: true,
    },
];

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let wanted = call.path_param("image");
    let image = Uuid::try_parse(wanted).ok().and_then(|id| world.image(id));
    let image = image.ok_or_else(|| no_image(wanted))?;
    Ok(Landing::on(Target::Image(image.clone())))
}

fn no_image(id: &str) -> Fault {
    Fault::not_found(format!("No image found with ID {id}"))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    const PATH: &str = "/v2/images";
    check_query(call)?;
    // Newest first; of those made at once, the last.
    let mut images: Vec<&Arc<Image>> = world
        .images
        .iter()
        .rev()
        .filter(|image| agrees(call, image))
        .collect();
    sort(call, &mut images)?;
    let page = page(call, PATH, images.into_iter(), |image| image.id.to_string());
    let no_marker =
        || Fault::bad_request(no_image(call.param("marker").unwrap_or_default()).message);
    let page = page.ok_or_else(no_marker)?;
    let gap = if call.request.query.is_empty() {
        ""
    } else {
        "?"
    };
    let mut body = json!({
        "images": page.items.iter().map(|image| ImageView::new(image)).collect::<Vec<_>>(),
        "first": format!("{PATH}{gap}{}", call.request.query),
        "schema": "/v2/schemas/images",
    });
    if let Some(next) = page.next {
        body["next"] = next.into();
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

fn check_query(call: &Call) -> Result<(), Fault> {
    for (name, value) in &call.query {
        let is_number = value.parse::<i64>().is_ok();
        let complaint = match name.as_str() {
            "limit" if !is_number => "limit param must be an integer".to_owned(),
            "limit" if value.starts_with('-') => "limit param must be positive".to_owned(),
            "visibility" if !VISIBILITIES.contains(&value.as_str()) => {
                format!("Invalid visibility value: {value}")
            }
            "size_min" | "size_max" if !is_number => {
                "Unable to filter on a range with a non-numeric value.".to_owned()
            }
            _ => continue,
        };
        return Err(Fault::bad_request(complaint));
    }
    Ok(())
}

const VISIBILITIES: &[&str] = &["public", "private", "shared", "community", "all"];

const SORT_KEYS: &[&str] = &[
    "name",
    "status",
    "container_format",
    "disk_format",
    "size",
    "id",
    "created_at",
    "updated_at",
];

/// Sorts by `sort=name:asc,size`, or by `sort_key` and `sort_dir`; the largest first unless told otherwise.
fn sort(call: &Call, images: &mut [&Arc<Image>]) -> Result<(), Fault> {
    let direction = call.param("sort_dir").unwrap_or("desc");
    let single = call.query.iter().filter(|(name, _)| name == "sort_key");
    let single = single.map(|(_, key)| (key.as_str(), direction));
    let listed = call
        .param("sort")
        .into_iter()
        .flat_map(|sort| sort.split(','));
    let listed = listed.map(|item| item.split_once(':').unwrap_or((item, "desc")));
    let keys: Vec<(&str, &str)> = single.chain(listed).collect();
    if let Some((key, _)) = keys.iter().find(|(key, _)| !SORT_KEYS.contains(key)) {
        let keys = SORT_KEYS.join(", ");
        let message = format!("Invalid sort key: {key}. It must be one of the following: {keys}.");
        return Err(Fault::bad_request(message));
    }
    images.sort_by(|a, b| {
        let orders = keys.iter().map(|(key, direction)| match *direction {
            "asc" => compare(key, a, b),
            _ => compare(key, b, a),
        });
        orders.fold(Ordering::Equal, Ordering::then)
    });
    Ok(())
}

/// In what is not listed, all images are equal.
fn compare(key: &str, a: &Image, b: &Image) -> Ordering {
    match key {
        "name" => a.name.cmp(&b.name),
        "size" => a.size.cmp(&b.size),
        "id" => a.id.cmp(&b.id),
        _ => Ordering::Equal,
    }
}

/// Whether an image is what the query asks for. Of what images do not have, nothing is asked.
fn agrees(call: &Call, image: &Arc<Image>) -> bool {
    let one_of = |wanted: &str, value: &str| match wanted.strip_prefix("in:") {
        Some(list) => list.split(',').any(|item| item.trim_matches('"') == value),
        None => wanted == value,
    };
    call.query.iter().all(|(name, wanted)| match name.as_str() {
        "name" => one_of(wanted, &image.name),
        "id" => one_of(wanted, &image.id.to_string()),
        "status" => one_of(wanted, "active"),
        "visibility" => matches!(wanted.as_str(), "public" | "all"),
        "disk_format" => one_of(wanted, DISK_FORMAT),
        "container_format" => one_of(wanted, CONTAINER_FORMAT),
        "owner" => *wanted == owner().0.simple().to_string(),
        "size_min" => wanted
            .parse()
            .is_ok_and(|min: u64| image.size.is_some_and(|size| min <= size)),
        "size_max" => wanted
            .parse()
            .is_ok_and(|max: u64| image.size.is_some_and(|size| size <= max)),
        "protected" | "os_hidden" => wanted.eq_ignore_ascii_case("false"),
        "tag" => false,
        _ => true,
    })
}

const DISK_FORMAT: &str = "qcow2";
const CONTAINER_FORMAT: &str = "bare";

fn owner() -> Hex {
    Hex(named("project", "admin"))
}

/// 128 hexadecimal digits that stand for the image's contents: it has none.
fn hash(name: &str) -> String {
    let part = |kind| named(kind, name).simple().to_string();
    ["hash-1", "hash-2", "hash-3", "hash-4"].map(part).concat()
}

#[derive(Serialize)]
struct ImageView<'a> {
    name: &'a str,
    disk_format: &'static str,
    container_format: &'static str,
    visibility: &'static str,
    size: Option<u64>,
    virtual_size: Option<u64>,
    status: &'static str,
    checksum: Hex,
    protected: bool,
    min_ram: u64,
    min_disk: u64,
    owner: Hex,
    os_hidden: bool,
    os_hash_algo: &'static str,
    os_hash_value: String,
    id: Uuid,
    created_at: Seconds,
    updated_at: Seconds,
    tags: [&'static str; 0],
    #[serde(rename = "self")]
    this: Text<String>,
    file: Text<String>,
    schema: &'static str,
}

impl<'a> ImageView<'a> {
    fn new(image: &'a Image) -> Self {
        let path = format!("/v2/images/{}", image.id);
        Self {
            name: &image.name,
            disk_format: DISK_FORMAT,
            container_format: CONTAINER_FORMAT,
            visibility: "public",
            size: image.size,
            virtual_size: image.size,
            status: "active",
            checksum: Hex(named("checksum", &image.name)),
            protected: false,
            min_ram: 0,
            min_disk: 0,
            owner: owner(),
            os_hidden: false,
            os_hash_algo: "sha512",
            os_hash_value: hash(&image.name),
            id: image.id,
            created_at: Seconds(image.created),
            updated_at: Seconds(image.created),
            tags: [],
            file: Text(format!("{path}/file")),
            this: Text(path),
            schema: "/v2/schemas/image",
        }
    }
}
