//! Affinity groups, which OpenStack calls server groups.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{joined, kept, owner};
use crate::api::cloudstack::access::{check_use, owner_of_new};
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::server_groups::{Policy, ServerGroup};

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createAffinityGroup", land_new, create).showing(show),
    Row::new("cloudstack.deleteAffinityGroup", land, delete),
    Row::read("cloudstack.listAffinityGroups", list).showing(show),
    Row::read("cloudstack.listAffinityGroupTypes", list_types),
];

/// The types of groups, and what they are in the world.
const TYPES: &[(&str, Policy)] = &[
    ("host anti-affinity", Policy::AntiAffinity),
    ("host affinity", Policy::Affinity),
    ("non-strict host anti-affinity", Policy::SoftAntiAffinity),
    ("non-strict host affinity", Policy::SoftAffinity),
];

fn type_of(policy: Policy) -> &'static str {
    let kind = TYPES.iter().find(|(_, known)| *known == policy);
    kind.map_or("", |(word, _)| word)
}

fn policy_named(word: &str) -> Result<Policy, Fault> {
    let mut types = TYPES.iter();
    let kind = types.find(|(known, _)| known.eq_ignore_ascii_case(word));
    kind.map(|(_, policy)| *policy).ok_or_else(|| {
        invalid(format!(
            "Unable to create affinity group, invalid affinity group type {word}"
        ))
    })
}

/// The group of that name that an account has.
pub(crate) fn group_named<'a>(
    world: &'a World,
    account: Uuid,
    name: &str,
) -> Option<&'a ServerGroup> {
    let mut groups = world.server_groups.iter();
    groups.find(|group| group.project == account && *group.name == *name)
}

/// The groups that a machine is to be in, as `affinitygroupids` or `affinitygroupnames` tell it; `None` where
/// neither does.
///
/// # Errors
/// When both do, or a group is unknown.
pub(crate) fn named_groups(args: &Args<'_>, account: Uuid) -> Result<Option<Vec<Uuid>>, Fault> {
    let (ids, names) = (
        args.ids("affinitygroupids"),
        args.texts("affinitygroupnames"),
    );
    if ids.is_some() && !names.is_empty() {
        return Err(invalid(
            "affinitygroupids parameter is mutually exclusive to affinitygroupnames parameter",
        ));
    }
    if names.is_empty() {
        return Ok(ids);
    }
    let find = |name: &str| match group_named(args.world, account, name) {
        Some(group) => Ok(group.id),
        None => Err(invalid(format!("Unable to find group by name {name}"))),
    };
    names
        .into_iter()
        .map(find)
        .collect::<Result<_, _>>()
        .map(Some)
}

fn land_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    let args = args(world, call);
    let name = args.text("name").unwrap_or_default();
    policy_named(args.text("type").unwrap_or_default())?;
    let (account, _) = owner_of_new(world, call)?;
    match group_named(world, account.id, name) {
        None => Ok(Landing::default()),
        Some(_) => Err(invalid(format!(
            "Unable to create affinity group, a group with name {name} already exists."
        ))),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (account, user) = owner_of_new(world, call)?;
    let mut group = ServerGroup {
        id: Uuid::nil(),
        name: args.text("name").unwrap_or_default().into(),
        description: kept(args.text("description")),
        project: account.id,
        user: user.id,
        policy: policy_named(args.text("type").unwrap_or_default())?,
        max_per_host: None,
        members: Vec::new(),
        created: world.now(),
    };
    group.id = world.ids.uuid();
    let id = group.id;
    world.server_groups.insert(id, group);
    job::done(world, call, Some(id))
}

/// The group that a call names by its id or its name.
fn group_of(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let (account, _) = owner_of_new(world, call)?;
    let group = match (args.id("id"), args.text("name")) {
        (Some(id), _) => world.server_group(id),
        (None, Some(name)) => group_named(world, account.id, name),
        (None, None) => {
            return Err(invalid(
                "Either the affinity group Id or group name must be specified to delete the group",
            ));
        }
    };
    let group = group.ok_or_else(|| invalid("Unable to find affinity group"))?;
    if let Some(owner) = world.accounts.project(group.project) {
        check_use(world, session, owner, group.id)?;
    }
    Ok(group.id)
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    group_of(world, call).map(|_| Landing::default())
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = group_of(world, call)?;
    world.server_groups.remove(id);
    job::done(world, call, Some(id))
}

fn owner_of<'a>(
    world: &'a World,
    group: &ServerGroup,
) -> Option<&'a Arc<crate::world::accounts::Project>> {
    world.accounts.project(group.project)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let machine = args.id("virtualmachineid");
    let groups = world.server_groups.iter().filter(|group| {
        owner_of(world, group).is_some_and(|owner| listing.shows(owner))
            && listing.wants(group.id, &group.name)
            && args.is("type", type_of(group.policy))
            && (args.text("virtualmachineid").is_none()
                || machine.is_some_and(|id| group.members.contains(&id)))
    });
    Ok(listing.shown(groups.map(|group| group.id)))
}

pub(crate) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let group = world.server_group(id)?;
    let members: Vec<Uuid> = world.members(group).map(|server| server.id).collect();
    let own = json!({
        "id": id,
        "name": group.name,
        "description": group.description,
        "type": type_of(group.policy),
        "virtualmachineIds": members,
    });
    let whose = owner_of(world, group).map(|whose| owner(world, whose));
    Some(joined(own, whose.unwrap_or_default()))
}

fn list_types(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let types = TYPES.iter().filter(|(word, _)| listing.keyword_fits(word));
    Ok(listing.answer(types, |(word, _)| json!({ "type": word })))
}
