//! High availability of hosts: which provider sees to it, and how far it is.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{land_on, target, unable};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::topology::Host;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listHostHAProviders", list_providers),
    Row::read("cloudstack.listHostHAResources", list_resources),
    Row::new("cloudstack.configureHAForHost", land, configure).showing(show),
    Row::new("cloudstack.enableHAForHost", land, enable).showing(show),
    Row::new("cloudstack.disableHAForHost", land, disable).showing(show),
    Row::new("cloudstack.enableHAForCluster", Landing::nowhere, enable_in),
    Row::new(
        "cloudstack.disableHAForCluster",
        Landing::nowhere,
        disable_in,
    ),
    Row::new("cloudstack.enableHAForZone", Landing::nowhere, enable_in),
    Row::new("cloudstack.disableHAForZone", Landing::nowhere, disable_in),
];

/// Hypervisors, and the provider of each. The service names them so in this list only, and elsewhere in lower
/// case; hosts here have the simulator's.
const PROVIDERS: [(&str, &str); 2] = [
    ("Simulator", "SimulatorHAProvider"),
    ("KVM", "KVMHAProvider"),
];

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "hostid")
}

fn list_providers(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let wanted = |hypervisor: &str| listing.args.is("hypervisor", hypervisor);
    let providers = PROVIDERS
        .iter()
        .filter(|(hypervisor, _)| wanted(hypervisor));
    Ok(listing.answer(providers, |(_, name)| json!({ "haprovider": name })))
}

fn list_resources(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let wanted = listing.args.id("hostid");
    let hosts = world.topology.hosts().map(|(_, host)| host);
    let hosts = hosts.filter(|host| {
        host.agent.ha.provider.is_some() && wanted.is_none_or(|wanted| wanted == host.id)
    });
    Ok(listing.answer(hosts, resource))
}

/// The high availability of a host, as a part of the host.
pub(super) fn summary(host: &Host) -> Value {
    let ha = &host.agent.ha;
    json!({
        "haenable": ha.is_enabled,
        "hastate": ha.state.word(),
        "haprovider": ha.provider,
    })
}

fn resource(host: &Host) -> Value {
    let mut resource = summary(host);
    resource["hostid"] = json!(host.id);
    resource
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let host = world.topology.host_by_id(id)?;
    let mut resource = resource(world.topology.host(host));
    resource["status"] = json!(true);
    Some(resource)
}

fn configure(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let (host, id) = target(world, &landing)?;
    let provider = args(world, call).text("provider").unwrap_or_default();
    let provider = provider.to_owned();
    let result = match world.configure_host_ha(host, &provider) {
        true => Ok(()),
        false => Err(unable("Given HA provider does not exist".to_owned())),
    };
    job::conclude(world, call, Some(id), result)
}

fn enable(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    switch(world, call, &landing, true)
}

fn disable(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    switch(world, call, &landing, false)
}

fn switch(
    world: &mut World,
    call: &Call,
    landing: &Landing,
    is_enabled: bool,
) -> Result<Answer, Fault> {
    let (host, id) = target(world, landing)?;
    let result = match world.enable_host_ha(host, is_enabled) {
        true => Ok(()),
        false => Err(unable(format!(
            "No HA provider is configured for the host {id}"
        ))),
    };
    job::conclude(world, call, Some(id), result)
}

fn enable_in(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    switch_in(world, call, true)
}

fn disable_in(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    switch_in(world, call, false)
}

fn switch_in(world: &mut World, call: &Call, is_enabled: bool) -> Result<Answer, Fault> {
    let args = args(world, call);
    let area = match args.id("clusterid") {
        Some(cluster) => cluster,
        None => args.required_id("zoneid")?,
    };
    world.enable_host_ha_in(area, is_enabled);
    job::conclude(world, call, None, Ok(()))
}
