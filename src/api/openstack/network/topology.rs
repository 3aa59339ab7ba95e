//! Automatic topologies: a network that leads out, for a project that has none.

use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::kind::bad_request;
use super::resource::{own_project, owner};
use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::parse_loosely;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "network.get_auto_allocated_topology",
        land: Landing::nowhere,
        run: get,
        is_read: false,
    },
    Operation {
        command: "network.delete_auto_allocated_topology",
        land: Landing::nowhere,
        run: |world, call, _| {
            let project = project(call)?;
            world.remove_automatic_topology(project)?;
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

fn project(call: &Call) -> Result<Uuid, Fault> {
    let own = own_project(call);
    let wanted = call.path_param("project");
    match parse_loosely(wanted) {
        Some(project) if project == own || call.is_admin() => Ok(project),
        // Clients may leave it to the token.
        None if wanted == "None" => Ok(own),
        Some(_) | None => Err(bad_request(format!(
            "'{wanted}' is not the caller's project"
        ))),
    }
}

fn get(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let project = project(call)?;
    let is_trial = super::listing::values(call, "fields").any(|field| field == "dry-run");
    let id = if is_trial {
        world.networking.check_automatic_topology()?;
        json!("dry-run=pass")
    } else {
        json!(world.automatic_topology(project)?)
    };
    let body = json!({"id": id, "tenant_id": owner(project), "project_id": owner(project)});
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"auto_allocated_topology": body}),
    ))
}
