//! What the service says of itself: limits, zones, hosts, pools, extensions.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::render::Micros;
use super::resource::Resource as _;
use super::services::all_services;
use super::view::BACKEND;
use super::{Answer, Call, Operation, since};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::topology::Host;
use crate::world::volume::{Backup, Resource, Snapshot, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.get_limits",
        land: Landing::nowhere,
        run: limits,
        is_read: true,
    },
    Operation {
        command: "volume.list_availability_zones",
        land: Landing::nowhere,
        run: |world, _, _| {
            let zones = world.topology.zones();
            let zones =
                zones.map(|zone| json!({"zoneName": zone.name, "zoneState": {"available": true}}));
            let shown = json!({"availabilityZoneInfo": zones.collect::<Value>()});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "volume.list_extensions",
        land: Landing::nowhere,
        run: |_, _, _| Ok(extensions()),
        is_read: true,
    },
    Operation {
        command: "volume.list_resource_filters",
        land: |_, call| since(call, 33).map(|()| Landing::default()),
        run: |_, call, _| Ok(resource_filters(call)),
        is_read: true,
    },
    Operation {
        command: "volume.list_hosts",
        land: Landing::nowhere,
        run: hosts,
        is_read: true,
    },
    Operation {
        command: "volume.get_host",
        land: |world, call| host(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let host = host(world, call)?;
            Ok(Answer::json(
                StatusCode::OK,
                &json!({"host": resources(world, host)}),
            ))
        },
        is_read: true,
    },
    Operation {
        command: "volume.list_pools",
        land: Landing::nowhere,
        run: pools,
        is_read: true,
    },
    Operation {
        command: "volume.get_capabilities",
        land: |world, call| host(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let host = host(world, call)?;
            Ok(Answer::json(StatusCode::OK, &capabilities(host)))
        },
        is_read: true,
    },
    Operation {
        command: "volume.list_messages",
        land: |_, call| since(call, 3).map(|()| Landing::default()),
        run: |_, _, _| Ok(Answer::json(StatusCode::OK, &json!({"messages": []}))),
        is_read: true,
    },
];

fn limits(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let project = super::owner(call)?;
    let id = id_text(project.id);
    let limit = |resource: Resource| world.storage_limit(&id, resource.word());
    let usage = world.storage.usage(project.id);
    let absolute = json!({
        "totalSnapshotsUsed": usage.snapshots,
        "maxTotalBackups": limit(Resource::Backups),
        "maxTotalVolumeGigabytes": limit(Resource::Gigabytes),
        "maxTotalSnapshots": limit(Resource::Snapshots),
        "maxTotalBackupGigabytes": limit(Resource::BackupGigabytes),
        "totalBackupGigabytesUsed": usage.backup_gigabytes,
        "maxTotalVolumes": limit(Resource::Volumes),
        "totalVolumesUsed": usage.volumes,
        "totalBackupsUsed": usage.backups,
        "totalGigabytesUsed": usage.gigabytes,
    });
    let shown = json!({"limits": {"rate": [], "absolute": absolute}});
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// The extensions that this service has: alias and name.
const EXTENSIONS: &[(&str, &str)] = &[
    ("OS-SCH-HNT", "SchedulerHints"),
    ("backups", "Backups"),
    ("capabilities", "Capabilities"),
    ("encryption", "VolumeEncryptionMetadata"),
    ("os-admin-actions", "AdminActions"),
    ("os-availability-zone", "AvailabilityZones"),
    ("os-extended-services", "ExtendedServices"),
    (
        "os-extended-snapshot-attributes",
        "ExtendedSnapshotAttributes",
    ),
    ("os-hosts", "Hosts"),
    ("os-quota-class-sets", "QuotaClasses"),
    ("os-quota-sets", "Quotas"),
    ("os-services", "Services"),
    ("os-snapshot-actions", "SnapshotActions"),
    ("os-types-extra-specs", "TypesExtraSpecs"),
    ("os-types-manage", "TypesManage"),
    ("os-used-limits", "UsedLimits"),
    ("os-vol-host-attr", "VolumeHostAttribute"),
    ("os-vol-image-meta", "VolumeImageMetadata"),
    ("os-vol-mig-status-attr", "VolumeMigStatusAttribute"),
    ("os-vol-tenant-attr", "VolumeTenantAttribute"),
    ("os-volume-actions", "VolumeActions"),
    ("os-volume-transfer", "VolumeTransfer"),
    ("os-volume-type-access", "VolumeTypeAccess"),
    ("os-volume-encryption-metadata", "VolumeTypeEncryption"),
    ("qos-specs", "Qos_specs_manage"),
    ("scheduler-stats", "Scheduler_stats"),
];

fn extensions() -> Answer {
    let shown = EXTENSIONS.iter().map(|(alias, name)| {
        json!({
            "alias": alias,
            "name": name,
            "description": name,
            "updated": "2013-04-18T00:00:00+00:00",
            "links": [],
        })
    });
    let shown = json!({"extensions": shown.collect::<Value>()});
    Answer::json(StatusCode::OK, &shown)
}

fn resource_filters(call: &Call) -> Answer {
    let wanted = |name: &str| call.param("resource").is_none_or(|wanted| wanted == name);
    let names = |names: Vec<&str>| json!(names);
    let all = [
        (
            "volume",
            names(Volume::FILTERS.iter().map(|filter| filter.name).collect()),
        ),
        (
            "backup",
            names(Backup::FILTERS.iter().map(|filter| filter.name).collect()),
        ),
        (
            "snapshot",
            names(Snapshot::FILTERS.iter().map(|filter| filter.name).collect()),
        ),
        (
            "attachment",
            json!(["volume_id", "status", "instance_id", "attach_status"]),
        ),
        ("volume_type", json!(["is_public"])),
    ];
    let shown = all.into_iter().filter(|(name, _)| wanted(name));
    let shown = shown.map(|(name, filters)| json!({"resource": name, "filters": filters}));
    let shown = json!({"resource_filters": shown.collect::<Value>()});
    Answer::json(StatusCode::OK, &shown)
}

// ------------------------------------------------------------ hosts

fn hosts(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let now = world.now();
    let wants_zone = |zone: &str| call.param("zone").is_none_or(|wanted| wanted == zone);
    let shown = all_services(world)
        .into_iter()
        .filter(|service| wants_zone(service.zone()))
        .map(|service| {
            json!({
                "host_name": service.name(),
                "service": service.binary,
                "zone": service.zone(),
                "service-status": if service.host.is_up { "available" } else { "unavailable" },
                "service-state": service.status(world),
                "last-update": Micros(now),
            })
        });
    let shown = json!({"hosts": shown.collect::<Value>()});
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// The host of the path: `host-1`, or with a backend and a pool after it.
fn host<'a>(world: &'a World, call: &Call) -> Result<&'a Host, Fault> {
    let wanted = call.path_param("host");
    let name = wanted.split(['@', '#']).next().unwrap_or_default();
    let mut hosts = world.topology.hosts().map(|(_, host)| host);
    let found = hosts.find(|host| *host.name == *name);
    found.ok_or_else(|| Fault::not_found(format!("Host {wanted} could not be found.")))
}

/// What a host sees to: all together.
fn resources(world: &World, host: &Host) -> Value {
    let is_here = |volume: &&Volume| {
        let seen_to = volume.host.map(|key| world.topology.host(key).id);
        seen_to == Some(host.id)
    };
    let volumes: Vec<&Volume> = world.storage.volumes.iter().filter(is_here).collect();
    let snapshots: Vec<&Snapshot> = volumes
        .iter()
        .flat_map(|volume| &volume.snapshots)
        .filter_map(|id| world.snapshot(*id))
        .collect();
    let size: u64 = volumes.iter().map(|volume| volume.size).sum();
    let snapshot_size: u64 = snapshots.iter().map(|snapshot| snapshot.size).sum();
    json!([{"resource": {
        "host": format!("{}@mimic", host.name),
        "project": "(total)",
        "volume_count": volumes.len().to_string(),
        "total_volume_gb": size.to_string(),
        "snapshot_count": snapshots.len().to_string(),
        "total_snapshot_gb": snapshot_size.to_string(),
    }}])
}

/// In GiB: more than any test fills.
const CAPACITY: u64 = 1 << 20;

fn pools(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is_detailed = call
        .param("detail")
        .is_some_and(|word| super::super::query::flag(word) == Ok(true));
    let now = world.now();
    let shown = world.topology.hosts().map(|(_, host)| {
        let mut shown = json!({"name": format!("{}@{BACKEND}", host.name)});
        if is_detailed {
            shown["capabilities"] = json!({
                "timestamp": Micros(now),
                "updated": Micros(now),
                "volume_backend_name": "mimic",
                "pool_name": "pool",
                "vendor_name": "Mimic",
                "driver_version": "1.0.0",
                "storage_protocol": "iSCSI",
                "total_capacity_gb": CAPACITY,
                "free_capacity_gb": CAPACITY,
                "allocated_capacity_gb": 0,
                "reserved_percentage": 0,
                "QoS_support": true,
                "multiattach": true,
                "backend_state": if host.is_up { "up" } else { "down" },
            });
        }
        shown
    });
    let shown = json!({"pools": shown.collect::<Value>()});
    Ok(Answer::json(StatusCode::OK, &shown))
}

fn capabilities(host: &Host) -> Value {
    json!({
        "namespace": format!("OS::Storage::Capabilities::{}@mimic", host.name),
        "vendor_name": "Mimic",
        "volume_backend_name": "mimic",
        "pool_name": "pool",
        "driver_version": "1.0.0",
        "storage_protocol": "iSCSI",
        "display_name": "Simulated storage",
        "description": "Volumes that hold nothing",
        "visibility": "public",
        "replication_targets": [],
        "properties": {
            "qos": {"title": "QoS", "description": "Promises qualities of service", "type": "boolean"},
        },
    })
}
