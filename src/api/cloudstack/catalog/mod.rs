//! What is known of every command of the API: who may call it, its parameters, and what it answers with.
//!
//! The facts are those that CloudStack 4.2x tells of itself (`listApis`). They are kept as text beside this
//! file, so that they can be read as they are:
//!
//! ```text
//! createVolume making -> volume
//!     name! diskofferingid:DiskOffering size:long
//! ```
//!
//! A line that begins with a name is a command: `root` or `domain-admin` says for whom it is, if not for
//! everybody; `job` that it answers with a job, `making` with a job and the id of what the job makes; and
//! after the arrow stands the object that it answers with, in brackets when several. The indented lines have
//! its parameters: `!` for one that is required, after `<` how many characters it may have if not 255, and
//! after a colon its type, if it is not a text. In
//! *objects.txt*, the same form tells the fields of the objects.

mod read;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::params::Param;

/// For whom a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Everybody,
    DomainAdmins,
    RootAdmins,
}

/// When a command has done what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As it answers.
    AtOnce,
    /// When the job ends that it answers with.
    Job,
    /// As [`Pace::Job`]; the answer also tells the id of what the job makes.
    MakingJob,
}

/// The object that a command answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) object: &'static str,
    pub(crate) is_list: bool,
}

/// A command.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) audience: Audience,
    pub(crate) pace: Pace,
    /// `None` where it answers in a form of its own.
    pub(crate) answers: Option<Answers>,
    pub(crate) params: Vec<Param>,
}

/// The type of an object's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Flag,
    Integer,
    Long,
    Float,
    Texts,
    Map,
    Object(&'static str),
    Objects(&'static str),
    Any,
}

impl Type {
    /// The service's own word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Type::Text | Type::Any => "string",
            Type::Flag => "boolean",
            Type::Integer => "integer",
            Type::Long => "long",
            Type::Float => "double",
            Type::Texts | Type::Objects(_) => "list",
            Type::Map => "map",
            Type::Object(_) => "responseobject",
        }
    }
}

/// An object's fields.
pub(crate) type Fields = Vec<(&'static str, Type)>;

const COMMANDS: &[&str] = &[
    include_str!("accounts.txt"),
    include_str!("addresses.txt"),
    include_str!("balancing.txt"),
    include_str!("hosts.txt"),
    include_str!("infrastructure.txt"),
    include_str!("labels.txt"),
    include_str!("machines.txt"),
    include_str!("networks.txt"),
    include_str!("offerings.txt"),
    include_str!("physical_networks.txt"),
    include_str!("projects.txt"),
    include_str!("security_groups.txt"),
    include_str!("session.txt"),
    include_str!("system.txt"),
    include_str!("templates.txt"),
    include_str!("volumes.txt"),
    include_str!("vpcs.txt"),
    include_str!("vpn.txt"),
];

static CATALOG: LazyLock<FxHashMap<&'static str, Command>> = LazyLock::new(|| {
    let commands = COMMANDS.iter().flat_map(|text| read::commands(text));
    commands.map(|command| (command.name, command)).collect()
});

/// The commands that steer the simulator. They look like the others, but are not answered from a world alone.
static SIMULATOR: LazyLock<Vec<Command>> =
    LazyLock::new(|| read::commands(include_str!("simulator.txt")).collect());

static OBJECTS: LazyLock<FxHashMap<&'static str, Fields>> =
    LazyLock::new(|| read::objects(include_str!("objects.txt")).collect());

/// What is known of a command.
pub(crate) fn command(name: &str) -> Option<&'static Command> {
    CATALOG.get(name)
}

/// The commands that steer the simulator, in the order of the text.
pub(crate) fn of_simulator() -> &'static [Command] {
    &SIMULATOR
}

/// The types of events, each with the commands that they tell of.
static EVENTS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let lines = include_str!("events.txt").lines();
    lines
        .filter_map(|line| line.split_once(' '))
        .flat_map(|(kind, commands)| commands.split_whitespace().map(move |name| (kind, name)))
        .collect()
});

/// The type of the events that tell of a command; those who only look make none.
pub(crate) fn event_of(command: &str) -> Option<&'static str> {
    let event = EVENTS.iter().find(|(_, known)| *known == command)?;
    Some(event.0)
}

/// All types of events, each once.
pub(crate) fn event_types() -> Vec<&'static str> {
    let mut kinds: Vec<&str> = EVENTS.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// All commands, in no order.
#[cfg(test)]
pub(crate) fn commands() -> impl Iterator<Item = &'static Command> {
    CATALOG.values()
}

/// The fields of an object, in the order of their names.
pub(crate) fn fields(object: &str) -> Option<&'static Fields> {
    OBJECTS.get(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_that_is_spoken_of_is_there() {
        let nested = OBJECTS.values().flatten().map(|(_, of)| *of);
        let nested = nested.filter_map(|of| match of {
            Type::Object(name) | Type::Objects(name) => Some(name),
            _ => None,
        });
        let answered = CATALOG.values().filter_map(|command| command.answers);
        let answered = answered.map(|answers| answers.object);
        let missing: Vec<&str> = nested
            .chain(answered)
            .filter(|name| fields(name).is_none())
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_command_that_events_tell_of_is_there_and_has_one_type() {
        let mut commands: Vec<&str> = EVENTS.iter().map(|(_, command)| *command).collect();
        let unknown: Vec<&&str> = commands
            .iter()
            .filter(|name| command(name).is_none())
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        let all = commands.len();
        commands.sort_unstable();
        commands.dedup();
        assert_eq!(commands.len(), all);
    }

    #[test]
    fn parameters_are_named_once_and_in_lower_case() {
        for command in CATALOG.values() {
            let mut names: Vec<&str> = command.params.iter().map(|param| param.name).collect();
            assert!(names.iter().all(|name| name.to_lowercase() == *name));
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{}", command.name);
        }
    }
}
