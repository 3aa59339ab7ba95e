//! Properties: what is printed is read back as it was, and nothing that is read does any harm.

use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use regex::Regex;
use serde_json::{Map, Value};

use super::*;
use crate::scenario::lint::never_true::contradiction;
use crate::vocabulary::command::CommandId;
use crate::vocabulary::condition::{Comparison, Condition, Literal};
use crate::vocabulary::fact::{FactPath, Subject};
use crate::vocabulary::glob::GlobPattern;
use crate::vocabulary::mock::{Drop, MockSpec, Origin, Step};
use crate::vocabulary::quantity::Delay;
use crate::vocabulary::template::{BodyTemplate, JsonTemplate, Piece, Template};

fn command(name: &str) -> Pattern {
    Pattern::Command(CommandId::named(name).expect("a command"))
}

fn pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        Just(command("compute.create_server")),
        Just(command("cloudstack.deployVirtualMachine")),
        Just(Pattern::Service("compute")),
        Just(Pattern::All),
    ]
}

/// Texts with all that is special in the language, in JSON and in templates.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{0,6}", "[{}\"\\\\# \t\nα-ω.*a-c]{0,12}", "\\PC{0,8}"]
}

fn key() -> impl Strategy<Value = Arc<str>> {
    prop_oneof!["[a-z][a-z0-9_:-]{0,6}", "[0-9]{1,3}", text()].prop_map(Arc::from)
}

fn fact() -> impl Strategy<Value = FactPath> {
    let of_server = |keys: Vec<Arc<str>>| FactPath::Of(Subject::Server, keys);
    prop_oneof![
        Just(FactPath::Path),
        Just(FactPath::Tenant),
        Just(FactPath::Attempt),
        Just(of_server(vec!["name".into()])),
        key().prop_map(FactPath::Query),
        "[a-z][a-z-]{0,8}".prop_map(|name| FactPath::Header(name.into())),
        vec(key(), 0..3).prop_map(FactPath::Body),
        key().prop_map(move |key| of_server(vec!["metadata".into(), key])),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        text().prop_map(Literal::Text),
        any::<i32>().prop_map(|number| Literal::Number(number.into())),
        (-1e9..1e9).prop_map(Literal::Number),
        any::<bool>().prop_map(Literal::Flag),
    ]
}

fn comparison() -> impl Strategy<Value = Condition> {
    let globs = prop::sample::select(vec!["web-*", "", "a?[bc]", "{x,y}", "\"q\" \\\\"]);
    let regexes = prop::sample::select(vec!["^web-[0-9]+$", "", "a|b", "\"\\\\d"]);
    prop_oneof![
        (fact(), literal()).prop_map(|(fact, literal)| Condition::Compare(
            fact,
            Comparison::Equal,
            literal
        )),
        (fact(), any::<i16>()).prop_map(|(fact, number)| {
            Condition::Compare(
                fact,
                Comparison::LessOrEqual,
                Literal::Number(number.into()),
            )
        }),
        (fact(), globs).prop_map(|(fact, glob)| {
            Condition::Glob(fact, GlobPattern::new(glob).expect("a glob"))
        }),
        (fact(), regexes)
            .prop_map(|(fact, regex)| Condition::Regex(fact, Regex::new(regex).expect("a regex"))),
        (fact(), vec(literal(), 1..3)).prop_map(|(fact, list)| Condition::In(fact, list)),
        fact().prop_map(Condition::Exists),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    comparison()
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                vec(inner.clone(), 2..4).prop_map(Condition::All),
                vec(inner.clone(), 2..4).prop_map(Condition::Any),
                inner
                    .prop_filter("`not not` is left out", |c| !matches!(c, Condition::Not(_)))
                    .prop_map(|c| Condition::Not(Box::new(c))),
            ]
        })
        .prop_filter("contradictions are findings", |condition| {
            contradiction(condition).is_none()
        })
}

/// Pieces as they come from a text: no empty ones, no two texts in a row.
fn template() -> impl Strategy<Value = Template> {
    let piece = prop_oneof![text().prop_map(Piece::Text), fact().prop_map(Piece::Fact)];
    vec(piece, 0..4).prop_map(|pieces| {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (_, Piece::Text(text)) if text.is_empty() => {}
                (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
                (_, piece) => joined.push(piece),
            }
        }
        match joined.is_empty() {
            true => Template::plain(""),
            false => Template(joined),
        }
    })
}

fn is_plain(json: &JsonTemplate) -> Option<Value> {
    match json {
        JsonTemplate::Plain(value) => Some(value.clone()),
        JsonTemplate::Text(_) | JsonTemplate::Array(_) | JsonTemplate::Object(_) => None,
    }
}

/// JSON as it comes from a file: plain wherever nothing is quoted.
fn json() -> impl Strategy<Value = JsonTemplate> {
    let leaf = prop_oneof![
        Just(JsonTemplate::Plain(Value::Null)),
        any::<bool>().prop_map(|flag| JsonTemplate::Plain(flag.into())),
        any::<i64>().prop_map(|number| JsonTemplate::Plain(number.into())),
        template().prop_map(|template| match template.0.as_slice() {
            [Piece::Text(text)] if !text.contains("{{") => JsonTemplate::Plain(text.clone().into()),
            _ => JsonTemplate::Text(template),
        }),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| {
                let plain: Option<Vec<Value>> = items.iter().map(is_plain).collect();
                plain.map_or(JsonTemplate::Array(items), |items| {
                    JsonTemplate::Plain(items.into())
                })
            }),
            prop::collection::btree_map(text(), inner, 0..4).prop_map(object),
        ]
    })
}

fn object(members: BTreeMap<String, JsonTemplate>) -> JsonTemplate {
    let plain: Option<Map<String, Value>> = members
        .iter()
        .map(|(key, value)| Some((key.clone(), is_plain(value)?)))
        .collect();
    match plain {
        Some(members) => JsonTemplate::Plain(members.into()),
        None => JsonTemplate::Object(members.into_iter().collect()),
    }
}

fn body() -> impl Strategy<Value = BodyTemplate> {
    prop_oneof![
        template().prop_map(BodyTemplate::Text),
        json()
            .prop_filter("a bare text is a text, a bare number a status", |json| {
                !matches!(
                    json,
                    JsonTemplate::Text(_)
                        | JsonTemplate::Plain(Value::String(_) | Value::Number(_))
                )
            })
            .prop_map(BodyTemplate::Json),
    ]
}

fn response() -> impl Strategy<Value = Response> {
    let status = || prop::option::of(100_u16..=599);
    let drops = [
        Drop::Reset,
        Drop::Empty,
        Drop::Garbage,
        Drop::Hang,
        Drop::After(512),
    ];
    let header = ("[A-Za-z][A-Za-z0-9-]{0,8}", template());
    prop_oneof![
        prop::option::of(json()).prop_map(|patch| Response::Succeed { patch }),
        (status(), prop::option::of(template()))
            .prop_map(|(status, text)| Response::Fail { status, text }),
        prop::option::of(template()).prop_map(|text| Response::Fault { text }),
        (
            status(),
            prop::collection::btree_map(header.0, header.1, 0..3),
            body()
        )
            .prop_map(|(status, headers, body)| Response::Respond {
                status,
                headers: headers.into_iter().collect(),
                body,
            }),
        prop::sample::select(drops.to_vec()).prop_map(Response::Drop),
    ]
}

fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![0_u64..5_000_000, 0_u64..3_000_000_000_000_000].prop_map(Duration::from_micros)
}

fn delay() -> impl Strategy<Value = Delay> {
    prop_oneof![
        duration().prop_map(Delay::Fixed),
        (duration(), duration()).prop_map(|(a, b)| Delay::Between(a.min(b), a.max(b))),
        (duration(), 0.0..5.0, prop::option::of(duration()))
            .prop_map(|(median, sigma, cap)| Delay::LogNormal { median, sigma, cap }),
    ]
}

prop_compose! {
    fn step()(
        response in response(),
        delay in prop::option::of(delay()),
        count in prop::option::of(1_u64..),
        skip in prop_oneof![Just(0_u64), any::<u64>()],
        chance in prop::option::of(0.001..=100.0),
        applied in prop::option::of(any::<bool>()),
    ) -> Step {
        Step { response, delay, count, skip, chance, applied, leads: Vec::new() }
    }
}

fn scope() -> impl Strategy<Value = Scope> {
    let name = |level, name: &str| Scope::everywhere().with(level, Selector::Name(name.into()));
    prop_oneof![
        Just(Scope::everywhere()),
        Just(name(Level::Host, "host-2")),
        Just(name(Level::Zone, "zone-1").with(Level::Host, Selector::Number(1))),
        Just(name(Level::Cluster, "cluster-1")),
    ]
}

prop_compose! {
    fn mock()(
        pattern in pattern(),
        scope in scope(),
        condition in prop::option::of(condition()),
        label in prop::option::of("x[a-zA-Z0-9_-]{0,8}"),
        priority in prop_oneof![Just(0), any::<i32>()],
        mut steps in vec(step(), 1..4),
        repeat in any::<bool>(),
    ) -> MockSpec {
        // Steps that are followed have a count, or there would be a finding.
        let followed = if repeat { steps.len() } else { steps.len() - 1 };
        for step in &mut steps[..followed] {
            step.count.get_or_insert(1);
        }
        MockSpec {
            pattern,
            scope,
            condition,
            label: label.map(Arc::from),
            priority,
            steps,
            repeat,
            scenario: None,
            origin: Origin::File { path: "a.scn".into(), line: 1 },
        }
    }
}

/// A valid file with some of it cut out, doubled or replaced.
fn mutated() -> impl Strategy<Value = String> {
    let edits = (
        any::<prop::sample::Index>(),
        0_usize..20,
        "[{}\"()\\[\\]#\\\\\n=.,a-z0-9 ]{0,4}",
    );
    vec(edits, 1..6).prop_map(|edits| {
        let mut text: Vec<char> = WHOLE.chars().collect();
        for (at, length, replacement) in edits {
            let start = at.index(text.len() + 1);
            let end = (start + length).min(text.len());
            text.splice(start..end, replacement.chars());
        }
        text.into_iter().collect()
    })
}

/// Compiles a text and draws what is found; every place is within the text.
fn harmless(text: &str) {
    let loaded = compile_text("a.scn", text, &Plan::default());
    for finding in &loaded.findings {
        let places = finding.related.iter().map(|(location, _)| location);
        for location in places.chain([&finding.location]) {
            let span = location.span.clone();
            assert!(location.source.text.get(span).is_some(), "{finding:?}");
        }
    }
    render::render_human(&loaded.findings, true);
    render::render_json(&loaded.findings);
}

proptest! {
    #[test]
    fn a_mock_is_read_as_it_is_printed(mock in mock()) {
        let text = mock.to_string();
        let loaded = compile_text("a.scn", &text, &Plan::default());
        let shown = render::render_human(&loaded.findings, false);
        let plan = loaded.plan.unwrap_or_else(|| panic!("{text}\n{shown}"));
        prop_assert_eq!(plan.mocks, vec![mock]);
    }

    #[test]
    fn any_text_is_harmless(text in "\\PC{0,80}|[{}\"()\\[\\]#\\\\\n a-z]{0,80}") {
        harmless(&text);
    }

    #[test]
    fn any_words_of_the_language_are_harmless(words in vec(prop::sample::select(vec![
        "mock", "on", "where", "as", "{", "}", "(", ")", "[", "]", "\"a\"", "\"", "StartCommand", "*",
        "compute.get_server", "host", "1", "2s", "..", "fail", "respond", "succeed", "with", "then", "repeat",
        "count", "delay", "lognormal", "max", "and", "or", "not", "==", "~", "in", "exists", "server.name",
        "server.", "expect", "no", "retry", "of", "within", "at", "least", "before", "goes", "down", "for",
        "given", "servers", "topology", "zone", "scenario", "use", "scn", "tags", ",", "seed", "clock", "#x\n",
        "drop", "after", "but", "applied", "metadata", "=", "headers", "{{", "priority", "chance", "20%",
    ]), 0..40)) {
        harmless(&words.join(" "));
    }

    #[test]
    fn an_edited_file_is_harmless(text in mutated()) {
        harmless(&text);
    }
}

#[test]
fn depth_is_a_finding_and_never_the_end() {
    for open in ["[", "{", "(", "{\"a\":", "zone \"z\" {"] {
        let deep = open.repeat(100_000);
        harmless(&format!("mock compute.get_server {{ respond {deep} }}"));
        harmless(&format!("mock StartCommand where {deep}"));
        harmless(&format!("topology {{ {deep}"));
        harmless(&deep);
    }
    harmless(&format!(
        "mock StartCommand where {} attempt == 1 {{ }}",
        "not ".repeat(100_000)
    ));
}
