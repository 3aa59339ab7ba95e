//! Tags, which all kinds of things can have.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{joined, kept, owner};
use crate::api::cloudstack::access::check_use;
use crate::api::cloudstack::entity::{CLUSTER, Entity, HOST, ZONE};
use crate::api::cloudstack::fault::{denied, invalid};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::labels::{Label, Labelled};

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createTags", land, create),
    Row::new("cloudstack.deleteTags", land, delete),
    Row::read("cloudstack.listTags", list),
];

/// The kinds of things that can be spoken of, by the service's words for them.
const KINDS: &[(&str, Entity)] = &[
    ("UserVm", Entity::VirtualMachine),
    ("Template", Entity::Template),
    ("ISO", Entity::Template),
    ("Volume", Entity::Volume),
    ("Snapshot", Entity::Snapshot),
    ("Network", Entity::Network),
    ("Nic", Entity::Nic),
    ("LoadBalancer", Entity::LoadBalancerRule),
    ("PortForwardingRule", Entity::PortForwardingRule),
    ("FirewallRule", Entity::FirewallRule),
    ("SecurityGroup", Entity::SecurityGroup),
    ("SecurityGroupRule", Entity::SecurityGroup),
    ("PublicIpAddress", Entity::PublicIp),
    ("Project", Entity::Project),
    ("Account", Entity::Account),
    ("Vpc", Entity::Vpc),
    ("NetworkACL", Entity::AclItem),
    ("NetworkACLList", Entity::AclList),
    ("StaticRoute", Entity::StaticRoute),
    ("VMSnapshot", Entity::VmSnapshot),
    ("RemoteAccessVpn", Entity::RemoteAccessVpn),
    ("Zone", ZONE),
    ("Cluster", CLUSTER),
    ("Host", HOST),
    ("ServiceOffering", Entity::ServiceOffering),
    ("DiskOffering", Entity::DiskOffering),
    ("NetworkOffering", Entity::NetworkOffering),
    ("VpcOffering", Entity::VpcOffering),
    ("Storage", Entity::StoragePool),
    ("PrivateGateway", Entity::PrivateGateway),
    ("VpnGateway", Entity::VpnGateway),
    ("CustomerGateway", Entity::VpnCustomerGateway),
    ("VpnConnection", Entity::VpnConnection),
    ("User", Entity::User),
    ("Domain", Entity::Domain),
    ("SnapshotPolicy", Entity::SnapshotPolicy),
    ("LBStickinessPolicy", Entity::StickinessPolicy),
    ("LBHealthCheckPolicy", Entity::HealthCheckPolicy),
    ("SslCert", Entity::SslCert),
];

/// The kind of that name; clients write it as they like.
pub(super) fn kind_named(word: &str) -> Result<(&'static str, Entity), Fault> {
    let mut kinds = KINDS.iter();
    let kind = kinds.find(|(known, _)| known.eq_ignore_ascii_case(word));
    kind.copied()
        .ok_or_else(|| invalid(format!("Invalid resource type: {word}")))
}

fn entity(kind: &str) -> Option<Entity> {
    let kind = KINDS.iter().find(|(known, _)| *known == kind)?;
    Some(kind.1)
}

/// Whose that is of which something is said.
fn owner_of(world: &World, thing: Labelled) -> Option<Arc<Project>> {
    entity(thing.kind)?.owner(world, thing.id)
}

/// The things of one kind that a call names, which the caller may use.
///
/// # Errors
/// When one is not there, or not the caller's; what belongs to nobody is for administrators.
pub(super) fn things(
    world: &World,
    call: &Call,
    kind: &str,
    ids: &[&str],
) -> Result<Vec<Labelled>, Fault> {
    let (kind, entity) = kind_named(kind)?;
    let session = caller(call)?;
    let find = |text: &&str| {
        let id = entity.find(world, text).ok_or_else(|| {
            invalid(format!(
                "Unable to find resource by id {text} and type {kind}"
            ))
        })?;
        match entity.owner(world, id) {
            Some(owner) => check_use(world, session, &owner, id)?,
            None if session.is_admin() => {}
            None => {
                return Err(denied(format!(
                    "Account {} does not have permission to operate with resource {id}",
                    session.user.name
                )));
            }
        }
        Ok(Labelled { kind, id })
    };
    ids.iter().map(find).collect()
}

fn named(world: &World, call: &Call) -> Result<Vec<Labelled>, Fault> {
    let args = args(world, call);
    let kind = args.text("resourcetype").unwrap_or_default();
    things(world, call, kind, &args.texts("resourceids"))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    named(world, call).map(|_| Landing::default())
}

/// Gives labels to a new thing.
pub(super) fn set(world: &mut World, kind: &'static str, id: Uuid, labels: Vec<Label>) {
    for label in labels {
        world.tags.set(Labelled { kind, id }, label);
    }
}

/// The labels that a call gives under `tags`.
pub(super) fn labels(call: &Call, world: &World) -> Vec<Label> {
    let args = args(world, call);
    let label = |(key, value): (&str, &str)| Label {
        key: key.into(),
        value: value.into(),
        customer: kept(args.text("customer")),
        is_shown: true,
    };
    args.map("tags").into_iter().map(label).collect()
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (things, labels) = (named(world, call)?, labels(call, world));
    for thing in &things {
        for label in &labels {
            if world.tags.value(thing.id, &label.key).is_some() {
                let message = format!(
                    "tag {} already on {} with id {}",
                    label.key, thing.kind, thing.id
                );
                return job::conclude(world, call, None, Err(invalid(message)));
            }
        }
    }
    for thing in things {
        for label in &labels {
            world.tags.set(thing, label.clone());
        }
    }
    job::done(world, call, None)
}

/// Takes the named tags away; with a value, only those that have it; without tags, all.
fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (things, labels) = (named(world, call)?, labels(call, world));
    let is_meant = |label: &Label| {
        let mut meant = labels.iter();
        labels.is_empty()
            || meant.any(|wanted| {
                wanted.key == label.key && (wanted.value.is_empty() || wanted.value == label.value)
            })
    };
    for thing in things {
        world.tags.remove(thing.id, is_meant);
    }
    job::done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    labels_listed(world, call, |world| world.tags.iter().collect())
}

/// The answer of a list of what is said of things.
pub(super) fn labels_listed(
    world: &World,
    call: &Call,
    all: impl Fn(&World) -> Vec<(Labelled, &Label)>,
) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let kind = args.text("resourcetype").map(kind_named).transpose()?;
    let wanted = all(world).into_iter().filter(|(thing, label)| {
        let owner = owner_of(world, *thing);
        let is_there =
            entity(thing.kind).is_some_and(|it| it.find(world, &thing.id.to_string()).is_some());
        is_there
            && owner.map_or(listing.is_admin(), |owner| listing.shows(&owner))
            && kind.is_none_or(|(kind, _)| kind == thing.kind)
            && args.is("resourceid", &thing.id.to_string())
            && args.text("key").is_none_or(|key| *key == *label.key)
            && args
                .text("value")
                .is_none_or(|value| *value == *label.value)
            && args
                .text("customer")
                .is_none_or(|it| label.customer.as_deref() == Some(it))
            && args
                .flag("fordisplay")
                .is_none_or(|wanted| wanted == label.is_shown)
            && listing.keyword_fits(&label.key)
    });
    Ok(listing.answer(wanted, |(thing, label)| view(world, thing, label)))
}

fn view(world: &World, thing: Labelled, label: &Label) -> Value {
    let own = json!({
        "key": label.key,
        "value": label.value,
        "customer": label.customer,
        "resourcetype": thing.kind,
        "resourceid": thing.id,
    });
    let whose = owner_of(world, thing).map(|whose| owner(world, &whose));
    joined(own, whose.unwrap_or_default())
}

/// The kinds of things whose tags tell as well whose they are and what they are on.
const TELLING: &[&str] = &[
    "UserVm",
    "Template",
    "ISO",
    "Volume",
    "SecurityGroup",
    "Project",
];

/// The tags of a thing, as it shows them.
pub(crate) fn of(world: &World, id: Uuid) -> Value {
    let kind = world.tags.kind(id).unwrap_or_default();
    let shown = |label: &Label| match TELLING.contains(&kind) {
        true => view(world, Labelled { kind, id }, label),
        false => json!({ "key": label.key, "value": label.value }),
    };
    world.tags.of(id).iter().map(shown).collect()
}
