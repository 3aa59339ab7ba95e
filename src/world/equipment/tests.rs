//! What planned data centres get, and what reloads leave alone.

use std::sync::Arc;

use uuid::Uuid;

use super::{Equipment, Site, StoragePool};
use crate::vocabulary::plan::{
    NetworkType, PhysicalNetworkPlan, RangeSettings, StorageSettings, TopologyPlan, ZonePlan,
    ZoneSettings,
};
use crate::world::World;
use crate::world::tests::world;

fn names<'a>(names: impl Iterator<Item = &'a Arc<str>>) -> Vec<&'a str> {
    names.map(|name| &**name).collect()
}

fn pools(equipment: &Equipment) -> Vec<&str> {
    names(equipment.pools.iter().map(|pool| &pool.name))
}

fn adapted(plan: &TopologyPlan) -> World {
    let mut world = world();
    world.adapt(plan, &[]).expect("nothing is given");
    world
}

#[test]
fn a_plan_that_says_nothing_gets_what_a_cloud_needs() {
    let world = world();
    let equipment = &world.equipment;
    assert_eq!(pools(equipment), ["cluster-1-primary"]);
    assert_eq!(
        names(equipment.image_stores.iter().map(|store| &store.name)),
        ["zone-1-secondary"]
    );
    assert_eq!(
        names(equipment.traffic_types.iter().map(|kind| &kind.kind)),
        ["Guest", "Management", "Public"]
    );
    let providers = equipment.providers.iter();
    assert!(providers.clone().all(|provider| provider.is_enabled));
    assert_eq!(
        names(providers.map(|provider| &provider.name)),
        [
            "VirtualRouter",
            "VpcVirtualRouter",
            "InternalLbVm",
            "ConfigDrive"
        ]
    );
}

#[test]
fn what_a_plan_says_takes_the_place_of_the_usual() {
    let mut plan = TopologyPlan::default_cloud();
    let range = RangeSettings {
        start: "192.168.2.2".parse().ok(),
        end: "192.168.2.200".parse().ok(),
        ..RangeSettings::default()
    };
    let network = PhysicalNetworkPlan {
        traffic_types: vec!["Guest".into()],
        providers: vec!["VirtualRouter".into()],
        ..PhysicalNetworkPlan::default()
    };
    plan.zones[0]
        .storage
        .insert("all".into(), StorageSettings::default());
    plan.zones[0]
        .physical_networks
        .insert("net".into(), network);
    plan.zones[0].ranges.push(range);
    let equipment = adapted(&plan).equipment;
    assert_eq!(pools(&equipment), ["all"]);
    let ranges: Vec<u64> = equipment.ranges.iter().map(|range| range.len()).collect();
    assert_eq!(ranges, [199]);
    let enabled = equipment.providers.iter().filter(|it| it.is_enabled);
    assert_eq!(names(enabled.map(|it| &it.name)), ["VirtualRouter"]);
}

#[test]
fn basic_zones_have_security_groups_in_place_of_routers() {
    let mut plan = TopologyPlan::default_cloud();
    let basic = ZonePlan {
        settings: ZoneSettings {
            network_type: Some(NetworkType::Basic),
            ..ZoneSettings::default()
        },
        ..ZonePlan::default()
    };
    plan.zones.insert("zone-1".into(), basic);
    let equipment = adapted(&plan).equipment;
    assert_eq!(
        names(equipment.providers.iter().map(|it| &it.name)),
        ["VirtualRouter", "ConfigDrive", "SecurityGroupProvider"]
    );
}

#[test]
fn a_reload_leaves_alone_what_clients_made() {
    let mut world = world();
    let zone = world.topology.zones().next().expect("a zone").id;
    let pool = StoragePool {
        id: Uuid::from_u128(1),
        name: "mine".into(),
        site: Site::zone(zone),
        settings: StorageSettings::default(),
        state: super::PoolState::Up,
        stopped: Vec::new(),
        created: world.now(),
    };
    world.equipment.pools.add(pool);
    let mut plan = TopologyPlan::default_cloud();
    let cluster = &mut plan.zones[0].pods[0].clusters[0];
    cluster
        .storage
        .insert("planned".into(), StorageSettings::default());
    world.adapt(&plan, &[]).expect("nothing is given");
    assert_eq!(pools(&world.equipment), ["mine", "planned"]);
}
