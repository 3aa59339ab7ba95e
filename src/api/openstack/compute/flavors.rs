//! Flavors: the operations on the collection and on one of them.

mod access;
mod extra_specs;
mod manage;
mod spec_rules;

use std::cmp::Ordering;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::paging::{no_marker, page};
use super::super::query::{Kind, NONE_SINCE_75, Parameters, flag, parameter};
use super::view::links;
use super::{Answer, Call, Operation, Site, is_detailed, is_rackspaces};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::offerings::flavor::Flavor;

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
        run: |world, call, _| Ok(show(call, flavor(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "compute.create_flavor",
        land: manage::land_on_new,
        run: manage::create,
        is_read: false,
    },
    Operation {
        command: "compute.update_flavor",
        land: manage::land_on_update,
        run: manage::update,
        is_read: false,
    },
    Operation {
        command: "compute.delete_flavor",
        land,
        run: manage::delete,
        is_read: false,
    },
    Operation {
        command: "compute.list_flavor_extra_specs",
        land,
        run: extra_specs::list,
        is_read: true,
    },
    Operation {
        command: "compute.get_flavor_extra_spec",
        land: extra_specs::land_on_one,
        run: extra_specs::show,
        is_read: true,
    },
    Operation {
        command: "compute.create_flavor_extra_specs",
        land: extra_specs::land_on_several,
        run: extra_specs::create,
        is_read: false,
    },
    Operation {
        command: "compute.update_flavor_extra_spec",
        land: extra_specs::land_on_update,
        run: extra_specs::update,
        is_read: false,
    },
    Operation {
        command: "compute.delete_flavor_extra_spec",
        land: extra_specs::land_on_one,
        run: extra_specs::delete,
        is_read: false,
    },
    Operation {
        command: "compute.list_flavor_access",
        land: access::land_on_list,
        run: access::list,
        is_read: true,
    },
    Operation {
        command: "compute.add_flavor_access",
        land: access::land_on_add,
        run: access::add,
        is_read: false,
    },
    Operation {
        command: "compute.remove_flavor_access",
        land: access::land_on_remove,
        run: access::remove,
        is_read: false,
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

/// The flavor of the path, where the caller may see it.
fn flavor<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<Flavor>, Fault> {
    let wanted = call.path_param("flavor");
    let found = world.flavors.iter().find(|flavor| *flavor.id == *wanted);
    found
        .filter(|flavor| is_visible(call, flavor))
        .ok_or_else(|| missing(wanted))
}

fn is_visible(call: &Call, flavor: &Flavor) -> bool {
    let project = call.session.as_ref().and_then(|s| s.project.as_ref());
    call.is_admin() || flavor.is_for(project.map(|project| project.id))
}

fn missing(id: &str) -> Fault {
    Fault::not_found(format!("Flavor {id} could not be found."))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(Landing::on(Target::Flavor(flavor(world, call)?.clone())))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    PARAMETERS.check(call)?;
    let is_detailed = is_detailed(call);
    let (min_ram, min_disk) = (minimum(call, "minRam")?, minimum(call, "minDisk")?);
    let publicity = publicity(call)?;
    let is_wanted = |flavor: &&Arc<Flavor>| {
        publicity.is_none_or(|is_public| flavor.is_public == is_public)
            && is_visible(call, flavor)
            && flavor.memory >= min_ram
            && flavor.disk >= min_disk
    };
    let mut flavors: Vec<&Arc<Flavor>> = world.flavors.iter().filter(is_wanted).collect();
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
    let least: i64 = text
        .parse()
        .map_err(|_| Fault::bad_request(format!("Invalid {name} filter [{text}]")))?;
    Ok(u64::try_from(least).unwrap_or(0))
}

/// Whether public or private flavors are asked for; `None` for both. Only admins are listened to; others see
/// the private ones of their project, too.
fn publicity(call: &Call) -> Result<Option<bool>, Fault> {
    match call.param("is_public") {
        _ if !call.is_admin() => Ok(None),
        None => Ok(Some(true)),
        Some(word) if word.eq_ignore_ascii_case("none") => Ok(None),
        Some(word) => flag(word)
            .map(Some)
            .map_err(|_| Fault::bad_request(format!("Invalid is_public filter [{word}]"))),
    }
}

fn sort(call: &Call, flavors: &mut [&Arc<Flavor>]) {
    let compare: fn(&Flavor, &Flavor) -> Ordering = match call.param("sort_key") {
        Some("name") => |a, b| a.name.cmp(&b.name),
        Some("memory_mb") => |a, b| a.memory.cmp(&b.memory),
        Some("root_gb") => |a, b| a.disk.cmp(&b.disk),
        Some("ephemeral_gb") => |a, b| a.ephemeral.cmp(&b.ephemeral),
        Some("swap") => |a, b| a.swap.cmp(&b.swap),
        Some("vcpus") => |a, b| a.cpus.cmp(&b.cpus),
        Some("description") => |a, b| a.description.cmp(&b.description),
        Some("is_public") => |a, b| a.is_public.cmp(&b.is_public),
        Some("rxtx_factor") => |a, b| a.rxtx_factor.total_cmp(&b.rxtx_factor),
        // They came into the list one after the other.
        Some("id" | "created_at") => |_, _| Ordering::Equal,
        _ => |a, b| a.id.cmp(&b.id),
    };
    flavors.sort_by(|a, b| compare(a, b));
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
        shown["description"] = json!(flavor.description);
    }
    shown
}

/// The answer that shows a flavor.
fn show(call: &Call, flavor: &Flavor) -> Answer {
    Answer::json(StatusCode::OK, &json!({"flavor": whole(call, flavor)}))
}

fn whole(call: &Call, flavor: &Flavor) -> Value {
    let swap = match flavor.swap {
        0 if call.microversion < 75 => json!(""),
        swap => json!(swap),
    };
    let mut shown = json!({
        "id": flavor.id,
        "name": flavor.name,
        "ram": flavor.memory,
        "disk": flavor.disk,
        "swap": swap,
        "OS-FLV-EXT-DATA:ephemeral": flavor.ephemeral,
        "OS-FLV-DISABLED:disabled": false,
        "vcpus": flavor.cpus,
        "os-flavor-access:is_public": flavor.is_public,
        "rxtx_factor": flavor.rxtx_factor,
        "links": links(Site::of(call), "flavors", &*flavor.id),
    });
    if call.microversion >= 55 {
        shown["description"] = json!(flavor.description);
    }
    if call.microversion >= 61 {
        shown["extra_specs"] = specs(flavor);
    }
    if is_rackspaces(call) {
        shown["OS-FLV-WITH-EXT-SPECS:extra_specs"] = specs(flavor);
    }
    shown
}

fn specs(flavor: &Flavor) -> Value {
    let specs = flavor.extra_specs.iter();
    let specs: Map<String, Value> = specs
        .map(|(key, value)| (key.to_string(), json!(value)))
        .collect();
    Value::Object(specs)
}
