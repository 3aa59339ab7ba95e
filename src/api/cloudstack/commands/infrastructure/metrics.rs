//! How much of a place is in use: what dashboards show, and `listCapacity` counts.

use serde_json::{Map, Value, json};

use crate::api::cloudstack::commands::GIB;
use crate::vocabulary::place::Place;
use crate::world::World;
use crate::world::topology::Host;

const MIB: u64 = 1024 * 1024;

/// What hosts have, and what of it is taken.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Load {
    /// In MHz.
    pub(super) speed: u64,
    pub(super) used_speed: u64,
    /// In bytes.
    pub(super) memory: u64,
    pub(super) used_memory: u64,
}

impl Load {
    pub(super) fn of_host(host: &Host) -> Self {
        let speed = u64::from(host.speed);
        Self {
            speed: u64::from(host.cpus) * speed,
            used_speed: host.used_cpus * speed,
            memory: host.memory * MIB,
            used_memory: host.used_memory * MIB,
        }
    }

    /// Of all hosts in a place.
    pub(super) fn of_place(world: &World, place: &Place) -> Self {
        let hosts = world.topology.hosts().map(|(_, host)| host);
        let hosts = hosts.filter(|host| place.contains(&host.place));
        hosts.map(Self::of_host).fold(Self::default(), Self::plus)
    }

    fn plus(self, other: Self) -> Self {
        Self {
            speed: self.speed + other.speed,
            used_speed: self.used_speed + other.used_speed,
            memory: self.memory + other.memory,
            used_memory: self.used_memory + other.used_memory,
        }
    }
}

/// `12.50%`
pub(super) fn percent(part: u64, whole: u64) -> String {
    format!("{:.2}%", 100.0 * part as f64 / whole.max(1) as f64)
}

/// `12.50`
pub(super) fn plain_percent(part: u64, whole: u64) -> String {
    format!("{:.2}", 100.0 * part as f64 / whole.max(1) as f64)
}

pub(super) fn gigahertz(speed: u64) -> String {
    format!("{:.2} Ghz", speed as f64 / 1000.0)
}

pub(super) fn gibibytes(bytes: u64) -> String {
    format!("{:.2} GB", bytes as f64 / GIB as f64)
}

/// What lists of zones and clusters with metrics say beside.
pub(super) fn of_place(world: &World, place: &Place) -> Map<String, Value> {
    let load = Load::of_place(world, place);
    let members = [
        ("cputotal", json!(gigahertz(load.speed))),
        ("cpuused", json!(percent(load.used_speed / 10, load.speed))),
        ("cpuallocated", json!(percent(load.used_speed, load.speed))),
        ("memorytotal", json!(gibibytes(load.memory))),
        ("memoryused", json!(percent(load.used_memory, load.memory))),
        (
            "memoryallocated",
            json!(percent(load.used_memory, load.memory)),
        ),
        ("cpumaxdeviation", json!("0.00%")),
        ("memorymaxdeviation", json!("0.00%")),
    ];
    let thresholds = [
        ("cputhreshold", 0.75, load.used_speed, load.speed),
        ("cpudisablethreshold", 0.85, load.used_speed, load.speed),
        ("cpuallocatedthreshold", 0.75, load.used_speed, load.speed),
        (
            "cpuallocateddisablethreshold",
            0.85,
            load.used_speed,
            load.speed,
        ),
        ("memorythreshold", 0.75, load.used_memory, load.memory),
        (
            "memorydisablethreshold",
            0.85,
            load.used_memory,
            load.memory,
        ),
        (
            "memoryallocatedthreshold",
            0.75,
            load.used_memory,
            load.memory,
        ),
        (
            "memoryallocateddisablethreshold",
            0.85,
            load.used_memory,
            load.memory,
        ),
    ];
    let thresholds = thresholds
        .map(|(name, share, part, whole)| (name, json!(part as f64 > share * whole as f64)));
    let all = members.into_iter().chain(thresholds);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}
