//! Mocks that another one hides for ever.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::scenario::check::atlas::{Atlas, Node};
use crate::scenario::check::{Draft, DraftMock, limit};
use crate::scenario::codes;
use crate::vocabulary::condition::Condition;
use crate::vocabulary::diagnostic::Diagnostic;
use crate::vocabulary::mock::{MockSpec, Pattern};
use crate::vocabulary::place::Level;

/// Reports every mock that a better ranked one covers without end.
pub(in crate::scenario) fn find(draft: &Draft, atlas: &Atlas, findings: &mut Vec<Diagnostic>) {
    let mut order: Vec<usize> = (0..draft.mocks.len()).collect();
    order.retain(|index| draft.mocks[*index].is_sound);
    order.sort_by_key(|index| (rank(&draft.mocks[*index].spec), *index));
    let mut hiders = Hiders::default();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for index in order {
        let mock = &draft.mocks[index].spec;
        let nodes = atlas.resolve(&mock.scope).unwrap_or_default();
        match hiders.of(mock, &nodes, atlas, draft) {
            Some(hider) => found.push((index, hider)),
            None if serves_always(mock) => hiders.add(index, mock, &nodes),
            None => {}
        }
    }
    found.sort_unstable();
    let report = |(hidden, hider)| finding(&draft.mocks[hidden], &draft.mocks[hider]);
    findings.extend(found.into_iter().map(report));
}

/// The order in which mocks are asked, the first that is asked being the least.
fn rank(mock: &MockSpec) -> impl Ord + use<> {
    let narrowness = match mock.pattern {
        Pattern::Command(_) => 2,
        Pattern::Service(_) => 1,
        Pattern::All => 0,
    };
    let is_conditional = mock.condition.is_some();
    Reverse((
        mock.priority,
        mock.scope.narrowest(),
        narrowness,
        is_conditional,
    ))
}

/// Whether it serves every command that it matches, for ever.
fn serves_always(mock: &MockSpec) -> bool {
    let is_sure = mock
        .steps
        .iter()
        .all(|step| step.skip == 0 && step.chance.is_none_or(|chance| chance >= 100.0));
    is_sure && limit(mock).is_none()
}

/// What a mock selects, in a form that can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Selection<'m> {
    pattern: Pattern,
    /// As written, by number; `None` for every command.
    condition: Option<usize>,
    /// One place of the scope; `None` for every place.
    node: Option<Node>,
    scenario: Option<&'m str>,
}

/// The mocks that can hide others, under what they select.
#[derive(Default)]
struct Hiders<'m> {
    mocks: FxHashMap<Selection<'m>, Vec<usize>>,
    /// Numbers for the conditions of these mocks, as written.
    conditions: FxHashMap<String, usize>,
}

impl<'m> Hiders<'m> {
    fn add(&mut self, index: usize, mock: &'m MockSpec, nodes: &[Node]) {
        let condition = mock.condition.as_ref().map(|condition| {
            let next = self.conditions.len();
            *self.conditions.entry(condition.to_string()).or_insert(next)
        });
        let places: Vec<Option<Node>> = match nodes {
            [] => vec![None],
            nodes => nodes.iter().copied().map(Some).collect(),
        };
        for node in places {
            let selection = Selection {
                pattern: mock.pattern,
                condition,
                node,
                scenario: mock.scenario.as_deref(),
            };
            self.mocks.entry(selection).or_default().push(index);
        }
    }

    /// One that covers all that the mock selects.
    fn of(&self, mock: &MockSpec, nodes: &[Node], atlas: &Atlas, draft: &Draft) -> Option<usize> {
        let covering = |selection: Selection<'_>| {
            let candidates = self.mocks.get(&selection)?.iter().copied();
            let mut covering =
                candidates.filter(|index| covers(&draft.mocks[*index].spec, mock, nodes, atlas));
            covering.next()
        };
        self.wider_selections(mock, nodes, atlas)
            .into_iter()
            .find_map(covering)
    }

    /// Every selection that could cover the mock's.
    fn wider_selections<'a>(
        &self,
        mock: &'a MockSpec,
        nodes: &[Node],
        atlas: &Atlas,
    ) -> Vec<Selection<'a>> {
        let conditions = self.weaker(mock.condition.as_ref());
        let places: Vec<Option<Node>> = match nodes.first() {
            Some(node) => atlas.line(*node).map(Some).chain([None]).collect(),
            None => vec![None],
        };
        // The common parts of the files are live whenever the mock's own scenario is.
        let own = mock.scenario.as_deref();
        let scenarios = [own, None]
            .into_iter()
            .take(if own.is_some() { 2 } else { 1 });
        let mut selections = Vec::new();
        for pattern in wider(mock.pattern) {
            for condition in &conditions {
                for node in &places {
                    selections.extend(scenarios.clone().map(|scenario| Selection {
                        pattern,
                        condition: *condition,
                        node: *node,
                        scenario,
                    }));
                }
            }
        }
        selections
    }

    /// Conditions that hold whenever this one does: none, itself, and each of its conjuncts.
    fn weaker(&self, condition: Option<&Condition>) -> Vec<Option<usize>> {
        let mut weaker = vec![None];
        let known = |condition: &Condition| self.conditions.get(&condition.to_string()).copied();
        if let Some(condition) = condition
            && !self.conditions.is_empty()
        {
            weaker.extend(known(condition).map(Some));
            if let Condition::All(parts) = condition {
                weaker.extend(parts.iter().filter_map(known).map(Some));
            }
        }
        weaker
    }
}

/// Patterns that cover all that this one does.
fn wider(pattern: Pattern) -> Vec<Pattern> {
    match pattern {
        Pattern::Command(command) => {
            let service = Pattern::Service(command.spec().service);
            vec![pattern, service, Pattern::All]
        }
        Pattern::Service(_) => vec![pattern, Pattern::All],
        Pattern::All => vec![pattern],
    }
}

/// Whether the scope of `hider` covers every place of the mock's. A command whose place is only known in
/// part must be covered too, so it may not be narrower in form either.
fn covers(hider: &MockSpec, mock: &MockSpec, nodes: &[Node], atlas: &Atlas) -> bool {
    if hider.scope.narrowest() > mock.scope.narrowest() {
        return false;
    }
    let own = atlas.resolve(&hider.scope).unwrap_or_default();
    own.is_empty()
        || nodes
            .iter()
            .all(|node| atlas.line(*node).any(|place| own.contains(&place)))
}

fn finding(hidden: &DraftMock, hider: &DraftMock) -> Diagnostic {
    let message = "this mock never serves";
    let finding = codes::NEVER_SERVES.at(hidden.head.clone(), message);
    let finding = finding.related(hider.head.clone(), "this one serves all that it could");
    let help = format!(
        "for example {}: give the other a `count`, make it narrower, or give this one a `priority`",
        example(&hidden.spec)
    );
    finding.help(help)
}

/// A command that both match, in words.
fn example(mock: &MockSpec) -> String {
    let command = mock
        .pattern
        .commands()
        .filter(|command| command.spec().is_simulated)
        .find(|command| command.spec().has_place || mock.scope.narrowest().is_none());
    let name = command.map_or_else(|| mock.pattern.to_string(), |command| command.to_string());
    let place = match mock.scope.narrowest() {
        Some(Level::Zone | Level::Pod | Level::Cluster | Level::Host) => {
            format!(" on {}", mock.scope)
        }
        None => String::new(),
    };
    let condition = mock
        .condition
        .as_ref()
        .map(|condition| format!(" where {condition}"));
    format!("`{name}{place}{}`", condition.unwrap_or_default())
}
