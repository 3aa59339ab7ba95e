//! Affinity groups, which OpenStack calls server groups.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{domain, joined, kept, owner};
use crate::api::cloudstack::access::{check_use, owner_of_new};
use crate::api::cloudstack::fault::{denied, invalid};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::dedication::{Dedication, title};
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
    ("ExplicitDedication", Policy::Dedication),
];

fn type_of(policy: Policy) -> &'static str {
    let kind = TYPES.iter().find(|(_, known)| *known == policy);
    kind.map_or("", |(word, _)| word)
}

fn policy_named(word: &str) -> Result<Policy, Fault> {
    let mut types = TYPES.iter();
    let kind = types.find(|(known, _)| known.eq_ignore_ascii_case(word));
    kind.map(|(_, policy)| *policy).ok_or_else(|| {
        let known: Vec<&str> = TYPES.iter().map(|(word, _)| *word).collect();
        invalid(format!(
            "Unable to create affinity group, invalid affinity group type: {word}. Valid values are {}",
            known.join(",")
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
        let mut named = ids.iter().flatten();
        named.try_for_each(|id| check_owner(args.world, *id, account))?;
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

/// A machine is only in groups of its account, or of the domain that it is in.
fn check_owner(world: &World, group: Uuid, account: Uuid) -> Result<(), Fault> {
    let Some(group) = world.server_group(group) else {
        return Ok(());
    };
    let of_domain = owner_of(world, group).filter(|owner| owner.is_domain());
    let is_fit = match (of_domain, world.accounts.project(account)) {
        (Some(domain), Some(account)) => world.accounts.is_in_domain(account, domain.id),
        (None, _) => group.project == account,
        (Some(_), None) => false,
    };
    let whose = if of_domain.is_some() {
        "domain"
    } else {
        "account"
    };
    match is_fit {
        true => Ok(()),
        false => Err(denied(format!(
            "Affinity Group {} does not belong to the VM's {whose}",
            group.name
        ))),
    }
}

/// Whose a new group will be: an account's, a project's, or with a domain alone the whole domain's.
fn owner_of_group(world: &World, call: &Call) -> Result<(Uuid, Uuid), Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let word = args.text("type").unwrap_or_default();
    let is_dedication = policy_named(word)? == Policy::Dedication;
    if is_dedication && !session.is_admin() {
        return Err(denied("Cannot create the affinity group"));
    }
    let is_of_domain = args.text("account").is_none() && args.text("projectid").is_none();
    match args.id("domainid").filter(|_| is_of_domain) {
        None => owner_of_new(world, call).map(|(account, user)| (account.id, user.id)),
        Some(_) if !session.is_admin() => Err(invalid(
            "Unable to create affinity group, account name must be passed with the domainId",
        )),
        Some(_) if !is_dedication => Err(invalid(format!(
            "Unable to create affinity group, account name is needed. Affinity group type {word} cannot be shared \
             domain wide"
        ))),
        Some(domain) => Ok((domain, session.user.id)),
    }
}

fn land_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    let name = args(world, call).text("name").unwrap_or_default();
    let (owner, _) = owner_of_group(world, call)?;
    match group_named(world, owner, name) {
        None => Ok(Landing::default()),
        Some(_) => Err(invalid(format!(
            "Unable to create affinity group, a group with name {name} already exists."
        ))),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (project, user) = owner_of_group(world, call)?;
    let mut group = ServerGroup {
        id: Uuid::nil(),
        name: args.text("name").unwrap_or_default().into(),
        description: kept(args.text("description")),
        project,
        user,
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
    let group = match (args.id("id"), args.text("name")) {
        (Some(id), _) => world.server_group(id),
        (None, Some(name)) => {
            let of_domain = args
                .id("domainid")
                .filter(|_| args.text("account").is_none());
            let owner = match of_domain {
                Some(domain) => domain,
                None => owner_of_new(world, call)?.0.id,
            };
            group_named(world, owner, name)
        }
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
    world.remove_server_group(id);
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
        is_shown(&listing, group)
            && listing.wants(group.id, &group.name)
            && args.is("type", type_of(group.policy))
            && (args.text("virtualmachineid").is_none()
                || machine.is_some_and(|id| group.members.contains(&id)))
    });
    Ok(listing.shown(groups.map(|group| group.id)))
}

/// Whether a list holds a group. A domain's are for all in it.
fn is_shown(listing: &Listing<'_>, group: &ServerGroup) -> bool {
    let world = listing.args.world;
    let Some(owner) = owner_of(world, group) else {
        return false;
    };
    if !owner.is_domain() {
        return listing.shows(owner);
    }
    let is_in = |domain: Uuid| world.accounts.is_domain_in(domain, owner.id);
    let lists_all = listing.args.flag("listall") == Some(true) || listing.args.text("id").is_some();
    match listing.args.id("domainid") {
        Some(domain) => is_in(domain),
        None => (listing.is_admin() && lists_all) || is_in(listing.domain()),
    }
}

/// What is kept for the members of a group.
fn dedicated(world: &World, group: Uuid) -> Vec<Value> {
    let kept = world.dedications.iter().filter(|it| it.group == group);
    let show = |it: &Dedication| {
        let place = world.topology.place_of(it.level, it.of)?;
        Some(json!({
            "resourceid": it.of,
            "resourcename": place.name(it.level),
            "resourcetype": title(it.level),
        }))
    };
    kept.filter_map(show).collect()
}

/// The owner of a group; of a domain's that is the system.
fn whose(world: &World, group: &ServerGroup) -> Option<Map<String, Value>> {
    let whose = owner_of(world, group)?;
    if !whose.is_domain() {
        return Some(owner(world, whose));
    }
    let mut whose = domain(world, Some(whose.id));
    whose.insert("account".into(), json!("system"));
    Some(whose)
}

pub(crate) fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let group = world.server_group(id)?;
    let members: Vec<Uuid> = world.members(group).map(|server| server.id).collect();
    let kept = dedicated(world, id);
    let own = json!({
        "id": id,
        "name": group.name,
        "description": group.description,
        "type": type_of(group.policy),
        "virtualmachineIds": members,
        "dedicatedresources": (viewer.is_admin() && !kept.is_empty()).then_some(kept),
    });
    Some(joined(own, whose(world, group).unwrap_or_default()))
}

fn list_types(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    // What only administrators make is not among them.
    let types = TYPES
        .iter()
        .filter(|(word, policy)| *policy != Policy::Dedication && listing.keyword_fits(word));
    Ok(listing.answer(types, |(word, _)| json!({ "type": word })))
}
