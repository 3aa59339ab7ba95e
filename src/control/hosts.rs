//! What happens to hosts, by hand.

use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::problem::Problem;
use super::visit::Visit;
use crate::api::Answer;
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::vocabulary::plan::HostChange;

/// A place in a request: by name, or by CloudStack's number.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a name or a number")]
pub(super) enum Spot {
    Number(u32),
    Name(Arc<str>),
}

/// The scope that a request names, level by level.
pub(super) fn scope(
    zone: Option<Spot>,
    pod: Option<Spot>,
    cluster: Option<Spot>,
    host: Option<Spot>,
) -> Scope {
    let spots = Level::ALL.into_iter().zip([zone, pod, cluster, host]);
    spots.fold(Scope::everywhere(), |scope, (level, spot)| match spot {
        Some(Spot::Name(name)) => scope.with(level, Selector::Name(name)),
        Some(Spot::Number(number)) => scope.with(level, Selector::Number(number)),
        None => scope,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    zone: Option<Spot>,
    pod: Option<Spot>,
    cluster: Option<Spot>,
    host: Option<Spot>,
    change: Change,
}

/// In the words of the language.
#[derive(Deserialize, Clone, Copy)]
enum Change {
    #[serde(rename = "goes down")]
    GoesDown,
    #[serde(rename = "comes back")]
    ComesBack,
    #[serde(rename = "enters maintenance")]
    EntersMaintenance,
    #[serde(rename = "leaves maintenance")]
    LeavesMaintenance,
}

impl From<Change> for HostChange {
    fn from(change: Change) -> Self {
        match change {
            Change::GoesDown => HostChange::GoesDown,
            Change::ComesBack => HostChange::ComesBack,
            Change::EntersMaintenance => HostChange::EntersMaintenance,
            Change::LeavesMaintenance => HostChange::LeavesMaintenance,
        }
    }
}

/// `POST /mimic/v2/hosts`
pub(super) fn change(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let wanted: Wanted = visit.json()?;
    let change = wanted.change.into();
    let scope = scope(wanted.zone, wanted.pod, wanted.cluster, wanted.host);
    if scope == Scope::everywhere() {
        return Err(Problem::bad_request(
            "Say which: a zone, pod, cluster or host.",
        ));
    }
    let mut hosts = 0;
    visit.look(|sim, _| {
        visit.in_regions(&mut sim.world, |world| {
            hosts += world.change_hosts(&scope, change);
        });
    });
    if hosts == 0 {
        let problem = Problem::not_found(format!("There is no {scope} in the world."));
        return Err(problem.with_help("GET /mimic/v2/world shows the places."));
    }
    Ok(Answer::json(StatusCode::OK, &json!({ "hosts": hosts })))
}
