//! `deployVirtualMachine`.

use std::sync::Arc;

use uuid::Uuid;

use crate::api::cloudstack::access::owner_of_new;
use crate::api::cloudstack::commands::key_pairs;
use crate::api::cloudstack::listing::LEVELS;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, caller, entity, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::world::accounts::{Project, Session};
use crate::world::network::NicRequest;
use crate::world::server::{Manager, Specification};
use crate::world::{Draft, World};

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(Landing::on_new_server(world, draft(world, call)?, 1))
}

pub(super) fn deploy(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let Target::NewServer { draft, host, .. } = landing.target else {
        return Err(Fault::new(
            FaultKind::Internal,
            "There is nothing to deploy",
        ));
    };
    let id = world.create_server(*draft, host)?;
    let operation = world.server(id).and_then(|server| server.operation);
    match operation {
        Some(operation) => job::follow(world, call, id, operation),
        None => job::done(world, call, Some(id)),
    }
}

fn draft(world: &World, call: &Call) -> Result<Draft, Fault> {
    let args = args(world, call);
    let session = caller(call)?;
    let offering = args.required_id("serviceofferingid")?;
    let template = args.required_id("templateid")?;
    let (project, user) = owner_of_new(world, call)?;
    let details = args.map("details").into_iter();
    let flavor = world
        .flavors
        .iter()
        .find(|flavor| flavor.uuid == offering)
        .cloned()
        .ok_or_else(|| args.unknown(&offering.to_string()))?;
    let nics = nics(&args, project.id);
    let spec = Specification {
        display_name: args.text("displayname").map(Into::into),
        key_name: key_pair(&args, &project)?,
        is_highly_available: flavor.is_highly_available,
        image: world.image(template).cloned(),
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
    Ok(Draft {
        spec,
        nics,
        security_groups: Vec::new(),
        scope: scope(&args, session),
        starts: args.flag("startvm").unwrap_or(true),
    })
}

/// The machine's host name; without one the service makes it from an id.
fn name(args: &Args<'_>, id: Uuid) -> Result<Arc<str>, Fault> {
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

fn key_pair(args: &Args<'_>, account: &Project) -> Result<Option<Arc<str>>, Fault> {
    let Some(names) = args.text("keypairs").or(args.text("keypair")) else {
        return Ok(None);
    };
    let name = names.split(',').next().unwrap_or_default();
    match key_pairs::find(args.world, account, name) {
        Some(pair) => Ok(Some(pair.name.clone())),
        None => Err(Fault::new(
            FaultKind::InvalidParameter,
            format!("A key pair with name '{name}' was not found."),
        )),
    }
}

/// A card in each of the networks that are asked for; without any, in the first.
fn nics(args: &Args<'_>, project: Uuid) -> Vec<NicRequest> {
    match args.ids("networkids") {
        Some(ids) => ids.into_iter().map(NicRequest::in_network).collect(),
        None => args.world.usual_nics(project),
    }
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
