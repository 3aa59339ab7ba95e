//! Behaviors: registered before something happens, forgotten when a test is over.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::tenant;
use crate::api::Answer;
use crate::control::problem::Problem;
use crate::control::visit::Visit;
use crate::engine::Sim;
use crate::presets::{self, Event};
use crate::rules::MockKey;
use crate::vocabulary::mock::Origin;

/// `POST /mimic/v1.1/cloudServersBehavior/{tenant}/behaviors/creation`
pub(in crate::control) fn register_creation(visit: &Visit<'_>) -> Result<Answer, Problem> {
    register(visit, &creation(visit))
}

/// `DELETE /mimic/v1.1/cloudServersBehavior/{tenant}/behaviors/creation/{behavior}`
pub(in crate::control) fn forget_creation(visit: &Visit<'_>) -> Result<Answer, Problem> {
    forget(visit, &creation(visit))
}

/// `POST /mimic/v1.1/IdentityControlAPI/behaviors/auth`
pub(in crate::control) fn register_authentication(visit: &Visit<'_>) -> Result<Answer, Problem> {
    register(visit, &Event::Authentication)
}

/// `DELETE /mimic/v1.1/IdentityControlAPI/behaviors/auth/{behavior}`
pub(in crate::control) fn forget_authentication(visit: &Visit<'_>) -> Result<Answer, Problem> {
    forget(visit, &Event::Authentication)
}

/// A tenant that there is not yet may still come.
fn creation(visit: &Visit<'_>) -> Event {
    let wanted = visit.param("tenant");
    visit.look(|sim, _| {
        let world = &sim.world;
        let known = tenant(world, &wanted).map(|project| project.name.clone());
        let is_one_of_many = world.regions.len() > 1;
        Event::Creation {
            tenant: known.unwrap_or_else(|| Arc::from(wanted)),
            region: is_one_of_many.then(|| world.region().clone()),
        }
    })
}

/// How the mock of a behavior names its maker.
fn maker(event: &Event, id: &str) -> String {
    match event {
        Event::Creation {
            tenant,
            region: None,
        } => format!("creation behavior {id} of tenant {tenant}"),
        Event::Creation {
            tenant,
            region: Some(region),
        } => format!("creation behavior {id} of tenant {tenant} in {region}"),
        Event::Authentication => format!("authentication behavior {id}"),
    }
}

fn register(visit: &Visit<'_>, event: &Event) -> Result<Answer, Problem> {
    let registration: Value = visit.untyped_json()?;
    visit.look(|sim, _| {
        let id = sim.world.ids.uuid().to_string();
        let by = maker(event, &id).into();
        let spec = presets::behavior(event, &registration, by);
        let spec = spec.map_err(|fault| Problem::bad_request(fault.message))?;
        sim.make_mock(spec);
        Ok(Answer::json(StatusCode::CREATED, &json!({ "id": id })))
    })
}

fn forget(visit: &Visit<'_>, event: &Event) -> Result<Answer, Problem> {
    let id = visit.param("behavior");
    let maker = maker(event, &id);
    visit.look(|sim, _| match made_by(sim, &maker) {
        Some(mock) if sim.remove_mock(mock) => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        _ => Err(Problem::not_found(format!(
            "There is no behavior \"{id}\" here."
        ))),
    })
}

fn made_by(sim: &Sim, maker: &str) -> Option<MockKey> {
    let is_it = |origin: &Origin| match origin {
        Origin::Made { by, .. } => **by == *maker,
        Origin::File { .. } | Origin::Api { .. } => false,
    };
    let mut mocks = sim.live.iter();
    mocks
        .find(|mock| is_it(&mock.spec.origin))
        .map(|mock| mock.key)
}
