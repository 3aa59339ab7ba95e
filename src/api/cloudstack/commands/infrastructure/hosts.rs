//! Hosts, as far as they belong to the data centre.

use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::clusters::{asked_hypervisor, kind, pod_place};
use super::metrics::{self, Load, gibibytes, gigahertz, percent};
use super::{hypervisor, joined_words, parents, word, words};
use crate::api::cloudstack::commands::annotations::ON_HOST;
use crate::api::cloudstack::commands::hosts::beliefs;
use crate::api::cloudstack::commands::{date, joined};
use crate::api::cloudstack::entity::management_server;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{VERSION, args, caller};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::host_url::HostUrl;
use crate::vocabulary::place::{Level, Place};
use crate::vocabulary::plan::{ClusterSettings, HostSettings};
use crate::world::World;
use crate::world::availability::ResourceState;
use crate::world::labels::Labelled;
use crate::world::topology::{Cluster, Host, HostKey};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.addHost", Landing::nowhere, add).showing(show),
    Row::new("cloudstack.updateHost", land, update).showing(show),
    Row::new("cloudstack.deleteHost", land, delete),
    Row::read("cloudstack.listHosts", list).showing(show),
    Row::read("cloudstack.listHostsMetrics", list).showing(show_with_metrics),
    Row::read("cloudstack.listHostTags", list_tags),
];

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let args = args(world, call);
    let key = world.topology.host_by_id(args.required_id("id")?);
    let gone = || Fault::invalid("Unable to find the host");
    let key = key.ok_or_else(gone)?;
    Ok(Landing::on_host(world, key))
}

fn landed_on(landing: &Landing) -> Result<HostKey, Fault> {
    match landing.target {
        Target::Host(key) => Ok(key),
        _ => Err(Fault::invalid("Unable to find the host")),
    }
}

fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let address = HostUrl::from_str(args.text("url").unwrap_or_default());
    let HostUrl { name, settings } = address.map_err(|error| Fault::invalid(error.to_string()))?;
    let settings = HostSettings {
        tags: words(&args, "hosttags"),
        is_enabled: super::asked_allocation(&args)?,
        ..settings
    };
    let hypervisor = asked_hypervisor(&args)?.unwrap_or_else(|| "Simulator".into());
    let pod = pod_place(world, &args, args.required_id("podid")?)?;
    let cluster = asked_cluster(world, &args, &pod)?;
    let (id, own) = (world.ids.uuid(), world.ids.uuid());
    let place = match cluster {
        Asked::Known(place, own) if own == hypervisor => place,
        Asked::Known(place, own) => {
            return Err(undiscovered(format!(
                "Could not add host: the cluster {place} is of {own} and not of {hypervisor}"
            )));
        }
        Asked::New(name) => {
            let settings = ClusterSettings {
                hypervisor: Some(hypervisor),
                ..ClusterSettings::default()
            };
            let topology = &mut world.topology;
            topology.add_cluster(own, name, &pod, settings);
            topology
                .cluster(own)
                .map(|it| it.place.clone())
                .unwrap_or_default()
        }
    };
    check_name(world, &place, &name)?;
    world.topology.add_host(id, name, &place, settings);
    done(world, call, Some(id))
}

/// Where a host is to be.
enum Asked {
    /// The place, and what runs machines there.
    Known(Arc<Place>, Arc<str>),
    /// A cluster that there is not yet.
    New(Arc<str>),
}

/// The cluster that is named, else a new one; its name is the pod's where none is given.
fn asked_cluster(world: &World, args: &Args<'_>, pod: &Place) -> Result<Asked, Fault> {
    let mut clusters = world
        .topology
        .clusters()
        .filter(|it| pod.contains(&it.place));
    let known = |it: &Cluster| Asked::Known(it.place.clone(), it.hypervisor().into());
    if let Some(id) = args.id("clusterid") {
        let found = clusters.find(|cluster| cluster.id == id);
        let missing = || Fault::invalid(format!("Can't find cluster by id {id} in the pod"));
        return found.map(known).ok_or_else(missing);
    }
    let Some(name) = word(args, "clustername") else {
        let message = "Can't add host without a cluster: name one by clusterid or clustername";
        return Err(Fault::invalid(message));
    };
    let found = clusters.find(|cluster| cluster.name == name);
    Ok(found.map_or(Asked::New(name), known))
}

fn check_name(world: &World, cluster: &Place, name: &str) -> Result<(), Fault> {
    let mut hosts = world.topology.hosts();
    match hosts.any(|(_, host)| *host.name == *name && cluster.contains(&host.place)) {
        true => Err(undiscovered(format!(
            "Unable to add the host: {name} is in the cluster already"
        ))),
        false => Ok(()),
    }
}

fn undiscovered(message: String) -> Fault {
    Fault::new(FaultKind::Internal, message)
}

fn update(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let key = landed_on(&landing)?;
    let args = args(world, call);
    let change = HostSettings {
        tags: words(&args, "hosttags"),
        url: word(&args, "url"),
        is_enabled: asked_state(&args)?,
        ..HostSettings::default()
    };
    let (name, note) = (word(&args, "name"), word(&args, "annotation"));
    let host = world.topology.host(key);
    let (id, own, place) = (host.id, host.name.clone(), host.place.clone());
    if let Some(name) = name.filter(|name| *name != own) {
        check_name(world, &place.above(Level::Host), &name)?;
        world.topology.rename(&place, Level::Host, &name);
    }
    world.topology.change_host(key, change);
    if let Some(text) = note {
        let on = Labelled { kind: ON_HOST, id };
        world.annotate(on, &text, caller(call)?.user.clone(), false);
    }
    done(world, call, Some(id))
}

/// `Enable` or `Disable`: the state that it is to go to.
fn asked_state(args: &Args<'_>) -> Result<Option<bool>, Fault> {
    match args.text("allocationstate") {
        None => Ok(None),
        Some("Enable") => Ok(Some(true)),
        Some("Disable") => Ok(Some(false)),
        Some(other) => Err(Fault::invalid(format!(
            "Invalid allocation state: {other}, should be Enable or Disable"
        ))),
    }
}

fn delete(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let key = landed_on(&landing)?;
    let by_force = args(world, call).flag("forced").unwrap_or(false);
    world.remove_host(key, by_force)?;
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let hosts = world.topology.hosts().filter(|(_, host)| {
        listing.wants(host.id, &host.name)
            && listing.is_within(&host.place)
            && args.is("hypervisor", hypervisor(world, host))
            && args.is("state", state(host))
            && args.is("resourcestate", resource_state(host))
            && args.is("type", "Routing")
            && args.is("version", VERSION)
            && args.flag("hahost") != Some(true)
    });
    Ok(listing.shown(hosts.map(|(_, host)| host.id)))
}

fn list_tags(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let tags = world.topology.hosts().flat_map(|(key, host)| {
        let tags = host.tags.iter();
        tags.map(move |tag| (key, host, tag))
    });
    let tags = tags.filter(|(_, _, tag)| listing.keyword_fits(tag));
    Ok(listing.answer(tags, |(key, host, tag)| {
        json!({
            "id": crate::world::ids::named("host-tag", &format!("{}/{tag}", host.id)),
            "hostid": key.number(),
            "name": tag,
            "isimplicit": false,
        })
    }))
}

pub(crate) fn state(host: &Host) -> &'static str {
    host.agent.status.word()
}

pub(crate) fn resource_state(host: &Host) -> &'static str {
    match host.agent.resource {
        ResourceState::Enabled if !host.is_enabled => "Disabled",
        state => state.word(),
    }
}

pub(crate) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let host = world.topology.host(world.topology.host_by_id(id)?);
    let cluster = world.topology.cluster_of(&host.place);
    let load = Load::of_host(host);
    let tags = joined_words(&host.tags);
    let own = json!({
        "id": host.id,
        "name": host.name,
        "type": "Routing",
        "ipaddress": host.address(),
        "hypervisor": hypervisor(world, host),
        "clustertype": cluster.map(kind),
        "version": VERSION,
        "arch": "x86_64",
        "capabilities": "hvm",
        "hosttags": tags,
        "explicithosttags": tags,
        "istagarule": false,
        "cpunumber": host.cpus,
        "cpuspeed": host.speed,
        "cpusockets": 1,
        "cpuallocated": percent(load.used_speed, load.speed),
        "cpuallocatedpercentage": percent(load.used_speed, load.speed),
        "cpuallocatedvalue": load.used_speed,
        "cpuused": "10%",
        "cpuwithoverprovisioning": load.speed.to_string(),
        "memorytotal": load.memory,
        "memoryallocated": load.used_memory,
        "memoryallocatedbytes": load.used_memory,
        "memoryallocatedpercentage": percent(load.used_memory, load.memory),
        "memoryused": load.used_memory,
        "memorywithoverprovisioning": load.memory.to_string(),
        "networkkbsread": 32768,
        "networkkbswrite": 16384,
        "created": date(world.clock().start()),
        "events": "Ping; AgentConnected; HostDown; PingTimeout; AgentDisconnected; ShutdownRequested",
        "islocalstorageactive": false,
        "suitableformigration": host.takes_servers(),
        "managementserverid": management_server(),
        "hahost": false,
        "outofbandmanagement": { "enabled": false, "powerstate": "Disabled" },
    });
    let parents = parents(world, &host.place, Level::Host).into_iter();
    let more = beliefs(world, host).into_iter().chain(parents);
    Some(joined(own, more.chain(last_note(world, id))))
}

/// What was written on a host last.
fn last_note(world: &World, id: Uuid) -> impl Iterator<Item = (String, Value)> {
    let last = world.annotations_on(id).next_back();
    let fields = last.map(|note| {
        [
            ("annotation", json!(note.text)),
            ("lastannotated", json!(date(note.created))),
            ("username", json!(note.author.name)),
        ]
    });
    let fields = fields.into_iter().flatten();
    fields.map(|(name, value)| (name.to_owned(), value))
}

fn show_with_metrics(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let host = world.topology.host(world.topology.host_by_id(id)?);
    let load = Load::of_host(host);
    let key = world.topology.host_by_id(id);
    let servers = world.servers().filter(|server| server.host == key);
    let own = [
        ("powerstate", json!("Disabled")),
        ("instances", json!(format!("{} / {0}", servers.count()))),
        ("systeminstances", json!("0 / 0")),
        ("cputotalghz", json!(gigahertz(load.speed))),
        ("cpuusedghz", json!(gigahertz(load.used_speed / 10))),
        ("cpuallocatedghz", json!(gigahertz(load.used_speed))),
        ("memorytotalgb", json!(gibibytes(load.memory))),
        ("memoryusedgb", json!(gibibytes(load.used_memory))),
        ("memoryallocatedgb", json!(gibibytes(load.used_memory))),
        ("networkread", json!("0.03 GB")),
        ("networkwrite", json!("0.02 GB")),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value));
    let thresholds = metrics::of_place(world, &host.place).into_iter();
    let thresholds = thresholds.filter(|(name, _)| name.ends_with("threshold"));
    Some(joined(
        show(world, id, viewer)?,
        own.into_iter().chain(thresholds),
    ))
}
