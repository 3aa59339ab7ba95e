//! Lists of servers: filters, order, pages.

mod filters;
mod order;

use http::StatusCode;
use serde::Serialize;
use uuid::Uuid;

use super::super::paging::{no_marker, page};
use super::super::query::{Kind, Parameter, Parameters, flag, parameter};
use super::super::render::{Link, Text};
use super::view::{Brief, Extent, ServerView};
use super::{Answer, Call, Site, forbidden, is_detailed};
use crate::vocabulary::fault::Fault;
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
    let span = Span {
        project: project(call)?,
        presence: presence(call),
    };
    let filters = filters::of_query(world, call)?;
    let is_asked_for = |server: &&Server| filters.iter().all(|test| test(server));
    let servers = order::sorted(world, call, span, is_asked_for)?;
    show(world, call, servers)
}

/// Which servers a list is about, whatever its filters.
#[derive(Clone, Copy)]
struct Span {
    /// `None` for all projects.
    project: Option<Uuid>,
    presence: Presence,
}

/// Whether a list has servers that are no more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Alive,
    Deleted,
    /// Who asks what changed is told of what went, too.
    Either,
}

fn presence(call: &Call) -> Presence {
    let asked = call.param("deleted").filter(|_| call.is_admin());
    let wants_deleted = call.query.iter().any(|(name, value)| {
        name == "status" && value.eq_ignore_ascii_case("deleted") && call.is_admin()
    });
    let has_changed = call.param("changes-since").is_some()
        || (call.param("changes-before").is_some() && call.microversion >= 66);
    match asked.map(|word| flag(word).unwrap_or(false)) {
        _ if wants_deleted => Presence::Deleted,
        Some(true) => Presence::Deleted,
        Some(false) => Presence::Alive,
        None if has_changed => Presence::Either,
        None => Presence::Alive,
    }
}

fn show<'a>(
    world: &'a World,
    call: &'a Call,
    servers: impl Iterator<Item = &'a Server>,
) -> Result<Answer, Fault> {
    let is_detailed = is_detailed(call);
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

/// The project whose servers are listed; `None` for all projects, which only admins may ask for. One that the
/// filters name is enough then.
fn project(call: &Call) -> Result<Option<Uuid>, Fault> {
    let asked = call.param("all_tenants");
    let wants_all = match asked {
        Some("") => true,
        Some(word) => flag(word)?,
        None => false,
    };
    if wants_all && !call.is_admin() {
        return Err(forbidden("os_compute_api:servers:index:get_all_tenants"));
    }
    let own = call.caller()?.project.as_ref().map(|project| project.id);
    match own {
        _ if wants_all => Ok(named_project(call)),
        Some(own) => Ok(Some(own)),
        None => Err(forbidden("os_compute_api:servers:index")),
    }
}

fn named_project(call: &Call) -> Option<Uuid> {
    let named = call.param("project_id").or(call.param("tenant_id"))?;
    Uuid::try_parse(named).ok()
}
