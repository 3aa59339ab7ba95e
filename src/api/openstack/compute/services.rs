//! Compute's services: one on each host, and those that steer them all.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::query::{Kind, NONE_SINCE_75, Parameters, parameter};
use super::super::render::Micros;
use super::super::schema::{self, Object, Pattern, Schema, TEXT, Text, is_yes, object, property};
use super::{Answer, Call, Operation, done, host_not_mapped};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::availability::compute_service::ComputeService;
use crate::world::ids::named;
use crate::world::topology::{Host, HostKey};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_services",
        land: Landing::nowhere,
        run: list,
        is_read: true,
    },
    Operation {
        command: "compute.update_service",
        land: |world, call| match call.microversion {
            53.. => land_by_id(world, call),
            _ => land_by_host(world, call),
        },
        run: |world, call, landing| match call.microversion {
            53.. => update(world, call, landing),
            _ => act(world, call, landing),
        },
        is_read: false,
    },
    Operation {
        command: "compute.delete_service",
        land: land_on_delete,
        run: |world, _, landing| {
            if let Target::Host(host) = landing.target {
                world.remove_service(host);
            }
            Ok(done(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

const PARAMETERS: Parameters = Parameters {
    known: &[
        parameter("host", Kind::Text),
        parameter("binary", Kind::Text),
    ],
    ..NONE_SINCE_75
};

/// What runs on hosts.
pub(super) const COMPUTE: &str = "nova-compute";

/// What steers them, and where; known to all, and never down.
const CONTROL: [(&str, &str); 2] = [
    ("nova-conductor", CONTROLLER),
    ("nova-scheduler", CONTROLLER),
];
const CONTROLLER: &str = "controller";

/// The zone of what steers.
pub(super) const INTERNAL: &str = "internal";

/// A service, as administrators see it.
pub(super) struct Service<'a> {
    pub(super) binary: &'static str,
    pub(super) host: &'a str,
    /// The id before 2.53.
    number: usize,
    id: Uuid,
    pub(super) zone: Arc<str>,
    pub(super) is_disabled: bool,
    pub(super) is_up: bool,
    pub(super) updated: DateTime<Utc>,
    disabled_reason: Option<&'a str>,
    is_forced_down: bool,
    /// The host that it runs on, if that is one for servers.
    key: Option<HostKey>,
}

/// All services: those that steer come first.
pub(super) fn services(world: &World) -> impl Iterator<Item = Service<'_>> {
    let control = CONTROL.into_iter().enumerate();
    let control = control.map(|(at, (binary, host))| Service {
        binary,
        host,
        number: at + 1,
        id: named("service", binary),
        zone: INTERNAL.into(),
        is_disabled: false,
        is_up: true,
        updated: world.now(),
        disabled_reason: None,
        is_forced_down: false,
        key: None,
    });
    let compute = world.compute_hosts();
    control.chain(compute.map(|(key, host, service)| on_host(world, key, host, service)))
}

fn on_host<'a>(
    world: &World,
    key: HostKey,
    host: &'a Host,
    service: &'a ComputeService,
) -> Service<'a> {
    let reason = service.disabled_reason.as_deref();
    Service {
        binary: COMPUTE,
        host: &host.name,
        number: number(key),
        id: id(host),
        zone: world.availability_zone(key, host),
        is_disabled: service.is_disabled || host.in_maintenance,
        is_up: host.is_reachable(),
        updated: service.silent_since.unwrap_or(world.now()),
        disabled_reason: reason.or(host.in_maintenance.then_some("The host is in maintenance")),
        is_forced_down: service.is_forced_down,
        key: Some(key),
    }
}

/// The number of the service on a host.
pub(super) fn number(host: HostKey) -> usize {
    CONTROL.len() + host.number()
}

/// The id of the service on a host.
pub(super) fn id(host: &Host) -> Uuid {
    named("service", &host.place.to_string())
}

impl Service<'_> {
    fn json(&self, version: u32) -> Value {
        let id = match version {
            53.. => json!(self.id),
            _ => json!(self.number),
        };
        let mut shown = json!({
            "binary": self.binary,
            "host": self.host,
            "id": id,
            "zone": self.zone,
            "status": status(self.is_disabled),
            "state": if self.is_up { "up" } else { "down" },
            "updated_at": Micros(self.updated),
            "disabled_reason": self.disabled_reason,
        });
        if version >= 11 {
            shown["forced_down"] = self.is_forced_down.into();
        }
        shown
    }
}

pub(super) fn status(is_disabled: bool) -> &'static str {
    if is_disabled { "disabled" } else { "enabled" }
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    PARAMETERS.check(call)?;
    let wanted = |name: &str| call.param(name).filter(|value| !value.is_empty());
    let (host, binary) = (wanted("host"), wanted("binary"));
    let is_wanted = |service: &Service<'_>| {
        host.is_none_or(|host| service.host == host)
            && binary.is_none_or(|binary| service.binary == binary)
    };
    let services: Vec<Value> = services(world)
        .filter(is_wanted)
        .map(|service| service.json(call.microversion))
        .collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "services": services }),
    ))
}

const REASON: Text = Text {
    min: 1,
    max: 255,
    ..TEXT
};

const HOST: Text = Text {
    min: 1,
    max: 255,
    pattern: Some(HOST_NAME),
    ..TEXT
};

/// The form of the names of hosts.
pub(super) const HOST_NAME: Pattern = Pattern {
    shown: "^[a-zA-Z0-9-._]*$",
    accepts: |name| {
        name.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
    },
};

/// Before 2.53: which service, and, for some actions, how.
const ACTION: Object = object(&[
    property("host", Schema::Text(HOST)).required(),
    property("binary", Schema::Text(REASON)).required(),
    property("disabled_reason", Schema::Text(REASON)),
    property("forced_down", Schema::Boolean).since(11),
]);

fn land_by_host(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&ACTION, &call.body, call.microversion)?;
    let missing = |what: &str| match what {
        "disabled_reason" => Err(Fault::bad_request("Missing disabled reason field")),
        what => Err(Fault::bad_request(format!("Missing {what} field"))),
    };
    match call.path_param("service") {
        "enable" | "disable" => {}
        "disable-log-reason" if call.body.get("disabled_reason").is_none() => {
            return missing("disabled_reason");
        }
        "disable-log-reason" => {}
        "force-down" if call.microversion < 11 => return Err(unknown_action()),
        "force-down" if call.body.get("forced_down").is_none() => return missing("forced_down"),
        "force-down" => {}
        _ => return Err(unknown_action()),
    }
    let text = |name: &str| call.body[name].as_str().unwrap_or_default();
    check_binary(text("binary"))?;
    let host = world.compute_host(text("host"));
    let (key, ..) = host.ok_or_else(|| host_not_mapped(text("host")))?;
    Ok(Landing::on_host(world, key))
}

fn unknown_action() -> Fault {
    Fault::not_found("Unknown action")
}

fn check_binary(binary: &str) -> Result<(), Fault> {
    if binary == COMPUTE {
        return Ok(());
    }
    Err(Fault::bad_request(format!(
        "Updating a {binary} service is not supported. Only nova-compute services can be updated."
    )))
}

/// What a body or an action changes.
#[derive(Default)]
struct Change {
    /// With the reason, where there is one.
    disable: Option<(bool, Option<Arc<str>>)>,
    force_down: Option<bool>,
}

impl Change {
    fn apply(self, world: &mut World, landing: &Landing) {
        let Target::Host(host) = landing.target else {
            return;
        };
        let Some(service) = world.service_mut(host) else {
            return;
        };
        if let Some((is_disabled, reason)) = self.disable {
            (service.is_disabled, service.disabled_reason) = (is_disabled, reason);
        }
        if let Some(is_forced_down) = self.force_down {
            service.is_forced_down = is_forced_down;
        }
    }
}

fn reason(call: &Call) -> Option<Arc<str>> {
    call.body["disabled_reason"].as_str().map(Into::into)
}

/// Before 2.53 the path says what to do, and the answer repeats it.
fn act(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let body = &call.body;
    let mut shown = json!({"host": body["host"], "binary": body["binary"]});
    let change = match call.path_param("service") {
        "force-down" => {
            let is_forced_down = is_yes(&body["forced_down"]);
            shown["forced_down"] = is_forced_down.into();
            Change {
                force_down: Some(is_forced_down),
                ..Change::default()
            }
        }
        action => {
            let reason = reason(call).filter(|_| action == "disable-log-reason");
            shown["status"] = status(action != "enable").into();
            if let Some(reason) = &reason {
                shown["disabled_reason"] = json!(reason);
            }
            Change {
                disable: Some((action != "enable", reason)),
                ..Change::default()
            }
        }
    };
    change.apply(world, &landing);
    Ok(Answer::json(StatusCode::OK, &json!({ "service": shown })))
}

const UPDATE: Object = object(&[
    property("status", Schema::Choice(&["enabled", "disabled"])),
    property("disabled_reason", Schema::Text(REASON)),
    property("forced_down", Schema::Boolean),
]);

fn land_by_id(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&UPDATE, &call.body, call.microversion)?;
    let id = service_id(call)?;
    let found = services(world).find(|service| service.id == id);
    let service =
        found.ok_or_else(|| Fault::not_found(format!("Service {id} could not be found.")))?;
    check_binary(service.binary)?;
    let is_enabled = call.body["status"] == "enabled";
    if is_enabled && call.body.get("disabled_reason").is_some() {
        return Err(Fault::bad_request(
            "Specifying 'disabled_reason' with status 'enabled' is invalid.",
        ));
    }
    if call.body.get("status").is_none() && call.body.get("forced_down").is_none() {
        return Err(Fault::bad_request(
            "No updates were requested. Fields 'status' or 'forced_down' should be specified.",
        ));
    }
    let key = service.key.ok_or_else(|| Fault::not_found(""))?;
    Ok(Landing::on_host(world, key))
}

fn service_id(call: &Call) -> Result<Uuid, Fault> {
    let id = call.path_param("service");
    Uuid::try_parse(id).map_err(|_| Fault::bad_request(format!("Invalid uuid {id}")))
}

fn update(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let status = call.body["status"].as_str();
    let change = Change {
        disable: status.map(|status| (status == "disabled", reason(call))),
        force_down: call.body.get("forced_down").map(is_yes),
    };
    change.apply(world, &landing);
    let id = service_id(call)?;
    let service = services(world).find(|service| service.id == id);
    let shown = service.map(|service| service.json(call.microversion));
    Ok(Answer::json(StatusCode::OK, &json!({ "service": shown })))
}

fn land_on_delete(world: &World, call: &Call) -> Result<Landing, Fault> {
    let wanted = call.path_param("service");
    let is_wanted: Box<dyn Fn(&Service<'_>) -> bool> = match call.microversion {
        53.. => {
            let id = service_id(call)?;
            Box::new(move |service| service.id == id)
        }
        _ => {
            let number = super::integer_id(wanted)?;
            Box::new(move |service| service.number as u64 == number)
        }
    };
    let found = services(world).find(|service| is_wanted(service));
    let missing = || Fault::not_found(format!("Service {wanted} not found."));
    // What steers is always there again.
    let key = found.ok_or_else(missing)?.key.ok_or_else(missing)?;
    if world.servers_at(key).next().is_some() {
        return Err(Fault::new(
            FaultKind::Conflict,
            "Unable to delete compute service that is hosting instances. Migrate or delete the instances first.",
        ));
    }
    Ok(Landing::on_host(world, key))
}
