//! Hypervisors: the hosts, as what runs servers.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::paging::{no_marker, page};
use super::super::query::{Kind, Parameters, parameter};
use super::services::{id, number, status};
use super::{Answer, Call, Operation, Site, check_exists, integer_id};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::availability::compute_service::ComputeService;
use crate::world::topology::{Cluster, DISK, Host, HostKey};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_hypervisors",
        land: |_, call| PARAMETERS.check(call).map(|()| Landing::default()),
        run: |world, call, _| list(world, call, "os-hypervisors", Extent::Brief),
        is_read: true,
    },
    Operation {
        command: "compute.list_hypervisor_details",
        land: |_, call| PARAMETERS.check(call).map(|()| Landing::default()),
        run: |world, call, _| list(world, call, "os-hypervisors/detail", Extent::Whole),
        is_read: true,
    },
    Operation {
        command: "compute.get_hypervisor",
        land,
        run: show,
        is_read: true,
    },
    Operation {
        command: "compute.get_hypervisor_uptime",
        land: land_on_uptime,
        run: show_uptime,
        is_read: true,
    },
    Operation {
        command: "compute.search_hypervisors",
        land: land_on_search,
        run: |world, call, _| search(world, call, false),
        is_read: true,
    },
    Operation {
        command: "compute.list_hypervisor_servers",
        land: land_on_search,
        run: |world, call, _| search(world, call, true),
        is_read: true,
    },
    Operation {
        command: "compute.get_hypervisor_statistics",
        land: |_, call| check_exists(call, ..=87).map(|()| Landing::default()),
        run: statistics,
        is_read: true,
    },
];

const PARAMETERS: Parameters = Parameters {
    known: &[
        parameter("limit", Kind::Count).since(33),
        parameter("marker", Kind::Text).since(33),
        parameter("hypervisor_hostname_pattern", Kind::Text).since(53),
        parameter("with_servers", Kind::Boolean).since(53),
    ],
    strict_since: 53,
    allows_private: false,
};

const SHOW: Parameters = Parameters {
    known: &[parameter("with_servers", Kind::Boolean).since(53)],
    strict_since: 53,
    allows_private: false,
};

/// QEMU's version 8.2.2, as libvirt writes it.
const VERSION: u32 = 8_002_002;

/// How much of a hypervisor is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Brief,
    Whole,
}

/// A host that Compute knows, and its service.
#[derive(Clone, Copy)]
struct Hypervisor<'a> {
    world: &'a World,
    key: HostKey,
    host: &'a Host,
    service: &'a ComputeService,
}

fn hypervisors(world: &World) -> impl Iterator<Item = Hypervisor<'_>> {
    let hosts = world.compute_hosts();
    hosts.map(|(key, host, service)| Hypervisor {
        world,
        key,
        host,
        service,
    })
}

/// What is there, and what of it is used. Memory is in MiB, disk in GiB.
#[derive(Default)]
struct Size {
    cpus: u64,
    used_cpus: u64,
    memory: u64,
    used_memory: u64,
    disk: u64,
    used_disk: u64,
    servers: u64,
    busy: u64,
}

impl Hypervisor<'_> {
    fn size(&self) -> Size {
        let size = Size {
            cpus: u64::from(self.host.cpus),
            used_cpus: self.host.used_cpus,
            memory: self.host.memory,
            used_memory: self.host.used_memory,
            disk: DISK,
            ..Size::default()
        };
        self.world
            .servers_at(self.key)
            .fold(size, |size, server| Size {
                used_disk: size.used_disk + server.spec.flavor.disk + server.spec.flavor.ephemeral,
                servers: size.servers + 1,
                busy: size.busy + u64::from(server.task.is_some()),
                ..size
            })
    }

    /// The id that the microversion shows.
    fn id(&self, version: u32) -> String {
        match version {
            53.. => self.host.id.to_string(),
            _ => self.key.number().to_string(),
        }
    }

    fn brief(&self, version: u32) -> Value {
        let is_disabled = self.service.is_disabled || self.host.in_maintenance;
        let id = match version {
            53.. => json!(self.host.id),
            _ => json!(self.key.number()),
        };
        json!({
            "id": id,
            "hypervisor_hostname": self.host.name,
            "state": if self.host.is_reachable() { "up" } else { "down" },
            "status": status(is_disabled),
        })
    }

    fn whole(&self, version: u32) -> Value {
        let mut shown = self.brief(version);
        let service = match version {
            53.. => json!(id(self.host)),
            _ => json!(number(self.key)),
        };
        shown["hypervisor_type"] = json!(self.kind());
        shown["hypervisor_version"] = VERSION.into();
        shown["host_ip"] = self.host.address().into();
        shown["service"] = json!({
            "id": service,
            "host": self.host.name,
            "disabled_reason": self.service.disabled_reason,
        });
        if version >= 88 {
            shown["uptime"] = json!(self.uptime());
        } else if let Some(shown) = shown.as_object_mut() {
            let size = self.size();
            shown.extend(
                sizes(&size)
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value.into())),
            );
            shown.insert("cpu_info".to_owned(), cpu_info(version));
        }
        shown
    }

    fn show(&self, version: u32, extent: Extent) -> Value {
        match extent {
            Extent::Brief => self.brief(version),
            Extent::Whole => self.whole(version),
        }
    }

    fn kind(&self) -> &str {
        let cluster = self.world.topology.cluster_of(&self.host.place);
        cluster.map_or("QEMU", Cluster::hypervisor)
    }

    /// What `uptime` prints there; nothing where it cannot be asked.
    fn uptime(&self) -> Option<String> {
        let age = self.world.age().as_secs();
        let (days, hours, minutes) = (age / 86_400, age / 3_600 % 24, age / 60 % 60);
        let now = self.world.now().format("%H:%M:%S");
        self.host.is_reachable().then(|| {
            format!(
                " {now} up {days} days, {hours:2}:{minutes:02},  0 users,  load average: 0.00, 0.00, 0.00\n"
            )
        })
    }

    /// Its servers. Where there are none, only some microversions say so.
    fn add_servers(&self, shown: &mut Value, version: u32) {
        let servers: Vec<Value> = self
            .world
            .servers_at(self.key)
            .map(|server| json!({"name": server.spec.name, "uuid": server.id}))
            .collect();
        if !servers.is_empty() || version >= 75 {
            shown["servers"] = servers.into();
        }
    }
}

fn sizes(size: &Size) -> [(&'static str, u64); 11] {
    [
        ("vcpus", size.cpus),
        ("memory_mb", size.memory),
        ("local_gb", size.disk),
        ("vcpus_used", size.used_cpus),
        ("memory_mb_used", size.used_memory),
        ("local_gb_used", size.used_disk),
        ("free_ram_mb", size.memory.saturating_sub(size.used_memory)),
        ("free_disk_gb", size.disk.saturating_sub(size.used_disk)),
        ("current_workload", size.busy),
        ("running_vms", size.servers),
        (
            "disk_available_least",
            size.disk.saturating_sub(size.used_disk),
        ),
    ]
}

/// Before 2.28 a text.
fn cpu_info(version: u32) -> Value {
    let info = json!({
        "arch": "x86_64",
        "model": "Nehalem",
        "vendor": "Intel",
        "features": ["pge", "clflush"],
        "topology": {"cores": 1, "threads": 1, "sockets": 4},
    });
    match version {
        28.. => info,
        _ => info.to_string().into(),
    }
}

fn wants_servers(call: &Call) -> bool {
    let asked = call
        .param("with_servers")
        .filter(|_| call.microversion >= 53);
    asked.is_some_and(|asked| super::super::query::flag(asked).unwrap_or(false))
}

/// Those whose name has the pattern in it.
fn matching<'a>(world: &'a World, pattern: &'a str) -> Result<Vec<Hypervisor<'a>>, Fault> {
    let found: Vec<_> = hypervisors(world)
        .filter(|hypervisor| hypervisor.host.name.contains(pattern))
        .collect();
    if found.is_empty() {
        return Err(Fault::not_found(format!(
            "No hypervisor matching '{pattern}' could be found."
        )));
    }
    Ok(found)
}

fn list(world: &World, call: &Call, path: &str, extent: Extent) -> Result<Answer, Fault> {
    let version = call.microversion;
    let pattern = call.param("hypervisor_hostname_pattern");
    let (found, next) = match pattern.filter(|_| version >= 53) {
        Some(_) if call.param("limit").is_some() || call.param("marker").is_some() => {
            return Err(Fault::bad_request(""));
        }
        Some(pattern) => (matching(world, pattern)?, None),
        None if version < 33 => (hypervisors(world).collect(), None),
        None => {
            let this = Site::of(call).list(path);
            let page = page(call, &this, hypervisors(world), |one| one.id(version));
            let page = page.ok_or_else(|| no_marker(call))?;
            (page.items, page.next)
        }
    };
    let shown: Vec<Value> = found
        .iter()
        .map(|hypervisor| {
            let mut shown = hypervisor.show(version, extent);
            if wants_servers(call) {
                hypervisor.add_servers(&mut shown, version);
            }
            shown
        })
        .collect();
    let mut body = json!({ "hypervisors": shown });
    if let Some(next) = next {
        body["hypervisors_links"] = json!([{"rel": "next", "href": next}]);
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

/// The hypervisor of the path.
fn hypervisor<'a>(world: &'a World, call: &Call) -> Result<Hypervisor<'a>, Fault> {
    let wanted = call.path_param("hypervisor");
    let missing = || Fault::not_found(format!("Hypervisor with ID '{wanted}' could not be found."));
    let found = match call.microversion {
        53.. => {
            let id = Uuid::try_parse(wanted)
                .map_err(|_| Fault::bad_request(format!("Invalid uuid {wanted}")))?;
            hypervisors(world).find(|hypervisor| hypervisor.host.id == id)
        }
        _ => {
            let number = integer_id(wanted).map_err(|_| missing())?;
            hypervisors(world).find(|hypervisor| hypervisor.key.number() as u64 == number)
        }
    };
    found.ok_or_else(missing)
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    SHOW.check(call)?;
    Ok(Landing::on_host(world, hypervisor(world, call)?.key))
}

fn show(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let hypervisor = hypervisor(world, call)?;
    let mut shown = hypervisor.whole(call.microversion);
    if wants_servers(call) {
        hypervisor.add_servers(&mut shown, call.microversion);
    }
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "hypervisor": shown }),
    ))
}

fn land_on_uptime(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, ..=87)?;
    let hypervisor = hypervisor(world, call)?;
    if hypervisor.uptime().is_none() {
        let name = &hypervisor.host.name;
        return Err(Fault::bad_request(format!(
            "Compute service of {name} is unavailable at this time."
        )));
    }
    Ok(Landing::on_host(world, hypervisor.key))
}

fn show_uptime(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    debug_assert!(matches!(landing.target, Target::Host(_)));
    let hypervisor = hypervisor(world, call)?;
    let mut shown = hypervisor.brief(call.microversion);
    shown["uptime"] = json!(hypervisor.uptime());
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "hypervisor": shown }),
    ))
}

fn land_on_search(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, ..=52)?;
    matching(world, call.path_param("hypervisor")).map(|_| Landing::default())
}

fn search(world: &World, call: &Call, with_servers: bool) -> Result<Answer, Fault> {
    let found = matching(world, call.path_param("hypervisor"))?;
    let found: Vec<Value> = found
        .iter()
        .map(|hypervisor| {
            let mut shown = hypervisor.brief(call.microversion);
            if with_servers {
                hypervisor.add_servers(&mut shown, call.microversion);
            }
            shown
        })
        .collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "hypervisors": found }),
    ))
}

fn statistics(world: &mut World, _: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut total = json!({"count": hypervisors(world).count()});
    for hypervisor in hypervisors(world) {
        for (name, value) in sizes(&hypervisor.size()) {
            total[name] = (total[name].as_u64().unwrap_or(0) + value).into();
        }
    }
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "hypervisor_statistics": total }),
    ))
}
