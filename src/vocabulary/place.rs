//! Where a command happens: zone, pod, cluster and host, and the scopes that select among them.

use std::fmt;
use std::sync::Arc;

/// A level of the topology, wide to narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Zone,
    Pod,
    Cluster,
    Host,
}

impl Level {
    /// All levels, wide to narrow.
    pub const ALL: [Level; 4] = [Level::Zone, Level::Pod, Level::Cluster, Level::Host];

    /// The word for this level in the scenario language.
    pub fn word(self) -> &'static str {
        match self {
            Level::Zone => "zone",
            Level::Pod => "pod",
            Level::Cluster => "cluster",
            Level::Host => "host",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How a scope names one place: by its name, or by the number that CloudStack counts it under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    Name(Arc<str>),
    Number(u32),
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Name(name) => f.write_str(&serde_json::Value::from(&**name).to_string()),
            Selector::Number(number) => write!(f, "{number}"),
        }
    }
}

/// A restriction to part of the topology. Levels may be left out; an empty scope covers everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope([Option<Selector>; 4]);

impl Scope {
    /// The scope that covers every place, and commands that have none.
    pub fn everywhere() -> Self {
        Self::default()
    }

    /// This scope, narrowed to `selector` at `level`.
    #[must_use]
    pub fn with(mut self, level: Level, selector: Selector) -> Self {
        self.0[level as usize] = Some(selector);
        self
    }

    /// What the scope demands at `level`.
    pub fn get(&self, level: Level) -> Option<&Selector> {
        self.0[level as usize].as_ref()
    }

    /// The narrowest level that the scope names; `None` when it covers everything.
    pub fn narrowest(&self) -> Option<Level> {
        Level::ALL
            .into_iter()
            .rev()
            .find(|level| self.get(*level).is_some())
    }

    /// Whether every level that the scope names is the one of `place`.
    pub fn covers(&self, place: &Place) -> bool {
        Level::ALL.into_iter().all(|level| {
            self.get(level).is_none_or(|selector| {
                place
                    .get(level)
                    .is_some_and(|spot| spot.is_selected_by(selector))
            })
        })
    }
}

/// Writes the scope as the language does: `zone "east" host "h1"`; nothing for an empty one.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut gap = "";
        for level in Level::ALL {
            if let Some(selector) = self.get(level) {
                write!(f, "{gap}{level} {selector}")?;
                gap = " ";
            }
        }
        Ok(())
    }
}

/// One zone, pod, cluster or host, as a scope can name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub name: Arc<str>,
    /// Counted from 1 per level, in the order of the topology.
    pub number: u32,
}

impl Spot {
    fn is_selected_by(&self, selector: &Selector) -> bool {
        match selector {
            Selector::Name(name) => *name == self.name,
            Selector::Number(number) => *number == self.number,
        }
    }
}

/// Where a command happens, as far as that is known. A command without a place has none of the levels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place([Option<Spot>; 4]);

impl Place {
    /// The place of a command that happens nowhere in particular.
    pub fn nowhere() -> Self {
        Self::default()
    }

    /// This place, made narrower by one level.
    #[must_use]
    pub fn with(mut self, level: Level, spot: Spot) -> Self {
        self.0[level as usize] = Some(spot);
        self
    }

    pub fn get(&self, level: Level) -> Option<&Spot> {
        self.0[level as usize].as_ref()
    }

    /// The place that this one is in, as far as levels above `level` go.
    #[must_use]
    pub fn above(&self, level: Level) -> Self {
        let mut above = self.clone();
        for spot in &mut above.0[level as usize..] {
            *spot = None;
        }
        above
    }

    /// The name at `level`.
    pub fn name(&self, level: Level) -> Option<&Arc<str>> {
        self.get(level).map(|spot| &spot.name)
    }

    /// Whether `other` is this place or lies within it.
    pub fn contains(&self, other: &Place) -> bool {
        Level::ALL.into_iter().all(|level| {
            self.get(level)
                .is_none_or(|spot| other.get(level) == Some(spot))
        })
    }

    /// How many levels, counted from the wide end, this place shares with another: 3 for the same
    /// cluster, 2 for the same pod, 1 for the same zone, 0 for none.
    pub fn nearness(&self, other: &Place) -> usize {
        let shared =
            |level: &Level| self.name(*level).is_some() && self.name(*level) == other.name(*level);
        Level::ALL.into_iter().take_while(shared).count()
    }
}

/// Writes `east/p1/c1/h1`; `-` for a place without levels.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Level::ALL.into_iter().filter_map(|level| self.name(level));
        match names.next() {
            None => f.write_str("-"),
            Some(first) => {
                f.write_str(first)?;
                names.try_for_each(|name| write!(f, "/{name}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(name: &str, number: u32) -> Spot {
        Spot {
            name: name.into(),
            number,
        }
    }

    fn h1() -> Place {
        Place::nowhere()
            .with(Level::Zone, spot("east", 1))
            .with(Level::Pod, spot("p1", 1))
            .with(Level::Cluster, spot("c1", 1))
            .with(Level::Host, spot("h1", 1))
    }

    #[test]
    fn a_scope_covers_a_place_when_every_named_level_agrees() {
        let host = Scope::everywhere().with(Level::Host, Selector::Name("h1".into()));
        assert!(host.covers(&h1()));
        assert!(!host.covers(&Place::nowhere()));
        assert!(Scope::everywhere().covers(&Place::nowhere()));
        let elsewhere = host.with(Level::Zone, Selector::Number(2));
        assert!(!elsewhere.covers(&h1()));
        assert_eq!(elsewhere.to_string(), "zone 2 host \"h1\"");
    }

    #[test]
    fn nearness_counts_shared_levels() {
        let h2 = h1().with(Level::Host, spot("h2", 2));
        assert_eq!(h1().nearness(&h2), 3);
        assert_eq!(h1().nearness(&h2.with(Level::Pod, spot("p2", 2))), 1);
        assert_eq!(h1().to_string(), "east/p1/c1/h1");
    }
}
