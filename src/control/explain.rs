//! Why a mock would serve a command, or not.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::hosts::{Spot, scope};
use super::names::command;
use super::problem::Problem;
use super::visit::Visit;
use crate::api::Answer;
use crate::engine::{Program, Sim};
use crate::rules::{self, Query, Verdict};
use crate::scenario::names::nearest;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, SUBJECT_FIELDS};
use crate::vocabulary::place::{Level, Place, Scope};
use crate::world::topology::Topology;

/// A command that might come.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hypothesis {
    command: String,
    zone: Option<Spot>,
    pod: Option<Spot>,
    cluster: Option<Spot>,
    host: Option<Spot>,
    #[serde(default)]
    facts: Supposed,
}

/// Facts by their paths, as the language writes them.
#[derive(Deserialize, Default)]
struct Supposed(BTreeMap<String, Value>);

impl Facts for Supposed {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        self.0.get(&path.to_string()).map(FactValue::from_json)
    }
}

impl Supposed {
    /// Refuses what can be no fact at all.
    fn check(&self) -> Result<(), Problem> {
        let others = ["request", "tenant", "user", "region", "attempt"];
        let roots = || {
            SUBJECT_FIELDS
                .iter()
                .map(|(_, word, _)| *word)
                .chain(others)
        };
        for path in self.0.keys() {
            let root = path.split('.').next().unwrap_or_default();
            if !roots().any(|known| known == root) {
                let problem = Problem::bad_request(format!("There is no fact {path}."));
                return Err(problem.perhaps(nearest(root, roots())));
            }
        }
        Ok(())
    }
}

/// `POST /mimic/v2/explain`
pub(super) fn explain(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let hypothesis: Hypothesis = visit.json()?;
    let command = command(&hypothesis.command)?;
    hypothesis.facts.check()?;
    let scope = scope(
        hypothesis.zone,
        hypothesis.pod,
        hypothesis.cluster,
        hypothesis.host,
    );
    let explained = visit.look(|sim, program| {
        let mut places = visit
            .regions(&sim.world)
            .map(|world| place(&world.topology, &scope));
        let place = places.find_map(|place| place).ok_or_else(|| {
            let problem = Problem::not_found(format!("There is no {scope} in the world."));
            problem.with_help("GET /mimic/v2/world shows the places.")
        })?;
        let query = Query {
            command,
            place: &place,
            facts: &hypothesis.facts,
        };
        Ok::<_, Problem>(verdicts(sim, program, &query))
    })?;
    Ok(Answer::json(StatusCode::OK, &explained))
}

fn verdicts(sim: &Sim, program: &Program, query: &Query<'_>) -> Value {
    let sets = [&sim.live, &program.mocks];
    let verdicts = rules::explain(&sets, &sim.tallies, sim.world.seed(), query);
    let served_by = verdicts
        .iter()
        .find(|(_, verdict)| *verdict == Verdict::Serves);
    let shown = verdicts.iter().filter_map(|(key, verdict)| {
        let mock = sets.iter().find_map(|set| set.get(*key))?;
        Some(json!({
            "id": key.to_string(),
            "name": mock.name,
            "text": mock.spec.to_string(),
            "verdict": verdict.word(),
        }))
    });
    json!({
        "command": query.command.name(),
        "place": query.place.to_string(),
        "served_by": served_by.map(|(key, _)| key.to_string()),
        "mocks": shown.collect::<Value>(),
    })
}

/// The first place that a scope names; nowhere for an empty one.
fn place(topology: &Topology, scope: &Scope) -> Option<Place> {
    let Some(level) = scope.narrowest() else {
        return Some(Place::nowhere());
    };
    match level {
        Level::Zone => first(topology.zones().map(|zone| &*zone.place), scope),
        Level::Pod => first(topology.pods().map(|pod| &*pod.place), scope),
        Level::Cluster => {
            let clusters = topology.clusters();
            first(clusters.map(|cluster| &*cluster.place), scope)
        }
        Level::Host => first(topology.hosts().map(|(_, host)| &*host.place), scope),
    }
}

fn first<'t>(mut places: impl Iterator<Item = &'t Place>, scope: &Scope) -> Option<Place> {
    places.find(|place| scope.covers(place)).cloned()
}
