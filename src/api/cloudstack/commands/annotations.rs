//! Annotations: what people write on things.

use serde_json::{Value, json};
use uuid::Uuid;

use super::date;
use crate::api::cloudstack::access::check_use;
use crate::api::cloudstack::catalog::Audience;
use crate::api::cloudstack::entity::{CLUSTER, Entity, HOST, POD, ZONE};
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, command_name, envelope, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Session, Standing};
use crate::world::annotations::Annotation;
use crate::world::labels::Labelled;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.addAnnotation", Landing::nowhere, add).showing(show),
    Row::read("cloudstack.listAnnotations", list).showing(show),
    Row::new("cloudstack.removeAnnotation", Landing::nowhere, remove).showing(show),
    Row::new("cloudstack.updateAnnotationVisibility", Landing::nowhere, update).showing(show),
];

/// The service's word for hosts, as things that are written on.
pub(super) const ON_HOST: &str = "HOST";

use Audience::{DomainAdmins, Everybody, RootAdmins};

/// The kinds of things that can be written on, by the service's words for them, and by whom.
#[rustfmt::skip]
const KINDS: &[(&str, Entity, Audience)] = &[
    ("VM", Entity::VirtualMachine, Everybody),
    ("VOLUME", Entity::Volume, Everybody),
    ("SNAPSHOT", Entity::Snapshot, Everybody),
    ("VM_SNAPSHOT", Entity::VmSnapshot, Everybody),
    ("INSTANCE_GROUP", Entity::InstanceGroup, Everybody),
    ("USER_DATA", Entity::UserData, Everybody),
    ("NETWORK", Entity::Network, Everybody),
    ("VPC", Entity::Vpc, Everybody),
    ("PUBLIC_IP_ADDRESS", Entity::PublicIp, Everybody),
    ("VPN_CUSTOMER_GATEWAY", Entity::VpnCustomerGateway, Everybody),
    ("TEMPLATE", Entity::Template, Everybody),
    ("ISO", Entity::Template, Everybody),
    ("SERVICE_OFFERING", Entity::ServiceOffering, DomainAdmins),
    ("DISK_OFFERING", Entity::DiskOffering, DomainAdmins),
    ("NETWORK_OFFERING", Entity::NetworkOffering, RootAdmins),
    ("ZONE", ZONE, RootAdmins),
    ("POD", POD, RootAdmins),
    ("CLUSTER", CLUSTER, RootAdmins),
    (ON_HOST, HOST, RootAdmins),
    ("DOMAIN", Entity::Domain, DomainAdmins),
    ("PRIMARY_STORAGE", Entity::StoragePool, RootAdmins),
    ("SECONDARY_STORAGE", Entity::ImageStore, RootAdmins),
    ("VR", Entity::Router, RootAdmins),
    ("SYSTEM_VM", Entity::SystemVm, RootAdmins),
    ("MANAGEMENT_SERVER", Entity::ManagementServer, RootAdmins),
];

fn kind_named(word: &str) -> Result<(&'static str, Entity, Audience), Fault> {
    let kind = KINDS.iter().find(|(known, ..)| *known == word);
    kind.copied().ok_or_else(|| {
        Fault::new(
            FaultKind::Internal,
            format!("No enum constant org.apache.cloudstack.annotation.AnnotationService.EntityType.{word}"),
        )
    })
}

/// Whether somebody may read and write on things of a kind.
fn is_among(world: &World, session: &Session, audience: Audience) -> bool {
    match (audience, world.accounts.standing(session)) {
        (Everybody, _) | (_, Standing::Root) | (DomainAdmins, Standing::Domain(_)) => true,
        (DomainAdmins | RootAdmins, Standing::Own) | (RootAdmins, Standing::Domain(_)) => false,
    }
}

/// The thing that a call wants written on.
fn thing(world: &World, call: &Call) -> Result<Labelled, Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let (kind, entity, audience) = kind_named(args.text("entitytype").unwrap_or_default())?;
    if !is_among(world, session, audience) {
        return Err(Fault::new(
            FaultKind::Conflict,
            format!(
                "User: {} is not allowed to add annotations on type: {kind}",
                session.user.name
            ),
        ));
    }
    let text = args.text("entityid").unwrap_or_default();
    let id = entity.find(world, text);
    let id = id.ok_or_else(|| invalid(format!("Unable to find {kind} by id {text}")))?;
    if let Some(owner) = entity.owner(world, id) {
        check_use(world, session, &owner, id)?;
    }
    Ok(Labelled { kind, id })
}

fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let on = thing(world, call)?;
    let args = args(world, call);
    let text = args.text("annotation").unwrap_or_default().to_owned();
    let is_for_admins = args.flag("adminsonly") == Some(true);
    let author = caller(call)?.user.clone();
    let id = world.annotate(on, &text, author, is_for_admins);
    job::done(world, call, Some(id))
}

/// Whether somebody may read a note.
fn may_read(world: &World, session: &Session, annotation: &Annotation) -> bool {
    let Ok((_, entity, audience)) = kind_named(annotation.on.kind) else {
        return false;
    };
    let owner = entity.owner(world, annotation.on.id);
    let is_own = owner.is_none_or(|owner| world.accounts.may_use(session, &owner));
    session.is_admin()
        || (!annotation.is_for_admins && is_own && is_among(world, session, audience))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let (listing, session) = (Listing::new(world, call)?, caller(call)?);
    let args = &listing.args;
    let only_own = args.text("annotationfilter").is_some() && args.is("annotationfilter", "self");
    let annotations = world.annotations.iter().filter(|it| {
        may_read(world, session, it)
            && listing.wants_id(it.id)
            && listing.keyword_fits(&it.text)
            && args.is("entitytype", it.on.kind)
            && args.is("entityid", &it.on.id.to_string())
            && args.is("userid", &it.author.id.to_string())
            && (!only_own || it.author.id == session.user.id)
    });
    Ok(listing.shown(annotations.map(|it| it.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let annotation = world.annotations.get(id)?;
    Some(json!({
        "id": id,
        "entitytype": annotation.on.kind,
        "entityid": annotation.on.id,
        "entityname": name(world, annotation.on),
        "annotation": annotation.text,
        "userid": annotation.author.id,
        "username": annotation.author.name,
        "adminsonly": annotation.is_for_admins,
        "created": date(annotation.created),
    }))
}

/// The name of a machine or place that is written on.
fn name(world: &World, on: Labelled) -> Option<String> {
    let (_, entity, _) = kind_named(on.kind).ok()?;
    match entity {
        Entity::VirtualMachine => Some(world.server(on.id)?.spec.name.to_string()),
        Entity::Place(level) => {
            let place = world.topology.place_of(level, on.id)?;
            place.name(level).map(ToString::to_string)
        }
        _ => None,
    }
}

/// Those may take a note away who wrote it, and administrators.
fn remove(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (id, session) = (args(world, call).required_id("id")?, caller(call)?);
    let kept = world
        .annotations
        .get(id)
        .filter(|it| !session.is_admin() && it.author.id != session.user.id);
    if let Some(annotation) = kept {
        return Err(Fault::new(
            FaultKind::Conflict,
            format!(
                "Only administrators or entity owner users can delete annotations, cannot remove annotation with \
                 uuid: {id} - type: {} ",
                annotation.on.kind
            ),
        ));
    }
    let shown = show(world, id, Viewer::of(session));
    world.annotations.remove(id);
    job::note(world, call, None)?;
    let content = json!({ "annotation": shown });
    Ok(envelope::success(command_name(call), content))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, is_for_admins) = (args.required_id("id")?, args.flag("adminsonly"));
    if let Some(annotation) = world.annotations.get_mut(id) {
        annotation.is_for_admins = is_for_admins == Some(true);
    }
    job::done(world, call, Some(id))
}
