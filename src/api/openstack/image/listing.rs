//! Lists of images: which ones, in what order, how many.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::json;

use super::super::paging::page_of;
use super::super::query::time;
use super::view::ImageView;
use super::{Answer, Call, no_image, owns, project, visible_image};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::{Consent, Image, Visibility};

const PATH: &str = "/v2/images";

/// `limit_param_default`: the images of a page when the client does not say.
const USUAL_LIMIT: usize = 25;

pub(super) fn list(world: &World, call: &Call) -> Result<Answer, Fault> {
    let order = order(call)?;
    let is_ascending = order
        .first()
        .is_some_and(|(_, direction)| *direction == "asc");
    let wanted = |image: &&Arc<Image>| is_listed(call, image) && agrees(call, image);
    let mut images: Vec<&Arc<Image>> = world.images.iter().filter(wanted).collect();
    // Those that are equal come in the order of their making.
    if !is_ascending {
        images.reverse();
    }
    sort(&order, &mut images);
    if let Some(marker) = call.param("marker")
        && visible_image(world, call, marker).is_none()
    {
        return Err(Fault::bad_request(no_image(marker).message));
    }
    let page = page_of(call, PATH, images.into_iter(), USUAL_LIMIT, |image| {
        image.id.to_string()
    });
    let (items, next) = page.map_or_else(Default::default, |page| (page.items, page.next));
    let gap = if call.request.query.is_empty() {
        ""
    } else {
        "?"
    };
    let mut body = json!({
        "images": items.iter().map(|image| ImageView::new(image)).collect::<Vec<_>>(),
        "first": format!("{PATH}{gap}{}", call.request.query),
        "schema": "/v2/schemas/images",
    });
    if let Some(next) = next {
        body["next"] = next.into();
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

// ------------------------------------------------------------ checks

/// Refuses a query that makes no sense.
///
/// # Errors
/// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest), as Glance words it.
pub(super) fn check(call: &Call) -> Result<(), Fault> {
    let complaint = call
        .query
        .iter()
        .find_map(|(name, value)| complaint(name, value));
    match complaint {
        Some(complaint) => Err(Fault::bad_request(complaint)),
        None => order(call).map(|_| ()),
    }
}

fn complaint(name: &str, value: &str) -> Option<String> {
    let is_number = || value.parse::<i64>().is_ok();
    Some(match name {
        "limit" if !is_number() => "limit param must be an integer".to_owned(),
        "limit" if value.starts_with('-') => "limit param must be positive".to_owned(),
        "member_status" if value != "all" && Consent::of_word(value).is_none() => {
            format!("Invalid status: {value}")
        }
        "visibility" if value != "all" && Visibility::of_word(value).is_none() => {
            format!("Invalid visibility value: {value}")
        }
        "os_hidden" | "protected" if !matches!(value, "true" | "false" | "True" | "False") => {
            format!(
                "Invalid value '{value}' for '{name}' filter. Valid values are 'true' or 'false'."
            )
        }
        "changes-since" => "The \"changes-since\" filter is no longer available on v2.".to_owned(),
        "created_at" | "updated_at" => return time_complaint(name, value),
        "name" | "id" | "status" | "container_format" | "disk_format" => {
            let (operator, _) = value.split_once(':').filter(|(word, _)| *word != "in")?;
            format!("Unable to filter by unknown operator '{operator}'.")
        }
        _ if (name.ends_with("_min") || name.ends_with("_max")) && !is_number() => {
            "Unable to filter on a range with a non-numeric value.".to_owned()
        }
        _ => return None,
    })
}

fn time_complaint(name: &str, value: &str) -> Option<String> {
    let (operator, text) = comparison(value);
    if time(text).is_none() {
        return Some(format!(
            "Bad \"{name}\" query filter format. Use ISO 8601 DateTime notation."
        ));
    }
    let is_known = matches!(operator, "eq" | "neq" | "gt" | "gte" | "lt" | "lte");
    (!is_known).then(|| format!("Unable to filter by unknown operator '{operator}'."))
}

/// `gte:2026-11-21T00:00:00Z`: the operator and the time, which has colons of its own.
fn comparison(value: &str) -> (&str, &str) {
    let operator = value
        .split_once(':')
        .filter(|(word, _)| word.bytes().all(|b| b.is_ascii_lowercase()));
    operator.unwrap_or(("eq", value))
}

// ------------------------------------------------------------ filters

/// Whether an image is in the caller's lists at all.
fn is_listed(call: &Call, image: &Image) -> bool {
    let is_own = project(call).is_some_and(|project| image.is_owned_by(project));
    let is_there = match image.visibility {
        Visibility::Public | Visibility::Community => true,
        Visibility::Private => owns(call, image),
        Visibility::Shared => owns(call, image) || is_accepted(call, image),
    };
    is_there
        && match call.param("visibility") {
            Some("all") => true,
            Some(wanted) => image.visibility.word() == wanted,
            None => is_own || image.visibility != Visibility::Community,
        }
}

/// Whether it is shared with the caller, and the caller has said of it what the query asks for.
fn is_accepted(call: &Call, image: &Image) -> bool {
    let wanted = call.param("member_status").unwrap_or("accepted");
    let member = image.member(&super::project_id(call));
    member.is_some_and(|member| wanted == "all" || member.status.word() == wanted)
}

/// Whether an image is what the query asks for.
fn agrees(call: &Call, image: &Image) -> bool {
    let is_asked = |name: &str| call.param(name).is_some();
    (is_asked("os_hidden") || !image.is_hidden)
        && call
            .query
            .iter()
            .all(|(name, wanted)| passes(image, name, wanted))
}

fn passes(image: &Image, name: &str, wanted: &str) -> bool {
    let is = |value: &str| wanted == value;
    let is_flag = |flag: bool| wanted.eq_ignore_ascii_case(if flag { "true" } else { "false" });
    let number = || wanted.parse::<u64>().ok();
    match name {
        "limit" | "marker" | "sort" | "sort_key" | "sort_dir" | "member_status" | "visibility" => {
            true
        }
        "name" => one_of(wanted, &image.name),
        "id" => one_of(wanted, &image.id.to_string()),
        "status" => one_of(wanted, image.status.word()),
        "disk_format" => one_of(wanted, image.disk_format.as_deref().unwrap_or_default()),
        "container_format" => one_of(
            wanted,
            image.container_format.as_deref().unwrap_or_default(),
        ),
        "owner" => image.owner.as_deref().is_some_and(is),
        "checksum" | "os_hash_value" => has_digest(image, wanted),
        "os_hash_algo" => image.digest.is_some() && wanted == "sha512",
        "protected" => is_flag(image.is_protected),
        "os_hidden" => is_flag(image.is_hidden),
        "tag" => image.tags.iter().any(|tag| is(tag)),
        "size" => number() == image.size,
        "size_min" => image.size >= number().or(Some(0)) && image.size.is_some(),
        "size_max" => image.size.is_some_and(|size| Some(size) <= number()),
        "min_disk" => number() == Some(image.min_disk),
        "min_ram" => number() == Some(image.min_ram),
        "min_ram_min" => Some(image.min_ram) >= number(),
        "min_disk_min" => Some(image.min_disk) >= number(),
        "created_at" => compares(image.created, wanted),
        "updated_at" => compares(image.updated, wanted),
        _ => image.property(name).is_some_and(|value| is(value)),
    }
}

/// `in:a,b`, with or without quotes, or one value.
fn one_of(wanted: &str, value: &str) -> bool {
    match wanted.strip_prefix("in:") {
        Some(list) => list.split(',').any(|item| item.trim_matches('"') == value),
        None => wanted == value,
    }
}

fn has_digest(image: &Image, wanted: &str) -> bool {
    use super::view::Digits;
    let digest = image.digest.as_deref();
    digest.is_some_and(|digest| {
        Digits(&digest.md5).to_string() == wanted || Digits(&digest.sha512).to_string() == wanted
    })
}

/// Times are compared as they are shown: in whole seconds.
fn compares(instant: DateTime<Utc>, wanted: &str) -> bool {
    let (operator, text) = comparison(wanted);
    let Some(wanted) = time(text) else {
        return false;
    };
    let order = instant.timestamp().cmp(&wanted.timestamp());
    match operator {
        "neq" => order.is_ne(),
        "gt" => order.is_gt(),
        "gte" => order.is_ge(),
        "lt" => order.is_lt(),
        "lte" => order.is_le(),
        _ => order.is_eq(),
    }
}

// ------------------------------------------------------------ order

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

/// The keys to sort by, each with its direction: `sort=name:asc,size`, or `sort_key` and `sort_dir`.
fn order(call: &Call) -> Result<Vec<(&str, &str)>, Fault> {
    let all = |name: &'static str| {
        let named = call.query.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.trim())
    };
    let order: Vec<(&str, &str)> = match call.param("sort") {
        Some(_) if all("sort_key").chain(all("sort_dir")).next().is_some() => {
            let message = "Old and new sorting syntax cannot be combined";
            return Err(Fault::bad_request(message));
        }
        Some(sort) => sort
            .split(',')
            .map(|item| item.split_once(':').unwrap_or((item, "desc")))
            .map(|(key, direction)| (key.trim(), direction.trim()))
            .collect(),
        None => paired(all("sort_key").collect(), all("sort_dir").collect())?,
    };
    for (key, direction) in &order {
        if !SORT_KEYS.contains(key) {
            let keys = SORT_KEYS.join(", ");
            return Err(Fault::bad_request(format!(
                "Invalid sort key: {key}. It must be one of the following: {keys}."
            )));
        }
        if !matches!(*direction, "asc" | "desc") {
            let message = format!("Invalid sort direction: {direction}");
            return Err(Fault::bad_request(message));
        }
    }
    Ok(order)
}

/// One direction is for all keys; several have to be as many as the keys.
fn paired<'a>(
    keys: Vec<&'a str>,
    directions: Vec<&'a str>,
) -> Result<Vec<(&'a str, &'a str)>, Fault> {
    let keys = if keys.is_empty() {
        vec!["created_at"]
    } else {
        keys
    };
    match directions.as_slice() {
        [] => Ok(keys.into_iter().map(|key| (key, "desc")).collect()),
        [direction] => Ok(keys.into_iter().map(|key| (key, *direction)).collect()),
        _ if directions.len() == keys.len() => Ok(keys.into_iter().zip(directions).collect()),
        _ => Err(Fault::bad_request(
            "Number of sort dirs does not match the number of sort keys",
        )),
    }
}

fn sort(order: &[(&str, &str)], images: &mut [&Arc<Image>]) {
    images.sort_by(|a, b| {
        let orders = order.iter().map(|(key, direction)| match *direction {
            "asc" => compare(key, a, b),
            _ => compare(key, b, a),
        });
        orders.fold(Ordering::Equal, Ordering::then)
    });
}

fn compare(key: &str, a: &Image, b: &Image) -> Ordering {
    match key {
        "name" => a.name.cmp(&b.name),
        "status" => a.status.word().cmp(b.status.word()),
        "container_format" => a.container_format.cmp(&b.container_format),
        "disk_format" => a.disk_format.cmp(&b.disk_format),
        "size" => a.size.cmp(&b.size),
        "id" => a.id.cmp(&b.id),
        "created_at" => a.created.cmp(&b.created),
        "updated_at" => a.updated.cmp(&b.updated),
        _ => Ordering::Equal,
    }
}
