//! The topology, indexed for scopes: which places a scope names, and why it names none.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::vocabulary::diagnostic::Location;
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::vocabulary::plan::TopologyPlan;

/// A zone, pod, cluster or host; an index into the atlas.
pub(in crate::scenario) type Node = usize;

struct Entry {
    level: Level,
    name: Arc<str>,
    parent: Option<Node>,
    /// Where it is declared; `None` in the default cloud.
    location: Option<Location>,
}

/// All places of a topology. Numbers count from 1 per level, in the order of the topology.
#[derive(Default)]
pub(in crate::scenario) struct Atlas {
    entries: Vec<Entry>,
    by_name: FxHashMap<(Level, Arc<str>), Vec<Node>>,
    by_number: [Vec<Node>; 4],
}

/// Why a scope names no place.
pub(in crate::scenario) enum Unplaced {
    /// No place of this level has this name or number.
    Unknown(Level, Selector),
    /// `inner` exists, but not in any `outer`; the node is one of that name, and its parent at that level.
    Elsewhere {
        inner: (Level, Selector),
        outer: (Level, Selector),
        node: Node,
        parent: Node,
    },
}

/// Where each place is declared, by its names from the zone down.
pub(in crate::scenario) type Declared = FxHashMap<Vec<Arc<str>>, Location>;

impl Atlas {
    pub(in crate::scenario) fn new(plan: &TopologyPlan, declared: &Declared) -> Self {
        let mut atlas = Self::default();
        for (zone, plan) in &plan.zones {
            let zone = atlas.add(Level::Zone, zone, None);
            for (pod, plan) in &plan.pods {
                let pod = atlas.add(Level::Pod, pod, Some(zone));
                for (cluster, plan) in &plan.clusters {
                    let cluster = atlas.add(Level::Cluster, cluster, Some(pod));
                    for host in plan.hosts.keys() {
                        atlas.add(Level::Host, host, Some(cluster));
                    }
                }
            }
        }
        atlas.locate(declared);
        atlas
    }

    fn add(&mut self, level: Level, name: &Arc<str>, parent: Option<Node>) -> Node {
        let node = self.entries.len();
        self.entries.push(Entry {
            level,
            name: name.clone(),
            parent,
            location: None,
        });
        self.by_name
            .entry((level, name.clone()))
            .or_default()
            .push(node);
        self.by_number[level as usize].push(node);
        node
    }

    fn locate(&mut self, declared: &Declared) {
        if declared.is_empty() {
            return;
        }
        for node in 0..self.entries.len() {
            let mut path: Vec<Arc<str>> = self
                .line(node)
                .map(|node| self.entries[node].name.clone())
                .collect();
            path.reverse();
            self.entries[node].location = declared.get(&path).cloned();
        }
    }

    /// The node and all that it is part of, narrow to wide.
    pub(in crate::scenario) fn line(&self, node: Node) -> impl Iterator<Item = Node> {
        std::iter::successors(Some(node), |node| self.entries[*node].parent)
    }

    pub(in crate::scenario) fn location(&self, node: Node) -> Option<&Location> {
        self.entries[node].location.as_ref()
    }

    pub(in crate::scenario) fn name(&self, node: Node) -> &str {
        &self.entries[node].name
    }

    /// All names at a level, each once or more.
    pub(in crate::scenario) fn names(&self, level: Level) -> impl Iterator<Item = &str> {
        self.by_number[level as usize]
            .iter()
            .map(|node| self.name(*node))
    }

    /// How many places there are at a level.
    pub(in crate::scenario) fn count(&self, level: Level) -> usize {
        self.by_number[level as usize].len()
    }

    /// The places that the scope names, at its narrowest level; empty for the scope that names none.
    ///
    /// # Errors
    /// Why there is no such place.
    pub(in crate::scenario) fn resolve(&self, scope: &Scope) -> Result<Vec<Node>, Unplaced> {
        let demanded: Vec<(Level, &Selector)> = Level::ALL
            .into_iter()
            .filter_map(|level| Some((level, scope.get(level)?)))
            .collect();
        for (level, selector) in &demanded {
            if self.candidates(*level, selector).is_empty() {
                return Err(Unplaced::Unknown(*level, (*selector).clone()));
            }
        }
        let Some(((level, selector), outer)) = demanded.split_last() else {
            return Ok(Vec::new());
        };
        let mut nodes = self.candidates(*level, selector);
        for (outer_level, outer_selector) in outer.iter().rev() {
            let wanted = self.candidates(*outer_level, outer_selector);
            let is_within = |node: &Node| self.line(*node).any(|place| wanted.contains(&place));
            let within: Vec<Node> = nodes.iter().copied().filter(is_within).collect();
            if within.is_empty() {
                return Err(Unplaced::Elsewhere {
                    inner: (*level, (*selector).clone()),
                    outer: (*outer_level, (*outer_selector).clone()),
                    node: nodes[0],
                    parent: self.parent_at(nodes[0], *outer_level),
                });
            }
            nodes = within;
        }
        Ok(nodes)
    }

    fn candidates(&self, level: Level, selector: &Selector) -> Vec<Node> {
        match selector {
            Selector::Name(name) => {
                let found = self.by_name.get(&(level, name.clone()));
                found.cloned().unwrap_or_default()
            }
            Selector::Number(number) => usize::try_from(*number)
                .ok()
                .and_then(|number| self.by_number[level as usize].get(number.checked_sub(1)?))
                .map(|node| vec![*node])
                .unwrap_or_default(),
        }
    }

    fn parent_at(&self, node: Node, level: Level) -> Node {
        self.line(node)
            .find(|place| self.entries[*place].level == level)
            .unwrap_or(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(level: Level, name: &str) -> Scope {
        Scope::everywhere().with(level, Selector::Name(name.into()))
    }

    #[test]
    fn scopes_name_places_of_the_default_cloud() {
        let atlas = Atlas::new(&TopologyPlan::default_cloud(), &Declared::default());
        let names = |scope: &Scope| -> Vec<String> {
            let nodes = atlas.resolve(scope).unwrap_or_default();
            nodes
                .iter()
                .map(|node| atlas.name(*node).to_owned())
                .collect()
        };
        assert_eq!(names(&named(Level::Host, "host-2")), ["host-2"]);
        let second = Scope::everywhere().with(Level::Host, Selector::Number(2));
        assert_eq!(names(&second), ["host-2"]);
        let within = named(Level::Host, "host-1").with(Level::Zone, Selector::Number(1));
        assert_eq!(names(&within), ["host-1"]);
        assert!(atlas.resolve(&named(Level::Host, "host-9")).is_err());
        assert!(
            atlas
                .resolve(&second.with(Level::Host, Selector::Number(0)))
                .is_err()
        );
    }
}
