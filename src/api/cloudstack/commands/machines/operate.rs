//! What can be done to a virtual machine. Whether its state allows it is checked here, as the service
//! does it: within the job, which then fails.

use uuid::Uuid;

use super::deploy::scope;
use super::view::{display_name, is_expunging, state};
use super::{instance_name, machine_of};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::Scope;
use crate::world::World;
use crate::world::operations::{Kind, Order};
use crate::world::server::{Power, Server, State};
use crate::world::topology::HostKey;

/// A start happens where the machine will be.
pub(super) fn land_start(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = machine_of(world, call)?;
    let landing = Landing::on_server(world, id);
    match world
        .server(id)
        .and_then(|server| destination(world, call, server))
    {
        Some(host) => Ok(Landing {
            place: Some(world.topology.host(host).place.clone()),
            ..landing
        }),
        None => Ok(landing),
    }
}

/// Where a stopped machine starts: where it is told to, else where it was, else where there is room.
fn destination(world: &World, call: &Call, server: &Server) -> Option<HostKey> {
    let wanted = scope(&args(world, call), caller(call).ok()?);
    let scope = match wanted == Scope::everywhere() {
        true => world.home_of(server),
        false => wanted,
    };
    world.place_start(&scope, server)
}

pub(super) fn start(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let is_off = matches!(server.state, State::Stopped | State::Suspended) && server.task.is_none();
    let verdict = match state(world, server) {
        _ if is_off => Ok(()),
        "Running" => Err(format!(
            "The Instance {} ({}) is already running",
            server.id,
            display_name(server)
        )),
        state => Err(format!(
            "Unable to start VM {} in state {state}",
            instance_name(world, server)
        )),
    };
    // What happened meanwhile may have moved it; a host that is still good stays the choice.
    let host = destination(world, call, server);
    let verdict = match (verdict, host) {
        (Ok(()), None) => Err(Fault::new(
            FaultKind::NoCapacity,
            format!(
                "Unable to create a deployment for VM instance {}",
                server.id
            ),
        )),
        (verdict, _) => verdict.map_err(refusal),
    };
    begin(
        world,
        call,
        server.id,
        Kind::Start,
        verdict.map(|()| Begin::On(host)),
    )
}

pub(super) fn stop(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let forced = args(world, call).flag("forced") == Some(true);
    let begins = match is_at_rest(server) {
        true => Begin::Nothing,
        false => Begin::On(None),
    };
    let kind = if forced { Kind::ForcedStop } else { Kind::Stop };
    begin(world, call, server.id, kind, Ok(begins))
}

pub(super) fn reboot(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let hard = args(world, call).flag("forced") == Some(true);
    let verdict = match state(world, server) {
        "Running" => Ok(Begin::On(None)),
        _ => Err(refusal(format!(
            "The Instance {} ({}) is not running, unable to reboot it",
            server.id,
            display_name(server)
        ))),
    };
    let kind = if hard { Kind::HardReboot } else { Kind::Reboot };
    begin(world, call, server.id, kind, verdict)
}

pub(super) fn destroy(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let expunges = args(world, call).flag("expunge") == Some(true);
    if expunges && !caller(call)?.is_admin() {
        return Err(for_admins("Parameter expunge can be passed by Admin only."));
    }
    let doomed = args(world, call).ids("volumeids").unwrap_or_default();
    let verdict = check_destroy(world, server, &doomed);
    let kind = if expunges {
        Kind::Delete
    } else {
        Kind::Destroy
    };
    let begins = match server.state == State::SoftDeleted && !expunges {
        true => Begin::Nothing,
        false => Begin::On(None),
    };
    let id = server.id;
    if verdict.is_ok() {
        world.doom_disks(id, &doomed);
    }
    begin(world, call, id, kind, verdict.map(|()| begins))
}

fn check_destroy(world: &World, server: &Server, doomed: &[Uuid]) -> Result<(), Fault> {
    if server.machine().is_some_and(|machine| machine.is_protected) {
        return Err(Fault::invalid(format!(
            "Instance [id = {}, name = {}] has delete protection enabled and cannot be deleted.",
            server.id, server.spec.name
        )));
    }
    let is_data = |id: &&Uuid| {
        let volume = world.volume(**id);
        volume.is_some_and(|it| !it.is_root() && it.attachment_to(server.id).is_some())
    };
    match doomed.iter().find(|id| !is_data(id)) {
        None => Ok(()),
        Some(id) => Err(Fault::invalid(format!(
            "The following supplied volumes are not DATADISK attached to the VM: {id}"
        ))),
    }
}

pub(super) fn expunge(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    if !caller(call)?.is_admin() {
        return Err(for_admins("Expunging a vm can only be done by an Admin."));
    }
    let verdict = match server.state {
        State::SoftDeleted | State::Error => Ok(Begin::On(None)),
        State::Building
        | State::Active
        | State::Stopped
        | State::Paused
        | State::Suspended
        | State::Rescued
        | State::Resized
        | State::Shelved
        | State::ShelvedOffloaded
        | State::Deleted => Err(refusal(
            "Please destroy vm with specified vmId before expunge".to_owned(),
        )
        .about(server.id, "vmId")),
    };
    begin(world, call, server.id, Kind::Delete, verdict)
}

pub(super) fn recover(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.id;
    if !caller(call)?.is_admin() {
        return Err(for_admins("Recovering a vm can only be done by an Admin."));
    }
    let now = world.now();
    let Some(server) = world
        .server_mut(id)
        .filter(|server| server.state == State::SoftDeleted && !is_expunging(server))
    else {
        let message = format!("Vm with id {id} is not in the right state");
        return Err(Fault::new(FaultKind::InvalidParameter, message));
    };
    (server.state, server.power, server.updated) = (State::Stopped, Power::Shutdown, now);
    job::done(world, call, Some(id))
}

/// What a job does when its machine's state allows it.
enum Begin {
    /// What it is to do is done already.
    Nothing,
    /// Its commands go to this host, or to the machine's own.
    On(Option<HostKey>),
}

/// Answers with a job that does `kind`, or that has failed.
fn begin(
    world: &mut World,
    call: &Call,
    server: Uuid,
    kind: Kind,
    verdict: Result<Begin, Fault>,
) -> Result<Answer, Fault> {
    let user = caller(call)?.user.clone();
    match verdict {
        Ok(Begin::On(host)) => {
            let order = Order::on_server(server, kind, user).at(host);
            job::begin(world, call, server, order)
        }
        Ok(Begin::Nothing) => job::conclude(world, call, Some(server), Ok(())),
        Err(fault) => job::conclude(world, call, Some(server), Err(fault)),
    }
}

/// # Errors
/// When the machine is gone since the call landed on it.
pub(super) fn target<'a>(world: &'a World, landing: &Landing) -> Result<&'a Server, Fault> {
    let gone = || {
        Fault::new(
            FaultKind::InvalidParameter,
            "Unable to find a virtual machine with the specified id",
        )
    };
    let Target::Server(id) = landing.target else {
        return Err(gone());
    };
    world.server(id).ok_or_else(gone)
}

/// Whether there is nothing of the machine that could be stopped.
fn is_at_rest(server: &Server) -> bool {
    let is_off = match server.state {
        State::Stopped
        | State::Suspended
        | State::Shelved
        | State::ShelvedOffloaded
        | State::SoftDeleted
        | State::Deleted
        | State::Error => true,
        State::Building | State::Active | State::Paused | State::Rescued | State::Resized => false,
    };
    is_off && server.task.is_none()
}

fn refusal(message: String) -> Fault {
    Fault::new(FaultKind::Internal, message)
}

fn for_admins(what: &str) -> Fault {
    let message = format!("{what} Or when the allow.user.expunge.recover.vm key is set.");
    Fault::new(FaultKind::Forbidden, message)
}
