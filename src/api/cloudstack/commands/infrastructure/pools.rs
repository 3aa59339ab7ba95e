//! Primary storage.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::clusters::asked_hypervisor;
use super::metrics::gibibytes;
use super::{joined_words, word, words, zone_name};
use crate::api::cloudstack::commands::{date, joined};
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::Level;
use crate::vocabulary::plan::StorageSettings;
use crate::vocabulary::setting::Scope;
use crate::world::World;
use crate::world::equipment::{PoolState, Site, StoragePool};
use crate::world::topology::HostKey;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createStoragePool", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.updateStoragePool", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteStoragePool", Landing::nowhere, delete),
    Row::new("cloudstack.enableStorageMaintenance", Landing::nowhere, begin_maintenance).showing(show),
    Row::new("cloudstack.cancelStorageMaintenance", Landing::nowhere, end_maintenance).showing(show),
    Row::read("cloudstack.listStoragePools", list).showing(show),
    Row::read("cloudstack.listStoragePoolsMetrics", list).showing(show_with_metrics),
    Row::read("cloudstack.findStoragePoolsForMigration", list_for_migration).showing(show),
    Row::read("cloudstack.listStorageTags", list_tags),
    Row::read("cloudstack.listStorageProviders", list_providers),
];

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let site = asked_site(world, &args)?;
    let url = args.text("url").unwrap_or_default();
    check_url(url)?;
    let pools = &world.equipment.pools;
    if pools.any(|pool| pool.url() == url && pool.site == site) {
        let message = format!("Storage pool {url} is already in use by another pool");
        return Err(Fault::new(FaultKind::Internal, message));
    }
    let pool = StoragePool {
        id: Uuid::nil(),
        name: word(&args, "name").unwrap_or_default(),
        site,
        settings: StorageSettings {
            hypervisor: asked_hypervisor(&args)?,
            provider: word(&args, "provider"),
            ..settings(&args)
        },
        state: PoolState::Up,
        stopped: Vec::new(),
        created: world.now(),
    };
    let id = world.ids.uuid();
    world.equipment.pools.add(StoragePool { id, ..pool });
    done(world, call, Some(id))
}

/// Where a pool is to be: all of a zone, or a cluster, which has to be named with its pod.
fn asked_site(world: &World, args: &Args<'_>) -> Result<Site, Fault> {
    let zone = args.required_id("zoneid")?;
    let (pod, cluster) = (args.id("podid"), args.id("clusterid"));
    let scope = args.text("scope").unwrap_or(match cluster {
        Some(_) => "cluster",
        None => "zone",
    });
    match scope.to_ascii_lowercase().as_str() {
        "zone" if pod.is_none() && cluster.is_none() => Ok(Site::zone(zone)),
        "zone" => Err(Fault::invalid(
            "Pod and cluster have to be left out for zone-wide primary storage",
        )),
        "cluster" => {
            let of_zone = world.topology.cluster(cluster.unwrap_or_default());
            let of_zone =
                of_zone.filter(|it| world.topology.id_at(&it.place, Level::Zone) == Some(zone));
            let found = of_zone.ok_or_else(|| {
                Fault::invalid(
                    "Cluster id and pod id should be specified for cluster-wide primary storage",
                )
            })?;
            let own = world.topology.pod_of(&found.place).map(|pod| pod.id);
            Ok(Site {
                zone,
                pod: own,
                cluster,
            })
        }
        other => Err(Fault::invalid(format!(
            "the scope {other} is not supported"
        ))),
    }
}

fn check_url(url: &str) -> Result<(), Fault> {
    match url.split_once("://") {
        Some((scheme, rest)) if !scheme.is_empty() && !rest.is_empty() => Ok(()),
        _ => Err(Fault::invalid(format!(
            "Failed to parse url: {url} is not a valid uri"
        ))),
    }
}

fn settings(args: &Args<'_>) -> StorageSettings {
    let size = args.number("capacitybytes");
    StorageSettings {
        url: word(args, "url"),
        size: size.and_then(|size| u64::try_from(size).ok()),
        tags: words(args, "tags"),
        ..StorageSettings::default()
    }
}

fn expect(world: &mut World, id: Uuid) -> Result<&mut StoragePool, Fault> {
    let pool = world.equipment.pools.get_mut(id);
    pool.ok_or_else(|| Fault::invalid(format!("Unable to find storage pool with ID: {id}")))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, change, name) = (
        args.required_id("id")?,
        settings(&args),
        word(&args, "name"),
    );
    let enabled = args.flag("enabled");
    let pool = expect(world, id)?;
    pool.state = match (enabled, pool.state) {
        (None, state) => state,
        (Some(true), PoolState::Disabled) => PoolState::Up,
        (Some(false), PoolState::Up) => PoolState::Disabled,
        (Some(wanted), state) => {
            let (verb, needed) = match wanted {
                true => ("enabled", "Disabled"),
                false => ("disabled", "Up"),
            };
            return Err(Fault::invalid(format!(
                "Unable to update storage: it cannot be {verb} in the state {}, but only in {needed}",
                state.word()
            )));
        }
    };
    pool.settings.lay_over(change);
    pool.name = name.unwrap_or(pool.name.clone());
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, by_force) = (args.required_id("id")?, args.flag("forced") == Some(true));
    let pool = expect(world, id)?;
    let name = told(pool);
    if pool.state != PoolState::Maintenance && !by_force {
        return Err(Fault::invalid(format!(
            "Unable to delete storage due to it is not in Maintenance state, pool: {name}"
        )));
    }
    if world.holds_volumes(id) {
        return Err(Fault::new(
            FaultKind::Internal,
            format!(
                "Cannot delete pool {name} as there are associated non-destroyed vols for this pool"
            ),
        ));
    }
    world.equipment.pools.remove(id);
    done(world, call, None)
}

/// Stops the machines on a pool first.
fn begin_maintenance(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let user = caller(call)?.user.clone();
    let pool = expect(world, id)?;
    let begun = match pool.state {
        PoolState::Up | PoolState::ErrorInMaintenance => Ok(world.maintain_pool(id, user)),
        PoolState::Disabled | PoolState::PrepareForMaintenance | PoolState::Maintenance => {
            Err(Fault::invalid(format!(
                "Primary storage {} is not ready for migration, as the status is:{}",
                told(pool),
                pool.state.word()
            )))
        }
    };
    job::started(world, call, id, begun)
}

/// Starts the machines that were stopped for the maintenance.
fn end_maintenance(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let user = caller(call)?.user.clone();
    let pool = expect(world, id)?;
    let begun = match pool.state {
        PoolState::Disabled | PoolState::Maintenance | PoolState::ErrorInMaintenance => {
            Ok(world.reopen_pool(id, user))
        }
        PoolState::Up | PoolState::PrepareForMaintenance => Err(Fault::new(
            FaultKind::Internal,
            format!(
                "Primary storage {} is not ready to complete migration, as the status is:{}",
                told(pool),
                pool.state.word()
            ),
        )),
    };
    job::started(world, call, id, begun)
}

/// A pool as the service speaks of it.
fn told(pool: &StoragePool) -> String {
    format!(
        "StoragePool {{\"name\":{},\"uuid\":\"{}\"}}",
        json!(pool.name),
        pool.id
    )
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let pools = world.equipment.pools.iter().filter(|pool| {
        listing.wants(pool.id, &pool.name)
            && is_at(world, args, pool)
            && args.is("scope", scope(pool))
            && args.is("status", pool.state.word())
            && args.is("ipaddress", address_and_path(pool.url()).0)
            && args.is("path", address_and_path(pool.url()).1)
    });
    Ok(listing.shown(pools.map(|pool| pool.id)))
}

/// Whether a pool is in the zone, pod and cluster that are asked for, or serves the host. One of a zone
/// serves all clusters, but is in none.
fn is_at(world: &World, args: &Args<'_>, pool: &StoragePool) -> bool {
    let is = |name: &str, own: Option<Uuid>| args.text(name).is_none() || args.id(name) == own;
    let host = args
        .id("hostid")
        .and_then(|id| world.topology.host_by_id(id));
    let serves = host.is_none_or(|host| serves(world, pool, host));
    is("zoneid", Some(pool.site.zone))
        && is("podid", pool.site.pod)
        && is("clusterid", pool.site.cluster)
        && serves
}

fn serves(world: &World, pool: &StoragePool, host: HostKey) -> bool {
    let place = &world.topology.host(host).place;
    match pool.site.cluster {
        Some(cluster) => world
            .topology
            .cluster_of(place)
            .is_some_and(|it| it.id == cluster),
        None => world
            .topology
            .zone_of(place)
            .is_some_and(|it| it.id == pool.site.zone),
    }
}

/// Where else a volume could be: each other pool of its zone, and whether the volume can go there.
fn list_for_migration(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    // The id that is asked with is the volume's, and filters nothing here.
    let listing = Listing::new(world, call)?;
    let volume = listing.args.id("id").and_then(|id| world.volume(id));
    let demand = volume.map(|volume| world.demand_of(volume));
    let own = volume.and_then(|volume| world.pool_of(volume));
    let is_other = |pool: &StoragePool| {
        own.is_none_or(|own| own.id != pool.id && own.site.zone == pool.site.zone)
    };
    let pools = world.equipment.pools.iter();
    let pools = pools.filter(|pool| is_other(pool) && listing.keyword_fits(&pool.name));
    Ok(listing.answer(pools, |pool| {
        let fits = demand
            .as_ref()
            .is_none_or(|demand| world.is_pool_for(pool, demand));
        let verdict = ("suitableformigration".to_owned(), json!(fits));
        let shown = show(world, pool.id, Viewer::Admin).unwrap_or_default();
        joined(shown, [verdict])
    }))
}

fn list_tags(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let pools = &world.equipment.pools;
    let tags = pools
        .iter()
        .flat_map(|pool| pool.tags().iter().map(move |tag| (pool, tag)));
    let tags = tags.filter(|(_, tag)| listing.keyword_fits(tag));
    Ok(listing.answer(tags, |(pool, tag)| {
        json!({
            "id": crate::world::ids::named("storage-tag", &format!("{}/{tag}", pool.id)),
            "poolid": pools.number_of(pool.id),
            "name": tag,
        })
    }))
}

/// What can be a `provider`, by kind of storage.
const PROVIDERS: &[(&str, &str)] = &[
    ("DefaultPrimary", "primary"),
    ("NFS", "image"),
    ("S3", "image"),
    ("Swift", "image"),
    ("SMB", "image"),
];

fn list_providers(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?.under("dataStoreProvider");
    let providers = PROVIDERS.iter();
    let providers = providers.filter(|(_, kind)| listing.args.is("type", kind));
    Ok(listing.answer(
        providers,
        |(name, kind)| json!({ "name": name, "type": kind.to_uppercase() }),
    ))
}

pub(super) fn scope(pool: &StoragePool) -> &'static str {
    match pool.is_for_all() {
        true => "ZONE",
        false => "CLUSTER",
    }
}

/// `10.0.0.1` and `/export/primary` in `nfs://10.0.0.1:/export/primary`.
fn address_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let cut = rest.find('/').unwrap_or(rest.len());
    let (address, path) = rest.split_at(cut);
    (address.trim_end_matches(':'), path)
}

/// The kinds of pools, by how their addresses begin.
const KINDS: &[(&str, &str)] = &[
    ("nfs", "NetworkFilesystem"),
    ("iscsi", "IscsiLUN"),
    ("rbd", "RBD"),
    ("vmfs", "VMFS"),
    ("presetup", "PreSetup"),
    ("sharedmountpoint", "SharedMountPoint"),
    ("filesystem", "Filesystem"),
    ("gluster", "Gluster"),
    ("clvm", "CLVM"),
    ("smb", "SMB"),
];

fn kind(url: &str) -> &'static str {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    let known = KINDS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(scheme));
    known.map_or("NetworkFilesystem", |(_, kind)| kind)
}

pub(crate) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let pool = world.equipment.pools.get(id)?;
    let (address, path) = address_and_path(pool.url());
    let owner = Some((Scope::StoragePool, id));
    let factor = world
        .configuration
        .value_of("storage.overprovisioning.factor", owner);
    let allocated = world.allocated_on(id);
    let own = json!({
        "id": pool.id,
        "name": pool.name,
        "type": kind(pool.url()),
        "state": pool.state.word(),
        "scope": scope(pool),
        "ipaddress": address,
        "path": path,
        "created": date(pool.created),
        "disksizetotal": pool.size(),
        "disksizeallocated": allocated,
        "disksizeused": allocated,
        "tags": joined_words(pool.tags()),
        "istagarule": false,
        "hypervisor": pool.settings.hypervisor,
        "overprovisionfactor": factor,
        "provider": pool.settings.provider.as_deref().unwrap_or("DefaultPrimary"),
        "suitableformigration": pool.takes_volumes(),
    });
    Some(joined(own, site(world, pool)))
}

fn site(world: &World, pool: &StoragePool) -> Map<String, Value> {
    let Site { zone, pod, cluster } = pool.site;
    let pod_name = pod
        .and_then(|id| world.topology.pod(id))
        .map(|pod| &pod.name);
    let cluster_name = cluster
        .and_then(|id| world.topology.cluster(id))
        .map(|it| &it.name);
    let members = [
        ("zoneid", json!(zone)),
        ("zonename", json!(zone_name(world, zone))),
        ("podid", json!(pod)),
        ("podname", json!(pod_name)),
        ("clusterid", json!(cluster)),
        ("clustername", json!(cluster_name)),
    ];
    let members = members.map(|(name, value)| (name.to_owned(), value));
    members.into_iter().collect()
}

fn show_with_metrics(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let pool = world.equipment.pools.get(id)?;
    let allocated = world.allocated_on(id);
    let own = [
        ("disksizetotalgb", json!(gibibytes(pool.size()))),
        ("disksizeusedgb", json!(gibibytes(allocated))),
        ("disksizeallocatedgb", json!(gibibytes(allocated))),
        (
            "disksizeunallocatedgb",
            json!(gibibytes(
                world.allocatable_on(pool).saturating_sub(allocated)
            )),
        ),
        ("storageusagethreshold", json!(false)),
        ("storageusagedisablethreshold", json!(false)),
        ("storageallocatedthreshold", json!(false)),
        (
            "storageallocateddisablethreshold",
            json!(!world.has_room_on(pool, 0)),
        ),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value));
    Some(joined(show(world, id, viewer)?, own))
}
