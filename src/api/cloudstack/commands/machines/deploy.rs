//! `deployVirtualMachine`.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::{cards, disks, secrets, source, user_data};
use crate::api::cloudstack::access::owner_of_new;
use crate::api::cloudstack::commands::{affinity, key_pairs, offers, security_groups};
use crate::api::cloudstack::fault::denied;
use crate::api::cloudstack::listing::LEVELS;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, caller, entity, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::world::accounts::{AccountKind, Project, Session};
use crate::world::offerings::flavor::Flavor;
use crate::world::server::{MachineDetails, Manager, Specification};
use crate::world::{Draft, World};

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(Landing::on_new_server(world, draft(world, call)?, 1))
}

pub(super) fn deploy(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let Target::NewServer {
        mut draft, host, ..
    } = landing.target
    else {
        return Err(Fault::new(
            FaultKind::Internal,
            "There is nothing to deploy",
        ));
    };
    cards::complete(world, call, &mut draft)?;
    let project = draft.spec.project.clone();
    let id = world.create_server(*draft, host)?;
    disks::give(world, call, id)?;
    let group = args(world, call).text("group").map(str::to_owned);
    let group = group.map(|name| world.instance_group_named(&project, &name));
    if let Some(server) = world.server_mut(id) {
        server.spec.machine_mut().group = group;
    }
    secrets::set_password(world, id, None);
    let operation = world.server(id).and_then(|server| server.operation);
    match operation {
        Some(operation) => job::follow(world, call, id, operation),
        None => job::done(world, call, Some(id)),
    }
}

fn draft(world: &World, call: &Call) -> Result<Draft, Fault> {
    let args = args(world, call);
    let session = caller(call)?;
    let source = source::of_new(world, call)?;
    let (project, user) = owner_of_new(world, call)?;
    check_zone(&args, session)?;
    let caller = session.project.iter();
    caller
        .chain([&project])
        .try_for_each(|account| check_zone_access(&args, account))?;
    let flavor = offering(&args)?;
    check_offer(&args, &project, &flavor)?;
    let details = args.map("details").into_iter();
    let (account, nics) = (project.id, cards::asked_for(&args, project.id)?);
    let keys = keys(&args, &project)?;
    disks::check(world, call)?;
    let mut spec = Specification {
        display_name: args.text("displayname").map(Into::into),
        key_name: keys.first().cloned(),
        is_highly_available: flavor.is_highly_available,
        metadata: details
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        ..Specification::new(
            name(&args, call.id)?,
            (project, user),
            flavor,
            Manager::CloudStack,
        )
    };
    if let Some(data) = user_data::of(&args, source.template.as_deref())? {
        spec.nova_mut().user_data = Some(data);
    }
    *spec.machine_mut() = MachineDetails {
        root_size: disks::root_size(&args, source.template.as_deref())?,
        affinity_groups: affinity::named_groups(&args, account)?.unwrap_or_default(),
        iso: source.iso(),
        is_hidden: args.flag("displayvm") == Some(false),
        is_dynamically_scalable: args.flag("dynamicscalingenabled").unwrap_or(false),
        user_data: user_data::named(&args, source.template.as_deref()),
        keys,
        ..MachineDetails::default()
    };
    spec.image = source.template;
    Ok(Draft {
        spec,
        nics,
        security_groups: security_groups::named_groups(world, call)?,
        root: source.root,
        scope: scope(&args, session),
        starts: args.flag("startvm").unwrap_or(true),
    })
}

/// Into a zone that is disabled only administrators deploy.
fn check_zone(args: &Args<'_>, session: &Session) -> Result<(), Fault> {
    let zone = args
        .id("zoneid")
        .and_then(|id| args.world.topology.zone(id));
    match zone.filter(|zone| !zone.is_enabled() && !session.is_admin()) {
        None => Ok(()),
        Some(zone) => Err(denied(format!(
            "Cannot perform this operation, Zone is currently disabled: {}",
            zone.id
        ))),
    }
}

/// Into a zone that is kept for a domain go only machines of those in it, and of administrators.
fn check_zone_access(args: &Args<'_>, account: &Project) -> Result<(), Fault> {
    let world = args.world;
    let zone = args.id("zoneid");
    let kept = zone.and_then(|zone| world.dedication(Level::Zone, zone));
    let Some(dedication) = kept else {
        return Ok(());
    };
    let is_admin = world.accounts.account_kind(account.id) == AccountKind::Admin;
    if is_admin || world.accounts.is_in_domain(account, dedication.to.domain) {
        return Ok(());
    }
    let place = world.topology.place_of(Level::Zone, dedication.of);
    let spot = place.and_then(|place| place.get(Level::Zone));
    let zone = json!({
        "id": spot.map(|spot| spot.number),
        "name": spot.map(|spot| &spot.name),
        "uuid": dedication.of,
    });
    Err(denied(format!(
        "Access denied to Account [{}] by DomainChecker for zone Zone {zone}",
        json!({ "accountName": account.name, "id": account.number, "uuid": account.id })
    )))
}

/// The size of the machine; one of a custom offering says in its details what it is to be.
pub(super) fn offering(args: &Args<'_>) -> Result<Arc<Flavor>, Fault> {
    let id = args.required_id("serviceofferingid")?;
    let mut known = args.world.flavors.iter();
    let flavor = known.find(|flavor| flavor.uuid == id).cloned();
    let flavor = flavor.ok_or_else(|| args.unknown("serviceofferingid", &id.to_string()))?;
    if !flavor.is_custom {
        return Ok(flavor);
    }
    let details = args.map("details");
    let number = |name: &str| {
        let detail = details
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        detail.and_then(|(_, value)| value.parse::<u32>().ok())
    };
    let wrong = |what: &str| Fault::invalid(format!("Invalid {what}"));
    let cpus = number("cpunumber")
        .filter(|number| *number > 0)
        .ok_or_else(|| wrong("CPU cores value, specify a value between 1 and 2147483647"))?;
    let memory = number("memory").filter(|number| *number >= 32);
    let memory = memory.ok_or_else(|| wrong("memory value, specify a value greater than 32"))?;
    Ok(Arc::new(Flavor {
        cpus,
        memory: memory.into(),
        ..Flavor::clone(&flavor)
    }))
}

/// Lets pass an account that may use a service offering.
fn check_offer(args: &Args<'_>, account: &Project, flavor: &Flavor) -> Result<(), Fault> {
    let Some(offering) = &flavor.offering else {
        return Ok(());
    };
    let what = format!("service offering {}", flavor.name);
    let zone = args.id("zoneid");
    offers::permit(args.world, account, &offering.offer, (&what, zone))
}

/// The machine's host name; without one the service makes it from an id.
pub(super) fn name(args: &Args<'_>, id: Uuid) -> Result<Arc<str>, Fault> {
    let Some(name) = args.text("name") else {
        return Ok(format!("VM-{id}").into());
    };
    let fits = (1..=63).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !name.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && !name.ends_with('-');
    if !fits {
        return Err(Fault::new(
            FaultKind::InvalidParameter,
            "Invalid name. Vm name can contain ASCII letters 'a' through 'z', the digits '0' through '9', and the \
             hyphen ('-'), must be between 1 and 63 characters long, and can't start or end with \"-\" and can't \
             start with digit",
        ));
    }
    Ok(name.into())
}

pub(super) fn keys(args: &Args<'_>, account: &Project) -> Result<Vec<Arc<str>>, Fault> {
    let mut names = args.texts("keypairs");
    names.extend(args.text("keypair"));
    let known = |name: &str| match key_pairs::find(args.world, account, name) {
        Some(pair) => Ok(pair.name.clone()),
        None => Err(Fault::invalid(format!(
            "A key pair with name '{name}' was not found."
        ))),
    };
    names.into_iter().map(known).collect()
}

/// Where the machine has to be. Only admins choose more than the zone; of others the service ignores it.
pub(super) fn scope(args: &Args<'_>, session: &Session) -> Scope {
    let mut scope = Scope::everywhere();
    for (name, level) in LEVELS {
        let is_allowed = level == Level::Zone || session.is_admin();
        let id = args.id(name).filter(|_| is_allowed);
        let place = id.and_then(|id| entity::place_of(&args.world.topology, level, id));
        for above in Level::ALL.into_iter().filter(|above| *above <= level) {
            if let Some(spot) = place.and_then(|place| place.get(above)) {
                scope = scope.with(above, Selector::Name(spot.name.clone()));
            }
        }
    }
    scope
}
