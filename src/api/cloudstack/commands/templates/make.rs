//! `createTemplate`: of a volume or a snapshot.

use uuid::Uuid;

use super::register::described;
use crate::api::cloudstack::access::permit;
use crate::api::cloudstack::commands::{machines, snapshots, volumes};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::Image;
use crate::world::operations::Thing;
use crate::world::volume::{Stage, Status, Volume};

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    match source(world, call)? {
        Thing::Volume(id) => Ok(Landing::on_volume(world, id)),
        thing => Ok(Landing::on(Target::Thing(thing))),
    }
}

/// What the template is to be made of.
fn source(world: &World, call: &Call) -> Result<Thing, Fault> {
    let args = args(world, call);
    match (args.id("volumeid"), args.id("snapshotid")) {
        (Some(id), None) => {
            let volume = volumes::volume(world, id)?;
            permit(world, call, &volume.project, id)?;
            check_volume(world, volume)?;
            Ok(Thing::Volume(id))
        }
        (None, Some(id)) => {
            let snapshot = snapshots::snapshot(world, id)?;
            permit(world, call, &snapshot.project, id)?;
            if snapshot.status != Status::Available {
                return Err(Fault::invalid(format!(
                    "Snapshot id={id} is not in BackedUp state yet and can't be used for template creation"
                )));
            }
            Ok(Thing::Snapshot(id))
        }
        (Some(_), Some(_)) => Err(Fault::invalid(
            "Failed to create private template record, the volume ID and snapshot ID cannot be both specified",
        )),
        (None, None) => Err(Fault::invalid(
            "Failed to create private template record, neither volume ID nor snapshot ID were specified",
        )),
    }
}

fn check_volume(world: &World, volume: &Volume) -> Result<(), Fault> {
    let mut held = volume.attachments.iter();
    let machine = held.find_map(|held| world.server(held.server?));
    if volume.stage() != Stage::Made {
        return Err(Fault::invalid(format!(
            "The volume is {}, it needs to be in Ready state",
            volumes::state(world, volume)
        )));
    }
    match machine.map(|machine| machines::state(world, machine)) {
        None | Some("Stopped" | "Destroyed") => Ok(()),
        Some(_) => Err(Fault::invalid(format!(
            "Failed to create private template record, unable to find VM for volume {}: please stop the VM",
            volume.id
        ))),
    }
}

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let of = source(world, call)?;
    let described = described(world, call)?;
    let hypervisor = super::view::usual_hypervisor(world).to_owned();
    let id: Uuid = world.ids.uuid();
    let mut image = Image {
        id,
        disk_format: Some("qcow2".into()),
        ..described
    };
    let details = image.template_mut();
    details.format = Some("QCOW2".into());
    details.hypervisor = Some(hypervisor.into());
    let user = caller(call)?.user.clone();
    let operation = world.make_template(image, of, user);
    job::started(world, call, id, Ok(operation))
}
