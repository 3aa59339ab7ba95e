//! What the cloud says of itself.

use serde_json::{Value, json};

use crate::api::cloudstack::catalog::{self, Command, Pace, Type};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::describe;
use crate::api::cloudstack::table::{self, Row};
use crate::api::cloudstack::{VERSION, args, caller, command_name, envelope, is_for, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::command::CommandId;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::ids::named;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listCapabilities", list_capabilities),
    Row::read("cloudstack.listRegions", list_regions),
    Row::read("cloudstack.listApis", list_apis),
    Row::read("cloudstack.listDeploymentPlanners", list_planners),
    Row::read("cloudstack.getCloudIdentifier", cloud_identifier),
    Row::read("cloudstack.getApiLimit", api_limit),
    Row::new(
        "cloudstack.resetApiLimit",
        Landing::nowhere,
        |world, call, _| job::done(world, call, None),
    ),
];

fn list_capabilities(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let settings = &world.configuration;
    let number = |name| settings.number(name) as i64;
    let capability = json!({
        "cloudstackversion": VERSION,
        "securitygroupsenabled": false,
        "dynamicrolesenabled": settings.is_true("dynamic.apichecker.enabled"),
        "dynamicscalingenabled": settings.is_true("enable.dynamic.scale.vm"),
        "userpublictemplateenabled": settings.is_true("allow.public.user.templates"),
        "supportELB": "false",
        "projectinviterequired": settings.is_true("project.invite.required"),
        "allowusercreateprojects": settings.is_true("allow.user.create.projects"),
        "customdiskofferingminsize": number("custom.diskoffering.size.min"),
        "customdiskofferingmaxsize": number("custom.diskoffering.size.max"),
        "regionsecondaryenabled": false,
        "kvmsnapshotenabled": false,
        "allowuserviewdestroyedvm": settings.is_true("allow.user.view.destroyed.vm"),
        "allowuserexpungerecovervm": settings.is_true("allow.user.expunge.recover.vm"),
        "allowuserexpungerecovervolume": false,
        "allowuserviewalldomainaccounts": false,
        "kubernetesserviceenabled": false,
        "kubernetesclusterexperimentalfeaturesenabled": false,
        "defaultuipagesize": number("default.ui.page.size"),
        "instancesstatsretentiontime": 720,
        "instancesstatsuseronly": false,
        "instancesdisksstatsretentionenabled": false,
        "instancesdisksstatsretentiontime": 720,
    });
    Ok(envelope::success(
        command_name(call),
        json!({ "capability": capability }),
    ))
}

fn list_regions(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let numbered = (1..).zip(&world.regions);
    let regions = numbered.filter(|(number, name)| {
        args.number("id").is_none_or(|wanted| wanted == *number)
            && args.is("name", name)
            && listing.keyword_fits(name)
    });
    Ok(listing.answer(regions, |(number, name)| {
        json!({
            "id": number,
            "name": name,
            "endpoint": "http://localhost:8080/client/",
            "gslbserviceenabled": false,
            "portableipserviceenabled": false,
        })
    }))
}

/// Tells of every command that the caller may use; read from the table that answers them.
fn list_apis(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (world, caller) = (&*world, caller(call)?);
    let wanted = args(world, call).text("name");
    let rows =
        table::rows().filter_map(|row| Some((row, CommandId::named(row.operation.command)?)));
    let apis = rows
        .filter(|(row, _)| is_for(world, row, caller))
        .filter(|(row, _)| wanted.is_none_or(|name| name == row.name()))
        .map(|(row, command)| api(row.spec(), command.spec().about));
    let steering = catalog::of_simulator().iter();
    let steering = steering
        .filter(|_| caller.is_admin())
        .filter(|command| wanted.is_none_or(|name| name == command.name))
        .map(|command| api(command, "Steers the simulated hosts"));
    let apis: Vec<Value> = apis.chain(steering).collect();
    if apis.is_empty() {
        return Err(Fault::bad_request(format!(
            "Unable to find api with name {}",
            wanted.unwrap_or_default()
        )));
    }
    let content = json!({ "count": apis.len(), "api": apis });
    Ok(envelope::success(command_name(call), content))
}

fn api(command: &Command, about: &str) -> Value {
    let fields = command.answers.and_then(|it| catalog::fields(it.object));
    let field =
        |(name, of): &(&str, Type)| json!({ "name": name, "description": "", "type": of.word() });
    json!({
        "name": command.name,
        "description": about,
        "isasync": command.pace != Pace::AtOnce,
        "related": "",
        "params": describe(&command.params),
        "response": fields.into_iter().flatten().map(field).collect::<Vec<_>>(),
    })
}

/// The planners that place machines; the world's own does the work of each.
const PLANNERS: [&str; 5] = [
    "FirstFitPlanner",
    "UserDispersingPlanner",
    "UserConcentratedPodPlanner",
    "ImplicitDedicationPlanner",
    "BareMetalPlanner",
];

fn list_planners(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let planners = PLANNERS.iter().filter(|name| listing.keyword_fits(name));
    Ok(listing.answer(planners, |name| json!({ "name": name })))
}

fn cloud_identifier(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let user = args(world, call).required_id("userid")?;
    let identifier = json!({
        "userid": user,
        "cloudidentifier": named("cloud", world.region()),
        "signature": named("cloud-signature", &user.to_string()).simple().to_string(),
    });
    let content = json!({ "cloudidentifier": identifier });
    Ok(envelope::success(command_name(call), content))
}

/// Tells that nobody is limited in how often they call: a scenario limits whom it wants.
fn api_limit(_: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let account = caller(call)?.project.as_ref();
    let limit = json!({
        "account": account.map(|account| &account.name),
        "accountid": account.map(|account| account.id),
        "apiAllowed": i32::MAX,
        "apiIssued": 0,
        "expireAfter": 0,
    });
    Ok(envelope::success(
        command_name(call),
        json!({ "apilimit": limit }),
    ))
}
