//! From the parameters of `configureSimulator` to a mock.

use std::time::Duration;

use serde_json::Value;

use super::VIA;
use crate::api::cloudstack::entity::place_of;
use crate::api::cloudstack::params::Args;
use crate::scenario::names::nearest;
use crate::vocabulary::command::{CommandId, Plane};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::mock::{MockSpec, Origin, Pattern, Response, Step};
use crate::vocabulary::place::{Level, Place, Scope, Selector};
use crate::vocabulary::quantity::{Delay, Span};
use crate::vocabulary::template::{BodyTemplate, JsonTemplate};

/// The parameters that name places.
const LEVELS: [(&str, Level); 4] = [
    ("zoneid", Level::Zone),
    ("podid", Level::Pod),
    ("clusterid", Level::Cluster),
    ("hostid", Level::Host),
];

/// # Errors
/// When the mock would make no sense, or could never serve.
pub(super) fn mock(args: &Args<'_>) -> Result<MockSpec, Fault> {
    let place = place(args)?;
    let command = command(args.text("name").unwrap_or_default())?;
    let spec = command.spec();
    if place.is_some() && !spec.has_place {
        return Err(refusal(format!(
            "{command} happens at no particular place: leave the ids of places out"
        )));
    }
    Ok(MockSpec {
        pattern: Pattern::Command(command),
        scope: place.map_or_else(Scope::everywhere, |place| scope(&place)),
        condition: None,
        label: None,
        priority: 0,
        steps: vec![step(args, place_number(args))?],
        repeat: false,
        scenario: None,
        // The number is given when the mock is made.
        origin: Origin::Api {
            sequence: 0,
            via: VIA,
        },
    })
}

fn refusal(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::InvalidParameter, message)
}

/// The command of that name. Agent commands may carry their Java package, CloudStack's API commands go
/// without their service.
fn command(name: &str) -> Result<CommandId, Fault> {
    let simple = name.rsplit_once('.').map_or(name, |(_, simple)| simple);
    let found = CommandId::named(name)
        .or_else(|| CommandId::named(&format!("cloudstack.{name}")))
        .or_else(|| {
            CommandId::named(simple).filter(|command| command.spec().plane == Plane::Agent)
        });
    let Some(command) = found else {
        let known = CommandId::all().map(CommandId::name);
        let hint = nearest(name, known).map(|name| format!(" Did you mean {name}?"));
        return Err(refusal(format!(
            "There is no command {name}.{}",
            hint.unwrap_or_default()
        )));
    };
    match command.spec().is_simulated {
        true => Ok(command),
        false => Err(refusal(format!(
            "{command} is never sent in this simulation yet: a mock of it would wait for ever"
        ))),
    }
}

/// The narrowest place that is named. Its parents need not be; those that are have to be its own.
fn place(args: &Args<'_>) -> Result<Option<std::sync::Arc<Place>>, Fault> {
    let topology = &args.world.topology;
    let named = LEVELS.iter().filter_map(|(name, level)| {
        let id = args.id(name)?;
        place_of(topology, *level, id)
    });
    let named: Vec<_> = named.collect();
    let Some(narrowest) = named.last() else {
        return Ok(None);
    };
    match named.iter().find(|place| !place.contains(narrowest)) {
        Some(stranger) => Err(refusal(format!("{narrowest} is not in {stranger}"))),
        None => Ok(Some((*narrowest).clone())),
    }
}

/// The scope that covers a place: hosts of different clusters may have the same name, so every level counts.
fn scope(place: &Place) -> Scope {
    Level::ALL
        .into_iter()
        .fold(Scope::everywhere(), |scope, level| {
            match place.name(level) {
                Some(name) => scope.with(level, Selector::Name(name.clone())),
                None => scope,
            }
        })
}

/// The number of the host that is named.
fn place_number(args: &Args<'_>) -> Option<u32> {
    let id = args.id("hostid")?;
    let place = place_of(&args.world.topology, Level::Host, id)?;
    place.get(Level::Host).map(|spot| spot.number)
}

fn step(args: &Args<'_>, host: Option<u32>) -> Result<Step, Fault> {
    let mut wanted = Wanted::default();
    wanted.read_value(args.text("value").unwrap_or_default())?;
    if let Some(kind) = args.text("responsetype") {
        wanted.set_kind("responseType", kind)?;
    }
    if let Some(delay) = args.text("delay") {
        wanted.delay = Some(duration("delay", delay)?);
    }
    let json = args
        .text("jsonresponse")
        .map(|json| parse_json(json, host))
        .transpose()?;
    if wanted.is_empty && json.is_none() && args.text("value").is_none() {
        return Err(Fault::bad_request(format!(
            "Unable to execute API command {} due to missing parameter value",
            args.command.to_ascii_lowercase()
        )));
    }
    Ok(Step {
        delay: wanted.delay.map(Delay::Fixed),
        count: count(args)?,
        ..Step::new(wanted.response(json)?)
    })
}

fn count(args: &Args<'_>) -> Result<Option<u64>, Fault> {
    match args.number("count").map(u64::try_from) {
        None => Ok(None),
        Some(Ok(count)) if count > 0 => Ok(Some(count)),
        Some(_) => Err(refusal(
            "count has to be 1 or more; without it the mock serves until it is cleaned up",
        )),
    }
}

/// In the original, `"hostId":0` in the answer stands for the host that the mock is for.
fn parse_json(text: &str, host: Option<u32>) -> Result<Value, Fault> {
    let text = match host {
        Some(host) => text.replace("\"hostId\":0", &format!("\"hostId\":{host}")),
        None => text.to_owned(),
    };
    serde_json::from_str(&text)
        .map_err(|error| refusal(format!("jsonresponse is no JSON: {error}")))
}

/// What the host is to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Succeed,
    Fail,
    Fault,
    /// What `jsonresponse` says.
    Json,
}

/// The words for each kind. The original knows `fail` and `fault`; its design page names no others either,
/// so whatever a careful reader might have tried is good.
const KINDS: &[(&str, Kind)] = &[
    ("fail", Kind::Fail),
    ("failure", Kind::Fail),
    ("false", Kind::Fail),
    ("fault", Kind::Fault),
    ("exception", Kind::Fault),
    ("error", Kind::Fault),
    ("success", Kind::Succeed),
    ("succeed", Kind::Succeed),
    ("ok", Kind::Succeed),
    ("true", Kind::Succeed),
    ("normal", Kind::Succeed),
    ("default", Kind::Succeed),
    ("delay", Kind::Succeed),
    ("json", Kind::Json),
    ("custom", Kind::Json),
    ("respond", Kind::Json),
];

/// What `value` and the parameters of the design page ask for.
struct Wanted {
    kind: Option<Kind>,
    delay: Option<Duration>,
    is_empty: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            kind: None,
            delay: None,
            is_empty: true,
        }
    }
}

impl Wanted {
    /// Reads `result:fail|wait:1000`.
    fn read_value(&mut self, value: &str) -> Result<(), Fault> {
        for pair in value
            .split('|')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
        {
            let Some((key, argument)) = pair.split_once(':') else {
                return Err(refusal(format!(
                    "value has to be like result:fail|wait:1000, and \"{pair}\" has no colon"
                )));
            };
            match key.trim().to_ascii_lowercase().as_str() {
                "result" => self.set_kind("result", argument)?,
                "wait" => self.delay = Some(duration("wait", argument)?),
                other => {
                    return Err(refusal(format!(
                        "value can hold result:fail, result:fault and wait:MILLISECONDS, and not \"{other}\""
                    )));
                }
            }
            self.is_empty = false;
        }
        Ok(())
    }

    fn set_kind(&mut self, name: &str, word: &str) -> Result<(), Fault> {
        let word = word.trim();
        let found = KINDS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(word));
        let Some((_, kind)) = found else {
            let hint = nearest(word, KINDS.iter().map(|(known, _)| *known));
            let hint = hint
                .map(|word| format!(" Did you mean {word}?"))
                .unwrap_or_default();
            return Err(refusal(format!(
                "{name} is fail, fault or success, and not \"{word}\".{hint}"
            )));
        };
        (self.kind, self.is_empty) = (Some(*kind), false);
        Ok(())
    }

    fn response(&self, json: Option<Value>) -> Result<Response, Fault> {
        match (self.kind, json) {
            (Some(Kind::Fail | Kind::Fault), Some(_)) => Err(refusal(
                "The result goes before jsonresponse, which would never be answered: leave one of them out",
            )),
            (Some(Kind::Json), None) => Err(refusal("There is no jsonresponse to answer")),
            (Some(Kind::Fail), None) => Ok(Response::Fail {
                status: None,
                text: None,
            }),
            (Some(Kind::Fault), None) => Ok(Response::Fault { text: None }),
            (_, Some(json)) => Ok(Response::Respond {
                status: None,
                headers: Vec::new(),
                body: BodyTemplate::Json(JsonTemplate::Plain(json)),
            }),
            (Some(Kind::Succeed) | None, None) => Ok(Response::Succeed { patch: None }),
        }
    }
}

/// Milliseconds, or a number with its unit.
fn duration(name: &str, text: &str) -> Result<Duration, Fault> {
    let text = text.trim();
    match text.parse() {
        Ok(milliseconds) => Ok(Duration::from_millis(milliseconds)),
        Err(_) => text.parse().map(|Span(duration)| duration).map_err(|_| {
            refusal(format!(
                "{name} is a number of milliseconds, or one with its unit like 2s, and not \"{text}\""
            ))
        }),
    }
}
