//! High availability of hosts themselves.

use super::*;

/// The path of a host of that behaviour in half a minute: its states, and the events between them.
pub(super) fn path(world: &mut World, behaviour: [bool; 4], seconds: u64) -> Vec<String> {
    let host = hosts(world)[0];
    let [is_healthy, has_activity, can_recover, can_fence] = behaviour;
    let behaviour = Behaviour {
        is_healthy,
        has_activity,
        can_recover,
        can_fence,
    };
    world.set_ha_behaviour(host, behaviour);
    pass(world, seconds, &mut Told::new(|_| None));
    let transitions = &world.topology.host(host).agent.ha.transitions;
    transitions
        .iter()
        .map(|it| format!("{} -{}-> {}", it.from.word(), it.event.word(), it.to.word()))
        .collect()
}

/// A world whose first host is highly available.
pub(super) fn world_with_host_ha() -> World {
    let mut world = world();
    let host = hosts(&world)[0];
    assert!(!world.enable_host_ha(host, true), "it has no provider");
    assert!(!world.configure_host_ha(host, "nobody"));
    assert!(world.configure_host_ha(host, PROVIDER));
    assert!(world.enable_host_ha(host, true));
    world
}

fn ha_state(world: &World) -> HaState {
    world.topology.host(hosts(world)[0]).agent.ha.state
}

#[test]
fn a_host_without_a_behaviour_is_not_eligible() {
    let mut world = world_with_host_ha();
    pass(&mut world, 5, &mut Told::new(|_| None));
    assert_eq!(ha_state(&world), HaState::Ineligible);
    let steps = path(&mut world, [true, true, true, false], 5);
    assert_eq!(steps, ["Ineligible -Eligible-> Available"]);
}

#[test]
fn a_host_that_is_not_well_takes_the_path_of_its_behaviour() {
    let suspect = "Available -HealthCheckFailed-> Suspect";
    let check = "Suspect -PerformActivityCheck-> Checking";
    let again = "Checking -TooFewActivityCheckSamples-> Suspect";
    let active = "Checking -ActivityCheckFailureUnderThresholdRatio-> Degraded";
    let inactive = "Checking -ActivityCheckFailureOverThresholdRatio-> Recovering";
    let mut world = world_with_host_ha();
    path(&mut world, [true, true, true, false], 2);
    let steps = path(&mut world.clone(), [false, true, true, false], 8);
    let first = [suspect, check, again, check, again, check, active];
    assert_eq!(steps[..7], first);
    assert_eq!(
        steps[7],
        "Degraded -PeriodicRecheckResourceActivity-> Suspect"
    );
    let steps = path(&mut world.clone(), [false, false, true, false], 60);
    assert!(steps.contains(&inactive.to_owned()));
    let recovered = "Recovering -Recovered-> Recovered".to_owned();
    assert_eq!(steps.iter().filter(|step| **step == recovered).count(), 2);
    assert_eq!(
        steps.last().map(String::as_str),
        Some("Fencing -RetryFencing-> Fencing")
    );
    let steps = path(&mut world, [false, false, false, true], 60);
    let end = [
        inactive,
        "Recovering -RetryRecovery-> Recovering",
        "Recovering -RetryRecovery-> Recovering",
        "Recovering -RecoveryOperationThresholdExceeded-> Fencing",
        "Fencing -Fenced-> Fenced",
    ];
    assert_eq!(steps[steps.len() - 5..], end);
}

#[test]
fn a_fenced_host_is_in_maintenance_until_somebody_takes_it_back() {
    let mut world = world_with_host_ha();
    let id = machine(&mut world, true);
    path(&mut world, [false, false, false, true], 60);
    let host = hosts(&world)[0];
    assert_eq!(ha_state(&world), HaState::Fenced);
    let resource = |world: &World| world.topology.host(host).agent.resource;
    assert_eq!(resource(&world), ResourceState::Maintenance);
    assert_eq!(whereabouts(&world, id), on("host-2"));
    world.change_host(host, HostChange::LeavesMaintenance);
    let steps = path(&mut world, [true, true, true, false], 5);
    let back = [
        "Fenced -HealthCheckPassed-> Ineligible",
        "Ineligible -Eligible-> Available",
    ];
    assert_eq!(steps, back);
}

#[test]
fn host_ha_is_switched_for_hosts_clusters_and_zones() {
    let mut world = world_with_host_ha();
    path(&mut world, [true, true, true, false], 5);
    let host = hosts(&world)[0];
    let zone = world.topology.zones().next().expect("a zone").id;
    let cluster = world.topology.clusters().next().expect("a cluster").id;
    for area in [zone, cluster] {
        world.enable_host_ha_in(area, false);
        assert_eq!(ha_state(&world), HaState::Disabled);
        world.enable_host_ha_in(area, true);
        assert_eq!(ha_state(&world), HaState::Available);
    }
    world.enable_host_ha(host, false);
    assert_eq!(ha_state(&world), HaState::Disabled);
}
