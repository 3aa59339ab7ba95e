//! Hosts, by the API that ended with 2.42.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::python::repr;
use super::super::render::Hex;
use super::super::schema::{self, Object, Schema, object, property};
use super::services::{COMPUTE, services};
use super::{Answer, Call, Operation, check_exists, host_not_mapped};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::plan::HostChange;
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::topology::{DISK, HostKey};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_hosts",
        land: |_, call| check_exists(call, ..=42).map(|()| Landing::default()),
        run: list,
        is_read: true,
    },
    Operation {
        command: "compute.get_host",
        land,
        run: show,
        is_read: true,
    },
    Operation {
        command: "compute.update_host",
        land: land_on_update,
        run: update,
        is_read: false,
    },
    power("compute.start_host", |world, call, landing| {
        act(world, call, landing, "startup", Some(HostChange::ComesBack))
    }),
    power("compute.stop_host", |world, call, landing| {
        act(world, call, landing, "shutdown", Some(HostChange::GoesDown))
    }),
    power("compute.reboot_host", |world, call, landing| {
        act(world, call, landing, "reboot", None)
    }),
];

/// What switches a host: a `GET` that changes something.
const fn power(
    command: &'static str,
    run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
) -> Operation {
    Operation {
        command,
        land,
        run,
        is_read: false,
    }
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, ..=42)?;
    let name = call.path_param("host");
    let (key, ..) = world
        .compute_host(name)
        .ok_or_else(|| host_not_mapped(name))?;
    Ok(Landing::on_host(world, key))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let zone = call.param("zone").filter(|zone| !zone.is_empty());
    let hosts: Vec<Value> = services(world)
        .filter(|service| !service.is_disabled)
        .filter(|service| zone.is_none_or(|zone| *service.zone == *zone))
        .map(|service| {
            json!({
                "host_name": service.host,
                "service": service.binary.trim_start_matches("nova-"),
                "zone": service.zone,
            })
        })
        .collect();
    debug_assert!(COMPUTE.starts_with("nova-"));
    Ok(Answer::json(StatusCode::OK, &json!({ "hosts": hosts })))
}

/// Processors, memory in MiB and disk in GiB.
#[derive(Default, Clone, Copy)]
struct Share(u64, u64, u64);

impl Share {
    fn plus(self, other: Share) -> Share {
        Share(self.0 + other.0, self.1 + other.1, self.2 + other.2)
    }
}

fn show(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let Target::Host(key) = landing.target else {
        return Err(Fault::not_found(""));
    };
    let (host, name) = (world.topology.host(key), call.path_param("host"));
    let row = |project: Value, Share(cpu, memory, disk): Share| {
        json!({"resource": {
            "host": name, "project": project, "cpu": cpu, "memory_mb": memory, "disk_gb": disk,
        }})
    };
    let shares = shares(world, key);
    let all = shares
        .iter()
        .fold(Share::default(), |sum, (_, share)| sum.plus(*share));
    let total = Share(u64::from(host.cpus), host.memory, DISK);
    let used = Share(host.used_cpus, host.used_memory, all.2);
    let mut rows = vec![
        row(json!("(total)"), total),
        row(json!("(used_now)"), used),
        row(json!("(used_max)"), all),
    ];
    rows.extend(
        shares
            .iter()
            .map(|(project, share)| row(json!(Hex(project.id)), *share)),
    );
    Ok(Answer::json(StatusCode::OK, &json!({ "host": rows })))
}

/// What each project has on a host.
fn shares(world: &World, host: HostKey) -> Vec<(&Project, Share)> {
    let mut shares: Vec<(&Project, Share)> = Vec::new();
    for server in world.servers_at(host) {
        let flavor = &server.spec.flavor;
        let disk = flavor.disk + flavor.ephemeral;
        let share = Share(u64::from(flavor.cpus), flavor.memory, disk);
        match shares
            .iter_mut()
            .find(|(project, _)| project.id == server.spec.project.id)
        {
            Some((_, sum)) => *sum = sum.plus(share),
            None => shares.push((&server.spec.project, share)),
        }
    }
    shares
}

const BODY: Object = object(&[
    property("status", SWITCH),
    property("maintenance_mode", SWITCH),
]);

const SWITCH: Schema = Schema::Choice(&[
    "enable", "disable", "Enable", "Disable", "ENABLE", "DISABLE",
]);

fn switch(call: &Call, name: &str) -> Option<bool> {
    let word = call.body.get(name)?.as_str()?;
    Some(word.eq_ignore_ascii_case("enable"))
}

fn land_on_update(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, ..=42)?;
    let asks_for = |name: &str| call.body.get(name).is_some();
    if call.body.is_object() && !asks_for("status") && !asks_for("maintenance_mode") {
        let shown = repr(&call.body);
        return Err(Fault::invalid(format!(
            "{shown} is not valid under any of the given schemas"
        )));
    }
    schema::check(&BODY, &call.body, call.microversion)?;
    land(world, call)
}

fn update(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let Target::Host(host) = landing.target else {
        return Err(Fault::not_found(""));
    };
    let mut shown = json!({"host": call.path_param("host")});
    if let Some(is_enabled) = switch(call, "status") {
        if let Some(service) = world.service_mut(host) {
            service.is_disabled = !is_enabled;
        }
        shown["status"] = if is_enabled { "enabled" } else { "disabled" }.into();
    }
    if let Some(enters) = switch(call, "maintenance_mode") {
        let (change, word) = match enters {
            true => (HostChange::EntersMaintenance, "on_maintenance"),
            false => (HostChange::LeavesMaintenance, "off_maintenance"),
        };
        world.change_host(host, change);
        shown["maintenance_mode"] = word.into();
    }
    Ok(Answer::json(StatusCode::OK, &shown))
}

fn act(
    world: &mut World,
    call: &Call,
    landing: Landing,
    word: &str,
    change: Option<HostChange>,
) -> Result<Answer, Fault> {
    if let (Target::Host(host), Some(change)) = (landing.target, change) {
        world.change_host(host, change);
    }
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"host": call.path_param("host"), "power_action": word}),
    ))
}
