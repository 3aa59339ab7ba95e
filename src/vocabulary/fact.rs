//! Facts: what a condition can ask of a command, and what a text can quote.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// What kind of thing a command acts on; the first word of its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Server,
    Flavor,
    Image,
    Network,
    KeyPair,
    Host,
    Job,
    Volume,
    Snapshot,
    Balancer,
    /// What a balancer sends requests on to.
    Node,
}

/// The first words of a fact, with the fields known below each. A field with `.*` takes any further name.
pub const SUBJECT_FIELDS: &[(Subject, &str, &[&str])] = &[
    (
        Subject::Server,
        "server",
        &["name", "id", "status", "flavor", "image", "metadata.*"],
    ),
    (Subject::Flavor, "flavor", &["name", "id"]),
    (Subject::Image, "image", &["name", "id"]),
    (Subject::Network, "network", &["name", "id"]),
    (Subject::KeyPair, "keypair", &["name"]),
    (Subject::Host, "host", &["name", "id"]),
    (Subject::Job, "job", &["id"]),
    (
        Subject::Volume,
        "volume",
        &["name", "id", "status", "size", "type", "metadata.*"],
    ),
    (
        Subject::Snapshot,
        "snapshot",
        &["name", "id", "status", "metadata.*"],
    ),
    (
        Subject::Balancer,
        "balancer",
        &[
            "name",
            "id",
            "status",
            "protocol",
            "port",
            "algorithm",
            "metadata.*",
        ],
    ),
    (
        Subject::Node,
        "node",
        &[
            "id",
            "address",
            "port",
            "condition",
            "type",
            "status",
            "metadata.*",
        ],
    ),
];

/// The statuses that a scenario can put a server in.
pub const SETTABLE_STATUSES: &[&str] = &[
    "ACTIVE",
    "BUILD",
    "SHUTOFF",
    "PAUSED",
    "SUSPENDED",
    "ERROR",
    "SOFT_DELETED",
];

/// The statuses that a scenario can put a volume in.
pub const VOLUME_STATUSES: &[&str] = &[
    "available",
    "error",
    "error_deleting",
    "error_extending",
    "error_restoring",
    "maintenance",
];

/// Further statuses that a server passes through by itself.
pub const PASSING_STATUSES: &[&str] = &[
    "DELETED",
    "HARD_REBOOT",
    "MIGRATING",
    "PASSWORD",
    "REBOOT",
    "REBUILD",
    "RESCUE",
    "RESIZE",
    "REVERT_RESIZE",
    "SHELVED",
    "SHELVED_OFFLOADED",
    "UNKNOWN",
    "VERIFY_RESIZE",
];

impl Subject {
    /// The word for this kind of thing in the language.
    pub fn word(self) -> &'static str {
        SUBJECT_FIELDS
            .iter()
            .find(|(subject, ..)| *subject == self)
            .map_or("", |(_, word, _)| word)
    }

    /// The fields that a condition can ask of it.
    pub fn fields(self) -> &'static [&'static str] {
        SUBJECT_FIELDS
            .iter()
            .find(|(subject, ..)| *subject == self)
            .map_or(&[], |(.., fields)| fields)
    }
}

/// One fact, by its path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactPath {
    /// `request.method`
    Method,
    /// `request.path`: as the client sent it, without the query.
    Path,
    /// `request.query.NAME`
    Query(Arc<str>),
    /// `request.header.NAME`, in lower case.
    Header(Arc<str>),
    /// `request.body.A.B`: into the JSON body; for a CloudStack call, its parameters.
    Body(Vec<Arc<str>>),
    /// `server.name`, `server.metadata.role`
    Of(Subject, Vec<Arc<str>>),
    /// The project's name.
    Tenant,
    /// The user's name.
    User,
    Region,
    /// 1 for the first try of the same operation.
    Attempt,
}

impl fmt::Display for FactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactPath::Method => f.write_str("request.method"),
            FactPath::Path => f.write_str("request.path"),
            FactPath::Query(name) => write!(f, "request.query{}", Key(name)),
            FactPath::Header(name) => write!(f, "request.header{}", Key(name)),
            FactPath::Body(path) => {
                f.write_str("request.body")?;
                path.iter().try_for_each(|key| write!(f, "{}", Key(key)))
            }
            FactPath::Of(subject, path) => {
                f.write_str(subject.word())?;
                path.iter().try_for_each(|key| write!(f, "{}", Key(key)))
            }
            FactPath::Tenant => f.write_str("tenant"),
            FactPath::User => f.write_str("user"),
            FactPath::Region => f.write_str("region"),
            FactPath::Attempt => f.write_str("attempt"),
        }
    }
}

impl FactPath {
    /// `server.metadata.role`
    pub fn metadata(subject: Subject, key: &str) -> Self {
        FactPath::Of(subject, vec!["metadata".into(), key.into()])
    }

    /// Into the request's body.
    pub fn body(keys: &[&str]) -> Self {
        FactPath::Body(keys.iter().map(|key| Arc::from(*key)).collect())
    }
}

/// A step of a path: bare where it is a plain word, quoted where not.
struct Key<'a>(&'a str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':');
        if !self.0.is_empty() && self.0.chars().all(plain) {
            write!(f, ".{}", self.0)
        } else {
            write!(f, ".{}", Value::from(self.0))
        }
    }
}

/// The value of a fact at the moment of a command.
#[derive(Debug, Clone, PartialEq)]
pub enum FactValue<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    Flag(bool),
    Json(Cow<'a, Value>),
}

impl<'a> FactValue<'a> {
    /// A JSON value as a fact: strings, numbers and booleans as themselves.
    pub fn from_json(value: &'a Value) -> Self {
        match value {
            Value::String(text) => FactValue::Text(Cow::Borrowed(text)),
            Value::Bool(flag) => FactValue::Flag(*flag),
            Value::Number(number) => match number.as_f64() {
                Some(number) => FactValue::Number(number),
                None => FactValue::Text(Cow::Owned(number.to_string())),
            },
            Value::Null | Value::Array(_) | Value::Object(_) => {
                FactValue::Json(Cow::Borrowed(value))
            }
        }
    }

    /// A text as a fact.
    pub fn text(text: &'a str) -> Self {
        FactValue::Text(Cow::Borrowed(text))
    }
}

/// As a text would quote it: numbers without a trailing `.0`, JSON in compact form.
impl fmt::Display for FactValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactValue::Text(text) => f.write_str(text),
            FactValue::Number(number) => write!(f, "{number}"),
            FactValue::Flag(flag) => write!(f, "{flag}"),
            FactValue::Json(value) => write!(f, "{value}"),
        }
    }
}

/// Answers what is known of one command.
pub trait Facts {
    /// The value of `path`, or `None` where the command has no such fact.
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>>;
}

/// A command of which nothing is known.
pub struct NoFacts;

impl Facts for NoFacts {
    fn get<'a>(&'a self, _: &FactPath) -> Option<FactValue<'a>> {
        None
    }
}
