//! Asynchronous jobs: what commands are doing, and what came of it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::owned::refuse;
use super::{date, joined, owner};
use crate::api::cloudstack::envelope::{exception, success};
use crate::api::cloudstack::job::result;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{self, Row, Viewer};
use crate::api::cloudstack::{args, caller, command_name};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::operations::jobs::Job;

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.queryAsyncJobResult", land, query).looking(),
    Row::read("cloudstack.listAsyncJobs", list),
];

/// The code of every failed job; the reason's own code is in its result.
const FAILED: u16 = 530;

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let args = args(world, call);
    let id = match args.text("jobid") {
        Some(_) => args.required_id("jobid")?,
        None => last_on_resource(&args)?,
    };
    Ok(Landing::on(Target::Job(id)))
}

/// The last job that saw to the thing that `resourcetype` and `resourceid` name.
fn last_on_resource(args: &Args<'_>) -> Result<Uuid, Fault> {
    let (Some(kind), Some(id)) = (args.text("resourcetype"), args.text("resourceid")) else {
        return Err(refuse(
            "Expected parameter job id or parameters resource type and resource id",
        ));
    };
    let thing = Uuid::try_parse(id).ok();
    let is_meant = |job: &&Job| {
        let row = table::find(job.draft.command.spec().short_name());
        let own = row.and_then(|(_, row)| instance_type(row));
        thing.is_some()
            && job.draft.thing == thing
            && own.is_some_and(|own| own.eq_ignore_ascii_case(kind))
    };
    let found = args.world.jobs().rfind(is_meant);
    found.map(|job| job.id).ok_or_else(|| {
        refuse(format!(
            "Unable to find a job by id null resource type {kind} resource id {id}"
        ))
    })
}

fn query(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let caller = caller(call)?;
    let gone = || Fault::bad_request("Unable to find the job");
    let Target::Job(id) = landing.target else {
        return Err(gone());
    };
    let job = world.job(id).ok_or_else(gone)?;
    let account = |project: &std::sync::Arc<crate::world::accounts::Project>| project.id;
    let is_own = job.draft.account.as_ref().map(account) == caller.project.as_ref().map(account);
    if !caller.is_admin() && !is_own {
        let message = format!(
            "Account {} has no permission to see the job",
            caller.user.name
        );
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    let content = view(world, job, Viewer::of(caller));
    Ok(success(command_name(call), content))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let is_shown = |job: &&Job| {
        let account = job.draft.account.as_ref();
        account.is_some_and(|account| listing.shows(account))
    };
    let jobs = world.jobs().filter(is_shown);
    Ok(listing.answer(jobs, |job| view(world, job, listing.viewer())))
}

fn view(world: &World, job: &Job, viewer: Viewer) -> Value {
    let end = job.end.as_ref();
    let (status, code) = match end.map(|end| &end.result) {
        None => (0, 0),
        Some(Ok(())) => (1, 0),
        Some(Err(_)) => (2, FAILED),
    };
    let command = job.draft.command.spec().short_name();
    let row = table::find(command).map(|(_, row)| row);
    let shown = |row: &Row| with_job(result(world, row, job.draft.thing, viewer), row, job.id);
    let account = job.draft.account.as_deref();
    let own = json!({
        "jobid": job.id,
        "accountid": account.map(|account| account.id),
        "userid": job.draft.user.id,
        "cmd": class(command),
        "jobstatus": status,
        "jobprocstatus": 0,
        "jobresultcode": code,
        "jobresulttype": end.map(|_| "object"),
        "jobresult": end.map(|end| match &end.result {
            Ok(()) => row.map_or(json!({ "success": true }), shown),
            Err(fault) => exception(fault),
        }),
        "jobinstancetype": row.and_then(instance_type),
        "jobinstanceid": job.draft.thing,
        "created": date(job.started),
        "completed": end.map(|end| date(end.at)),
    });
    joined(
        own,
        account
            .map(|account| owner(world, account))
            .unwrap_or_default(),
    )
}

/// The things that tell which job is at work on them. What a job tells of them was so before its end.
const TELLS_JOB: &[&str] = &[
    "virtualmachine",
    "volume",
    "host",
    "storagepool",
    "router",
    "user",
    "account",
];

fn with_job(mut result: Value, row: &Row, job: Uuid) -> Value {
    let object = row.spec().answers.map_or("", |answers| answers.object);
    let thing = result.get_mut(object).and_then(Value::as_object_mut);
    if let Some(thing) = thing.filter(|_| TELLS_JOB.contains(&object)) {
        thing.insert("jobid".into(), json!(job));
        thing.insert("jobstatus".into(), json!(0));
    }
    result
}

/// What the service calls the kinds of things that jobs see to.
const INSTANCE_TYPES: &[(&str, &str)] = &[
    ("virtualmachine", "VirtualMachine"),
    ("volume", "Volume"),
    ("snapshot", "Snapshot"),
    ("template", "Template"),
    ("iso", "Iso"),
    ("ipaddress", "IpAddress"),
    ("firewallrule", "FirewallRule"),
    ("host", "Host"),
    ("router", "DomainRouter"),
    ("systemvm", "SystemVm"),
    ("account", "Account"),
    ("domain", "Domain"),
    ("user", "User"),
    ("project", "Project"),
    ("affinitygroup", "AffinityGroup"),
    ("network", "Network"),
];

pub(crate) fn instance_type(row: &Row) -> Option<&'static str> {
    let object = row.spec().answers?.object;
    let (_, name) = INSTANCE_TYPES.iter().find(|(known, _)| *known == object)?;
    Some(name)
}

/// The classes of commands that are not called as their commands are.
const CLASSES: &[(&str, &str)] = &[
    ("deployVirtualMachine", "admin.vm.DeployVMCmdByAdmin"),
    ("startVirtualMachine", "admin.vm.StartVMCmdByAdmin"),
    ("stopVirtualMachine", "admin.vm.StopVMCmdByAdmin"),
    ("rebootVirtualMachine", "admin.vm.RebootVMCmdByAdmin"),
    ("destroyVirtualMachine", "admin.vm.DestroyVMCmdByAdmin"),
    ("expungeVirtualMachine", "admin.vm.ExpungeVMCmd"),
    ("migrateVirtualMachine", "admin.vm.MigrateVMCmd"),
];

/// The class of the command behind a job.
fn class(command: &str) -> String {
    let known = CLASSES.iter().find(|(known, _)| *known == command);
    let class = known.map_or_else(
        || {
            let (first, rest) = command.split_at(command.len().min(1));
            format!("user.{}{rest}Cmd", first.to_ascii_uppercase())
        },
        |(_, class)| (*class).to_owned(),
    );
    format!("org.apache.cloudstack.api.command.{class}")
}
