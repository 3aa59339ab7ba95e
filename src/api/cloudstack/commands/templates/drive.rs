//! ISOs in machines' CD drives.

use serde_json::Value;
use uuid::Uuid;

use crate::api::cloudstack::commands::machines;
use crate::api::cloudstack::table::Viewer;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Order, Thing};

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = machines::machine_named(world, call, "virtualmachineid")?;
    Ok(Landing::on_server(world, id))
}

pub(super) fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let server = world.server(id)?;
    Some(machines::machine(world, server, viewer.is_admin()))
}

fn machine(landing: &Landing) -> Result<Uuid, Fault> {
    match landing.target {
        Target::Server(id) => Ok(id),
        _ => Err(Fault::invalid(
            "Unable to find a virtual machine with the specified id",
        )),
    }
}

pub(super) fn attach(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = machine(&landing)?;
    let args = args(world, call);
    let iso = args.required_id("id")?;
    let forced = args.flag("forced") == Some(true);
    let verdict = check(world, id).and_then(|held| {
        let is_iso = world.image(iso).is_some_and(|image| image.is_iso());
        match (is_iso, held.filter(|_| !forced)) {
            (false, _) => Err(Fault::invalid("Unable to find an ISO with id")),
            (true, Some(_)) => Err(Fault::invalid(
                "The specified VM already has an ISO attached to it.",
            )),
            (true, None) => Ok(()),
        }
    });
    change(world, call, id, verdict.map(|()| Some(iso)))
}

pub(super) fn detach(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = machine(&landing)?;
    let verdict = check(world, id).and_then(|held| match held {
        Some(_) => Ok(None),
        None => Err(Fault::invalid(
            "The specified VM has no ISO attached to it.",
        )),
    });
    change(world, call, id, verdict)
}

/// The ISO in a machine's drive.
///
/// # Errors
/// When the machine's state does not let it be changed.
fn check(world: &World, id: Uuid) -> Result<Option<Uuid>, Fault> {
    let server = machines::known_machine(world, id)?;
    match machines::state(world, server) {
        "Running" | "Stopped" => Ok(server.machine().and_then(|machine| machine.iso)),
        _ => Err(Fault::invalid(
            "Please specify a VM that is either Stopped or Running.",
        )),
    }
}

fn change(
    world: &mut World,
    call: &Call,
    id: Uuid,
    iso: Result<Option<Uuid>, Fault>,
) -> Result<Answer, Fault> {
    let user = caller(call)?.user.clone();
    let operation = iso.map(|iso| {
        let order = Order::on_server(id, Kind::ChangeIso, user);
        world.begin(Order {
            with: iso.map(Thing::Image),
            ..order
        })
    });
    job::started(world, call, id, operation)
}
