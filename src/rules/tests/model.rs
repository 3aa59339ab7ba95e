//! The rules against a model that is too simple to be wrong: sort all mocks, ask each in turn.

use std::cmp::Reverse;
use std::collections::HashMap;

use proptest::prelude::*;
use regex::Regex;

use super::sample::*;
use crate::rules::{Query, Verdict, explain};
use crate::vocabulary::condition::{Comparison, Condition, Literal};
use crate::vocabulary::fact::FactPath;
use crate::vocabulary::mock::{MockSpec, Origin, Pattern, Step};
use crate::vocabulary::place::{Level, Place, Scope, Selector};

/// The naive rules. Mocks are known by their number, which is also what they say.
#[derive(Default)]
struct Model {
    mocks: Vec<(usize, MockSpec)>,
    states: HashMap<usize, State>,
}

#[derive(Default)]
struct State {
    step: usize,
    served: u64,
    skipped: u64,
}

impl Model {
    fn add(&mut self, number: usize, spec: MockSpec) {
        self.mocks.push((number, spec));
        self.mocks.sort_by_key(|(number, spec)| {
            let level = match spec.scope.narrowest() {
                Some(Level::Host) => 0,
                Some(Level::Cluster) => 1,
                Some(Level::Pod) => 2,
                Some(Level::Zone) => 3,
                None => 4,
            };
            let width = match spec.pattern {
                Pattern::Command(_) => 0,
                Pattern::Service(_) => 1,
                Pattern::All => 2,
            };
            let source = match spec.origin {
                Origin::Api { sequence, .. } | Origin::Made { sequence, .. } => {
                    (0, Reverse(sequence), 0)
                }
                Origin::File { .. } => (1, Reverse(0), *number),
            };
            (
                Reverse(spec.priority),
                level,
                width,
                spec.condition.is_none(),
                source,
            )
        });
    }

    /// The number of the mock that serves.
    fn decide(&mut self, query: &Query<'_>) -> Option<usize> {
        for (number, spec) in &self.mocks {
            let state = self.states.entry(*number).or_default();
            let matches = spec.pattern.covers(query.command)
                && spec.scope.covers(query.place)
                && spec
                    .condition
                    .as_ref()
                    .is_none_or(|condition| condition.holds(query.facts));
            if matches && state.step < spec.steps.len() && state.serves(spec) {
                return Some(*number);
            }
        }
        None
    }
}

impl State {
    fn serves(&mut self, spec: &MockSpec) -> bool {
        let step = &spec.steps[self.step];
        if self.skipped < step.skip {
            self.skipped += 1;
            return false;
        }
        // The chances of the test are as good as certain.
        if step.chance.is_some_and(|chance| chance < 50.0) {
            return false;
        }
        self.served += 1;
        if step.count == Some(self.served) {
            let next = self.step + 1;
            let repeats = next == spec.steps.len() && spec.repeat;
            *self = State {
                step: if repeats { 0 } else { next },
                ..State::default()
            };
        }
        true
    }
}

const COMMANDS: [&str; 4] = [
    "StartCommand",
    "StopCommand",
    "compute.create_server",
    "compute.get_server",
];
const NAMES: [&str; 5] = ["web-1", "web-2", "web", "db-1", "5"];

fn any_pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        4 => prop::sample::select(&COMMANDS[..]).prop_map(pattern),
        1 => Just(pattern("agent.*")),
        1 => Just(pattern("compute.*")),
        1 => Just(pattern("*")),
    ]
}

fn any_selector(letter: &'static str, most: u32) -> impl Strategy<Value = Option<Selector>> {
    prop_oneof![
        3 => Just(None),
        1 => (1..=most).prop_map(move |number| Some(Selector::Name(format!("{letter}{number}").into()))),
        1 => (1..=most).prop_map(|number| Some(Selector::Number(number))),
    ]
}

fn any_scope() -> impl Strategy<Value = Scope> {
    let zone = prop::option::of(Just(Selector::Name("east".into())));
    let levels = (zone, any_selector("c", 2), any_selector("h", 4));
    levels.prop_map(|(zone, cluster, host)| {
        let levels = [
            (Level::Zone, zone),
            (Level::Cluster, cluster),
            (Level::Host, host),
        ];
        levels.into_iter().fold(
            Scope::everywhere(),
            |scope, (level, selector)| match selector {
                Some(selector) => scope.with(level, selector),
                None => scope,
            },
        )
    })
}

fn any_path() -> impl Strategy<Value = FactPath> {
    prop::sample::select(vec![server("name"), server("status"), FactPath::Attempt])
}

fn any_literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        4 => prop::sample::select(&NAMES[..]).prop_map(|name| Literal::Text(name.to_owned())),
        1 => (0..6u8).prop_map(|number| Literal::Number(number.into())),
        1 => any::<bool>().prop_map(Literal::Flag),
    ]
}

fn any_condition() -> impl Strategy<Value = Condition> {
    use Comparison::{Equal, GreaterOrEqual, Less, NotEqual};
    let comparison =
        prop::sample::select(vec![Equal, Equal, Equal, NotEqual, Less, GreaterOrEqual]);
    let globs = vec!["web-*", "w*", "*-1", "web-?", "{web,db}-1", "db-1", "[wd]*"];
    let leaf = prop_oneof![
        4 => (any_path(), comparison, any_literal()).prop_map(|(path, by, literal)| Condition::Compare(path, by, literal)),
        3 => (any_path(), prop::sample::select(globs)).prop_map(|(path, glob)| like(path, glob)),
        1 => any_path().prop_map(|path| Condition::Regex(path, Regex::new("^web").expect("a good one"))),
        2 => (any_path(), prop::collection::vec(any_literal(), 0..4)).prop_map(|(path, list)| Condition::In(path, list)),
        1 => any_path().prop_map(Condition::Exists),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let parts = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            2 => parts.clone().prop_map(Condition::All),
            1 => parts.prop_map(Condition::Any),
            1 => inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let chance = prop_oneof![3 => Just(None), 1 => Just(Some(100.0)), 1 => Just(Some(1e-9))];
    let step = (1..4u64, 0..3u64, chance).prop_map(|(count, skip, chance)| Step {
        count: Some(count),
        skip,
        chance,
        ..fail("")
    });
    (prop::collection::vec(step, 1..4), any::<bool>()).prop_map(|(mut steps, endless)| {
        if let Some(last) = steps.last_mut()
            && endless
        {
            last.count = None;
        }
        steps
    })
}

fn any_mock() -> impl Strategy<Value = MockSpec> {
    let condition = prop::option::weighted(0.6, any_condition());
    let parts = (
        any_pattern(),
        any_scope(),
        condition,
        any_steps(),
        any::<bool>(),
        0..8i32,
    );
    parts.prop_map(
        |(pattern, scope, condition, steps, repeat, priority)| MockSpec {
            pattern,
            scope,
            condition,
            repeat,
            // Mostly none, or priority alone would decide.
            priority: (priority - 6).max(0),
            ..mock("*", steps)
        },
    )
}

/// What happens to a set of rules.
#[derive(Debug, Clone)]
enum Event {
    Command(&'static str, Place, Known),
    Made(Box<MockSpec>),
    /// Of those made, one is removed.
    Removed(usize),
    /// The files are read again.
    Reloaded,
}

fn any_facts() -> impl Strategy<Value = Known> {
    let text = || prop::option::of(prop::sample::select(&NAMES[..]));
    (text(), text(), prop::option::of(1..4)).prop_map(|(name, status, attempt)| {
        let mut facts = Known::default();
        for (path, value) in [(server("name"), name), (server("status"), status)] {
            if let Some(value) = value {
                facts = facts.with(path, value);
            }
        }
        match attempt {
            Some(attempt) => facts.with(FactPath::Attempt, attempt),
            None => facts,
        }
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    let place = prop_oneof![1 => Just(Place::nowhere()), 4 => (1..=4u32).prop_map(host)];
    let command = (prop::sample::select(&COMMANDS[..]), place, any_facts());
    prop_oneof![
        12 => command.prop_map(|(name, place, facts)| Event::Command(name, place, facts)),
        2 => any_mock().prop_map(|spec| Event::Made(Box::new(spec))),
        1 => any::<usize>().prop_map(Event::Removed),
        1 => Just(Event::Reloaded),
    ]
}

fn numbered(number: usize, spec: MockSpec) -> MockSpec {
    let steps = spec.steps.into_iter().map(|step| Step {
        response: fail(&number.to_string()).response,
        ..step
    });
    MockSpec {
        steps: steps.collect(),
        ..spec
    }
}

/// Runs the events through both and compares each decision, and what was explained before it.
fn compare(files: Vec<MockSpec>, events: Vec<Event>) -> Result<(), TestCaseError> {
    let files: Vec<MockSpec> = files
        .into_iter()
        .enumerate()
        .map(|(number, spec)| numbered(number, spec))
        .collect();
    let mut model = Model::default();
    for (number, spec) in files.iter().enumerate() {
        model.add(number, spec.clone());
    }
    let mut bench = Bench::of(files.clone());
    let mut made = Vec::new();
    let mut next = files.len();
    for event in events {
        match event {
            Event::Command(name, place, facts) => {
                let query = Query {
                    command: command(name),
                    place: &place,
                    facts: &facts,
                };
                let explained = explain(&bench.sets(), &bench.tallies, 42, &query);
                let serving = explained
                    .iter()
                    .find(|(_, verdict)| *verdict == Verdict::Serves);
                let before = serving.map(|(key, _)| (*key, bench.tallies.served(*key)));
                let expected = model
                    .decide(&query)
                    .map_or("-".to_owned(), |number| number.to_string());
                prop_assert_eq!(told(&bench.decide(&query)), expected);
                if let Some((key, served)) = before {
                    prop_assert_eq!(bench.tallies.served(key), served + 1);
                }
            }
            Event::Made(spec) => {
                let spec = by_request(next as u64, numbered(next, *spec));
                model.add(next, spec.clone());
                made.push((next, bench.made.insert(spec)));
                next += 1;
            }
            Event::Removed(choice) if !made.is_empty() => {
                let (number, key) = made.swap_remove(choice % made.len());
                model.mocks.retain(|(own, _)| *own != number);
                prop_assert!(bench.made.remove(key).is_some());
            }
            Event::Removed(_) => {}
            Event::Reloaded => bench.files = crate::rules::MockSet::from_specs(files.clone()),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn decisions_are_those_of_the_model(
        files in prop::collection::vec(any_mock(), 0..12),
        events in prop::collection::vec(any_event(), 1..60),
    ) {
        compare(files, events)?;
    }

    /// Few mocks of many steps: most commands meet a mock that is in the middle of something.
    #[test]
    fn steps_are_those_of_the_model(
        steps in prop::collection::vec((any_steps(), any::<bool>()), 1..4),
        commands in 1..80usize,
    ) {
        let files = steps.into_iter().map(|(steps, repeat)| MockSpec { repeat, ..mock("*", steps) });
        let command = Event::Command("StartCommand", host(1), Known::default());
        compare(files.collect(), vec![command; commands])?;
    }
}
