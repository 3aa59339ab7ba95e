//! What changes a machine that is there: its names, its size, its owner, its disk.

use std::sync::Arc;

use uuid::Uuid;

use super::deploy::offering;
use super::operate::target;
use super::user_data;
use super::{display_name, instance_name, secrets, state};
use crate::api::cloudstack::access::owner_of_new;
use crate::api::cloudstack::commands::affinity;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::images::image::ImageStatus;
use crate::world::operations::{Kind, Order};
use crate::world::server::Server;

pub(super) fn update(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let (id, project) = (server.id, server.spec.project.clone());
    let args = args(world, call);
    let mut spec = server.spec.clone();
    if args.text("name").is_some() {
        spec.name = super::deploy::name(&args, call.id)?;
    }
    spec.display_name = args
        .text("displayname")
        .map(Arc::from)
        .or(spec.display_name);
    spec.is_highly_available = args.flag("haenable").unwrap_or(spec.is_highly_available);
    if args.text("userdata").or(args.text("userdataid")).is_some() {
        let template = spec.image.as_ref().and_then(|image| world.image(image.id));
        let data = user_data::of(&args, template.map(|template| &**template))?;
        spec.nova_mut().user_data = data;
    }
    let details = args.map("details").into_iter();
    let details: Vec<_> = details
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    if args.flag("cleanupdetails") == Some(true) {
        spec.metadata.clear();
    } else if !details.is_empty() {
        spec.metadata = details;
    }
    let machine = spec.machine_mut();
    machine.os_type = args.id("ostypeid").or(machine.os_type);
    machine.user_data = args.id("userdataid").or(machine.user_data);
    machine.is_protected = args
        .flag("deleteprotection")
        .unwrap_or(machine.is_protected);
    machine.is_hidden = args
        .flag("displayvm")
        .map_or(machine.is_hidden, |shows| !shows);
    let scalable = args.flag("isdynamicallyscalable");
    machine.is_dynamically_scalable = scalable.unwrap_or(machine.is_dynamically_scalable);
    if let Some(group) = args.text("group").map(str::to_owned) {
        machine.group = Some(world.instance_group_named(&project, &group));
    }
    let now = world.now();
    if let Some(server) = world.server_mut(id) {
        (server.spec, server.updated) = (spec, now);
    }
    job::done(world, call, Some(id))
}

/// Gives a stopped machine another size.
pub(super) fn change_service(
    world: &mut World,
    call: &Call,
    landing: Landing,
) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let id = server.id;
    let flavor = offering(&args(world, call))?;
    if state(world, server) != "Stopped" || server.host.is_some() {
        return Err(Fault::invalid(format!(
            "Unable to upgrade virtual machine {} in state {}; make sure the virtual machine is stopped",
            instance_name(world, server),
            state(world, server)
        )));
    }
    if flavor.uuid == server.spec.flavor.uuid && !flavor.is_custom {
        return Err(Fault::invalid(format!(
            "Not upgrading vm {} since it already has the requested service offering ({})",
            display_name(server),
            flavor.name
        )));
    }
    if let Some(server) = world.server_mut(id) {
        server.spec.flavor = flavor;
    }
    job::done(world, call, Some(id))
}

/// Gives a stopped machine, and its disks, to another account.
pub(super) fn assign(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let id = server.id;
    if state(world, server) != "Stopped" {
        return Err(Fault::invalid(format!(
            "VM is Running, unable to move the vm {} in state {}",
            instance_name(world, server),
            state(world, server)
        )));
    }
    let (project, user) = owner_of_new(world, call)?;
    let disks: Vec<Uuid> = world
        .storage
        .volumes_of(id)
        .map(|(disk, _)| disk.id)
        .collect();
    for disk in disks {
        if let Some(volume) = world.volume_mut(disk) {
            (volume.project, volume.user) = (project.clone(), user.clone());
        }
    }
    world.assign_server(id, project, user);
    job::done(world, call, Some(id))
}

/// Makes a machine anew from its template, or from another.
pub(super) fn restore(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let (id, verdict) = (server.id, check_restore(world, call, server));
    let args = args(world, call);
    let template = args
        .id("templateid")
        .and_then(|id| world.image(id).cloned());
    let size = args
        .number("rootdisksize")
        .and_then(|size| u64::try_from(size).ok());
    let user = caller(call)?.user.clone();
    let operation = verdict.map(|()| {
        if let Some(server) = world.server_mut(id) {
            server.spec.image = template.or(server.spec.image.take());
            let machine = server.spec.machine_mut();
            machine.root_size = size.or(machine.root_size);
        }
        secrets::set_password(world, id, None);
        world.begin(Order::on_server(id, Kind::Rebuild, user))
    });
    job::started(world, call, id, operation)
}

fn check_restore(world: &World, call: &Call, server: &Server) -> Result<(), Fault> {
    if !matches!(state(world, server), "Running" | "Stopped") {
        return Err(Fault::new(
            FaultKind::Internal,
            format!(
                "Vm {} currently in {} state, restore vm can only execute when VM in Running or Stopped",
                server.id,
                state(world, server)
            ),
        ));
    }
    let template = args(world, call)
        .id("templateid")
        .and_then(|id| world.image(id));
    match template {
        Some(template) if template.status != ImageStatus::Active => Err(Fault::invalid(format!(
            "Template {} is not ready",
            template.name
        ))),
        Some(_) | None => Ok(()),
    }
}

pub(super) fn update_affinity(
    world: &mut World,
    call: &Call,
    landing: Landing,
) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let (id, account) = (server.id, server.spec.project.id);
    let groups = affinity::named_groups(&args(world, call), account)?;
    // Without any it leaves them all.
    let groups = groups.unwrap_or_default();
    let verdict = match state(world, server) {
        "Stopped" => Ok(()),
        state => Err(Fault::invalid(format!(
            "Unable to update affinity groups of the virtual machine {id} in state {state}; make sure the \
             virtual machine is stopped and not in an error state before updating."
        ))),
    };
    let done = verdict.map(|()| world.regroup(id, groups));
    job::conclude(world, call, Some(id), done)
}
