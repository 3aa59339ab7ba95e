//! From trees to a plan: names, units, scopes and types. What needs a look at the whole set stands in
//! [`lint`](super::lint).

pub(super) mod atlas;
mod command;
mod condition;
mod expectation;
mod fact;
mod given;
mod lead;
mod mock;
mod quantity;
mod settings;
mod template;
mod timeline;
pub(super) mod topology;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use self::atlas::Atlas;
use super::ast::{self, Item, Span};
use super::codes;
use super::desk::Desk;
use crate::vocabulary::diagnostic::{Diagnostic, Location, Source};
use crate::vocabulary::expectation::ExpectationSpec;
use crate::vocabulary::mock::{MockSpec, Origin};
use crate::vocabulary::plan::{Plan, ScenarioInfo};

/// The newest version of the language that this program reads.
const VERSION: u64 = 1;

/// What the set says so far, with the places that findings about the whole set speak of.
pub(super) struct Draft {
    pub(super) plan: Plan,
    pub(super) mocks: Vec<DraftMock>,
    pub(super) expectations: Vec<DraftExpectation>,
    pub(super) labels: FxHashMap<Arc<str>, Labelled>,
    scenarios: FxHashMap<Arc<str>, Location>,
    seed: Option<Location>,
    clock: Option<Location>,
    start: Option<Location>,
    declared: FxHashMap<(&'static str, Arc<str>), Location>,
}

/// A mock and its place.
pub(super) struct DraftMock {
    pub(super) spec: MockSpec,
    pub(super) head: Location,
    /// Whether nothing was found wrong in it.
    pub(super) is_sound: bool,
}

/// An expectation and its place.
pub(super) struct DraftExpectation {
    pub(super) spec: ExpectationSpec,
    pub(super) location: Location,
}

/// A mock that has a label, as far as expectations need to know it.
pub(super) struct Labelled {
    pub(super) scenario: Option<Arc<str>>,
    /// How many commands it can serve at most.
    pub(super) limit: Option<u64>,
    /// `None` for a mock that is live already and not of these files.
    pub(super) location: Option<Location>,
}

impl Draft {
    /// An empty draft beside what is live already.
    pub(super) fn beside(base: &Plan) -> Self {
        let labels = base.mocks.iter().filter_map(|mock| {
            let labelled = Labelled {
                scenario: mock.scenario.clone(),
                limit: limit(mock),
                location: None,
            };
            Some((mock.label.clone()?, labelled))
        });
        Self {
            plan: Plan::default(),
            mocks: Vec::new(),
            expectations: Vec::new(),
            labels: labels.collect(),
            scenarios: FxHashMap::default(),
            seed: None,
            clock: None,
            start: None,
            declared: FxHashMap::default(),
        }
    }
}

/// How many commands a mock can serve at most; `None` without end.
pub(super) fn limit(mock: &MockSpec) -> Option<u64> {
    if mock.repeat {
        return None;
    }
    mock.steps
        .iter()
        .map(|step| step.count)
        .try_fold(0_u64, |sum, count| Some(sum.saturating_add(count?)))
}

/// Checks the items of one file.
pub(super) struct Checker<'c> {
    desk: Desk<'c>,
    atlas: &'c Atlas,
    draft: &'c mut Draft,
    /// The scenario whose items are read.
    scenario: Option<Arc<str>>,
}

impl<'c> Checker<'c> {
    pub(super) fn new(
        source: &'c Arc<Source>,
        atlas: &'c Atlas,
        findings: &'c mut Vec<Diagnostic>,
        draft: &'c mut Draft,
    ) -> Self {
        Self {
            desk: Desk::new(source, findings),
            atlas,
            draft,
            scenario: None,
        }
    }

    /// Everything but expectations, which speak of labels that may come later.
    pub(super) fn items(&mut self, items: &[Item<'_>]) {
        for item in items {
            match item {
                Item::Scenario(scenario) => self.scenario(scenario),
                Item::Mock(mock) => self.mock(mock),
                Item::Given(given) => self.given(given),
                Item::At(at) => self.at(at),
                Item::Seed(number) => self.seed(number),
                Item::Clock(clock) => self.clock(clock),
                Item::Tags(place, _) if self.scenario.is_none() => self.stray_tags(place),
                Item::Version(_)
                | Item::Use(_)
                | Item::Topology(_)
                | Item::Expect(_)
                | Item::Tags(..) => {}
            }
        }
    }

    /// The expectations, once every label is known.
    pub(super) fn expectations(&mut self, items: &[Item<'_>]) {
        for item in items {
            match item {
                Item::Scenario(scenario) => {
                    self.scenario = scenario.name.as_ref().map(|name| Arc::from(&*name.value));
                    self.expectations(&scenario.items);
                    self.scenario = None;
                }
                Item::Expect(expect) => self.expect(expect),
                Item::Version(_)
                | Item::Use(_)
                | Item::Mock(_)
                | Item::Topology(_)
                | Item::Given(_)
                | Item::At(_)
                | Item::Tags(..)
                | Item::Seed(_)
                | Item::Clock(_) => {}
            }
        }
    }

    fn scenario(&mut self, scenario: &ast::Scenario<'_>) {
        if let Some(name) = &scenario.name {
            self.scenario_name(name, &scenario.items);
        }
        for item in &scenario.items {
            self.misplaced_in_scenario(item);
        }
        self.scenario = scenario.name.as_ref().map(|name| Arc::from(&*name.value));
        self.items(&scenario.items);
        self.scenario = None;
    }

    fn scenario_name(&mut self, name: &ast::Text<'_>, items: &[Item<'_>]) {
        let value: Arc<str> = Arc::from(&*name.value);
        let location = self.desk.location(name.span.clone());
        if let Some(first) = self.draft.scenarios.get(&value) {
            let first = first.clone();
            let message = format!("a scenario named \"{value}\" exists already");
            let finding = self
                .desk
                .finding(&codes::SCENARIO_TWICE, name.span.clone(), message);
            return self
                .desk
                .report(finding.related(first, "the first of that name"));
        }
        let tags = items.iter().filter_map(|item| match item {
            Item::Tags(_, tags) => Some(tags),
            _ => None,
        });
        self.draft.plan.scenarios.push(ScenarioInfo {
            name: value.clone(),
            tags: tags.flatten().map(|tag| Arc::from(&*tag.value)).collect(),
            path: self.desk.source.name.clone(),
            line: self.desk.source.line(name.span.start),
        });
        self.draft.scenarios.insert(value, location);
    }

    fn misplaced_in_scenario(&mut self, item: &Item<'_>) {
        let (place, message) = match item {
            Item::Use(path) => (&path.span, "`use` stands outside of scenarios"),
            Item::Version(number) => (&number.span, "`scn` stands in the first line of a file"),
            _ => return,
        };
        let finding = self.desk.finding(&codes::MISPLACED, place.clone(), message);
        self.desk
            .report(finding.help("put it at the beginning of the file"));
    }

    fn stray_tags(&mut self, place: &Span) {
        let message = "`tags` stands outside of a scenario";
        let finding = self.desk.finding(&codes::MISPLACED, place.clone(), message);
        self.desk
            .report(finding.help("put it into the block of a scenario"));
    }

    fn origin(&self, span: &Span) -> Origin {
        Origin::File {
            path: self.desk.source.name.clone(),
            line: self.desk.source.line(span.start),
        }
    }
}

/// Checks the `scn` line; whether the file is in a version that this program reads.
pub(super) fn is_readable(
    source: &Arc<Source>,
    items: &[Item<'_>],
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let mut is_readable = true;
    for (position, item) in items.iter().enumerate() {
        let Item::Version(number) = item else {
            continue;
        };
        let location = Location {
            source: source.clone(),
            span: number.span.clone(),
        };
        if position > 0 {
            let message = "`scn` stands in the first line of a file";
            findings.push(codes::MISPLACED.at(location, message));
            continue;
        }
        if number.value.parse() == Ok(VERSION) {
            continue;
        }
        let message = format!("version {} of the language is not known", number.value);
        let finding = codes::VERSION.at(location, message);
        findings.push(match number.value.parse::<u64>() {
            Ok(newer) if newer > VERSION => finding.help(format!(
                "this program reads version {VERSION}; use a mimic that reads `scn {newer}`"
            )),
            _ => finding.help(format!("write `scn {VERSION}`")),
        });
        is_readable = false;
    }
    is_readable
}
