//! Behaviors: what a test asks for beforehand, for all that meets its criteria.

use std::sync::Arc;

use regex::Regex;
use serde_json::{Map, Value};

use super::act::{self, Refusal, mock};
use super::value::{Wrong, seconds};
use crate::vocabulary::command::CommandId;
use crate::vocabulary::condition::Condition;
use crate::vocabulary::fact::{FactPath, Subject};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::mock::{MockSpec, Pattern, Step, Turn};

/// The most steps that a sequence of sequences may take before it begins anew.
const LONGEST_CYCLE: usize = 1_000;

/// What a behavior is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The making of servers in the tenant of that name; in one region, where there are several.
    Creation {
        tenant: Arc<str>,
        region: Option<Arc<str>>,
    },
    /// Logins and impersonations, of all tenants.
    Authentication,
}

/// Where a login says who it is.
const USER: &[&[&str]] = &[
    &["auth", "passwordCredentials", "username"],
    &["auth", "RAX-KSKEY:apiKeyCredentials", "username"],
    &["auth", "identity", "password", "user", "name"],
    &["RAX-AUTH:impersonation", "user", "username"],
];

/// Where a login says for which tenant it is.
const TENANT: &[&[&str]] = &[
    &["auth", "tenantId"],
    &["auth", "tenantName"],
    &["auth", "scope", "project", "id"],
    &["auth", "scope", "project", "name"],
];

/// The paths of logins and impersonations.
const LOGINS: &str = "/(tokens|impersonation-tokens)/?$";

impl Event {
    fn pattern(&self) -> Option<Pattern> {
        match self {
            Event::Creation { .. } => {
                CommandId::named("compute.create_server").map(Pattern::Command)
            }
            Event::Authentication => Some(Pattern::Service("identity")),
        }
    }

    /// What holds of all its commands.
    fn ground(&self) -> Vec<Condition> {
        match self {
            Event::Creation { tenant, region } => {
                let region = region.as_deref();
                let region = region.map(|region| Condition::is(FactPath::Region, region));
                let tenant = Condition::is(FactPath::Tenant, &**tenant);
                [tenant].into_iter().chain(region).collect()
            }
            Event::Authentication => vec![
                Condition::is(FactPath::Method, "POST"),
                Condition::Regex(FactPath::Path, Regex::new(LOGINS).expect("it is tested")),
            ],
        }
    }

    fn criterion(&self, name: &str, value: &Value) -> Result<Condition, String> {
        let anywhere = |paths: &[&[&str]]| {
            let regex = anchored(name, value)?;
            let paths = paths.iter().map(|keys| FactPath::body(keys));
            let parts = paths.map(|path| Condition::Regex(path, regex.clone()));
            Ok(Condition::Any(parts.collect()))
        };
        match (self, name) {
            (Event::Creation { .. }, "server_name") => {
                let path = FactPath::Of(Subject::Server, vec!["name".into()]);
                Ok(Condition::Regex(path, anchored(name, value)?))
            }
            (Event::Creation { .. }, "metadata") => of_metadata(value),
            (Event::Authentication, "username") => anywhere(USER),
            (Event::Authentication, "tenant_id") => anywhere(TENANT),
            (Event::Creation { .. }, _) => Err(no_criterion(name, "server_name and metadata")),
            (Event::Authentication, _) => Err(no_criterion(name, "username and tenant_id")),
        }
    }
}

fn no_criterion(name: &str, known: &str) -> String {
    format!("There is no criterion {name:?} here; there are {known}.")
}

/// A regular expression that has to match from the start.
fn anchored(name: &str, value: &Value) -> Result<Regex, String> {
    let text = value
        .as_str()
        .ok_or_else(|| format!("The criterion {name} has to be a regular expression."))?;
    Regex::new(&format!("^(?:{text})")).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().to_owned();
        format!("{text:?} is no regular expression: {reason}.")
    })
}

/// Expressions for the values of some keys; what is not there counts as an empty text.
fn of_metadata(value: &Value) -> Result<Condition, String> {
    let wanted = value
        .as_object()
        .ok_or("The criterion metadata has to be an object.")?;
    let part = |(key, value): (&String, &Value)| {
        let regex = anchored(key, value)?;
        let path = FactPath::metadata(Subject::Server, key);
        let is_missing = Condition::Not(Box::new(Condition::Exists(path.clone())));
        let needs_nothing = regex.is_match("");
        let matches = Condition::Regex(path, regex);
        Ok(match needs_nothing {
            true => Condition::Any(vec![matches, is_missing]),
            false => matches,
        })
    };
    let parts: Result<Vec<Condition>, String> = wanted.iter().map(part).collect();
    Ok(Condition::every(parts?))
}

/// The mock that a registered behavior stands for. `by` names it.
///
/// # Errors
/// When the registration makes no sense.
pub fn behavior(event: &Event, registration: &Value, by: Arc<str>) -> Result<MockSpec, Fault> {
    read(event, registration, by).map_err(Fault::bad_request)
}

fn read(event: &Event, registration: &Value, by: Arc<str>) -> Result<MockSpec, String> {
    let member = |name: &str| {
        let value = registration.get(name);
        value.ok_or_else(|| {
            format!("A behavior needs criteria, a name and parameters: there is no {name}.")
        })
    };
    let condition = criteria(event, member("criteria")?)?;
    let behavior = Behavior::read(event, member("name")?, member("parameters")?)?;
    let pattern = event.pattern().ok_or("There is nothing to apply it to.")?;
    Ok(mock(
        (by, Turn::OldestFirst),
        pattern,
        condition,
        behavior.steps()?,
    ))
}

fn criteria(event: &Event, criteria: &Value) -> Result<Condition, String> {
    const FORM: &str = "The criteria have to be a list of objects.";
    let mut parts = event.ground();
    for item in criteria.as_array().ok_or(FORM)? {
        for (name, value) in item.as_object().ok_or(FORM)? {
            parts.push(event.criterion(name, value)?);
        }
    }
    Ok(Condition::every(parts))
}

/// What is to happen.
#[derive(Debug)]
enum Behavior {
    Once(Box<Step>),
    /// Never empty. Each time the next, and then from the start.
    Sequence(Vec<Behavior>),
}

impl Behavior {
    fn read(event: &Event, name: &Value, parameters: &Value) -> Result<Self, String> {
        const FORM: &str = "A behavior's parameters have to be an object.";
        let name = name.as_str().ok_or("A behavior's name has to be a text.")?;
        let parameters = parameters.as_object().ok_or(FORM)?;
        if name == "sequence" {
            return Self::sequence(event, parameters);
        }
        let step = once(event, name, parameters)?;
        let step = step.ok_or_else(|| format!("There is no behavior {name:?} here."))?;
        Ok(Behavior::Once(Box::new(step)))
    }

    fn sequence(event: &Event, parameters: &Map<String, Value>) -> Result<Self, String> {
        const FORM: &str = "A sequence needs `behaviors`, a list of one or more.";
        let items = parameters.get("behaviors").and_then(Value::as_array);
        let items = items.filter(|items| !items.is_empty()).ok_or(FORM)?;
        let item = |item: &Value| match &item["name"] {
            name if name == "default" => Ok(Behavior::Once(Box::new(act::succeed()))),
            name => Behavior::read(event, name, &item["parameters"]),
        };
        items
            .iter()
            .map(item)
            .collect::<Result<_, _>>()
            .map(Self::Sequence)
    }

    /// After how many times all begins anew.
    fn cycle(&self) -> usize {
        match self {
            Behavior::Once(_) => 1,
            Behavior::Sequence(items) => {
                let inner = items.iter().map(Behavior::cycle);
                let inner = inner.fold(1, |sum, cycle| lcm(sum, cycle).min(LONGEST_CYCLE + 1));
                items.len().saturating_mul(inner)
            }
        }
    }

    /// What happens when it serves for the nth time, counted from 0.
    fn nth(&self, n: usize) -> &Step {
        match self {
            Behavior::Once(step) => step,
            Behavior::Sequence(items) => items[n % items.len()].nth(n / items.len()),
        }
    }

    /// The steps of its mock, and whether they repeat.
    fn steps(&self) -> Result<(Vec<Step>, bool), String> {
        if let Behavior::Once(step) = self {
            return Ok((vec![Step::clone(step)], false));
        }
        let cycle = self.cycle();
        if cycle > LONGEST_CYCLE {
            return Err(format!(
                "The sequence takes more than {LONGEST_CYCLE} turns before it begins anew."
            ));
        }
        let counted = |n| Step {
            count: Some(1),
            ..self.nth(n).clone()
        };
        Ok(((0..cycle).map(counted).collect(), true))
    }
}

fn lcm(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x).saturating_mul(b)
}

/// What a behavior does, if there is one of that name.
fn once(
    event: &Event,
    name: &str,
    parameters: &Map<String, Value>,
) -> Result<Option<Step>, String> {
    let wrong = |wrong: Wrong| format!("The parameters of {name} make no sense: {}.", wrong.0);
    let duration = || {
        let given = parameters.get("duration").unwrap_or(&Value::Null);
        seconds(given).map_err(|_| {
            format!("The behavior {name} needs a `duration`: a number of seconds, 0 or more.")
        })
    };
    let refusal = || Refusal::by_nova(parameters).map_err(wrong);
    Ok(Some(match (event, name) {
        (Event::Creation { .. }, "fail") => refusal()?.step(false),
        (Event::Creation { .. }, "false-negative") => refusal()?.step(true),
        (Event::Creation { .. }, "build") => act::build(duration()?),
        (Event::Creation { .. }, "error") => act::error(),
        (Event::Creation { .. }, "active-then-error") => act::error_after(duration()?),
        (Event::Authentication, "fail") => {
            let refusal = Refusal::read(parameters, Refusal::OF_IDENTITY);
            refusal.map_err(wrong)?.step(false)
        }
        _ => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn creation() -> Event {
        Event::Creation {
            tenant: "demo".into(),
            region: None,
        }
    }

    fn text(event: &Event, registration: Value) -> String {
        let mock = behavior(event, &registration, "behavior 1".into());
        mock.expect("a behavior").to_string()
    }

    fn refused(event: &Event, registration: Value) -> String {
        let mock = behavior(event, &registration, "behavior 1".into());
        mock.expect_err("it makes no sense").message
    }

    #[test]
    fn a_behavior_reads_as_the_mock_that_one_would_write() {
        let registration = json!({
            "criteria": [{"server_name": "web.*"}, {"metadata": {"role": "db", "tier": ".*"}}],
            "name": "build", "parameters": {"duration": "20"},
        });
        assert_eq!(
            text(&creation(), registration),
            "mock compute.create_server where tenant == \"demo\" and server.name =~ \"^(?:web.*)\" and \
             server.metadata.role =~ \"^(?:db)\" and (server.metadata.tier =~ \"^(?:.*)\" or not \
             server.metadata.tier exists) { succeed leads to StartCommand where server.status == \"BUILD\" \
             { succeed delay 20s } }"
        );
    }

    #[test]
    fn sequences_cycle_and_those_within_go_on_by_themselves() {
        let fail = |message: &str| json!({"name": "fail", "parameters": {"message": message}});
        let inner =
            json!({"name": "sequence", "parameters": {"behaviors": [fail("b"), fail("c")]}});
        let registration = json!({
            "criteria": [], "name": "sequence",
            "parameters": {"behaviors": [fail("a"), inner, {"name": "default"}]},
        });
        let mock = behavior(&Event::Authentication, &registration, "behavior 1".into());
        let mock = mock.expect("a behavior");
        let said: Vec<String> = mock.steps.iter().map(ToString::to_string).collect();
        let order = ["\"a\"", "\"b\"", "succeed", "\"a\"", "\"c\"", "succeed"];
        assert!(mock.repeat);
        assert_eq!(said.len(), order.len());
        for (said, wanted) in said.iter().zip(order) {
            assert!(said.contains(wanted) && said.ends_with("count 1"), "{said}");
        }
    }

    /// The original took an empty sequence and a bad expression, and broke when they were used.
    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        let sequence = |behaviors: Value| json!({"criteria": [], "name": "sequence", "parameters": {"behaviors": behaviors}});
        let of = |criteria: Value, name: &str, parameters: Value| json!({"criteria": criteria, "name": name, "parameters": parameters});
        let fail = || json!({"name": "fail", "parameters": {}});
        let long: Vec<Value> = (0..40).map(|_| fail()).collect();
        let deep = json!({"name": "sequence", "parameters": {"behaviors": long}});
        for (registration, reason) in [
            (json!([]), "there is no criteria"),
            (
                json!({"criteria": [], "name": "fail"}),
                "there is no parameters",
            ),
            (of(json!({}), "fail", json!({})), "list of objects"),
            (of(json!(["web"]), "fail", json!({})), "list of objects"),
            (
                of(json!([{"colour": "x"}]), "fail", json!({})),
                "no criterion \"colour\"",
            ),
            (
                of(json!([{"server_name": "("}]), "fail", json!({})),
                "no regular expression",
            ),
            (
                of(json!([{"server_name": 1}]), "fail", json!({})),
                "has to be a regular expression",
            ),
            (
                of(json!([]), "explode", json!({})),
                "no behavior \"explode\"",
            ),
            (of(json!([]), "fail", json!(null)), "have to be an object"),
            (
                of(json!([]), "fail", json!({"code": "many"})),
                "status of HTTP",
            ),
            (of(json!([]), "build", json!({})), "needs a `duration`"),
            (
                of(json!([]), "active-then-error", json!({"duration": -1})),
                "0 or more",
            ),
            (sequence(json!([])), "a list of one or more"),
            (sequence(json!([{"name": "fail"}])), "have to be an object"),
            (
                sequence((0..40).map(|_| deep.clone()).collect()),
                "more than 1000 turns",
            ),
        ] {
            let said = refused(&creation(), registration.clone());
            assert!(said.contains(reason), "{registration}: {said}");
        }
    }
}
