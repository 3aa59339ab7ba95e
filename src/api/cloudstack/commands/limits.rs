//! How much accounts and domains may have, and how much they have.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{domain, joined, owner};
use crate::api::cloudstack::access::{self, check_domain, named_owner};
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, caller, command_name, envelope, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Project, Standing};
use crate::world::limits::allowances::{Allowance, Shortage};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listResourceLimits", list),
    Row::new("cloudstack.updateResourceLimit", land, update),
    Row::new("cloudstack.updateResourceCount", land_on_domain, recount),
];

/// What is counted: the service's number and name for it, and the word that fields about it begin with.
struct Resource {
    number: i64,
    name: &'static str,
    field: &'static str,
    what: Allowance,
}

const fn resource(
    number: i64,
    name: &'static str,
    field: &'static str,
    what: Allowance,
) -> Resource {
    Resource {
        number,
        name,
        field,
        what,
    }
}

const RESOURCES: &[Resource] = &[
    resource(0, "user_vm", "vm", Allowance::Servers),
    resource(1, "public_ip", "ip", Allowance::PublicIps),
    resource(2, "volume", "volume", Allowance::Volumes),
    resource(3, "snapshot", "snapshot", Allowance::Snapshots),
    resource(4, "template", "template", Allowance::Images),
    resource(5, "project", "project", Allowance::Teams),
    resource(6, "network", "network", Allowance::Networks),
    resource(7, "vpc", "vpc", Allowance::Vpcs),
    resource(8, "cpu", "cpu", Allowance::Cpus),
    resource(9, "memory", "memory", Allowance::Memory),
    resource(
        10,
        "primary_storage",
        "primarystorage",
        Allowance::PrimaryStorage,
    ),
    resource(
        11,
        "secondary_storage",
        "secondarystorage",
        Allowance::SecondaryStorage,
    ),
    resource(12, "backup", "backup", Allowance::Backups),
    resource(
        13,
        "backup_storage",
        "backupstorage",
        Allowance::BackupStorage,
    ),
    resource(14, "bucket", "bucket", Allowance::Buckets),
    resource(
        15,
        "object_storage",
        "objectstorage",
        Allowance::ObjectStorage,
    ),
    resource(16, "gpu", "gpu", Allowance::Gpus),
];

impl Resource {
    fn numbered(number: i64) -> Option<&'static Self> {
        RESOURCES.iter().find(|resource| resource.number == number)
    }

    fn of(what: Allowance) -> Option<&'static Self> {
        RESOURCES.iter().find(|resource| resource.what == what)
    }
}

/// A limit as accounts show it.
fn limit_text(most: i64) -> String {
    match most {
        ..0 => "Unlimited".to_owned(),
        most => most.to_string(),
    }
}

/// `vmlimit`, `vmtotal`, `vmavailable` and the like.
fn fields(resource: &Resource, most: i64, held: i64) -> [(String, Value); 3] {
    let left = if most < 0 { -1 } else { (most - held).max(0) };
    let name = |what: &str| format!("{}{what}", resource.field);
    [
        (name("limit"), limit_text(most).into()),
        (name("total"), held.into()),
        (name("available"), limit_text(left).into()),
    ]
}

/// What an account or project has and may have. Projects can have no projects.
pub(super) fn summary(world: &World, owner: &Project) -> Map<String, Value> {
    let is_project = world.accounts.team(owner.id).is_some();
    let resources = RESOURCES.iter();
    let resources = resources.filter(|it| !is_project || it.what != Allowance::Teams);
    let each = resources.flat_map(|resource| {
        let most = world.allowance(owner.id, resource.what);
        fields(resource, most, world.holding(owner, resource.what))
    });
    each.collect()
}

/// What all in a domain have and may have.
pub(super) fn summary_of_domain(world: &World, domain: Uuid) -> Map<String, Value> {
    let each = RESOURCES.iter().flat_map(|resource| {
        let most = world.domain_allowance(domain, resource.what);
        fields(resource, most, world.domain_holding(domain, resource.what))
    });
    each.collect()
}

/// Takes what [`summary`] and [`summary_of_domain`] tell from something, where `details` does not ask for it.
pub(super) fn trim(args: &Args<'_>) -> impl Fn(Value) -> Value + use<> {
    let details = args.texts("details");
    let is_told = details.is_empty() || details.iter().any(|it| ["all", "resource"].contains(it));
    move |mut shown| {
        if let Some(fields) = shown.as_object_mut().filter(|_| !is_told) {
            fields.retain(|name, _| !is_summary(name));
        }
        shown
    }
}

fn is_summary(field: &str) -> bool {
    let mut resources = RESOURCES.iter();
    resources.any(|resource| {
        let what = field.strip_prefix(resource.field);
        what.is_some_and(|what| ["limit", "total", "available"].contains(&what))
    })
}

/// Whom a call about limits is about.
enum Holder {
    Owner(std::sync::Arc<Project>),
    Domain(Uuid),
}

impl Holder {
    /// An account or project that is named, or a domain, or else the caller's account.
    fn of(world: &World, call: &Call) -> Result<Self, Fault> {
        let (args, session) = (args(world, call), caller(call)?);
        if let Some(owner) = named_owner(world, call)? {
            return Ok(Self::Owner(owner));
        }
        match args.id("domainid") {
            Some(id) if world.accounts.standing(session) != Standing::Own => {
                check_domain(world, session, id).map(|()| Self::Domain(id))
            }
            Some(_) | None => {
                let own = session.project.clone();
                own.map(Self::Owner)
                    .ok_or_else(|| invalid("The caller has no account"))
            }
        }
    }

    fn most(&self, world: &World, what: Allowance) -> i64 {
        match self {
            Self::Owner(owner) => world.allowance(owner.id, what),
            Self::Domain(id) => world.domain_allowance(*id, what),
        }
    }

    fn held(&self, world: &World, what: Allowance) -> i64 {
        match self {
            Self::Owner(owner) => world.holding(owner, what),
            Self::Domain(id) => world.domain_holding(*id, what),
        }
    }

    fn view(&self, world: &World, resource: &Resource, amount: (&str, i64)) -> Value {
        let own = json!({
            "resourcetype": resource.number.to_string(),
            "resourcetypename": resource.name,
            (amount.0): amount.1,
        });
        match self {
            Self::Owner(whose) => joined(own, owner(world, whose)),
            Self::Domain(id) => joined(own, domain(world, Some(*id))),
        }
    }

    fn limit(&self, world: &World, resource: &Resource) -> Value {
        self.view(world, resource, ("max", self.most(world, resource.what)))
    }
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let holder = Holder::of(world, call)?;
    let wanted = RESOURCES.iter().filter(|resource| {
        args.number("resourcetype")
            .is_none_or(|number| number == resource.number)
            && args.is("resourcetypename", resource.name)
    });
    Ok(listing.answer(wanted, |resource| holder.limit(world, resource)))
}

fn resource_asked(world: &World, call: &Call) -> Result<&'static Resource, Fault> {
    let number = args(world, call).number("resourcetype").unwrap_or(-1);
    Resource::numbered(number).ok_or_else(|| invalid("Please specify valid resource type"))
}

/// Finds whose limit a call changes: nobody changes one's own but those over the whole cloud.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let session = caller(call)?;
    resource_asked(world, call)?;
    let domain = match Holder::of(world, call)? {
        Holder::Owner(owner) if world.accounts.team(owner.id).is_some() => {
            return Ok(Landing::default());
        }
        Holder::Owner(owner) => owner.domain.unwrap_or_default(),
        Holder::Domain(id) => id,
    };
    check_domain(world, session, domain).map(|()| Landing::default())
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let resource = resource_asked(world, call)?;
    let holder = Holder::of(world, call)?;
    let most = args(world, call).number("max").unwrap_or(-1);
    if most < -1 {
        return Err(invalid(
            "Please specify either '-1' for an infinite limit, or a limit that is at least '0'.",
        ));
    }
    match &holder {
        Holder::Owner(owner) => world.set_allowance(owner.id, resource.what, most),
        Holder::Domain(id) => world.set_domain_allowance(*id, resource.what, most),
    }
    job::note(world, call, None)?;
    let content = json!({ "resourcelimit": holder.limit(world, resource) });
    Ok(envelope::success(command_name(call), content))
}

fn land_on_domain(world: &World, call: &Call) -> Result<Landing, Fault> {
    Holder::of(world, call).map(|_| Landing::default())
}

/// Tells the counts, which are never wrong here.
fn recount(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let holder = Holder::of(world, call)?;
    let args = args(world, call);
    let wanted = RESOURCES.iter();
    let wanted = wanted.filter(|resource| {
        args.number("resourcetype")
            .is_none_or(|number| number == resource.number)
    });
    let counts: Vec<Value> = wanted
        .map(|resource| {
            let held = holder.held(world, resource.what);
            holder.view(world, resource, ("resourcecount", held))
        })
        .collect();
    let content = json!({ "count": counts.len(), "resourcecount": counts });
    Ok(envelope::success(command_name(call), content))
}

/// What commands take of what is limited, by the names that they have on the wire.
const TAKEN: &[(&str, &[Allowance])] = &[
    (
        "deployVirtualMachine",
        &[Allowance::Servers, Allowance::Cpus, Allowance::Memory],
    ),
    (
        "createVolume",
        &[Allowance::Volumes, Allowance::PrimaryStorage],
    ),
    ("uploadVolume", &[Allowance::Volumes]),
    ("createSnapshot", &[Allowance::Snapshots]),
    ("createTemplate", &[Allowance::Images]),
    ("registerTemplate", &[Allowance::Images]),
    ("registerIso", &[Allowance::Images]),
    ("copyTemplate", &[Allowance::Images]),
    ("associateIpAddress", &[Allowance::PublicIps]),
    ("createNetwork", &[Allowance::Networks]),
    ("createVPC", &[Allowance::Vpcs]),
    ("createProject", &[Allowance::Teams]),
];

/// Lets a call make what it is to make, as far as limits go.
///
/// # Errors
/// [`FaultKind::OverLimit`], when its owner would have too much.
pub(crate) fn check(world: &World, call: &Call) -> Result<(), Fault> {
    let Some((_, taken)) = TAKEN.iter().find(|(name, _)| *name == command_name(call)) else {
        return Ok(());
    };
    let (owner, _) = access::owner_of_new(world, call)?;
    for what in *taken {
        let more = amount(world, call, *what);
        if let Some(shortage) = world.lacks(&owner, *what, more) {
            return Err(too_much(world, &owner, *what, (shortage, more)));
        }
    }
    Ok(())
}

/// How much of it the call takes.
fn amount(world: &World, call: &Call, what: Allowance) -> i64 {
    let args = args(world, call);
    let offering = args.id("serviceofferingid");
    let flavor = || {
        world
            .flavors
            .iter()
            .find(|flavor| Some(flavor.uuid) == offering)
    };
    match what {
        Allowance::Cpus => flavor().map_or(0, |flavor| i64::from(flavor.cpus)),
        Allowance::Memory => flavor().map_or(0, |flavor| i64::try_from(flavor.memory).unwrap_or(0)),
        Allowance::PrimaryStorage => args.number("size").unwrap_or(0),
        _ => 1,
    }
}

fn too_much(
    world: &World,
    owner: &Project,
    what: Allowance,
    (shortage, more): (Shortage, i64),
) -> Fault {
    let name = Resource::of(what).map_or("", |resource| resource.name);
    let Shortage { domain, most, held } = shortage;
    let message = match domain {
        None => {
            let whose = match world.accounts.team(owner.id) {
                Some(team) => format!("Project Name = {}", team.name),
                None => format!("Account Name = {}", owner.name),
            };
            format!(
                "Maximum amount of resources of Type = '{name}', tag = 'null' for {whose} in Domain Id = {} is \
                 exceeded: Account Resource Limit = {most}, Current Account Resource Amount = {held}, Current \
                 Account Resource Reservation = 0, Requested Resource Amount = {more}.",
                own_domain_of(owner)
            )
        }
        Some(id) => format!(
            "Maximum domain resource limits of Type '{name}' for Domain Id = {id} is exceeded: Domain Resource \
             Limit = {most}, Current Domain Resource Amount = {held}, Current Resource Reservation = 0, Requested \
             Resource Amount = {more}."
        ),
    };
    Fault::new(FaultKind::OverLimit, message)
}

fn own_domain_of(owner: &Project) -> Uuid {
    owner.domain.unwrap_or_default()
}
