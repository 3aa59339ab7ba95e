//! Clusters.

use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{allocation_state, asked_allocation, metrics, parents, word};
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::joined;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::host_url::HostUrl;
use crate::vocabulary::place::{Level, Place};
use crate::vocabulary::plan::{ClusterSettings, HYPERVISORS};
use crate::vocabulary::setting::Scope;
use crate::world::World;
use crate::world::topology::Cluster;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.addCluster", Landing::nowhere, add).showing(show),
    Row::new("cloudstack.updateCluster", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteCluster", Landing::nowhere, delete),
    Row::read("cloudstack.listClusters", list).showing(show),
    Row::read("cloudstack.listClustersMetrics", list).showing(show_with_metrics),
];

const MANAGED_BY_CLOUD: &str = "CloudManaged";
const MANAGED_ELSEWHERE: &str = "ExternalManaged";

fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let pod = args.required_id("podid")?;
    let name = word(&args, "clustername").unwrap_or_default();
    let settings = settings(&args)?;
    // What is managed elsewhere is a host of its own, at the cluster's address.
    let is_elsewhere = settings.kind.as_deref() == Some(MANAGED_ELSEWHERE);
    let url = args.text("url").filter(|_| is_elsewhere);
    let host = url.map(HostUrl::from_str).transpose();
    let host = host.map_err(|error| Fault::invalid(error.to_string()))?;
    let place = pod_place(world, &args, pod)?;
    check_name(world, &place, &name)?;
    let id = world.ids.uuid();
    world.topology.add_cluster(id, name, &place, settings);
    if let (Some(host), Some(cluster)) = (host, world.topology.cluster(id)) {
        let (place, own) = (cluster.place.clone(), world.ids.uuid());
        let topology = &mut world.topology;
        topology.add_host(own, host.name, &place, host.settings);
    }
    done(world, call, Some(id))
}

/// The place of a pod, which has to be in the zone that is named too.
pub(super) fn pod_place(world: &World, args: &Args<'_>, pod: Uuid) -> Result<Arc<Place>, Fault> {
    let pod = world.topology.pod(pod);
    let zone = args.id("zoneid").and_then(|id| world.topology.zone(id));
    match (pod, zone) {
        (Some(pod), Some(zone)) if zone.place.contains(&pod.place) => Ok(pod.place.clone()),
        (Some(pod), Some(zone)) => Err(Fault::invalid(format!(
            "Can't find pod with specified podId {} in zone {}",
            pod.id, zone.id
        ))),
        _ => Err(Fault::invalid("Can't find the zone or the pod")),
    }
}

fn check_name(world: &World, pod: &Place, name: &str) -> Result<(), Fault> {
    let mut clusters = world.topology.clusters();
    match clusters.any(|it| *it.name == *name && pod.contains(&it.place)) {
        true => Err(Fault::invalid(format!(
            "Unable to create cluster {name}: there is already one of that name in the pod"
        ))),
        false => Ok(()),
    }
}

/// The hypervisor that is asked for, as CloudStack writes it.
pub(super) fn asked_hypervisor(args: &Args<'_>) -> Result<Option<Arc<str>>, Fault> {
    let Some(asked) = args.text("hypervisor") else {
        return Ok(None);
    };
    let mut known = HYPERVISORS.iter();
    let known = known.find(|known| known.eq_ignore_ascii_case(asked));
    known.map(|known| Some(Arc::from(*known))).ok_or_else(|| {
        Fault::invalid(format!(
            "Unable to resolve {asked} to a supported hypervisor type"
        ))
    })
}

fn asked_kind(args: &Args<'_>) -> Result<Option<Arc<str>>, Fault> {
    match args.text("clustertype") {
        None => Ok(None),
        Some(kind @ (MANAGED_BY_CLOUD | MANAGED_ELSEWHERE)) => Ok(Some(kind.into())),
        Some(other) => Err(Fault::invalid(format!(
            "Unable to resolve {other} to a supported cluster type"
        ))),
    }
}

fn asked_management(args: &Args<'_>) -> Result<Option<bool>, Fault> {
    match args.text("managedstate") {
        None => Ok(None),
        Some("Managed") => Ok(Some(true)),
        Some("Unmanaged") => Ok(Some(false)),
        Some(other) => Err(Fault::invalid(format!(
            "Unable to resolve Managed State '{other}' to a supported state"
        ))),
    }
}

fn settings(args: &Args<'_>) -> Result<ClusterSettings, Fault> {
    Ok(ClusterSettings {
        hypervisor: asked_hypervisor(args)?,
        kind: asked_kind(args)?,
        is_enabled: asked_allocation(args)?,
        is_managed: asked_management(args)?,
    })
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let (settings, name) = (settings(&args)?, word(&args, "clustername"));
    let Some(cluster) = world.topology.cluster_mut(id) else {
        return Err(Fault::invalid(format!(
            "Unable to find the cluster by id={id}"
        )));
    };
    cluster.settings.lay_over(settings);
    let (own, place) = (cluster.name.clone(), cluster.place.clone());
    if let Some(name) = name.filter(|name| *name != own) {
        world.topology.rename(&place, Level::Cluster, &name);
    }
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.remove_cluster(id)?;
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let clusters = world.topology.clusters().filter(|cluster| {
        let state = allocation_state(cluster.is_enabled());
        listing.wants(cluster.id, &cluster.name)
            && listing.is_within(&cluster.place)
            && listing.args.is("hypervisor", cluster.hypervisor())
            && listing.args.is("clustertype", kind(cluster))
            && listing.args.is("managedstate", managed_state(cluster))
            && listing.args.is("allocationstate", state)
    });
    Ok(listing.shown(clusters.map(|cluster| cluster.id)))
}

pub(super) fn kind(cluster: &Cluster) -> &str {
    cluster.settings.kind.as_deref().unwrap_or(MANAGED_BY_CLOUD)
}

fn managed_state(cluster: &Cluster) -> &'static str {
    match cluster.is_managed() {
        true => "Managed",
        false => "Unmanaged",
    }
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let cluster = world.topology.cluster(id)?;
    let owner = Some((Scope::Cluster, id));
    let setting = |name| world.configuration.value_of(name, owner);
    let own = json!({
        "id": cluster.id,
        "name": cluster.name,
        "hypervisortype": cluster.hypervisor(),
        "clustertype": kind(cluster),
        "allocationstate": allocation_state(cluster.is_enabled()),
        "managedstate": managed_state(cluster),
        "cpuovercommitratio": setting("cpu.overprovisioning.factor"),
        "memoryovercommitratio": setting("mem.overprovisioning.factor"),
        "arch": "x86_64",
    });
    Some(joined(own, parents(world, &cluster.place, Level::Cluster)))
}

fn show_with_metrics(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let cluster = world.topology.cluster(id)?;
    let hosts = world.topology.hosts().map(|(_, host)| host);
    let hosts = hosts.filter(|host| cluster.place.contains(&host.place));
    let up: Vec<bool> = hosts.map(|host| host.is_up).collect();
    let counted = format!("{} / {}", up.iter().filter(|up| **up).count(), up.len());
    let own = [
        (
            "state".to_owned(),
            json!(allocation_state(cluster.is_enabled())),
        ),
        ("hosts".to_owned(), json!(counted)),
    ];
    let shown = joined(show(world, id, viewer)?, own);
    Some(joined(shown, metrics::of_place(world, &cluster.place)))
}
