//! Servers, seen from outside of all dialects.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::clock::stamp;
use super::problem::Problem;
use super::visit::Visit;
use crate::api::Answer;
use crate::scenario::names::nearest;
use crate::world::World;
use crate::world::server::{STATUSES, Server};

pub(super) fn view(world: &World, server: &Server) -> Value {
    let host = server.host.map(|host| world.topology.host(host));
    json!({
        "id": server.id,
        "number": server.number,
        "name": server.spec.name,
        "status": server.status(),
        "region": world.region(),
        "fault": server.fault.as_ref().map(|fault| &fault.message),
        "host": host.map(|host| &host.name),
        "place": host.map(|host| host.place.to_string()),
        "project": server.spec.project.name,
        "user": server.spec.user.name,
        "flavor": server.spec.flavor.name,
        "image": server.spec.image.as_ref().map(|image| &image.name),
        "addresses": addresses(world, server),
        "manager": server.spec.manager.word(),
        "given": server.is_given,
        "created": stamp(server.created),
        "updated": stamp(server.updated),
    })
}

fn addresses(world: &World, server: &Server) -> Value {
    let cards = world.networking.nics_of(server.id);
    cards
        .flat_map(|card| &card.fixed_ips)
        .map(|fixed| fixed.address.to_string())
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    status: String,
}

/// `PUT /mimic/v2/servers/{server}`: the server of that id, or all of that name; of all regions where the path
/// names none.
pub(super) fn put(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let Wanted { status } = visit.json()?;
    let wanted = visit.param("server");
    let servers = visit.look(|sim, _| {
        if visit
            .regions(&sim.world)
            .all(|world| find(world, &wanted).is_empty())
        {
            let all = visit.regions(&sim.world).flat_map(World::servers);
            let names = all.map(|server| &*server.spec.name);
            let problem = Problem::not_found(format!("There is no server \"{wanted}\"."));
            return Err(problem.perhaps(nearest(&wanted, names)));
        }
        let mut changed = Some(Vec::new());
        visit.in_regions(&mut sim.world, |world| {
            let here = put_into(world, &find(world, &wanted), &status);
            changed = changed
                .take()
                .zip(here)
                .map(|(all, here)| [all, here].concat());
        });
        changed.ok_or_else(|| no_status(&status))
    })?;
    Ok(Answer::json(StatusCode::OK, &json!({ "servers": servers })))
}

fn find(world: &World, wanted: &str) -> Vec<Uuid> {
    let by_id = wanted.parse().ok().filter(|id| world.server(*id).is_some());
    if let Some(id) = by_id {
        return vec![id];
    }
    let named = world
        .servers()
        .filter(|server| *server.spec.name == *wanted);
    named.map(|server| server.id).collect()
}

/// Puts servers into a status, and shows them; `None` where there is no such status.
fn put_into(world: &mut World, servers: &[Uuid], status: &str) -> Option<Vec<Value>> {
    if !servers.iter().all(|id| world.force_status(*id, status)) {
        return None;
    }
    let changed = servers.iter().filter_map(|id| world.server(*id));
    Some(changed.map(|server| view(world, server)).collect())
}

fn no_status(wanted: &str) -> Problem {
    let statuses = STATUSES.iter().map(|(status, ..)| *status);
    let problem = Problem::bad_request(format!("A server cannot be put into \"{wanted}\"."));
    match nearest(wanted, statuses.clone()) {
        Some(status) => problem.perhaps(Some(status)),
        None => {
            let known: Vec<&str> = statuses.collect();
            problem.with_help(format!("The statuses are {}.", known.join(", ")))
        }
    }
}
