//! Flavors.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::paging::{no_marker, page};
use super::super::query::{Kind, NONE_SINCE_75, Parameters, flag, parameter};
use super::view::links;
use super::{Answer, Call, Operation, Site};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::catalog::Flavor;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_flavors",
        land: Landing::nowhere,
        run: list,
        is_read: true,
    },
    Operation {
        command: "compute.get_flavor",
        land,
        run: |_, call, landing| match landing.target {
            Target::Flavor(flavor) => Ok(Answer::json(
                StatusCode::OK,
                &json!({"flavor": whole(call, &flavor)}),
            )),
            _ => Err(missing(call)),
        },
        is_read: true,
    },
    Operation {
        command: "compute.list_flavor_extra_specs",
        land,
        run: |_, _, _| Ok(Answer::json(StatusCode::OK, &json!({"extra_specs": {}}))),
        is_read: true,
    },
];

const PARAMETERS: Parameters = Parameters {
    known: &[
        parameter("limit", Kind::Count),
        parameter("marker", Kind::Text),
        parameter("is_public", Kind::Text),
        parameter("minRam", Kind::Text),
        parameter("minDisk", Kind::Text),
        parameter("sort_key", Kind::Choice(SORT_KEYS)),
        parameter("sort_dir", Kind::Choice(&["asc", "desc"])),
    ],
    ..NONE_SINCE_75
};

const SORT_KEYS: &[&str] = &[
    "created_at",
    "description",
    "disabled",
    "ephemeral_gb",
    "flavorid",
    "id",
    "is_public",
    "memory_mb",
    "name",
    "root_gb",
    "rxtx_factor",
    "swap",
    "updated_at",
    "vcpu_weight",
    "vcpus",
];

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let wanted = call.path_param("flavor");
    let flavor = world.flavors.iter().find(|flavor| *flavor.id == *wanted);
    Ok(Landing::on(Target::Flavor(
        flavor.ok_or_else(|| missing(call))?.clone(),
    )))
}

fn missing(call: &Call) -> Fault {
    Fault::not_found(format!(
        "Flavor {} could not be found.",
        call.path_param("flavor")
    ))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    PARAMETERS.check(call)?;
    let is_detailed = call.request.path.trim_end_matches('/').ends_with("/detail");
    let (min_ram, min_disk) = (minimum(call, "minRam")?, minimum(call, "minDisk")?);
    let is_public = wants_public(call)?;
    let wanted =
        |flavor: &&Arc<Flavor>| is_public && flavor.memory >= min_ram && flavor.disk >= min_disk;
    let mut flavors: Vec<&Arc<Flavor>> = world.flavors.iter().filter(wanted).collect();
    sort(call, &mut flavors);
    let this = Site::of(call).list(if is_detailed {
        "flavors/detail"
    } else {
        "flavors"
    });
    let page = page(call, &this, flavors.into_iter(), |flavor| {
        flavor.id.to_string()
    });
    let page = page.ok_or_else(|| no_marker(call))?;
    let show = if is_detailed { whole } else { brief };
    let shown: Vec<Value> = page
        .items
        .into_iter()
        .map(|flavor| show(call, flavor))
        .collect();
    let mut body = json!({ "flavors": shown });
    if let Some(next) = page.next {
        body["flavors_links"] = json!([{"rel": "next", "href": next}]);
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

fn minimum(call: &Call, name: &str) -> Result<u64, Fault> {
    let text = call.param(name).unwrap_or("0");
    text.parse()
        .map_err(|_| Fault::bad_request(format!("Invalid {name} filter [{text}]")))
}

/// Whether public flavors, which all are, are asked for. Only admins are listened to.
fn wants_public(call: &Call) -> Result<bool, Fault> {
    match call.param("is_public").filter(|_| call.is_admin()) {
        None => Ok(true),
        Some(word) if word.eq_ignore_ascii_case("none") => Ok(true),
        Some(word) => {
            flag(word).map_err(|_| Fault::bad_request(format!("Invalid is_public filter [{word}]")))
        }
    }
}

fn sort(call: &Call, flavors: &mut [&Arc<Flavor>]) {
    match call.param("sort_key") {
        Some("name") => flavors.sort_by_key(|flavor| flavor.name.clone()),
        Some("memory_mb") => flavors.sort_by_key(|flavor| flavor.memory),
        Some("root_gb") => flavors.sort_by_key(|flavor| flavor.disk),
        Some("vcpus") => flavors.sort_by_key(|flavor| flavor.cpus),
        _ => flavors.sort_by_key(|flavor| flavor.id.clone()),
    }
    if call.param("sort_dir") == Some("desc") {
        flavors.reverse();
    }
}

fn brief(call: &Call, flavor: &Flavor) -> Value {
    let mut shown = json!({
        "id": flavor.id,
        "name": flavor.name,
        "links": links(Site::of(call), "flavors", &*flavor.id),
    });
    if call.microversion >= 55 {
        shown["description"] = Value::Null;
    }
    shown
}

fn whole(call: &Call, flavor: &Flavor) -> Value {
    let mut shown = json!({
        "id": flavor.id,
        "name": flavor.name,
        "ram": flavor.memory,
        "disk": flavor.disk,
        "swap": if call.microversion >= 75 { json!(0) } else { json!("") },
        "OS-FLV-EXT-DATA:ephemeral": 0,
        "OS-FLV-DISABLED:disabled": false,
        "vcpus": flavor.cpus,
        "os-flavor-access:is_public": true,
        "rxtx_factor": 1.0,
        "links": links(Site::of(call), "flavors", &*flavor.id),
    });
    if call.microversion >= 55 {
        shown["description"] = Value::Null;
    }
    if call.microversion >= 61 {
        shown["extra_specs"] = json!({});
    }
    shown
}
