//! How virtual private clouds are made and changed, and how they go.

use cidr::IpInet;
use uuid::Uuid;

use super::named;
use crate::api::cloudstack::commands::offers;
use crate::api::cloudstack::commands::owned::{account_for, refuse};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::appliances::Role;
use crate::world::network::guest::{Vpc, VpcState};
use crate::world::operations::{Kind, Order, Thing};

/// The domain of the names of machines in clouds that say nothing else.
const DOMAIN: &str = "cs2cloud.internal";

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let vpc = draft(world, call)?;
    let (id, zone, router) = (vpc.meta.id, vpc.zone, vpc.router);
    let starts = args(world, call).flag("start") != Some(false);
    let source = args(world, call).text("sourcenatipaddress");
    let source = source.map(|text| {
        let wrong = |_| refuse(format!("Invalid IP address: {text}"));
        text.parse().map_err(wrong)
    });
    let source = source.transpose()?;
    world.add_vpc(vpc);
    if let Err(fault) = world.take_source_nat_address(zone, router, source) {
        world.remove_vpc(id)?;
        return Err(fault);
    }
    if !starts {
        return job::done(world, call, Some(id));
    }
    let user = caller(call)?.user.clone();
    let starts = world.implement_vpc(id, &user);
    match starts.first().copied() {
        Some(operation) => job::follow(world, call, id, operation),
        None => job::done(world, call, Some(id)),
    }
}

fn draft(world: &mut World, call: &Call) -> Result<Vpc, Fault> {
    let account = account_for(world, call)?;
    let meta = world.new_meta(account.id);
    let router = world.ids.uuid();
    let args = args(world, call);
    let offering = args.required_id("vpcofferingid")?;
    let known = world.network_offerings.vpcs.get(offering);
    let known = known.filter(|offering| offering.is_enabled);
    let known = known
        .ok_or_else(|| refuse("Unable to find vpc offering in Enabled state by specified id"))?;
    let what = format!("VPC offering {}", known.name);
    offers::permit(world, &account, &known.offer, (&what, args.id("zoneid")))?;
    let text = args.text("cidr").unwrap_or_default();
    // It may say an address within, and means the network around it.
    let inside: IpInet = text
        .parse()
        .map_err(|_| refuse(format!("Invalid CIDR specified {text}")))?;
    let cidr = inside.network();
    let mut meta = meta.named(args.text("name").unwrap_or_default());
    meta.description = args.display_text().into();
    Ok(Vpc {
        meta,
        offering,
        zone: args.required_id("zoneid")?,
        cidr,
        domain: args.text("networkdomain").unwrap_or(DOMAIN).into(),
        state: VpcState::Enabled,
        router,
        is_displayed: args.flag("fordisplay").unwrap_or(true),
        needs_restart: false,
    })
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = named(world, call, "id")?.meta.id;
    let args = args(world, call);
    let (name, text) = (args.text("name"), args.text("displaytext"));
    let is_displayed = args.flag("fordisplay");
    let (name, text) = (name.map(Into::into), text.map(Into::into));
    if let Some(vpc) = world.networking.guests.vpcs.get_mut(id) {
        vpc.meta.name = name.unwrap_or_else(|| vpc.meta.name.clone());
        vpc.meta.description = text.unwrap_or_else(|| vpc.meta.description.clone());
        vpc.is_displayed = is_displayed.unwrap_or(vpc.is_displayed);
    }
    job::done(world, call, Some(id))
}

pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id: Uuid = named(world, call, "id")?.meta.id;
    let user = caller(call)?.user.clone();
    let has_tiers = world.networking.tiers_of(id).next().is_some();
    if !has_tiers && let Some(removal) = world.remove_with_router(Role::Vpc(id), &user) {
        return job::follow(world, call, id, removal);
    }
    let result = match has_tiers {
        true => Err(Fault::new(
            FaultKind::Internal,
            format!("Can't delete VPC {id} as its used by at least one network"),
        )),
        false => world.remove_vpc(id),
    };
    job::conclude(world, call, None, result)
}

pub(super) fn restart(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = named(world, call, "id")?.meta.id;
    let user = caller(call)?.user.clone();
    let cleans_up = args(world, call).flag("cleanup") == Some(true);
    let router = world.appliances_for(Role::Vpc(id)).next();
    let router = router.map(|router| (router.id, router.host));
    let order = match router {
        Some((router, Some(host))) if cleans_up => {
            Order::new(Thing::Appliance(router), Kind::RestartAppliance, user).at(Some(host))
        }
        Some((_, Some(host))) => Order::new(Thing::Vpc(id), Kind::ReapplyVpc, user).at(Some(host)),
        Some((_, None)) | None => {
            world.implement_vpc(id, &user);
            return job::done(world, call, Some(id));
        }
    };
    job::begin(world, call, id, order)
}
