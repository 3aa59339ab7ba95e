//! What providers start their machines by: elements of virtual routers and of internal load balancers.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::{domain, joined};
use crate::api::cloudstack::entity::root_domain;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::equipment::Element;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createVirtualRouterElement", Landing::nowhere, |world, call, _| create(world, call, false)).showing(show_router),
    Row::new("cloudstack.configureVirtualRouterElement", Landing::nowhere, configure).showing(show_router),
    Row::read("cloudstack.listVirtualRouterElements", |world, call, _| list(world, call, false)).showing(show_router),
    Row::new("cloudstack.createInternalLoadBalancerElement", Landing::nowhere, |world, call, _| create(world, call, true)).showing(show),
    Row::new("cloudstack.configureInternalLoadBalancerElement", Landing::nowhere, configure).showing(show),
    Row::read("cloudstack.listInternalLoadBalancerElements", |world, call, _| list(world, call, true)).showing(show),
];

fn create(world: &mut World, call: &Call, is_balancer: bool) -> Result<Answer, Fault> {
    let provider = args(world, call).required_id("nspid")?;
    let elements = &world.equipment.elements;
    if elements.any(|it| it.provider == provider && it.is_balancer == is_balancer) {
        let message = format!("There is already an element with service provider id {provider}");
        return Err(Fault::new(FaultKind::Internal, message));
    }
    let id = world.ids.uuid();
    world.equipment.elements.add(Element {
        id,
        provider,
        is_enabled: false,
        is_balancer,
    });
    done(world, call, Some(id))
}

fn configure(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, wanted) = (args.required_id("id")?, args.flag("enabled"));
    if let Some(element) = world.equipment.elements.get_mut(id) {
        element.is_enabled = wanted.unwrap_or(element.is_enabled);
    }
    done(world, call, Some(id))
}

fn list(world: &World, call: &Call, is_balancer: bool) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let elements = world.equipment.elements.iter().filter(|element| {
        element.is_balancer == is_balancer
            && listing.wants_id(element.id)
            && (args.text("nspid").is_none() || args.id("nspid") == Some(element.provider))
            && args
                .flag("enabled")
                .is_none_or(|wanted| wanted == element.is_enabled)
    });
    Ok(listing.shown(elements.map(|element| element.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let element = world.equipment.elements.get(id)?;
    Some(json!({
        "id": element.id,
        "nspid": element.provider,
        "enabled": element.is_enabled,
    }))
}

/// Those of virtual routers belong to an account.
fn show_router(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let mut owner = domain(world, Some(root_domain()));
    owner.insert("account".into(), json!("system"));
    Some(joined(show(world, id, viewer)?, owner))
}
