//! Mocks, commands and facts for tests, in few words.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::rules::{MockSet, Query, Tallies, decide};
use crate::vocabulary::command::CommandId;
use crate::vocabulary::condition::{Comparison, Condition, Literal};
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::vocabulary::glob::GlobPattern;
use crate::vocabulary::mock::{MockSpec, Origin, Pattern, Response, Step};
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::vocabulary::place::{Level, Place, Scope, Selector, Spot};
use crate::vocabulary::template::Template;

pub(super) fn command(name: &str) -> CommandId {
    CommandId::named(name).expect("tests name commands that exist")
}

/// `*`, `agent.*` or a command.
pub(super) fn pattern(text: &str) -> Pattern {
    match text {
        "*" => Pattern::All,
        "agent.*" => Pattern::Service("agent"),
        "compute.*" => Pattern::Service("compute"),
        name => Pattern::Command(command(name)),
    }
}

pub(super) fn fail(text: &str) -> Step {
    Step::new(Response::Fail {
        status: None,
        text: Some(Template::plain(text)),
    })
}

/// A mock of a file.
pub(super) fn mock(of: &str, steps: Vec<Step>) -> MockSpec {
    MockSpec {
        pattern: pattern(of),
        scope: Scope::everywhere(),
        condition: None,
        label: None,
        priority: 0,
        steps,
        repeat: false,
        scenario: None,
        origin: Origin::File {
            path: "test.scn".into(),
            line: 1,
        },
    }
}

/// The mock as the `sequence`th that was made by a request.
pub(super) fn by_request(sequence: u64, spec: MockSpec) -> MockSpec {
    let origin = Origin::Api {
        sequence,
        via: "test",
    };
    MockSpec { origin, ..spec }
}

pub(super) fn on_host(name: &str) -> Scope {
    Scope::everywhere().with(Level::Host, Selector::Name(name.into()))
}

/// Host `h1` to `h4`: two to a cluster, all in zone `east`.
pub(super) fn host(number: u32) -> Place {
    let spot = |letter: &str, number| Spot {
        name: format!("{letter}{number}").into(),
        number,
    };
    let east = Spot {
        name: "east".into(),
        number: 1,
    };
    Place::nowhere()
        .with(Level::Zone, east)
        .with(Level::Cluster, spot("c", number.div_ceil(2)))
        .with(Level::Host, spot("h", number))
}

pub(super) fn server(field: &str) -> FactPath {
    FactPath::Of(Subject::Server, vec![field.into()])
}

pub(super) fn is(path: FactPath, text: &str) -> Condition {
    Condition::Compare(path, Comparison::Equal, Literal::Text(text.to_owned()))
}

pub(super) fn like(path: FactPath, glob: &str) -> Condition {
    let glob = GlobPattern::new(glob).expect("tests write good globs");
    Condition::Glob(path, glob)
}

/// The facts of one command.
#[derive(Debug, Clone, Default)]
pub(super) struct Known(Vec<(FactPath, Value)>);

impl Known {
    pub(super) fn with(mut self, path: FactPath, value: impl Into<Value>) -> Self {
        self.0.push((path, value.into()));
        self
    }

    pub(super) fn named(name: &str) -> Self {
        Self::default().with(server("name"), name)
    }
}

impl Facts for Known {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        let found = self.0.iter().find(|(own, _)| own == path);
        found.map(|(_, value)| FactValue::from_json(value))
    }
}

pub(super) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

/// A world with nothing in it but rules.
#[derive(Default)]
pub(super) struct Bench {
    pub(super) made: MockSet,
    pub(super) files: MockSet,
    pub(super) tallies: Tallies,
}

impl Bench {
    pub(super) fn of(specs: Vec<MockSpec>) -> Self {
        Self {
            files: MockSet::from_specs(specs),
            ..Self::default()
        }
    }

    pub(super) fn sets(&self) -> [&MockSet; 2] {
        [&self.made, &self.files]
    }

    pub(super) fn decide(&mut self, query: &Query<'_>) -> Decision {
        decide(
            &[&self.made, &self.files],
            &mut self.tallies,
            42,
            at(0),
            query,
        )
    }

    /// What a command at a host gets told: the text of a `fail`, `-` for the default.
    pub(super) fn ask(&mut self, name: &str, place: &Place, facts: &dyn Facts) -> String {
        let query = Query {
            command: command(name),
            place,
            facts,
        };
        told(&self.decide(&query))
    }
}

pub(super) fn told(decision: &Decision) -> String {
    match &decision.outcome {
        Outcome::Fail { text, .. } => text.clone().unwrap_or_default(),
        other => match &decision.served_by {
            Some(_) => other.word().to_owned(),
            None => "-".to_owned(),
        },
    }
}

pub(super) fn label(text: &str) -> Option<Arc<str>> {
    Some(text.into())
}
