//! A server's live migrations that are under way.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::render::{Hex, Micros};
use super::super::schema::{self, Object, Schema, object, property};
use super::actions::{check_lock, wrong_state};
use super::view::{task_state, vm_state};
use super::{Answer, Call, Operation, land_on_server, server};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Migration};
use crate::world::server::{Server, State, Task};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_server_migrations",
        land: |world, call| land_since(23, world, call),
        run: |world, call, _| list(world, call),
        is_read: true,
    },
    Operation {
        command: "compute.get_server_migration",
        land: |world, call| land_since(23, world, call),
        run: |world, call, _| show(world, call),
        is_read: true,
    },
    Operation {
        command: "compute.abort_server_migration",
        land: |world, call| land_since(24, world, call),
        run: |world, call, _| abort(world, call),
        is_read: false,
    },
    Operation {
        command: "compute.force_complete_migration",
        land: |world, call| {
            since(22, call)?;
            schema::check(&FORCE_COMPLETE, &call.body, call.microversion)?;
            land_on_server(world, call)
        },
        run: |world, call, _| force_complete(world, call),
        is_read: false,
    },
];

const FORCE_COMPLETE: Object = object(&[property("force_complete", Schema::Null).required()]);

const IN_PROGRESS: &[&str] = &["queued", "preparing", "running", "post-migrating"];

fn since(version: u32, call: &Call) -> Result<(), Fault> {
    match call.microversion < version {
        true => Err(Fault::not_found("")),
        false => Ok(()),
    }
}

fn land_since(version: u32, world: &World, call: &Call) -> Result<Landing, Fault> {
    since(version, call)?;
    land_on_server(world, call)
}

fn list(world: &World, call: &Call) -> Result<Answer, Fault> {
    let id = server(world, call)?.id;
    let is_shown = |migration: &&Migration| {
        migration.server == id
            && migration.kind == Kind::Migrate
            && IN_PROGRESS.contains(&migration.status)
    };
    let migrations = world.migrations().filter(is_shown);
    let migrations: Vec<Value> = migrations.map(|found| view(world, call, found)).collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "migrations": migrations }),
    ))
}

fn show(world: &World, call: &Call) -> Result<Answer, Fault> {
    let (server, wanted) = (server(world, call)?.id, call.path_param("migration"));
    let missing = |why: &str| Err(Fault::not_found(why.to_owned()));
    let Some(found) = find(world, call)? else {
        return missing(&format!(
            "In-progress live migration {wanted} is not found for server {server}."
        ));
    };
    if found.kind != Kind::Migrate {
        return missing(&format!(
            "Migration {wanted} for server {server} is not live-migration."
        ));
    }
    if !IN_PROGRESS.contains(&found.status) {
        return missing(&format!(
            "Live migration {wanted} for server {server} is not in progress."
        ));
    }
    let body = json!({ "migration": view(world, call, found) });
    Ok(Answer::json(StatusCode::OK, &body))
}

/// The migration of the path, where it is the server's.
fn find<'a>(world: &'a World, call: &Call) -> Result<Option<&'a Migration>, Fault> {
    let server = server(world, call)?.id;
    let wanted = call.path_param("migration").parse().ok();
    let mut all = world.migrations();
    Ok(all.find(|found| found.server == server && Some(found.number) == wanted))
}

fn abort(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let subject = server(world, call)?;
    check_lock(call, subject)?;
    check_migrating(subject, "abort live migration")?;
    let allowed: &[&str] = match call.microversion {
        0..65 => &["running"],
        _ => &["running", "queued", "preparing"],
    };
    let id = subject.id;
    let missing = || {
        let wanted = call.path_param("migration");
        Fault::not_found(format!("Migration {wanted} not found for instance {id}"))
    };
    let found = find(world, call)?.ok_or_else(missing)?;
    check_status(found, allowed, "abort live migration")?;
    world.abort_migration(found.id);
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

fn force_complete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let subject = server(world, call)?;
    check_lock(call, subject)?;
    if subject.state != State::Active {
        let value = vm_state(subject.state);
        return Err(wrong_state("force_complete", subject.id, "vm_state", value));
    }
    check_migrating(subject, "force_complete")?;
    let id = subject.id;
    let missing = || {
        let wanted = call.path_param("migration");
        Fault::bad_request(format!("Migration {wanted} not found for instance {id}"))
    };
    let found = find(world, call)?.ok_or_else(missing)?;
    check_status(found, &["running"], "force complete")?;
    if let Some(operation) = found.operation {
        world.hasten(operation);
    }
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

fn check_migrating(server: &Server, word: &str) -> Result<(), Fault> {
    match server.task {
        Some(Task::Migrating) => Ok(()),
        other => {
            let value = other.map_or("None", task_state);
            Err(wrong_state(word, server.id, "task_state", value))
        }
    }
}

fn check_status(found: &Migration, allowed: &[&str], word: &str) -> Result<(), Fault> {
    if allowed.contains(&found.status) {
        return Ok(());
    }
    let Migration {
        number,
        server,
        status,
        ..
    } = found;
    Err(Fault::bad_request(format!(
        "Migration {number} state of instance {server} is {status}. Cannot {word} while the migration is in \
         this state."
    )))
}

fn view(world: &World, call: &Call, migration: &Migration) -> Value {
    let name = |host: Option<_>| host.map(|host| &world.topology.host(host).name);
    let (from, to) = (name(migration.origin), name(migration.host));
    let mut shown = json!({
        "id": migration.number,
        "server_uuid": migration.server,
        "status": migration.status,
        "source_compute": from,
        "source_node": from,
        "dest_compute": to,
        "dest_node": to,
        "dest_host": to.map(|_| "127.0.0.1"),
        "created_at": Micros(migration.created),
        "updated_at": Micros(migration.updated),
    });
    // What a migration has moved so far is not simulated.
    for what in ["memory", "disk"] {
        for part in ["total", "processed", "remaining"] {
            shown[format!("{what}_{part}_bytes")] = Value::Null;
        }
    }
    if call.microversion >= 59 {
        shown["uuid"] = json!(migration.id);
    }
    if call.microversion >= 80 {
        shown["user_id"] = json!(Hex(migration.user.id));
        shown["project_id"] = json!(Hex(migration.project.id));
    }
    shown
}
