//! Asynchronous jobs: what is being done to machines, and what came of it.

use serde_json::{Value, json};

use super::machines::machine;
use super::{date, joined, owner};
use crate::api::cloudstack::entity::Entity;
use crate::api::cloudstack::envelope::{exception, success};
use crate::api::cloudstack::listing::{Listing, OWNED, PAGED};
use crate::api::cloudstack::params::{Param, id};
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, caller, command_name};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::operations::{Kind, Operation};
use crate::world::server::State;

const QUERY: &[&[Param]] = &[&[id("jobid", Entity::Job).required()]];

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.queryAsyncJobResult", QUERY, land, query).looking(),
    Row::read("cloudstack.listAsyncJobs", &[PAGED, OWNED], list),
];

/// The code of every failed job; the reason's own code is in its result.
const FAILED: u16 = 530;

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("jobid", Entity::Job)?;
    Ok(Landing::on(Target::Job(id)))
}

fn query(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let caller = caller(call)?;
    let gone = || Fault::bad_request("Unable to find the job");
    let Target::Job(id) = landing.target else {
        return Err(gone());
    };
    let operation = world.operation(id).ok_or_else(gone)?;
    if !caller.is_admin() && operation.user.project != caller.user.project {
        let message = format!(
            "Account {} has no permission to see the job",
            caller.user.name
        );
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    let content = job(world, operation, caller.is_admin());
    Ok(success(command_name(call), content))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call, Entity::Job)?;
    let is_shown = |operation: &&Operation| {
        project_of(world, operation).is_some_and(|project| listing.shows(project))
    };
    let jobs = world.operations().filter(is_shown);
    Ok(listing.answer("asyncjobs", jobs, |operation| {
        job(world, operation, listing.is_admin())
    }))
}

fn project_of<'a>(world: &'a World, operation: &Operation) -> Option<&'a Project> {
    world
        .accounts
        .home(&operation.user)
        .map(|project| &**project)
}

fn job(world: &World, operation: &Operation, is_for_admin: bool) -> Value {
    let end = operation.end.as_ref();
    let (status, code) = match end.map(|end| &end.result) {
        None => (0, 0),
        Some(Ok(())) => (1, 0),
        Some(Err(_)) => (2, FAILED),
    };
    let project = project_of(world, operation);
    let own = json!({
        "jobid": operation.id,
        "accountid": project.map(|project| project.id),
        "userid": operation.user.id,
        "cmd": class(operation.kind),
        "jobstatus": status,
        "jobprocstatus": 0,
        "jobresultcode": code,
        "jobresulttype": end.map(|_| "object"),
        "jobresult": end.map(|end| match &end.result {
            Ok(()) => result(world, operation, is_for_admin),
            Err(fault) => exception(fault),
        }),
        "jobinstancetype": "VirtualMachine",
        "jobinstanceid": operation.server(),
        "created": date(operation.started),
        "completed": end.map(|end| date(end.at)),
    });
    joined(own, project.map(owner).unwrap_or_default())
}

/// What a job that went well brought about: the machine as it is now. An expunged one is no more, and
/// clients of `expungeVirtualMachine` look for a `success`.
fn result(world: &World, operation: &Operation, is_for_admin: bool) -> Value {
    let server = operation.server();
    let machine = match server.and_then(|id| world.server(id)) {
        Some(server) => machine(world, server, is_for_admin),
        None if operation.kind == Kind::Delete && operation.before == Some(State::SoftDeleted) => {
            return json!({ "success": true });
        }
        None => json!({ "id": server, "state": "Expunging" }),
    };
    json!({ "virtualmachine": machine })
}

/// The classes of the commands behind jobs, below `org.apache.cloudstack.api.command`.
const CLASSES: &[(Kind, &str)] = &[
    (Kind::Create, "admin.vm.DeployVMCmdByAdmin"),
    (Kind::CreateStopped, "admin.vm.DeployVMCmdByAdmin"),
    (Kind::Start, "admin.vm.StartVMCmdByAdmin"),
    (Kind::Stop, "admin.vm.StopVMCmdByAdmin"),
    (Kind::ForcedStop, "admin.vm.StopVMCmdByAdmin"),
    (Kind::Reboot, "admin.vm.RebootVMCmdByAdmin"),
    (Kind::HardReboot, "admin.vm.RebootVMCmdByAdmin"),
    (Kind::Destroy, "admin.vm.DestroyVMCmdByAdmin"),
    (Kind::Delete, "admin.vm.DestroyVMCmdByAdmin"),
    (Kind::Migrate, "admin.vm.MigrateVMCmd"),
];

/// The class of the command behind a job; `None` for what no command of CloudStack begins.
fn class(kind: Kind) -> Option<String> {
    let (_, class) = CLASSES.iter().find(|(known, _)| *known == kind)?;
    Some(format!("org.apache.cloudstack.api.command.{class}"))
}
