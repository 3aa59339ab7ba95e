//! Reads the catalog's texts. They are part of the program, so what is wrong in them is a bug: it panics, and
//! a test reads them all.

use super::{Answers, Audience, Command, Fields, Pace, Type};
use crate::api::cloudstack::entity::Entity;
use crate::api::cloudstack::params::{Kind, Param};

/// How long a text may be of which nothing is said.
const USUAL_LENGTH: &str = "255";

/// A line with a head, and the words of the indented lines below it.
fn paragraphs(text: &'static str) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        let head = lines.next()?;
        let mut words = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
            words.extend(line.split_whitespace());
        }
        Some((head, words))
    })
}

pub(super) fn commands(text: &'static str) -> impl Iterator<Item = Command> {
    paragraphs(text).map(|(head, words)| command(head, &words))
}

pub(super) fn objects(text: &'static str) -> impl Iterator<Item = (&'static str, Fields)> {
    paragraphs(text).map(|(head, words)| (head, words.into_iter().map(field).collect()))
}

fn command(head: &'static str, params: &[&'static str]) -> Command {
    let (head, answers) = match head.split_once(" -> ") {
        Some((head, object)) => (head, Some(object)),
        None => (head, None),
    };
    let mut words = head.split_whitespace();
    let mut command = Command {
        name: words.next().expect("a command has a name"),
        audience: Audience::Everybody,
        pace: Pace::AtOnce,
        answers: answers.map(|object| match bracketed(object) {
            Some(object) => Answers {
                object,
                is_list: true,
            },
            None => Answers {
                object,
                is_list: false,
            },
        }),
        params: params.iter().map(|word| param(word)).collect(),
    };
    for word in words {
        match word {
            "root" => command.audience = Audience::RootAdmins,
            "domain-admin" => command.audience = Audience::DomainAdmins,
            "job" => command.pace = Pace::Job,
            "making" => command.pace = Pace::MakingJob,
            _ => panic!("'{word}' says nothing of {}", command.name),
        }
    }
    command
}

fn param(word: &'static str) -> Param {
    let (name, kind) = word.split_once(':').unwrap_or((word, ""));
    let (name, length) = name.split_once('<').unwrap_or((name, USUAL_LENGTH));
    Param {
        name: name.trim_end_matches('!'),
        kind: kind_named(kind),
        is_required: name.ends_with('!'),
        length: length.parse().expect("a length is a number"),
    }
}

fn kind_named(word: &'static str) -> Kind {
    let entity = |name| Entity::named(name).unwrap_or_else(|| panic!("no entity is called {name}"));
    match (word, bracketed(word)) {
        ("", _) => Kind::Text,
        ("bool", _) => Kind::Flag,
        ("int", _) => Kind::Integer,
        ("long", _) => Kind::Long,
        ("float", _) => Kind::Float,
        ("date", _) => Kind::Instant,
        ("list", _) => Kind::Texts,
        ("{}", _) => Kind::Map,
        (_, Some(name)) => Kind::Ids(entity(name)),
        (name, None) => Kind::Id(entity(name)),
    }
}

fn field(word: &'static str) -> (&'static str, Type) {
    let (name, of) = word.split_once(':').unwrap_or((word, ""));
    (name, type_named(of))
}

fn type_named(word: &'static str) -> Type {
    match (word, bracketed(word)) {
        ("", _) => Type::Text,
        ("bool", _) => Type::Flag,
        ("int", _) => Type::Integer,
        ("long", _) => Type::Long,
        ("float", _) => Type::Float,
        ("any", _) => Type::Any,
        ("{}", _) => Type::Map,
        ("[]", _) => Type::Texts,
        (_, Some(object)) => Type::Objects(object),
        (object, None) => Type::Object(object),
    }
}

fn bracketed(word: &str) -> Option<&str> {
    word.strip_prefix('[')?.strip_suffix(']')
}
