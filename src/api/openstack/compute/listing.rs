//! Lists of servers: filters, order, pages.

mod filters;

use std::borrow::Cow;
use std::cmp::Ordering;

use http::StatusCode;
use serde::Serialize;
use uuid::Uuid;

use super::super::paging::{no_marker, page};
use super::super::query::{Kind, Parameter, Parameters, flag, parameter};
use super::super::render::{Link, Micros, Text};
use super::view::{Brief, Extent, ServerView, hostname, power_state, task_state, vm_state};
use super::{Answer, Call, Site, forbidden};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::server::Server;

const PARAMETERS: Parameters = Parameters {
    known: KNOWN,
    strict_since: 75,
    allows_private: true,
};

const KNOWN: &[Parameter] = &[
    parameter("user_id", Kind::Text),
    parameter("project_id", Kind::Text),
    parameter("tenant_id", Kind::Text),
    parameter("launch_index", Kind::Text),
    parameter("image_ref", Kind::Text),
    parameter("image", Kind::Text),
    parameter("kernel_id", Kind::Regex),
    parameter("ramdisk_id", Kind::Regex),
    parameter("hostname", Kind::Regex),
    parameter("key_name", Kind::Regex),
    parameter("power_state", Kind::Regex),
    parameter("vm_state", Kind::Text),
    parameter("task_state", Kind::Text),
    parameter("host", Kind::Text),
    parameter("node", Kind::Regex),
    parameter("flavor", Kind::Regex),
    parameter("reservation_id", Kind::Regex),
    parameter("launched_at", Kind::Regex),
    parameter("terminated_at", Kind::Regex),
    parameter("availability_zone", Kind::Regex),
    parameter("name", Kind::Regex),
    parameter("display_name", Kind::Regex),
    parameter("description", Kind::Regex),
    parameter("display_description", Kind::Regex),
    parameter("locked_by", Kind::Regex),
    parameter("uuid", Kind::Text),
    parameter("root_device_name", Kind::Regex),
    parameter("config_drive", Kind::Regex),
    parameter("access_ip_v4", Kind::Regex),
    parameter("access_ip_v6", Kind::Regex),
    parameter("auto_disk_config", Kind::Regex),
    parameter("progress", Kind::Regex),
    parameter("limit", Kind::Count),
    parameter("marker", Kind::Text),
    parameter("sort_key", Kind::Choice(SORT_KEYS)),
    parameter("sort_dir", Kind::Text),
    parameter("all_tenants", Kind::Text),
    parameter("soft_deleted", Kind::Text),
    parameter("deleted", Kind::Text),
    parameter("status", Kind::Text),
    parameter("changes-since", Kind::Time),
    parameter("ip", Kind::Regex),
    parameter("ip6", Kind::Regex),
    parameter("created_at", Kind::Regex),
    parameter("tags", Kind::Regex).since(26),
    parameter("tags-any", Kind::Regex).since(26),
    parameter("not-tags", Kind::Regex).since(26),
    parameter("not-tags-any", Kind::Regex).since(26),
    parameter("changes-before", Kind::Time).since(66),
    parameter("locked", Kind::Text).since(73),
];

const SORT_KEYS: &[&str] = &[
    "access_ip_v4",
    "access_ip_v6",
    "auto_disk_config",
    "availability_zone",
    "config_drive",
    "created_at",
    "display_description",
    "display_name",
    "host",
    "hostname",
    "image_ref",
    "instance_type_id",
    "kernel_id",
    "key_name",
    "launch_index",
    "launched_at",
    "locked",
    "locked_by",
    "node",
    "power_state",
    "progress",
    "project_id",
    "ramdisk_id",
    "root_device_name",
    "task_state",
    "terminated_at",
    "updated_at",
    "user_id",
    "uuid",
    "vm_state",
];

/// Answers with a page of the servers that the query asks for.
pub(super) fn list(world: &World, call: &Call) -> Result<Answer, Fault> {
    PARAMETERS.check(call)?;
    let project = project(call)?;
    let filters = filters::of_query(world, call)?;
    let own = |server: &&Server| project.is_none_or(|project| server.spec.project.id == project);
    let is_asked_for = |server: &&Server| filters.iter().all(|test| test(server));
    // Newest first; sorting keeps that order among equals.
    let newest_first = world.servers().rev();
    let order = order(call)?;
    if order.is_empty() {
        // No further than the page goes, which may be one of thousands.
        let marker = marker(world, call).map_or(u64::MAX, |server| server.number);
        let from_marker = newest_first.skip_while(|server| server.number > marker);
        return show(world, call, from_marker.filter(own).filter(is_asked_for));
    }
    let mut servers: Vec<&Server> = newest_first.filter(own).filter(is_asked_for).collect();
    servers.sort_by(|a, b| compare(world, &order, a, b));
    show(world, call, servers.into_iter())
}

/// The server after which the page begins, if there is such a one.
fn marker<'a>(world: &'a World, call: &Call) -> Option<&'a Server> {
    world.server(Uuid::try_parse(call.param("marker")?).ok()?)
}

fn show<'a>(
    world: &'a World,
    call: &'a Call,
    servers: impl Iterator<Item = &'a Server>,
) -> Result<Answer, Fault> {
    let is_detailed = call.request.path.trim_end_matches('/').ends_with("/detail");
    let site = Site::of(call);
    let this = site.list(if is_detailed {
        "servers/detail"
    } else {
        "servers"
    });
    let page = page(call, &this, servers, |server| server.id.to_string());
    let page = page.ok_or_else(|| no_marker(call))?;
    let links = page.next.map(|next| [Link::new("next", next)]);
    let shown = page.items.into_iter();
    Ok(if is_detailed {
        let shown = shown.map(|server| ServerView::new(world, call, server, Extent::Listed));
        Answer::json(
            StatusCode::OK,
            &Listing {
                servers: shown.collect::<Vec<_>>(),
                links,
            },
        )
    } else {
        let shown = shown.map(|server| Brief(site, server));
        Answer::json(
            StatusCode::OK,
            &Listing {
                servers: shown.collect::<Vec<_>>(),
                links,
            },
        )
    })
}

#[derive(Serialize)]
struct Listing<T> {
    servers: Vec<T>,
    #[serde(rename = "servers_links", skip_serializing_if = "Option::is_none")]
    links: Option<[Link<Text<String>>; 1]>,
}

/// The project whose servers are listed; `None` for all projects, which only admins may ask for.
fn project(call: &Call) -> Result<Option<Uuid>, Fault> {
    let asked = call.param("all_tenants");
    let wants_all = match asked {
        Some("") => true,
        Some(word) => flag(word)?,
        None => call.is_admin() && call.param("tenant_id").is_some(),
    };
    if wants_all && !call.is_admin() {
        return Err(forbidden("os_compute_api:servers:index:get_all_tenants"));
    }
    let own = call.caller()?.project.as_ref().map(|project| project.id);
    match own {
        _ if wants_all => Ok(None),
        Some(own) => Ok(Some(own)),
        None => Err(forbidden("os_compute_api:servers:index")),
    }
}

/// The keys to sort by, each with whether it is ascending.
fn order(call: &Call) -> Result<Vec<(&str, bool)>, Fault> {
    let values = |name: &'static str| {
        call.query
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    };
    let mut directions = Vec::new();
    for direction in values("sort_dir") {
        directions.push(match direction {
            "asc" => true,
            "desc" => false,
            _ => {
                let message =
                    "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'";
                return Err(Fault::new(FaultKind::BadRequest, message));
            }
        });
    }
    let default = directions.first().copied().unwrap_or(false);
    let direction = |position: usize| directions.get(position).copied().unwrap_or(default);
    let mut order: Vec<(&str, bool)> = values("sort_key")
        .enumerate()
        .map(|(position, key)| (key, direction(position)))
        .collect();
    if order.is_empty() && !directions.is_empty() {
        order.push(("created_at", default));
    }
    Ok(order)
}

fn compare(world: &World, order: &[(&str, bool)], a: &Server, b: &Server) -> Ordering {
    let mut keys = order.iter().map(|(key, is_ascending)| {
        let ordering = sort_value(world, a, key).cmp(&sort_value(world, b, key));
        if *is_ascending {
            ordering
        } else {
            ordering.reverse()
        }
    });
    keys.find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// What a server is sorted by; nothing where all are equal in it.
fn sort_value<'a>(world: &'a World, server: &'a Server, key: &str) -> Cow<'a, str> {
    let host = || server.host.map(|host| world.topology.host(host));
    let text = |text: Option<&'a std::sync::Arc<str>>| Cow::Borrowed(text.map_or("", |text| text));
    match key {
        "display_name" => Cow::Borrowed(&server.spec.name),
        "display_description" => text(server.spec.description.as_ref()),
        // The number tells apart what was made in the same instant.
        "created_at" => format!("{} {:020}", Micros(server.created), server.number).into(),
        "updated_at" => Micros(server.updated).to_string().into(),
        "launched_at" => server
            .launched
            .map(|at| Micros(at).to_string())
            .unwrap_or_default()
            .into(),
        "uuid" => server.id.to_string().into(),
        "project_id" => server.spec.project.id.to_string().into(),
        "user_id" => server.spec.user.id.to_string().into(),
        "image_ref" => server
            .spec
            .image
            .as_ref()
            .map(|image| image.id.to_string())
            .unwrap_or_default()
            .into(),
        "instance_type_id" => Cow::Borrowed(&server.spec.flavor.id),
        "key_name" => text(server.spec.key_name.as_ref()),
        "vm_state" => vm_state(server.state).into(),
        "task_state" => server.task.map_or("", task_state).into(),
        "power_state" => power_state(server.power).to_string().into(),
        "hostname" => hostname(server).into(),
        "host" | "node" => text(host().map(|host| &host.name)),
        "availability_zone" => text(host().and_then(|host| host.place.name(Level::Zone))),
        "access_ip_v4" => text(server.spec.access_ipv4.as_ref()),
        "access_ip_v6" => text(server.spec.access_ipv6.as_ref()),
        _ => Cow::Borrowed(""),
    }
}
