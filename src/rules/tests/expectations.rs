use std::time::Duration;

use super::sample::*;
use crate::rules::ExpectationVerdict::{self as Verdict, Fail, Pass, Unknown};
use crate::rules::{Judgement, MockSet, Observer, Past, Query, decide};
use crate::vocabulary::expectation::{Bound, Counted, Expectation, ExpectationSpec, Watch};
use crate::vocabulary::fact::{FactPath, NoFacts};
use crate::vocabulary::mock::{MockSpec, Origin, Step};
use crate::vocabulary::place::{Place, Scope};

/// A world with rules and expectations.
struct Trial {
    bench: Bench,
    observer: Observer,
}

impl Trial {
    fn of(mocks: Vec<MockSpec>, expectations: Vec<Expectation>) -> Self {
        let mut trial = Self {
            bench: Bench::of(mocks),
            observer: Observer::default(),
        };
        trial.expect(expectations);
        trial
    }

    /// A reload that brings these expectations.
    fn expect(&mut self, expectations: Vec<Expectation>) {
        self.observer = Observer::new(expectations.into_iter().map(in_file).collect());
        self.observer.begin(&mut self.bench.tallies);
    }

    fn ask(&mut self, seconds: i64, name: &str, place: &Place, facts: &Known) {
        let Self { bench, observer } = self;
        let query = Query {
            command: command(name),
            place,
            facts,
        };
        let sets = [&bench.made, &bench.files];
        let decision = decide(&sets, &mut bench.tallies, 42, at(seconds), &query);
        observer.observe(&mut bench.tallies, &query, &decision, at(seconds));
    }

    fn start(&mut self, number: u32) {
        self.ask(0, "StartCommand", &host(number), &Known::default());
    }

    fn judge(&self, seconds: i64) -> Vec<Judgement> {
        let Bench { tallies, .. } = &self.bench;
        self.observer
            .evaluate(tallies, &self.bench.sets(), at(seconds), &[])
    }

    fn verdicts(&self) -> Vec<Verdict> {
        self.judge(0)
            .into_iter()
            .map(|judgement| judgement.verdict)
            .collect()
    }

    /// Verdict and evidence of the only expectation.
    fn finding(&self, seconds: i64) -> (Verdict, String) {
        let judgement = self.judge(seconds).pop().expect("there is one");
        (judgement.verdict, judgement.evidence)
    }
}

fn in_file(expectation: Expectation) -> ExpectationSpec {
    let origin = Origin::File {
        path: "test.scn".into(),
        line: 1,
    };
    ExpectationSpec {
        expectation,
        scenario: None,
        origin,
    }
}

fn watch(of: &str) -> Watch {
    Watch {
        pattern: pattern(of),
        scope: Scope::everywhere(),
        condition: None,
    }
}

fn on(number: u32) -> Counted {
    Counted::Commands(Watch {
        scope: on_host(&format!("h{number}")),
        ..watch("StartCommand")
    })
}

fn all(of: &str) -> Counted {
    Counted::Commands(watch(of))
}

fn labelled(name: &str) -> Counted {
    Counted::Label(name.into())
}

#[test]
fn counts_are_of_commands_whoever_decided_them() {
    let mut trial = Trial::of(
        vec![mock("StartCommand", vec![fail("no")])],
        vec![
            Expectation::Count(all("StartCommand"), Bound::Exactly(2)),
            Expectation::Count(on(1), Bound::AtLeast(2)),
            Expectation::Count(on(2), Bound::AtMost(1)),
            Expectation::Count(all("agent.*"), Bound::Exactly(3)),
            Expectation::Count(all("StopCommand"), Bound::Exactly(0)),
        ],
    );
    trial.start(1);
    trial.start(2);
    trial.ask(0, "RebootCommand", &host(1), &Known::default());
    assert_eq!(trial.verdicts(), [Pass, Fail, Pass, Pass, Pass]);
    let judgement = &trial.judge(0)[3];
    assert_eq!(judgement.text, "expect agent.* exactly 3");
    assert_eq!(judgement.evidence, "3, commands 1 to 3");
}

#[test]
fn a_label_counts_the_uses_of_its_mock() {
    let one = Step {
        count: Some(1),
        ..fail("no")
    };
    let first = MockSpec {
        label: label("first-start"),
        ..mock("StartCommand", vec![one])
    };
    let mut trial = Trial::of(
        vec![first],
        vec![
            Expectation::Count(labelled("first-start"), Bound::Exactly(1)),
            Expectation::Order(labelled("first-start"), on(2)),
            Expectation::Count(labelled("no-such"), Bound::Exactly(0)),
        ],
    );
    assert_eq!(trial.verdicts(), [Fail, Fail, Unknown]);
    trial.start(1);
    trial.start(2);
    assert_eq!(trial.verdicts(), [Pass, Pass, Unknown]);
}

#[test]
fn a_label_means_the_mock_of_its_own_scenario() {
    let of = |scenario: &str, of: &str| MockSpec {
        label: label("it"),
        scenario: label(scenario),
        ..mock(of, vec![fail("no")])
    };
    let mut trial = Trial::of(
        vec![of("a", "StartCommand"), of("b", "StopCommand")],
        vec![],
    );
    let count = |scenario: &str| ExpectationSpec {
        scenario: label(scenario),
        ..in_file(Expectation::Count(labelled("it"), Bound::Exactly(1)))
    };
    trial.observer = Observer::new(vec![count("a"), count("b")]);
    trial.start(1);
    assert_eq!(trial.verdicts(), [Pass, Fail]);
}

#[test]
fn order_compares_the_first_of_each() {
    let expect = || {
        vec![
            Expectation::Order(on(1), on(2)),
            Expectation::Order(on(2), on(1)),
        ]
    };
    let mut trial = Trial::of(vec![], expect());
    trial.start(1);
    assert_eq!(trial.verdicts(), [Fail, Fail]);
    trial.start(2);
    trial.start(1);
    assert_eq!(trial.verdicts(), [Pass, Fail]);
}

#[test]
fn counts_go_on_over_a_reload() {
    let expect = |count| vec![Expectation::Count(on(1), Bound::Exactly(count))];
    let mut trial = Trial::of(vec![], expect(2));
    trial.start(1);
    trial.expect(expect(2));
    trial.start(1);
    assert_eq!(trial.verdicts(), [Pass]);
    // An edit of the bound changes nothing of what is watched.
    trial.expect(expect(3));
    assert_eq!(trial.verdicts(), [Fail]);
}

#[test]
fn what_was_not_watched_is_unknown_unless_it_is_certain() {
    let mut trial = Trial::of(vec![], vec![]);
    trial.start(1);
    trial.start(2);
    trial.expect(vec![
        Expectation::Count(on(1), Bound::Exactly(1)),
        Expectation::Count(on(1), Bound::AtMost(2)),
        Expectation::Count(on(1), Bound::AtLeast(3)),
        Expectation::Count(all("StartCommand"), Bound::Exactly(2)),
        Expectation::Count(all("StopCommand"), Bound::Exactly(0)),
        Expectation::Order(on(1), on(2)),
        Expectation::Order(all("StopCommand"), on(2)),
    ]);
    assert_eq!(
        trial.verdicts(),
        [Unknown, Pass, Fail, Pass, Pass, Unknown, Fail]
    );
    assert_eq!(
        trial.judge(0)[0].evidence,
        "0, after 2 that were not watched"
    );
    for _ in 0..3 {
        trial.start(1);
    }
    assert_eq!(
        trial.verdicts(),
        [Fail, Fail, Pass, Fail, Pass, Unknown, Fail]
    );
}

#[test]
fn a_watch_that_was_gone_for_a_while_starts_anew() {
    let expect = || vec![Expectation::Count(on(1), Bound::Exactly(1))];
    let mut trial = Trial::of(vec![], expect());
    trial.start(1);
    trial.expect(vec![]);
    trial.start(1);
    trial.expect(expect());
    assert_eq!(trial.verdicts(), [Unknown]);
}

#[test]
fn an_expectation_that_never_began_is_unknown() {
    let mut trial = Trial::of(vec![], vec![]);
    trial.observer = Observer::new(vec![in_file(Expectation::Count(on(1), Bound::Exactly(0)))]);
    trial.start(1);
    assert_eq!(trial.verdicts(), [Unknown]);
}

/// A cloud that fails its first `failures` creates, and that expects retries within 1 to 60 seconds.
fn retrying(failures: u64) -> Trial {
    let step = Step {
        count: Some(failures),
        ..fail("try later")
    };
    let create = "compute.create_server";
    let seconds = Duration::from_secs;
    Trial::of(
        vec![mock(create, vec![step])],
        vec![Expectation::Retry(watch(create), seconds(1), seconds(60))],
    )
}

fn create(trial: &mut Trial, seconds: i64, name: &str, tenant: &str) {
    let facts = Known::named(name).with(FactPath::Tenant, tenant);
    trial.ask(seconds, "compute.create_server", &Place::nowhere(), &facts);
}

#[test]
fn a_retry_in_time_passes_and_a_missing_one_fails_when_time_is_over() {
    let mut trial = retrying(2);
    assert_eq!(trial.finding(0).0, Fail, "nothing has failed yet");
    create(&mut trial, 0, "web", "t1");
    assert_eq!(trial.finding(60).0, Unknown);
    let missing = "compute.create_server of \"web\" was not tried again".to_owned();
    assert_eq!(trial.finding(61), (Fail, missing));
    create(&mut trial, 60, "web", "t1");
    assert_eq!(trial.finding(60).0, Unknown);
    create(&mut trial, 61, "web", "t1");
    let both = "2 went wrong, each was tried again in time".to_owned();
    assert_eq!(trial.finding(500), (Pass, both));
}

#[test]
fn a_retry_too_early_or_too_late_fails_for_good() {
    for (when, evidence) in [(0, "after 0s"), (61, "after 1m1s")] {
        let mut trial = retrying(1);
        create(&mut trial, 0, "web", "t1");
        create(&mut trial, when, "web", "t1");
        let (verdict, found) = trial.finding(when);
        assert_eq!(verdict, Fail);
        assert!(found.contains(evidence), "{found}");
    }
}

#[test]
fn another_operation_is_no_retry() {
    let mut trial = retrying(1);
    create(&mut trial, 0, "web", "t1");
    create(&mut trial, 5, "web", "t2");
    create(&mut trial, 5, "db", "t1");
    assert_eq!(trial.finding(61).0, Fail);
}

#[test]
fn an_agent_command_is_retried_on_another_host() {
    let step = Step {
        count: Some(1),
        ..fail("no room")
    };
    let window = (Duration::ZERO, Duration::from_secs(1));
    let mut trial = Trial::of(
        vec![mock("StartCommand", vec![step])],
        vec![Expectation::Retry(
            watch("StartCommand"),
            window.0,
            window.1,
        )],
    );
    for number in [1, 2] {
        trial.ask(0, "StartCommand", &host(number), &Known::named("web"));
    }
    assert_eq!(trial.finding(9).0, Pass);
}

#[test]
fn nothing_left_names_what_is() {
    let trial = Trial::of(vec![], vec![Expectation::NothingLeft]);
    assert_eq!(trial.finding(0).0, Pass);
    let left = ["server \"web\"".to_owned(), "key pair \"k\"".to_owned()];
    let Bench { tallies, .. } = &trial.bench;
    let judged = trial
        .observer
        .evaluate(tallies, &[&MockSet::new()], at(0), &left);
    assert_eq!(judged[0].verdict, Fail);
    assert_eq!(judged[0].evidence, "left: server \"web\", key pair \"k\"");
}

#[test]
fn a_command_without_watches_leaves_no_trace() {
    let mut trial = Trial::of(vec![], vec![]);
    trial.bench.ask("StartCommand", &host(1), &NoFacts);
    assert_eq!(trial.bench.tallies.sequence(), 1);
    assert!(trial.judge(0).is_empty());
}

#[test]
fn a_late_expectation_is_told_of_what_it_missed_if_all_of_it_is_known() {
    let mut trial = Trial::of(vec![], vec![]);
    (1..=3).for_each(|number| trial.start(number % 2));
    let on_host = Watch {
        scope: on_host("h1"),
        ..watch("StartCommand")
    };
    let twice = Expectation::Count(Counted::Commands(on_host), Bound::Exactly(2));
    trial.expect(vec![twice]);
    assert_eq!(trial.verdicts(), [Unknown]);
    let places = [host(1), host(0), host(1)];
    let past = |from: usize| {
        let known = places.iter().enumerate().skip(from);
        known.map(|(index, place)| Past {
            sequence: index as u64 + 1,
            command: command("StartCommand"),
            place,
        })
    };
    trial.observer.recall(&mut trial.bench.tallies, past(1));
    assert_eq!(trial.verdicts(), [Unknown]);
    trial.observer.recall(&mut trial.bench.tallies, past(0));
    assert_eq!(trial.finding(0), (Pass, "2, commands 1 to 3".to_owned()));
}
