//! The parameters that commands take: their types, and how they are checked before a command runs.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::entity::Entity;
use super::fault;
use crate::vocabulary::fault::Fault;
use crate::world::World;

/// A parameter that a command takes; others are ignored, as the service ignores them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) is_required: bool,
    /// The most characters that a text may have.
    pub(crate) length: usize,
}

/// What a parameter holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    /// `true`; anything else is false.
    Flag,
    Integer,
    Long,
    Float,
    /// A day, or a day and a time.
    Instant,
    /// Several, between commas.
    Texts,
    /// Something that exists, by its UUID or by its number.
    Id(Entity),
    /// Several, between commas.
    Ids(Entity),
    /// `NAME[0].key=a&NAME[0].value=b`, or `NAME[0].a=b`.
    Map,
}

impl Kind {
    /// The service's own word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Flag => "boolean",
            Kind::Integer => "integer",
            Kind::Long => "long",
            Kind::Float => "double",
            Kind::Instant => "date",
            Kind::Id(_) => "uuid",
            Kind::Texts | Kind::Ids(_) => "list",
            Kind::Map => "map",
        }
    }
}

const fn param(name: &'static str, kind: Kind) -> Param {
    Param {
        name,
        kind,
        is_required: false,
        length: 255,
    }
}

pub(crate) const fn text(name: &'static str) -> Param {
    param(name, Kind::Text)
}

pub(crate) const fn flag(name: &'static str) -> Param {
    param(name, Kind::Flag)
}

pub(crate) const fn integer(name: &'static str) -> Param {
    param(name, Kind::Integer)
}

pub(crate) const fn long(name: &'static str) -> Param {
    param(name, Kind::Long)
}

pub(crate) const fn id(name: &'static str, entity: Entity) -> Param {
    param(name, Kind::Id(entity))
}

impl Param {
    pub(crate) const fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    /// # Errors
    /// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest), in the service's words.
    fn check(&self, args: &Args<'_>) -> Result<(), Fault> {
        let Some(value) = args.sent(self.name) else {
            return Ok(());
        };
        if self.is_required && value.is_empty() {
            return Err(empty(self.name));
        }
        match self.kind {
            Kind::Text => self.check_length(args, value),
            Kind::Texts | Kind::Flag | Kind::Map => Ok(()),
            // The service has no number for an empty text here, and an error for it elsewhere.
            Kind::Integer | Kind::Float if value.trim().is_empty() => Ok(()),
            Kind::Integer => value
                .parse::<i32>()
                .map(drop)
                .map_err(|_| args.no_number(self.name, value)),
            Kind::Long => value
                .parse::<i64>()
                .map(drop)
                .map_err(|_| args.no_number(self.name, value)),
            Kind::Float => value
                .parse::<f64>()
                .map(drop)
                .map_err(|_| args.no_number(self.name, value)),
            Kind::Instant => instant(value).map(drop).ok_or_else(|| args.no_date(value)),
            Kind::Id(entity) => args.check_id(self.name, entity, value),
            Kind::Ids(entity) => value
                .split(',')
                .filter(|id| !id.is_empty())
                .try_for_each(|id| args.check_id(self.name, entity, id.trim())),
        }
    }

    fn check_length(&self, args: &Args<'_>, value: &str) -> Result<(), Fault> {
        // The service counts in UTF-16.
        match value.encode_utf16().count() <= self.length {
            true => Ok(()),
            false => Err(args.refusal(&format!(
                "due to invalid value. Value greater than max allowed length {} for param: {}",
                self.length, self.name
            ))),
        }
    }
}

/// A command's arguments: what was sent for its parameters. An empty value is none.
#[derive(Clone, Copy)]
pub(crate) struct Args<'a> {
    pub(crate) world: &'a World,
    /// What the command takes.
    pub(crate) params: &'a [Param],
    /// The command as the client wrote it.
    pub(crate) command: &'a str,
    /// Names in lower case.
    pub(crate) sent: &'a [(String, String)],
}

impl<'a> Args<'a> {
    /// Checks the arguments against the parameters that the command takes.
    ///
    /// # Errors
    /// For the first parameter that is missing, then for the first that is wrong.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let mut params = self.params.iter();
        match params.find(|param| param.is_required && !self.has(param)) {
            None => self.params.iter().try_for_each(|param| param.check(self)),
            Some(missing) => {
                Err(self.refusal(&format!("due to missing parameter {}", missing.name)))
            }
        }
    }

    fn has(&self, param: &Param) -> bool {
        match param.kind {
            Kind::Map => !self.map(param.name).is_empty(),
            _ => self.sent(param.name).is_some(),
        }
    }

    /// What was sent under a name, even if it is empty.
    fn sent(&self, name: &str) -> Option<&'a str> {
        let sent = self.sent.iter().find(|(known, _)| known == name);
        sent.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.sent(name).filter(|value| !value.is_empty())
    }

    /// What is to be shown of something new: its text, else its name.
    pub(crate) fn display_text(&self) -> &'a str {
        let text = self.text("displaytext").or_else(|| self.text("name"));
        text.unwrap_or_default()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.text(name)
            .map(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Whether `value` is what the argument asks for; without one, everything is.
    pub(crate) fn is(&self, name: &str, value: &str) -> bool {
        self.text(name)
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
    }

    /// The same, of an argument that is true or false.
    pub(crate) fn is_flag(&self, name: &str, value: bool) -> bool {
        self.flag(name).is_none_or(|wanted| wanted == value)
    }

    /// The same, of an argument that names something by its id.
    pub(crate) fn is_id(&self, name: &str, value: Option<Uuid>) -> bool {
        self.text(name).is_none() || (value.is_some() && self.id(name) == value)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// The instant that an argument tells.
    pub(crate) fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        instant(self.text(name)?)
    }

    /// What the parameter of that name names: its ids are of that kind.
    pub(crate) fn entity(&self, name: &str) -> Option<Entity> {
        let param = self.params.iter().find(|param| param.name == name)?;
        match param.kind {
            Kind::Id(entity) | Kind::Ids(entity) => Some(entity),
            Kind::Text
            | Kind::Flag
            | Kind::Integer
            | Kind::Long
            | Kind::Float
            | Kind::Instant
            | Kind::Texts
            | Kind::Map => None,
        }
    }

    /// The id of something that exists; `None` when there is no such argument, or no longer such a thing.
    pub(crate) fn id(&self, name: &str) -> Option<Uuid> {
        let text = self.text(name)?;
        self.entity(name)?.find(self.world, text)
    }

    /// As [`Args::id`], for a parameter that the command cannot do without.
    ///
    /// # Errors
    /// When the thing is gone since the arguments were checked.
    pub(crate) fn required_id(&self, name: &str) -> Result<Uuid, Fault> {
        self.id(name)
            .ok_or_else(|| self.unknown(name, self.text(name).unwrap_or_default()))
    }

    /// The ids of those that exist; `None` when there is no such argument.
    pub(crate) fn ids(&self, name: &str) -> Option<Vec<Uuid>> {
        let texts = self.text(name)?.split(',');
        let entity = self.entity(name)?;
        let found = texts.filter_map(|id| entity.find(self.world, id.trim()));
        Some(found.collect())
    }

    /// The texts of an argument that holds several.
    pub(crate) fn texts(&self, name: &str) -> Vec<&'a str> {
        let texts = self.text(name).unwrap_or_default().split(',');
        texts
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// The members of each entry of a map parameter that holds several: `iptonetworklist[0].networkid=…`.
    pub(crate) fn entries(&self, name: &str) -> Vec<Vec<(&'a str, &'a str)>> {
        let mut entries: BTreeMap<u32, Vec<(&str, &str)>> = BTreeMap::new();
        for (full, value) in self.sent {
            let member = map_member(full, name);
            let member = member.and_then(|(position, key)| Some((position.parse().ok()?, key)));
            if let Some((position, key)) = member {
                entries.entry(position).or_default().push((key, value));
            }
        }
        entries.into_values().collect()
    }

    /// A map parameter's entries.
    pub(crate) fn map(&self, name: &str) -> Vec<(&'a str, &'a str)> {
        let mut entries: Vec<(&str, &str)> = Vec::new();
        for (full, value) in self.sent {
            let Some((position, key)) = map_member(full, name) else {
                continue;
            };
            match key {
                "key" => entries.push((value, self.map_value(name, position))),
                "value" => {}
                key => entries.push((key, value)),
            }
        }
        entries
    }

    fn map_value(&self, name: &str, position: &str) -> &'a str {
        let wanted = format!("{name}[{position}].value");
        self.text(&wanted).unwrap_or_default()
    }

    fn check_id(&self, name: &str, entity: Entity, value: &str) -> Result<(), Fault> {
        let is_known = match self.command.starts_with("list") {
            true => entity.is_listed(self.world, value),
            false => entity.is_known(self.world, value),
        };
        match is_known {
            true => Ok(()),
            false => Err(self.unknown(name, value)),
        }
    }

    /// Clients look for this sentence to learn that something does not exist.
    pub(crate) fn unknown(&self, name: &str, value: &str) -> Fault {
        self.refusal(&format!(
            "due to invalid value. Invalid parameter {name} value={value} due to incorrect long value format, or \
             entity does not exist or due to incorrect parameter annotation for the field in api cmd class."
        ))
    }

    fn no_number(&self, name: &str, value: &str) -> Fault {
        self.refusal(&format!(
            "due to invalid value {value} for parameter {name}"
        ))
    }

    fn no_date(&self, value: &str) -> Fault {
        let command = self.command.to_ascii_lowercase();
        Fault::bad_request(format!(
            "Unable to parse date {value} for command {command}, please pass dates in the format mentioned in \
             the api documentation"
        ))
    }

    fn refusal(&self, why: &str) -> Fault {
        let command = self.command.to_ascii_lowercase();
        Fault::bad_request(format!("Unable to execute API command {command} {why}"))
    }
}

/// What callers hear who send nothing for what has to be there.
fn empty(name: &str) -> Fault {
    fault::invalid(format!("Invalid value provided for API arg: {name}"))
}

/// The instant that a text tells: with a zone, or in UTC; a day begins at midnight.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z").map(|it| it.to_utc());
    let plain = || {
        let mut forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"].iter();
        forms.find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    let day = || {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        day.and_hms_opt(0, 0, 0)
    };
    let zoned = zoned.ok();
    zoned.or_else(|| plain().or_else(day).map(|it| it.and_utc()))
}

/// The position and key in `details[0].cpuNumber`.
fn map_member<'a>(full: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    full.strip_prefix(name)?.strip_prefix('[')?.split_once("].")
}

/// The parameters as `listApis` tells them.
pub(crate) fn describe(params: &[Param]) -> Vec<Value> {
    let describe = |param: &Param| {
        serde_json::json!({
            "name": param.name,
            "description": "",
            "type": param.kind.word(),
            "length": param.length,
            "required": param.is_required,
        })
    };
    params.iter().map(describe).collect()
}
