//! The control APIs of the original Mimic, on its own paths or below the addresses that the catalog gives
//! for them. What they ask for is a mock like any other, or changes the world as the admin API does.

mod attributes;
mod behaviors;

use std::sync::Arc;

use http::StatusCode;

use super::problem::Problem;
use super::visit::Visit;
use crate::api::Answer;
use crate::presets;
use crate::world::World;
use crate::world::accounts::{Project, id_text};

pub(super) use attributes::{set_balancer, set_node, set_servers};
pub(super) use behaviors::{
    forget_authentication, forget_creation, register_authentication, register_creation,
};

/// `GET /mimic/v1.0/presets`
pub(super) fn list_presets(_: &Visit<'_>) -> Result<Answer, Problem> {
    Ok(Answer::json(StatusCode::OK, &presets::catalogue()))
}

/// The tenant that a path speaks of, by id or by name.
fn tenant(world: &World, wanted: &str) -> Option<Arc<Project>> {
    let is_it = |project: &&Arc<Project>| {
        *project.name == *wanted
            || id_text(project.id) == wanted
            || wanted.parse() == Ok(project.id)
    };
    world.accounts.projects().find(is_it).cloned()
}
