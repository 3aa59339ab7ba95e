//! The services on the hosts: to see, and for administrators to steer.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::Micros;
use super::super::schema::{Object, Schema, TEXT, object, property};
use super::complaint::invalid_input;
use super::{Answer, Call, Operation, check, shapes, text};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::topology::Host;
use crate::world::volume::{StorageService, VOLUME_SERVICE};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_services",
        land: Landing::nowhere,
        run: list,
        is_read: true,
    },
    turn("volume.enable_service"),
    turn("volume.disable_service"),
    turn("volume.disable_service_with_reason"),
    freeze("volume.freeze_host"),
    freeze("volume.thaw_host"),
];

/// One that lets a service take volumes, or no longer.
const fn turn(command: &'static str) -> Operation {
    Operation {
        command,
        land: |world, call| {
            let shape = match asks(call) {
                "disable-log-reason" => &WITH_REASON,
                _ => &SERVICE,
            };
            check(shape, call)?;
            target(world, call).map(|_| Landing::default())
        },
        run: run_turn,
        is_read: false,
    }
}

/// One that lets the volumes of a host be changed, or no longer.
const fn freeze(command: &'static str) -> Operation {
    Operation {
        command,
        land: |world, call| {
            check(&HOST, call)?;
            freezable(world, call).map(|_| Landing::default())
        },
        run: |world, call, _| {
            let (host, is_frozen) = freezable(world, call)?;
            world.storage.service_mut(host, VOLUME_SERVICE).is_frozen = is_frozen;
            Ok(Answer::empty(StatusCode::OK))
        },
        is_read: false,
    }
}

const NAME: Schema = shapes::text(1, 255);

const SERVICE: Object = object(&[
    property("binary", NAME).required(),
    property("host", Schema::Text(TEXT)).required(),
    property("cluster", shapes::text_or_null(0, 255)),
    property("service", NAME),
]);

const WITH_REASON: Object = object(&[
    property("binary", NAME).required(),
    property("host", Schema::Text(TEXT)).required(),
    property("cluster", shapes::text_or_null(0, 255)),
    property("service", NAME),
    property("disabled_reason", NAME),
]);

const HOST: Object = object(&[
    property("host", Schema::Text(TEXT)),
    property("cluster", shapes::text_or_null(0, 255)),
]);

/// What is to be done: the last part of the path.
fn asks(call: &Call) -> &str {
    let path = call.request.path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default()
}

/// The service that the body names.
fn target(world: &World, call: &Call) -> Result<(Uuid, &'static str), Fault> {
    let (host, binary) = (text(&call.body, "host"), text(&call.body, "binary"));
    let mut services = all_services(world).into_iter();
    let is_it =
        |service: &Service<'_>| binary == Some(service.binary) && host == Some(&*service.name());
    let found = services.find(is_it);
    found
        .map(|service| (service.host.id, service.binary))
        .ok_or_else(|| {
            let (host, binary) = (host.unwrap_or_default(), binary.unwrap_or_default());
            Fault::not_found(format!(
                "Service {binary} could not be found on host {host}."
            ))
        })
}

fn run_turn(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (host, binary) = target(world, call)?;
    let is_disabled = asks(call) != "enable";
    let reason = text(&call.body, "disabled_reason");
    *world.storage.service_mut(host, binary) = StorageService {
        is_disabled,
        disabled_reason: reason.map(Into::into),
        is_frozen: world.storage.service_mut(host, binary).is_frozen,
    };
    let mut shown = json!({
        "host": call.body["host"],
        "service": binary,
        "binary": binary,
        "status": if is_disabled { "disabled" } else { "enabled" },
        "disabled": is_disabled,
    });
    if asks(call) != "disable" {
        shown["disabled_reason"] = json!(reason);
    }
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// The host whose volumes are to be kept as they are, or not, where that changes something.
fn freezable(world: &World, call: &Call) -> Result<(Uuid, bool), Fault> {
    let wanted = text(&call.body, "host").unwrap_or_default();
    let is_frozen = asks(call) == "freeze";
    let mut services = all_services(world).into_iter();
    let found = services.find(|service| {
        let said = world.storage.service(service.host, VOLUME_SERVICE);
        service.is_backend && service.name() == wanted && said.is_frozen != is_frozen
    });
    let expected = if is_frozen { "False" } else { "True" };
    found
        .map(|service| (service.host.id, is_frozen))
        .ok_or_else(|| {
            invalid_input(format!(
                "frozen in {wanted} must be {expected} to failover."
            ))
        })
}

/// One service on one host.
pub(super) struct Service<'a> {
    pub(super) binary: &'static str,
    pub(super) host: &'a Host,
    is_backend: bool,
}

impl Service<'_> {
    pub(super) fn name(&self) -> String {
        match self.is_backend {
            true => format!("{}@mimic", self.host.name),
            false => self.host.name.to_string(),
        }
    }

    pub(super) fn zone(&self) -> &str {
        self.host.place.name(Level::Zone).map_or("", |zone| zone)
    }

    pub(super) fn status(&self, world: &World) -> &'static str {
        let said = world.storage.service(self.host, self.binary);
        match said.is_disabled || self.host.in_maintenance {
            true => "disabled",
            false => "enabled",
        }
    }
}

/// The scheduler is on the first host; each sees to volumes and backups.
pub(super) fn all_services(world: &World) -> Vec<Service<'_>> {
    let service = |binary, host, is_backend| Service {
        binary,
        host,
        is_backend,
    };
    let hosts: Vec<&Host> = world.topology.hosts().map(|(_, host)| host).collect();
    let first = hosts
        .first()
        .map(|host| service("cinder-scheduler", host, false));
    let others = hosts.iter().flat_map(|host| {
        [
            service(VOLUME_SERVICE, host, true),
            service("cinder-backup", host, false),
        ]
    });
    first.into_iter().chain(others).collect()
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let now = world.now();
    let wants = |name: &str, value: &str| {
        let wanted = call.param(name);
        wanted.is_none_or(|wanted| value == wanted || value.split('@').next() == Some(wanted))
    };
    let shown = all_services(world)
        .into_iter()
        .filter(|service| wants("binary", service.binary) && wants("host", &service.name()))
        .map(|service| {
            let said = world.storage.service(service.host, service.binary);
            let mut shown = json!({
                "binary": service.binary,
                "host": service.name(),
                "zone": service.zone(),
                "status": service.status(world),
                "state": if service.host.is_up { "up" } else { "down" },
                "updated_at": Micros(now),
                "disabled_reason": said.disabled_reason,
            });
            if service.is_backend {
                shown["replication_status"] = "disabled".into();
                shown["active_backend_id"] = Value::Null;
                shown["frozen"] = said.is_frozen.into();
            }
            if call.microversion >= 7 {
                shown["cluster"] = Value::Null;
            }
            if service.is_backend && call.microversion >= 49 {
                shown["backend_state"] = if service.host.is_up { "up" } else { "down" }.into();
            }
            shown
        });
    let shown = json!({"services": shown.collect::<Value>()});
    Ok(Answer::json(StatusCode::OK, &shown))
}
