//! In which order a list shows servers.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::{Bound, RangeBounds};

use uuid::Uuid;

use super::super::super::render::Micros;
use super::super::view::{hostname, power_state, task_state, vm_state};
use super::{Call, Presence, Span};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::server::Server;

/// Servers, one after the other.
type Walk<'a> = Box<dyn Iterator<Item = &'a Server> + 'a>;

/// The servers that are asked for, in the order that is asked for.
///
/// # Errors
/// For a direction that is none.
pub(super) fn sorted<'a>(
    world: &'a World,
    call: &Call,
    span: Span,
    is_asked_for: impl Fn(&&Server) -> bool + 'a,
) -> Result<Walk<'a>, Fault> {
    let order = order(call)?;
    // No two servers have the same time and number, so no further key tells any apart.
    if let Some(("created_at", is_ascending)) = order.first().copied() {
        let numbers = from_marker(world, call, is_ascending);
        let servers = by_making(world, span, numbers, is_ascending);
        return Ok(Box::new(servers.filter(is_asked_for)));
    }
    let everything = (Bound::Unbounded, Bound::Unbounded);
    // Newest first: sorting keeps that order among equals.
    let servers = by_making(world, span, everything, false);
    let mut servers: Vec<&Server> = servers.filter(is_asked_for).collect();
    servers.sort_by(|a, b| compare(world, &order, a, b));
    Ok(Box::new(servers.into_iter()))
}

/// The numbers of servers.
type Numbers = (Bound<u64>, Bound<u64>);

/// The numbers from which on a page looks for its servers: it may be one of thousands.
fn from_marker(world: &World, call: &Call, is_ascending: bool) -> Numbers {
    match marker(world, call).map(|server| server.number) {
        None => (Bound::Unbounded, Bound::Unbounded),
        Some(number) if is_ascending => (Bound::Included(number), Bound::Unbounded),
        Some(number) => (Bound::Unbounded, Bound::Included(number)),
    }
}

/// The server after which the page begins, if there is such a one.
fn marker<'a>(world: &'a World, call: &Call) -> Option<&'a Server> {
    let id = Uuid::try_parse(call.param("marker")?).ok()?;
    world.server(id).or_else(|| world.deleted_server(id))
}

/// Servers in the order of their making.
fn by_making(world: &World, span: Span, numbers: Numbers, is_ascending: bool) -> Walk<'_> {
    let alive = world.numbered_servers(span.project, numbers);
    let gone = gone(world, span.project, numbers);
    let oldest_first = match span.presence {
        Presence::Alive => alive,
        Presence::Deleted => put_in_order(gone.collect()),
        Presence::Either => put_in_order(alive.chain(gone).collect()),
    };
    if is_ascending {
        oldest_first
    } else {
        Box::new(oldest_first.rev())
    }
}

fn gone(world: &World, project: Option<Uuid>, numbers: Numbers) -> impl Iterator<Item = &Server> {
    let is_own = move |server: &&Server| project.is_none_or(|id| server.spec.project.id == id);
    let is_numbered = move |server: &&Server| numbers.contains(&server.number);
    world.deleted_servers().filter(is_own).filter(is_numbered)
}

fn put_in_order(mut servers: Vec<&Server>) -> Box<dyn DoubleEndedIterator<Item = &Server> + '_> {
    servers.sort_by_key(|server| server.number);
    Box::new(servers.into_iter())
}

/// The keys to sort by, each with whether it is ascending. Without any, the newest come first.
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
    if order.is_empty() {
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
        // The same order as that of the instants, with those that are equal told apart.
        "created_at" => format!("{:020}", server.number).into(),
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
        "availability_zone" => world.zone_of_server(server).to_string().into(),
        "access_ip_v4" => text(server.spec.access_ipv4.as_ref()),
        "access_ip_v6" => text(server.spec.access_ipv6.as_ref()),
        _ => Cow::Borrowed(""),
    }
}
