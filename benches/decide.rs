//! What a decision costs, by the number of mocks: `cargo bench --bench decide`.
//!
//! Each row is one shape of mock; each column a number of them. A miss finds none of them, a hit finds one.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use mimic::rules::{MockSet, Observer, Query, Tallies, decide};
use mimic::vocabulary::command::CommandId;
use mimic::vocabulary::condition::{Comparison, Condition, Literal};
use mimic::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use mimic::vocabulary::glob::GlobPattern;
use mimic::vocabulary::mock::{MockSpec, Origin, Pattern, Response, Step};
use mimic::vocabulary::place::{Level, Place, Scope, Selector, Spot};

const SIZES: [usize; 4] = [0, 10, 1_000, 10_000];
const TIME: Duration = Duration::from_millis(100);

type Shape = (&'static str, fn(usize) -> MockSpec);

const SHAPES: [Shape; 5] = [
    ("host", of_host),
    ("server.name ==", of_name),
    ("server.name ~", of_glob),
    ("tenant and name", of_tenant_and_name),
    ("spent", spent),
];

fn main() {
    println!(
        "{:<24}{}",
        "ns per decision",
        SIZES.map(|size| format!("{size:>10}")).concat()
    );
    for (name, make) in SHAPES {
        for (case, place, server) in [("miss", "none", "none"), ("hit", "h7", "web-7-x")] {
            let costs = SIZES.map(|size| format!("{:>10.1}", cost(make, size, place, server)));
            println!("{:<24}{}", format!("{name}, {case}"), costs.concat());
        }
    }
    print_building(10_000);
}

fn print_building(size: usize) {
    let specs: Vec<MockSpec> = (0..size).map(of_tenant_and_name).collect();
    let started = Instant::now();
    let set = MockSet::from_specs(specs);
    println!("a set of {}, built in {:?}", set.len(), started.elapsed());
}

/// Nanoseconds per decision, the best of several rounds.
fn cost(make: fn(usize) -> MockSpec, size: usize, host: &str, server: &str) -> f64 {
    let set = MockSet::from_specs((0..size).map(make).collect());
    let made = MockSet::new();
    let observer = Observer::default();
    let mut tallies = Tallies::new();
    let place = place(host);
    let facts = Named(server.to_owned());
    let query = Query {
        command: CommandId::named("StartCommand").expect("it exists"),
        place: &place,
        facts: &facts,
    };
    let mut round = || {
        let decision = decide(
            &[&made, &set],
            &mut tallies,
            42,
            DateTime::<Utc>::UNIX_EPOCH,
            &query,
        );
        observer.observe(&mut tallies, &query, &decision, DateTime::<Utc>::UNIX_EPOCH);
        black_box(decision);
    };
    // The mocks that can be spent shall be.
    (0..size + 1_000).for_each(|_| round());
    let rounds = (0..5).map(|_| per_call(&mut round));
    rounds.fold(f64::INFINITY, f64::min)
}

fn per_call(round: &mut impl FnMut()) -> f64 {
    const BATCH: u32 = 1_000;
    let started = Instant::now();
    let mut calls = 0;
    while started.elapsed() < TIME / 5 {
        (0..BATCH).for_each(|_| round());
        calls += BATCH;
    }
    started.elapsed().as_nanos() as f64 / f64::from(calls)
}

struct Named(String);

impl Facts for Named {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        match path {
            FactPath::Of(Subject::Server, field) if &*field[0] == "name" => {
                Some(FactValue::text(&self.0))
            }
            FactPath::Tenant => Some(FactValue::text("admin")),
            _ => None,
        }
    }
}

fn place(host: &str) -> Place {
    let spot = |name: &str| Spot {
        name: name.into(),
        number: 1_000_000,
    };
    Place::nowhere()
        .with(Level::Zone, spot("z"))
        .with(Level::Pod, spot("p"))
        .with(Level::Cluster, spot("c"))
        .with(Level::Host, spot(host))
}

fn mock(line: usize, scope: Scope, condition: Option<Condition>) -> MockSpec {
    MockSpec {
        pattern: Pattern::Command(CommandId::named("StartCommand").expect("it exists")),
        scope,
        condition,
        label: None,
        priority: 0,
        steps: vec![Step::new(Response::Fail {
            status: None,
            text: None,
        })],
        repeat: false,
        scenario: None,
        origin: Origin::File {
            path: "bench.scn".into(),
            line,
        },
    }
}

fn of_host(number: usize) -> MockSpec {
    let selector = Selector::Name(format!("h{number}").into());
    mock(
        number,
        Scope::everywhere().with(Level::Host, selector),
        None,
    )
}

fn name() -> FactPath {
    FactPath::Of(Subject::Server, vec!["name".into()])
}

fn is(path: FactPath, text: String) -> Condition {
    Condition::Compare(path, Comparison::Equal, Literal::Text(text))
}

fn of_name(number: usize) -> MockSpec {
    mock(
        number,
        Scope::everywhere(),
        Some(is(name(), format!("web-{number}-x"))),
    )
}

fn of_glob(number: usize) -> MockSpec {
    let glob = GlobPattern::new(&format!("web-{number}-*")).expect("a good one");
    let condition = Condition::Glob(name(), glob);
    mock(number, Scope::everywhere(), Some(condition))
}

fn of_tenant_and_name(number: usize) -> MockSpec {
    let tenant = is(FactPath::Tenant, "admin".to_owned());
    let name = is(name(), format!("web-{number}-x"));
    mock(
        number,
        Scope::everywhere(),
        Some(Condition::All(vec![tenant, name])),
    )
}

/// All at the same place, so that only their counts tell them apart.
fn spent(number: usize) -> MockSpec {
    let mut spec = of_host(7);
    spec.origin = mock(number, Scope::everywhere(), None).origin;
    spec.steps[0].count = Some(1);
    spec
}
