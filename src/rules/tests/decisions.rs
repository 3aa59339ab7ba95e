use std::sync::Mutex;
use std::time::Duration;

use super::sample::*;
use crate::rules::{MockSet, Query, Tallies, Verdict, decide, explain};
use crate::vocabulary::condition::{Condition, Literal};
use crate::vocabulary::fact::{FactPath, NoFacts};
use crate::vocabulary::mock::{MockSpec, Origin, Response, Step};
use crate::vocabulary::place::Place;
use crate::vocabulary::quantity::Delay;
use crate::vocabulary::template::{Piece, Template};

fn counted(text: &str, count: u64) -> Step {
    Step {
        count: Some(count),
        ..fail(text)
    }
}

#[test]
fn without_mocks_a_command_succeeds_at_once() {
    assert_eq!(
        Bench::default().ask("StartCommand", &host(1), &NoFacts),
        "-"
    );
}

#[test]
fn a_spent_mock_hides_nothing() {
    let narrow = MockSpec {
        scope: on_host("h1"),
        ..mock("StartCommand", vec![counted("narrow", 1)])
    };
    let mut bench = Bench::of(vec![mock("agent.*", vec![fail("wide")]), narrow]);
    let mut start = |number| bench.ask("StartCommand", &host(number), &NoFacts);
    assert_eq!([start(2), start(1), start(1)], ["wide", "narrow", "wide"]);
}

#[test]
fn steps_follow_each_other_and_repeat_with_their_skips() {
    let skipping = Step {
        skip: 1,
        ..counted("a", 1)
    };
    let spec = MockSpec {
        repeat: true,
        ..mock("StartCommand", vec![skipping, counted("b", 2)])
    };
    let mut bench = Bench::of(vec![spec]);
    let told: Vec<String> = (0..8)
        .map(|_| bench.ask("StartCommand", &host(1), &NoFacts))
        .collect();
    assert_eq!(told, ["-", "a", "b", "b", "-", "a", "b", "b"]);
    let mock = bench.files.iter().next().expect("there is one");
    assert_eq!(
        bench.tallies.get(mock.key).map(|tally| tally.cycles),
        Some(2)
    );
    assert_eq!(bench.tallies.remaining(mock), None);
}

#[test]
fn remaining_counts_down_over_all_steps() {
    let mut bench = Bench::of(vec![mock(
        "StartCommand",
        vec![counted("a", 2), counted("b", 3)],
    )]);
    let remaining = |bench: &Bench| {
        let mock = bench.files.iter().next().expect("there is one");
        (bench.tallies.remaining(mock), bench.tallies.is_spent(mock))
    };
    assert_eq!(remaining(&bench), (Some(5), false));
    for left in (0..5).rev() {
        bench.ask("StartCommand", &host(1), &NoFacts);
        assert_eq!(remaining(&bench), (Some(left), left == 0));
    }
}

#[test]
fn the_newest_of_equal_requests_is_asked_first_until_it_is_removed() {
    let mut bench = Bench::of(vec![mock("StartCommand", vec![fail("file")])]);
    let first = by_request(1, mock("StartCommand", vec![fail("first")]));
    let second = by_request(2, mock("StartCommand", vec![fail("second")]));
    let keys = [bench.made.insert(first), bench.made.insert(second)];
    assert_eq!(bench.ask("StartCommand", &host(1), &NoFacts), "second");
    for (key, next) in keys.into_iter().rev().zip(["first", "file"]) {
        assert!(bench.made.remove(key).is_some());
        assert_eq!(bench.ask("StartCommand", &host(1), &NoFacts), next);
    }
    assert!(bench.made.is_empty());
}

#[test]
fn an_answer_quotes_the_facts_and_keeps_its_modifiers() {
    let text = Template(vec![
        Piece::Text("no room for ".to_owned()),
        Piece::Fact(server("name")),
    ]);
    let step = Step {
        delay: Some(Delay::Fixed(Duration::from_secs(2))),
        applied: Some(true),
        ..Step::new(Response::Fail {
            status: Some(507),
            text: Some(text),
        })
    };
    let mut bench = Bench::of(vec![MockSpec {
        label: label("full"),
        ..mock("compute.create_server", vec![step])
    }]);
    let decision = bench.decide(&Query {
        command: command("compute.create_server"),
        place: &Place::nowhere(),
        facts: &Known::named("web-1"),
    });
    assert_eq!(told(&decision), "no room for web-1");
    assert_eq!(decision.delay, Duration::from_secs(2));
    assert!(decision.applied);
    assert_eq!(decision.served_by, label("full"));
}

#[test]
fn a_count_is_exact_under_many_threads() {
    const THREADS: usize = 8;
    const EACH: usize = 250;
    const COUNT: u64 = 777;
    let set = MockSet::from_specs(vec![mock("StartCommand", vec![counted("no", COUNT)])]);
    let tallies = Mutex::new(Tallies::new());
    let failures = || {
        let place = host(1);
        let query = Query {
            command: command("StartCommand"),
            place: &place,
            facts: &NoFacts,
        };
        (0..EACH)
            .filter(|_| {
                let mut tallies = tallies.lock().expect("no thread panics");
                decide(&[&set], &mut tallies, 42, at(0), &query)
                    .outcome
                    .is_bad()
            })
            .count()
    };
    let total: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(failures)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no thread panics"))
            .sum()
    });
    assert_eq!(total as u64, COUNT);
}

fn coin(path: &str, line: usize, text: &str) -> MockSpec {
    let step = Step {
        chance: Some(50.0),
        delay: Some(Delay::Between(Duration::ZERO, Duration::from_secs(1))),
        ..fail(text)
    };
    MockSpec {
        origin: Origin::File {
            path: path.into(),
            line,
        },
        ..mock("StartCommand", vec![step])
    }
}

#[test]
fn a_mock_added_or_moved_does_not_shift_the_stream_of_another() {
    let tosses = |specs| {
        let mut bench = Bench::of(specs);
        let place = host(1);
        let query = Query {
            command: command("StartCommand"),
            place: &place,
            facts: &NoFacts,
        };
        let decisions: Vec<_> = (0..200).map(|_| bench.decide(&query)).collect();
        let of_heads = decisions
            .into_iter()
            .filter(|decision| told(decision) != "tails");
        of_heads
            .map(|decision| (told(&decision), decision.delay))
            .collect::<Vec<_>>()
    };
    let alone = tosses(vec![coin("a.scn", 1, "heads")]);
    let after_it = coin("a.scn", 9, "tails");
    let joined = tosses(vec![coin("b.scn", 5, "heads"), after_it]);
    let heads = |tosses: Vec<(String, Duration)>| {
        tosses
            .into_iter()
            .filter(|(told, _)| told == "heads")
            .collect::<Vec<_>>()
    };
    let (alone, joined) = (heads(alone), heads(joined));
    assert!((60..140).contains(&alone.len()), "{} of 200", alone.len());
    assert_eq!(alone, joined);
}

#[test]
fn counts_survive_an_edit_elsewhere_and_not_one_of_the_mock() {
    let stays = || mock("StartCommand", vec![counted("stays", 2)]);
    let mut bench = Bench::of(vec![stays()]);
    bench.ask("StartCommand", &host(1), &NoFacts);
    let moved = MockSpec {
        origin: Origin::File {
            path: "other.scn".into(),
            line: 30,
        },
        ..stays()
    };
    bench.files = MockSet::from_specs(vec![mock("StopCommand", vec![fail("new")]), moved]);
    let start = |bench: &mut Bench| bench.ask("StartCommand", &host(1), &NoFacts);
    assert_eq!([start(&mut bench), start(&mut bench)], ["stays", "-"]);
    bench.files = MockSet::from_specs(vec![mock("StartCommand", vec![counted("edited", 1)])]);
    assert_eq!([start(&mut bench), start(&mut bench)], ["edited", "-"]);
}

#[test]
fn equal_mocks_are_counted_apart() {
    let once = || mock("StartCommand", vec![counted("once", 1)]);
    let mut bench = Bench::of(vec![once(), once()]);
    let mut start = || bench.ask("StartCommand", &host(1), &NoFacts);
    assert_eq!([start(), start(), start()], ["once", "once", "-"]);
}

#[test]
fn a_reset_starts_a_mock_over() {
    let mut bench = Bench::of(vec![mock("StartCommand", vec![counted("once", 1)])]);
    let key = bench.files.iter().next().expect("there is one").key;
    for _ in 0..2 {
        assert_eq!(bench.ask("StartCommand", &host(1), &NoFacts), "once");
        assert_eq!(bench.ask("StartCommand", &host(1), &NoFacts), "-");
        assert_eq!(bench.tallies.served(key), 1);
        bench.tallies.reset(key);
    }
    assert_eq!(bench.tallies.served(key), 0);
}

#[test]
fn numbers_flags_and_lists_find_their_mock() {
    let path = |key: &str| FactPath::Body(vec![key.into()]);
    let one_of = |key: &str, values: Vec<Literal>| MockSpec {
        condition: Some(Condition::In(path(key), values)),
        ..mock("compute.create_server", vec![fail(key)])
    };
    let text = |text: &str| Literal::Text(text.to_owned());
    let mut bench = Bench::of(vec![
        one_of("port", vec![Literal::Number(80.0), Literal::Number(443.0)]),
        one_of("dry", vec![Literal::Flag(true)]),
        one_of("mixed", vec![Literal::Number(0.0), text("none")]),
        one_of("colour", vec![text("red"), text("blue"), text("red")]),
        one_of("nothing", vec![]),
    ]);
    let mut ask = |key: &str, value: serde_json::Value| {
        let facts = Known::default().with(path(key), value);
        bench.ask("compute.create_server", &Place::nowhere(), &facts)
    };
    assert_eq!(ask("port", 443.into()), "port");
    assert_eq!(ask("port", "80".into()), "port");
    assert_eq!(ask("port", 8080.into()), "-");
    assert_eq!(ask("dry", true.into()), "dry");
    assert_eq!(ask("dry", "true".into()), "dry");
    assert_eq!(ask("mixed", (-0.0).into()), "mixed");
    assert_eq!(ask("mixed", "none".into()), "mixed");
    assert_eq!(ask("colour", "blue".into()), "colour");
    assert_eq!(ask("colour", "green".into()), "-");
    assert_eq!(ask("nothing", "x".into()), "-");
}

#[test]
fn explain_has_a_reason_for_every_mock_and_counts_nothing() {
    let skipping = Step {
        skip: 1,
        ..fail("skips")
    };
    let conditional = |text: &str, name: &str| MockSpec {
        condition: Some(is(server("name"), name)),
        ..mock("StartCommand", vec![counted(text, 1)])
    };
    let mut bench = Bench::of(vec![
        conditional("spent", "db"),
        mock("StopCommand", vec![fail("differs")]),
        MockSpec {
            scope: on_host("h2"),
            ..mock("StartCommand", vec![fail("elsewhere")])
        },
        conditional("fails", "web"),
        mock("StartCommand", vec![fail("serves")]),
        mock("*", vec![fail("outranked")]),
    ]);
    bench.ask("StartCommand", &host(1), &Known::named("db"));
    bench
        .made
        .insert(by_request(1, mock("StartCommand", vec![skipping])));
    let (place, facts) = (host(1), Known::named("db"));
    let query = Query {
        command: command("StartCommand"),
        place: &place,
        facts: &facts,
    };
    let found = |bench: &Bench| {
        let verdicts = explain(&bench.sets(), &bench.tallies, 42, &query);
        verdicts
            .into_iter()
            .map(|(_, verdict)| verdict)
            .collect::<Vec<_>>()
    };
    let expected = [
        Verdict::OutOfScope,
        Verdict::Spent,
        Verdict::ConditionFails,
        Verdict::Skipped,
        Verdict::PatternDiffers,
        Verdict::Serves,
        Verdict::Outranked,
    ];
    assert_eq!(found(&bench), expected);
    assert_eq!(found(&bench), expected);
    assert_eq!(told(&bench.decide(&query)), "serves");
}
