//! Attributes that are set by force: the world is changed as by the admin API and by `at`.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::tenant;
use crate::api::Answer;
use crate::control::problem::Problem;
use crate::control::visit::Visit;
use crate::world::World;
use crate::world::balancers::{NodeStatus, Status};
use crate::world::operations::Thing;
use crate::world::server::STATUSES;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Servers {
    /// The statuses, by the ids of the servers.
    status: Map<String, Value>,
}

/// `POST /mimic/v1.1/cloudServersBehavior/{tenant}/attributes`: all of them, or none.
pub(in crate::control) fn set_servers(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let Servers { status } = visit.untyped_json()?;
    visit.look(|sim, _| {
        let wanted = wanted_statuses(&sim.world, &visit.param("tenant"), &status)?;
        for (server, status) in wanted {
            sim.world.force(Thing::Server(server), status);
        }
        Ok(Answer::empty(StatusCode::CREATED))
    })
}

fn wanted_statuses<'s>(
    world: &World,
    owner: &str,
    statuses: &'s Map<String, Value>,
) -> Result<Vec<(Uuid, &'s str)>, Problem> {
    let owner = tenant(world, owner);
    let wanted = |(id, status): (&String, &'s Value)| {
        let server = id.parse().ok().and_then(|id| world.server(id));
        let is_own = |project: Uuid| owner.as_ref().is_some_and(|owner| owner.id == project);
        let server = server.filter(|server| is_own(server.spec.project.id));
        let server = server
            .ok_or_else(|| Problem::bad_request(format!("There is no server \"{id}\" here.")))?;
        let status = status.as_str().unwrap_or_default();
        match STATUSES.iter().any(|(known, ..)| *known == status) {
            true => Ok((server.id, status)),
            false => {
                let known: Vec<&str> = STATUSES.iter().map(|(known, ..)| *known).collect();
                let message = format!("A server cannot be put into \"{status}\".");
                let help = format!("The statuses are {}.", known.join(", "));
                Err(Problem::bad_request(message).with_help(help))
            }
        }
    };
    statuses.iter().map(wanted).collect()
}

/// The balancer that the path names, if it is the tenant's.
fn balancer(world: &World, visit: &Visit<'_>) -> Result<u32, Problem> {
    let (owner, wanted) = (visit.param("tenant"), visit.param("balancer"));
    let known = wanted.parse().ok().and_then(|id| world.balancers.get(id));
    let of = tenant(world, &owner);
    let is_own = |project: Uuid| of.as_ref().is_some_and(|of| of.id == project);
    let known = known.filter(|balancer| is_own(balancer.project.id));
    let living = known.filter(|balancer| balancer.status != Status::Deleted);
    living.map(|balancer| balancer.id).ok_or_else(|| {
        let message = format!("Tenant {owner} doesn't own load balancer {wanted}");
        Problem::not_found(message)
    })
}

/// What the original let a balancer be put in.
const BALANCER_STATUSES: [Status; 6] = [
    Status::Active,
    Status::Error,
    Status::PendingDelete,
    Status::PendingUpdate,
    Status::Build,
    Status::Suspended,
];

/// `PATCH /mimic/v1.1/cloudLoadBalancerControl/{tenant}/loadbalancer/{balancer}/attributes`
pub(in crate::control) fn set_balancer(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let attributes: Map<String, Value> = visit.untyped_json()?;
    visit.look(|sim, _| {
        let id = balancer(&sim.world, visit)?;
        let [(name, status)] = attributes.iter().collect::<Vec<_>>()[..] else {
            return Err(bad_attribute());
        };
        if name != "status" {
            return Err(bad_attribute());
        }
        let word = status.as_str().unwrap_or_default();
        if !BALANCER_STATUSES.iter().any(|known| known.word() == word) {
            let known = BALANCER_STATUSES.map(|known| format!("'{}'", known.word()));
            let known = known.join(", ");
            return Err(Problem::bad_request(format!(
                "Unsupported status {word} not one of [{known}]"
            )));
        }
        sim.world.force(Thing::Balancer(id), word);
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    })
}

fn bad_attribute() -> Problem {
    Problem::bad_request("Attempt to alter a bad attribute")
        .with_help("The one attribute is `status`.")
}

/// `PUT /mimic/v1.1/cloudLoadBalancerControl/{tenant}/loadbalancers/{balancer}/nodes/{node}/status`
pub(in crate::control) fn set_node(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let body: Value = visit.untyped_json()?;
    visit.look(|sim, _| {
        let id = balancer(&sim.world, visit)?;
        let wanted = visit.param("node");
        let node = wanted.parse().ok();
        let node = node.filter(|node| {
            let balancer = sim.world.balancers.get(id);
            balancer.is_some_and(|balancer| balancer.node(*node).is_some())
        });
        let node = node.ok_or_else(|| {
            let owner = visit.param("tenant");
            let message =
                format!("Load balancer {id} on tenant {owner} does not have node {wanted}");
            Problem::not_found(message)
        })?;
        let status = body.get("status").and_then(Value::as_str);
        let status = status.and_then(NodeStatus::named).ok_or_else(|| {
            let message = "status key not found or it must have ONLINE or OFFLINE value";
            Problem::bad_request(message)
        })?;
        sim.world.force_node(id, node, status);
        Ok(Answer::empty(StatusCode::OK))
    })
}
