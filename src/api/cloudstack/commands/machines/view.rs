//! How a virtual machine looks on the wire.

use serde_json::{Map, Value, json};

use crate::api::cloudstack::commands::templates;
use crate::api::cloudstack::commands::{
    affinity, date, infrastructure, joined, owner, security_groups,
};
use crate::api::cloudstack::table::Viewer;
use crate::vocabulary::place::{Level, Place};
use crate::world::World;
use crate::world::operations::Kind;
use crate::world::server::{Server, State, Task};
use crate::world::topology::Host;

/// The state as CloudStack calls it. It has no word for a paused machine, which still runs, nor for a
/// suspended one, which does not.
pub(crate) fn state(world: &World, server: &Server) -> &'static str {
    match (server.state, server.task) {
        (
            State::Stopped | State::Suspended | State::Active | State::Paused,
            Some(Task::PoweringOn),
        ) => "Starting",
        (State::Active | State::Paused, Some(Task::PoweringOff)) => "Stopping",
        (State::Active | State::Paused, Some(Task::Migrating)) => "Migrating",
        (State::Active | State::Paused, Some(Task::Deleting)) => "Stopping",
        (State::SoftDeleted | State::Error | State::Stopped, Some(Task::Deleting)) => "Expunging",
        (State::Building, _) if is_left_stopped(world, server) => "Stopped",
        (State::Building, _) => "Starting",
        (State::Active | State::Paused | State::Rescued | State::Resized, _) => "Running",
        (State::Stopped | State::Suspended | State::Shelved | State::ShelvedOffloaded, _) => {
            "Stopped"
        }
        (State::Error, _) => "Error",
        (State::SoftDeleted, _) if is_expunging(server) => "Expunging",
        (State::SoftDeleted, _) => "Destroyed",
        (State::Deleted, _) => "Expunging",
    }
}

/// Whether it was tried to remove a machine for good.
pub(super) fn is_expunging(server: &Server) -> bool {
    server.machine().is_some_and(|machine| machine.is_expunging)
}

/// Whether a machine is being made without being started.
fn is_left_stopped(world: &World, server: &Server) -> bool {
    let operation = server.operation.and_then(|id| world.operation(id));
    operation.is_some_and(|operation| operation.kind == Kind::CreateStopped)
}

/// The name that hypervisors know a machine by.
pub(crate) fn instance_name(world: &World, server: &Server) -> String {
    world.instance_name(server)
}

/// A virtual machine. Where it runs, only admins see.
pub(crate) fn machine(world: &World, server: &Server, is_for_admin: bool) -> Value {
    let job = server.operation.filter(|id| world.job(*id).is_some());
    let spec = &server.spec;
    let user_data = spec.nova.as_ref().and_then(|nova| nova.user_data.as_ref());
    let own = json!({
        "id": server.id,
        "name": spec.name,
        "displayname": display_name(server),
        "state": state(world, server),
        "created": date(server.created),
        "lastupdated": date(server.updated),
        "userid": spec.user.id,
        "username": spec.user.name,
        "haenable": spec.is_highly_available,
        "serviceofferingid": spec.flavor.uuid,
        "serviceofferingname": spec.flavor.name,
        "cpunumber": spec.flavor.cpus,
        "cpuspeed": spec.flavor.cpu_speed(),
        "memory": spec.flavor.memory,
        "userdata": user_data,
        "rootdeviceid": 0,
        "rootdevicetype": "ROOT",
        "pooltype": "NetworkFilesystem",
        "vmtype": "User",
        "details": details(server),
        "nic": super::nics::nics(world, server.id),
        "securitygroup": security_groups::of_machine(world, server.id),
        "affinitygroup": affinity_groups(world, server),
        "tags": [],
        "jobid": job,
        "jobstatus": job.map(|_| 0),
    });
    let parts = owner(world, &spec.project)
        .into_iter()
        .chain(origin(world, server))
        .chain(settings(world, server))
        .chain(placement(world, server, is_for_admin))
        .chain(super::nics::addresses(world, server.id));
    joined(own, parts)
}

fn affinity_groups(world: &World, server: &Server) -> Vec<Value> {
    let groups = world.groups_of(&server.spec);
    groups
        .filter_map(|group| affinity::show(world, group.id, Viewer::User))
        .collect()
}

/// What it was made from, and what is in its drive.
fn origin(world: &World, server: &Server) -> Map<String, Value> {
    let machine = server.machine().cloned().unwrap_or_default();
    let template = server.spec.image.as_deref();
    let (usual_id, usual_name) = templates::os_type(world, template);
    let os_type = machine.os_type.and_then(|id| world.os_types.get(id));
    let iso = machine.iso.and_then(|id| world.image(id));
    members([
        ("templateid", json!(template.map(|template| template.id))),
        (
            "templatename",
            json!(template.map(|template| &template.name)),
        ),
        (
            "templatedisplaytext",
            json!(template.map(templates::display_text)),
        ),
        ("templatetype", json!("USER")),
        (
            "guestosid",
            json!(os_type.map_or(usual_id, |os_type| os_type.id)),
        ),
        (
            "ostypeid",
            json!(os_type.map_or(usual_id, |os_type| os_type.id)),
        ),
        (
            "osdisplayname",
            json!(os_type.map_or(&*usual_name, |os_type| &os_type.name)),
        ),
        (
            "passwordenabled",
            json!(template.is_some_and(|template| template.gives_password())),
        ),
        ("isoid", json!(iso.map(|iso| iso.id))),
        ("isoname", json!(iso.map(|iso| &iso.name))),
        (
            "isodisplaytext",
            json!(iso.map(|iso| templates::display_text(iso))),
        ),
    ])
}

/// What its owner chose.
fn settings(world: &World, server: &Server) -> Map<String, Value> {
    let machine = server.machine().cloned().unwrap_or_default();
    let group = machine.group.and_then(|id| world.instance_groups.get(id));
    let user_data = machine.user_data.and_then(|id| world.user_data.get(id));
    let first_key = server.spec.key_name.as_deref();
    let keys = match machine.keys.is_empty() {
        true => first_key.map(str::to_owned),
        false => Some(machine.keys.join(",")),
    };
    members([
        ("keypair", json!(first_key)),
        ("keypairs", json!(keys)),
        ("displayvm", json!(!machine.is_hidden)),
        (
            "isdynamicallyscalable",
            json!(machine.is_dynamically_scalable),
        ),
        ("deleteprotection", json!(machine.is_protected)),
        ("userdataid", json!(user_data.map(|data| data.id))),
        ("userdataname", json!(user_data.map(|data| &data.name))),
        ("groupid", json!(group.map(|group| group.id))),
        ("group", json!(group.map(|group| &group.name))),
    ])
}

fn members<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    fields.into_iter().collect()
}

fn details(server: &Server) -> Value {
    let metadata = server.spec.metadata.iter();
    let details: Map<String, Value> = metadata
        .map(|(name, value)| (name.to_string(), json!(value)))
        .collect();
    details.into()
}

/// The hypervisor of its host; of one that was on none, that of the first cluster.
pub(crate) fn hypervisor<'a>(world: &'a World, server: &Server) -> &'a str {
    let last = server.host.or(server.last_host);
    let first = || world.topology.clusters().next();
    match last.map(|host| world.topology.host(host)) {
        Some(host) => infrastructure::hypervisor(world, host),
        None => first().map_or("Simulator", |cluster| cluster.hypervisor()),
    }
}

/// The second name, which it is shown under.
pub(crate) fn display_name(server: &Server) -> &str {
    server
        .spec
        .display_name
        .as_ref()
        .unwrap_or(&server.spec.name)
}

/// The zone, and what only admins see: the host, if it is on one, and its name there.
fn placement(world: &World, server: &Server, is_for_admin: bool) -> Map<String, Value> {
    let host = server.host.map(|host| world.topology.host(host));
    let last = server
        .host
        .or(server.last_host)
        .map(|host| world.topology.host(host));
    let nowhere = Place::nowhere();
    let place = last.map_or(&nowhere, |host| &*host.place);
    let first_zone = world.topology.zones().next();
    let mut members = Map::new();
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    let zone = world
        .topology
        .id_at(place, Level::Zone)
        .or(first_zone.map(|zone| zone.id));
    set("zoneid", json!(zone));
    let name = place
        .name(Level::Zone)
        .or(first_zone.map(|zone| &zone.name));
    set("zonename", json!(name));
    set("hypervisor", json!(hypervisor(world, server)));
    if is_for_admin {
        set("instancename", json!(instance_name(world, server)));
        set("hostid", json!(host.map(|host| host.id)));
        set("hostname", json!(host.map(|host| &host.name)));
        set("hostcontrolstate", json!(host.map(control_state)));
    }
    members
}

fn control_state(host: &Host) -> &'static str {
    match (host.is_up, host.in_maintenance) {
        (true, false) => "Enabled",
        (true, true) => "Maintenance",
        (false, _) => "Offline",
    }
}
