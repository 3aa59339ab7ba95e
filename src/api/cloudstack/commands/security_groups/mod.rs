//! Security groups, which are Neutron's too.

mod rules;
mod view;

use std::sync::Arc;

use uuid::Uuid;

use super::owning;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::network::{Direction, Meta, SecurityGroup};

pub(super) use view::of_machine;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listSecurityGroups", list).showing(view::show),
    Row::new("cloudstack.createSecurityGroup", Landing::nowhere, create).showing(view::show),
    Row::new("cloudstack.updateSecurityGroup", land, update).showing(view::show),
    Row::new("cloudstack.deleteSecurityGroup", land_on_delete, delete),
    Row::new(
        "cloudstack.authorizeSecurityGroupIngress",
        rules::land_on_authorize,
        |world, call, _| rules::authorize(world, call, Direction::Ingress),
    )
    .showing(view::show_added),
    Row::new(
        "cloudstack.authorizeSecurityGroupEgress",
        rules::land_on_authorize,
        |world, call, _| rules::authorize(world, call, Direction::Egress),
    )
    .showing(view::show_added),
    Row::new(
        "cloudstack.revokeSecurityGroupIngress",
        rules::land_on_revoke,
        rules::revoke,
    ),
    Row::new(
        "cloudstack.revokeSecurityGroupEgress",
        rules::land_on_revoke,
        rules::revoke,
    ),
];

const DEFAULT: &str = "default";

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    // The default one is there as soon as somebody looks.
    if let Some(account) = &caller(call)?.project {
        world.default_group(account.id);
    }
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let machine = listing.args.id("virtualmachineid");
    let groups = world.networking.groups.iter().filter(|group| {
        let owner = owner_of(world, group);
        owner.is_some_and(|owner| listing.shows(owner))
            && listing.wants_id(group.meta.id)
            && listing.keyword_fits(&group.meta.name)
            && wants_named(&listing, &group.meta.name)
            && machine.is_none_or(|machine| is_of(world, machine, group.meta.id))
    });
    Ok(listing.shown(groups.map(|group| group.meta.id)))
}

fn wants_named(listing: &Listing<'_>, name: &str) -> bool {
    let wanted = listing.args.text("securitygroupname");
    wanted.is_none_or(|wanted| wanted == name)
}

fn is_of(world: &World, machine: Uuid, group: Uuid) -> bool {
    let mut cards = world.networking.nics_of(machine);
    cards.any(|card| card.groups.contains(&group))
}

fn owner_of<'a>(world: &'a World, group: &SecurityGroup) -> Option<&'a Arc<Project>> {
    world.accounts.project(group.meta.project)
}

/// The group of that name of a project.
fn named(world: &World, project: Uuid, name: &str) -> Option<Uuid> {
    if name == DEFAULT {
        return Some(world.networking.default_group_of(project));
    }
    let mut groups = world.networking.groups.iter();
    let group = groups.find(|group| group.meta.project == project && *group.meta.name == *name);
    group.map(|group| group.meta.id)
}

/// The group that a call names by the parameters of its id and its name.
///
/// # Errors
/// When both are there or none is, there is no such group, or it is not the caller's.
fn named_group(world: &World, call: &Call, (id, name): (&str, &str)) -> Result<Uuid, Fault> {
    let args = args(world, call);
    match (args.id(id), args.text(name)) {
        (Some(_), Some(_)) => Err(Fault::invalid(format!(
            "both {id} and {name} can't be specified"
        ))),
        (Some(id), None) => check_use(world, call, id),
        (None, Some(name)) => {
            let (owner, _) = owning::owner_of_new(world, call)?;
            named(world, owner.id, name).ok_or_else(|| {
                Fault::invalid(format!(
                    "Unable to find security group {name} for account id={}",
                    owner.id
                ))
            })
        }
        (None, None) => Err(Fault::invalid(format!(
            "Either {id} or {name} is required by {} command",
            args.command
        ))),
    }
}

/// The groups that `securitygroupids` or `securitygroupnames` names for a new machine.
///
/// # Errors
/// When there is no such group, or it is not the caller's.
pub(super) fn named_groups(world: &World, call: &Call) -> Result<Vec<Uuid>, Fault> {
    let args = args(world, call);
    let ids = args.ids("securitygroupids").unwrap_or_default();
    for id in &ids {
        check_use(world, call, *id)?;
    }
    let names = args.texts("securitygroupnames");
    if names.is_empty() {
        return Ok(ids);
    }
    let (owner, _) = owning::owner_of_new(world, call)?;
    let named = names.into_iter().map(|name| {
        let unknown = || Fault::invalid(format!("Unable to find group by name {name}"));
        named(world, owner.id, name).ok_or_else(unknown)
    });
    ids.into_iter().map(Ok).chain(named).collect()
}

/// # Errors
/// When the group is not the caller's.
fn check_use(world: &World, call: &Call, id: Uuid) -> Result<Uuid, Fault> {
    let group = world.networking.expect_group(id)?;
    if let Some(owner) = owner_of(world, group) {
        owning::check_use(call, owner, id)?;
    }
    Ok(id)
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (owner, _) = owning::owner_of_new(world, call)?;
    let args = args(world, call);
    let name: Arc<str> = args.text("name").unwrap_or_default().into();
    let description: Arc<str> = args.text("description").unwrap_or_default().into();
    check_name(world, owner.id, &name)?;
    let meta = Meta {
        description,
        ..Meta::new(world.ids.uuid(), owner.id, world.now()).named(&name)
    };
    let id = world.create_group(meta);
    job::done(world, call, Some(id))
}

fn check_name(world: &World, project: Uuid, name: &str) -> Result<(), Fault> {
    if name.eq_ignore_ascii_case(DEFAULT) {
        return Err(Fault::invalid(format!(
            "The security group name {DEFAULT} is reserved"
        )));
    }
    match named(world, project, name) {
        None => Ok(()),
        Some(_) => Err(Fault::invalid(format!(
            "Unable to create security group, a group with name {name} already exists."
        ))),
    }
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("id")?;
    check_use(world, call, id).map(|_| Landing::default())
}

fn land_on_delete(world: &World, call: &Call) -> Result<Landing, Fault> {
    named_group(world, call, ("id", "name")).map(|_| Landing::default())
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let name: Option<Arc<str>> = args.text("name").map(Into::into);
    let group = world.networking.expect_group(id)?;
    let (project, old) = (group.meta.project, group.meta.name.clone());
    if let Some(name) = name.filter(|name| *name != old) {
        if *old == *DEFAULT {
            return Err(Fault::invalid(format!(
                "The {DEFAULT} security group cannot be renamed"
            )));
        }
        check_name(world, project, &name)?;
        let now = world.now();
        if let Some(group) = world.networking.groups.get_mut(id) {
            group.meta.name = name;
            group.meta.touch(now);
        }
    }
    job::done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = named_group(world, call, ("id", "name"))?;
    let group = world.networking.expect_group(id)?;
    if *group.meta.name == *DEFAULT {
        return Err(Fault::invalid(format!(
            "The network group {DEFAULT} is reserved"
        )));
    }
    if world.networking.ports_in(id).next().is_some() {
        return Err(in_use("virtual machines"));
    }
    let mut rules = world.networking.rules.iter();
    let is_named = rules.any(|rule| rule.group != id && rule.what.remote_group == Some(id));
    drop(rules);
    if is_named {
        return Err(in_use("other security groups"));
    }
    world.networking.remove_group(id)?;
    job::done(world, call, None)
}

fn in_use(by: &str) -> Fault {
    Fault {
        status: Some(536),
        ..Fault::new(
            FaultKind::Conflict,
            format!("Cannot delete group when it's in use by {by}"),
        )
    }
}
