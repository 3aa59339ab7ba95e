//! The closed set of commands: one table that the router, the language, `mimic commands` and the docs read.

mod agent;
mod cloudstack;
mod compute;
mod identity;
mod image;
mod loadbalancer;
mod network;
mod placement;
mod volume;

use std::fmt;
use std::iter::Map;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::fact::{FactPath, Subject};

/// Where a command is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plane {
    /// A client asks the cloud, and is answered now.
    Api,
    /// The cloud asks a host, and the answer comes later, on the world's clock.
    Agent,
}

/// What is known of a command.
#[derive(Debug)]
pub struct CommandSpec {
    /// As the language writes it: `StartCommand`, `compute.create_server`.
    pub name: &'static str,
    /// The first word of an API operation's name; `agent` for agent commands.
    pub service: &'static str,
    pub plane: Plane,
    /// `METHOD /path` below the service's root, with `#key` for an action in the body. Empty for CloudStack,
    /// whose commands are all parameters of one path, and for agent commands.
    pub routes: &'static [&'static str],
    /// What it acts on, and so the facts it has beside those of every command of its plane.
    pub acts_on: &'static [Subject],
    /// Whether it happens at a place, so that a scope can select it.
    pub has_place: bool,
    /// The rule of the service's policy that only administrators satisfy. `None` where anybody may, or where
    /// it depends on whose thing it is and the operation decides.
    pub policy: Option<&'static str>,
    /// The status of a `fail` that names none. 0 for agent commands, which have no status.
    pub failure: u16,
    /// Goes on all the time: only mocks that name it speak of it, and without one it is not written down.
    pub is_routine: bool,
    /// Whether the simulated cloud ever asks it. A mock of one that it does not would wait for ever.
    pub is_simulated: bool,
    /// One line on what it does.
    pub about: &'static str,
}

impl CommandSpec {
    /// Whether a command of this kind can have the fact.
    pub fn has_fact(&self, path: &FactPath) -> bool {
        match path {
            FactPath::Method
            | FactPath::Path
            | FactPath::Query(_)
            | FactPath::Header(_)
            | FactPath::Body(_) => self.plane == Plane::Api,
            FactPath::Of(subject, _) => self.acts_on.contains(subject),
            FactPath::Tenant | FactPath::User | FactPath::Region => true,
            FactPath::Attempt => true,
        }
    }

    /// The name without its service: `create_server`; an agent command's whole name.
    pub fn short_name(&self) -> &'static str {
        match self.plane {
            Plane::Api => self
                .name
                .split_once('.')
                .map_or(self.name, |(_, name)| name),
            Plane::Agent => self.name,
        }
    }
}

/// One row of an API service's table, on nothing in particular. The name begins with the service.
const fn row(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    CommandSpec {
        name,
        service: service_of(name),
        plane: Plane::Api,
        routes,
        acts_on: &[],
        has_place: false,
        policy: None,
        failure,
        is_routine: false,
        is_simulated: true,
        about,
    }
}

const fn service_of(name: &'static str) -> &'static str {
    let mut dot = 0;
    while name.as_bytes()[dot] != b'.' {
        dot += 1;
    }
    name.split_at(dot).0
}

/// The same command, on these.
const fn on(subjects: &'static [Subject], spec: CommandSpec) -> CommandSpec {
    CommandSpec {
        acts_on: subjects,
        ..spec
    }
}

/// The same command, on these and at the place where they are.
const fn at(subjects: &'static [Subject], spec: CommandSpec) -> CommandSpec {
    CommandSpec {
        has_place: true,
        ..on(subjects, spec)
    }
}

/// The same command, for administrators only.
const fn admin(policy: &'static str, spec: CommandSpec) -> CommandSpec {
    CommandSpec {
        policy: Some(policy),
        ..spec
    }
}

/// A service may have several tables, one for each of its resources.
static TABLES: &[&[&[CommandSpec]]] = &[
    &[agent::TABLE],
    &[identity::TABLE, identity::V2],
    compute::TABLES,
    &[image::TABLE],
    &[network::TABLE],
    &[volume::TABLE],
    &[placement::TABLE],
    loadbalancer::TABLES,
    cloudstack::TABLES,
];

static ALL: LazyLock<Vec<&'static CommandSpec>> = LazyLock::new(|| {
    TABLES
        .iter()
        .copied()
        .flatten()
        .copied()
        .flatten()
        .collect()
});

static BY_NAME: LazyLock<FxHashMap<&'static str, CommandId>> = LazyLock::new(|| {
    CommandId::all()
        .map(|command| (command.spec().name, command))
        .collect()
});

/// The services in the order of the table, each with where its commands are: they lie together.
static SERVICES: LazyLock<Vec<(&'static str, Range<u16>)>> = LazyLock::new(|| {
    let mut services: Vec<(&'static str, Range<u16>)> = Vec::new();
    for (index, spec) in (0..).zip(ALL.iter()) {
        match services.last_mut() {
            Some((service, commands)) if *service == spec.service => commands.end = index + 1,
            _ => services.push((spec.service, index..index + 1)),
        }
    }
    services
});

/// Commands that lie together in the table.
pub type Commands = Map<Range<u16>, fn(u16) -> CommandId>;

/// A command: its row in the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(u16);

impl CommandId {
    /// Every command, agent commands first.
    pub fn all() -> Commands {
        let end = SERVICES.last().map_or(0, |(_, commands)| commands.end);
        (0..end).map(CommandId)
    }

    /// The commands of a service; none of one that is not known.
    pub fn of_service(service: &str) -> Commands {
        let known = SERVICES.iter().find(|(name, _)| *name == service);
        known
            .map_or(0..0, |(_, commands)| commands.clone())
            .map(CommandId)
    }

    /// This command and no other.
    pub fn alone(self) -> Commands {
        (self.0..self.0 + 1).map(CommandId)
    }

    /// The command of that name, written exactly so.
    pub fn named(name: &str) -> Option<CommandId> {
        BY_NAME.get(name).copied()
    }

    pub fn spec(self) -> &'static CommandSpec {
        ALL[usize::from(self.0)]
    }

    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The position in the table, below [`CommandId::count`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// How many commands there are.
    pub fn count() -> usize {
        ALL.len()
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The services, in the order of the table: `agent`, `identity`, `compute` …
pub fn services() -> impl Iterator<Item = &'static str> {
    SERVICES.iter().map(|(service, _)| *service)
}

pub use agent::AgentCommand;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_carry_their_service() {
        assert_eq!(BY_NAME.len(), ALL.len());
        for spec in ALL.iter() {
            match spec.plane {
                Plane::Api => assert!(spec.name.starts_with(&format!("{}.", spec.service))),
                Plane::Agent => assert_eq!(spec.service, "agent"),
            }
        }
    }

    #[test]
    fn an_agent_command_finds_its_row() {
        for command in AgentCommand::ALL {
            assert_eq!(command.id().spec().plane, Plane::Agent);
            assert_eq!(CommandId::named(command.id().name()), Some(command.id()));
        }
        assert_eq!(AgentCommand::StartCommand.id().name(), "StartCommand");
    }

    #[test]
    fn a_service_has_the_commands_that_carry_its_name() {
        for service in services() {
            let own = CommandId::all().filter(|command| command.spec().service == service);
            assert!(own.eq(CommandId::of_service(service)));
        }
        assert_eq!(CommandId::of_service("bogus").count(), 0);
        assert_eq!(CommandId::all().count(), CommandId::count());
    }

    #[test]
    fn services_are_listed_once() {
        assert_eq!(
            services().collect::<Vec<_>>(),
            [
                "agent",
                "identity",
                "compute",
                "image",
                "network",
                "volume",
                "placement",
                "loadbalancer",
                "cloudstack"
            ]
        );
    }
}
