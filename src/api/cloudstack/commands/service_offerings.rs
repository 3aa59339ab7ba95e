//! Service offerings, which OpenStack calls flavors.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::echo::{self, Echo};
use super::offers;
use super::{date, joined};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::offerings::flavor::Flavor;
use crate::world::offerings::offer::Offer;
use crate::world::offerings::service_offering::Offering;
use crate::world::start::blueprint::FlavorPlan;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listServiceOfferings", list).showing(show),
    Row::new("cloudstack.createServiceOffering", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.updateServiceOffering", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteServiceOffering", Landing::nowhere, delete),
];

/// What is only told again, beside what is told of disks.
const ECHOES: &[Echo] = &[
    ("deploymentplanner", "deploymentplanner"),
    ("diskofferingid", "diskofferingid"),
    ("diskofferingstrictness", "diskofferingstrictness"),
    ("dynamicscalingenabled", "dynamicscalingenabled"),
    ("encryptroot", "encryptroot"),
    ("gpucount", "gpucount"),
    ("gpudisplay", "gpudisplay"),
    ("isvolatile", "isvolatile"),
    ("leaseduration", "leaseduration"),
    ("leaseexpiryaction", "leaseexpiryaction"),
    ("limitcpuuse", "limitcpuuse"),
    ("networkrate", "networkrate"),
    ("purgeresources", "purgeresources"),
    ("tags", "storagetags"),
    ("vgpuprofileid", "vgpuprofileid"),
];

/// The bounds within which whoever deploys a machine chooses its size; they are told among the details.
const BOUNDS: [&str; 4] = ["mincpunumber", "maxcpunumber", "minmemory", "maxmemory"];

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let project = caller(call)?.project.as_ref().map(|project| project.id);
    let own = listing.args.id("virtualmachineid");
    let own = own.and_then(|id| Some(world.server(id)?.spec.flavor.uuid));
    let mut wanted: Vec<&Flavor> = world
        .flavors
        .iter()
        .map(|flavor| &**flavor)
        .filter(|flavor| listing.is_admin() || flavor.is_for(project))
        .filter(|flavor| own != Some(flavor.uuid) && is_wanted(&listing, flavor))
        .collect();
    wanted.sort_by_key(|flavor| offer(flavor).map_or(0, |offer| offer.sort_key));
    Ok(listing.shown(wanted.into_iter().map(|flavor| flavor.uuid)))
}

fn is_wanted(listing: &Listing<'_>, flavor: &Flavor) -> bool {
    let args = &listing.args;
    let offering = flavor.offering.as_deref();
    let text = offering.map_or("", |offering| &offering.display_text);
    let system_kind = offering.and_then(|offering| offering.system_kind.as_deref());
    let wants = |name: &str, value: u64| {
        args.number(name)
            .is_none_or(|wanted| u64::try_from(wanted) == Ok(value))
    };
    offers::wants(listing, flavor.uuid, (&flavor.name, text))
        && offers::is_offered(listing, offer(flavor).unwrap_or(&Offer::default()))
        && args.flag("issystem").unwrap_or(false) == system_kind.is_some()
        && args.is("systemvmtype", system_kind.unwrap_or_default())
        && wants("cpunumber", flavor.cpus.into())
        && wants("memory", flavor.memory)
        && wants("cpuspeed", flavor.cpu_speed().into())
}

fn offer(flavor: &Flavor) -> Option<&Offer> {
    flavor.offering.as_ref().map(|offering| &offering.offer)
}

/// A service offering. Of one that is gone there is nothing to show.
fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let flavor = world.service_offering(id)?;
    let offering = flavor.offering.as_deref();
    let system_kind = offering.and_then(|offering| offering.system_kind.as_ref());
    let created = offering.map_or(world.clock().start(), |offering| offering.created);
    let mut shown = json!({
        "id": flavor.uuid,
        "name": flavor.name,
        "displaytext": offering.map_or(&flavor.name, |offering| &offering.display_text),
        "state": offer(flavor).map_or("Active", Offer::state),
        "rootdisksize": flavor.disk,
        "storagetype": "shared",
        "provisioningtype": "thin",
        "offerha": flavor.is_highly_available,
        "limitcpuuse": false,
        "isvolatile": false,
        "iscustomized": flavor.is_custom,
        "iscustomizediops": false,
        "issystem": system_kind.is_some(),
        "defaultuse": false,
        "dynamicscalingenabled": true,
        "diskofferingstrictness": false,
        "encryptroot": false,
        "created": date(created),
    });
    let size = [
        ("cpunumber", json!(flavor.cpus)),
        ("cpuspeed", json!(flavor.cpu_speed())),
        ("memory", json!(flavor.memory)),
    ];
    if !flavor.is_custom {
        shown = joined(shown, size.map(|(name, value)| (name.to_owned(), value)));
    } else if let Some(speed) = flavor.offering.as_ref().and_then(|own| own.cpu_speed) {
        shown["cpuspeed"] = speed.into();
    }
    let tags = flavor.host_tags();
    if !tags.is_empty() {
        shown["hosttags"] = tags.join(",").into();
    }
    if let Some(kind) = system_kind {
        shown["systemvmtype"] = json!(kind);
    }
    let said = offer(flavor).map(|offer| offers::said(world, offer));
    Some(joined(shown, said.unwrap_or_default()))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = world.ids.uuid();
    let args = args(world, call);
    let name = args.text("name").unwrap_or_default();
    let is_custom = is_custom(&args, name)?;
    let plan = FlavorPlan {
        id: id.to_string(),
        name: name.to_owned(),
        cpus: size(&args, "cpunumber").unwrap_or(1),
        memory: size(&args, "memory").unwrap_or(512).into(),
        disk: size(&args, "rootdisksize").unwrap_or(0).into(),
        ha: args.flag("offerha").unwrap_or(false),
        ..FlavorPlan::default()
    };
    let offering = offering(world, &args)?;
    world.flavors.push(Arc::new(Flavor {
        uuid: id,
        is_custom,
        offering: Some(Box::new(offering)),
        ..Flavor::new(&plan)
    }));
    job::done(world, call, Some(id))
}

fn offering(world: &World, args: &Args<'_>) -> Result<Offering, Fault> {
    let mut offer = offers::offer(args, echo::OF_DISKS.iter().chain(ECHOES));
    let details = details(args);
    if !details.is_empty() {
        let field = "serviceofferingdetails".to_owned();
        offer.remarks.insert(field, details.into());
    }
    let is_system = args.flag("issystem") == Some(true);
    Ok(Offering {
        display_text: args.display_text().into(),
        cpu_speed: size(args, "cpuspeed"),
        host_tags: args.texts("hosttags").into_iter().map(Into::into).collect(),
        system_kind: is_system
            .then(|| system_kind(args))
            .transpose()?
            .map(Into::into),
        offer,
        created: world.now(),
    })
}

fn size(args: &Args<'_>, name: &str) -> Option<u32> {
    args.number(name)
        .and_then(|number| u32::try_from(number).ok())
}

fn details(args: &Args<'_>) -> Map<String, Value> {
    let bounds = BOUNDS
        .into_iter()
        .filter_map(|name| Some((name, args.text(name)?)));
    let details = args.map("serviceofferingdetails").into_iter();
    details
        .chain(bounds)
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

fn system_kind<'a>(args: &Args<'a>) -> Result<&'a str, Fault> {
    let kinds = ["domainrouter", "consoleproxy", "secondarystoragevm"];
    let kind = args.text("systemvmtype").unwrap_or("domainrouter");
    match kinds.contains(&kind) {
        true => Ok(kind),
        false => Err(Fault::invalid(format!(
            "Invalid systemVmType. Supported types are: {}",
            kinds.join(", ")
        ))),
    }
}

/// Whether whoever deploys a machine says how large it is. What is said of the size must go together.
fn is_custom(args: &Args<'_>, name: &str) -> Result<bool, Fault> {
    let (cpus, memory) = (args.number("cpunumber"), args.number("memory"));
    let is_custom = args.flag("customized").unwrap_or(cpus.is_none());
    let most = i64::from(i32::MAX);
    let check = |value: Option<i64>, least: i64, what: &str, unit: &str| match value {
        Some(value) if value < least => Err(Fault::invalid(format!(
            "Failed to create service offering {name}: specify the {what} value between {least} and {most}{unit}"
        ))),
        Some(_) | None => Ok(()),
    };
    if is_custom && (cpus.is_some() || memory.is_some()) {
        return Err(Fault::invalid(
            "For creating a custom compute offering cpu and memory all should be null".to_owned(),
        ));
    }
    let missing = Some(0).filter(|_| !is_custom);
    check(cpus.or(missing), 1, "cpu number", "")?;
    check(args.number("cpuspeed"), 0, "cpu speed", "")?;
    check(memory.or(missing), 32, "memory", " MB")?;
    Ok(is_custom)
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let flavor = world
        .service_offering(id)
        .ok_or_else(|| args.unknown("id", &id.to_string()))?;
    let usual = || Offering {
        display_text: flavor.name.clone(),
        created: world.clock().start(),
        ..Offering::default()
    };
    let old = flavor.offering.as_deref().cloned();
    let offering = changed(&args, old.unwrap_or_else(usual))?;
    let name = args.text("name").map(Into::into);
    if let Some(flavor) = world.service_offering_mut(id) {
        flavor.name = name.unwrap_or_else(|| flavor.name.clone());
        flavor.offering = Some(Box::new(offering));
    }
    job::done(world, call, Some(id))
}

fn changed(args: &Args<'_>, mut offering: Offering) -> Result<Offering, Fault> {
    if let Some(text) = args.text("displaytext") {
        offering.display_text = text.into();
    }
    if args.text("hosttags").is_some() {
        offering.host_tags = args.texts("hosttags").into_iter().map(Into::into).collect();
    }
    let echoes: [Echo; 2] = [
        ("storagetags", "storagetags"),
        ("purgeresources", "purgeresources"),
    ];
    offers::change(args, &mut offering.offer, &echoes)?;
    Ok(offering)
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.flavors.retain(|flavor| flavor.uuid != id);
    world.lost_flavors.insert(id);
    job::done(world, call, None)
}
