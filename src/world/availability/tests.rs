//! Hosts that fall silent, and what becomes of their machines.

mod host_ha;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Behaviour, HaState, PROVIDER, ResourceState, Status};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::outcome::{Body, Decision, Outcome};
use crate::vocabulary::place::Scope;
use crate::vocabulary::plan::{ClockMode, HostChange, TopologyPlan};
use crate::world::notices::AlertKind;
use crate::world::operations::oracle::{AgentCall, AllIsWell, Oracle};
use crate::world::server::{Manager, State};
use crate::world::tests::{blueprint, draft};
use crate::world::topology::HostKey;
use crate::world::{Demand, Start, World};

use AgentCommand::*;

const SECOND: Duration = Duration::from_secs(1);

type Said = Box<dyn Fn(&AgentCall<'_>) -> Option<Outcome>>;

/// Answers as told, and keeps what it was asked beside pings.
struct Told {
    says: Said,
    asked: Vec<String>,
}

impl Told {
    fn new(says: impl Fn(&AgentCall<'_>) -> Option<Outcome> + 'static) -> Self {
        Self {
            says: Box::new(says),
            asked: Vec::new(),
        }
    }

    fn was_asked(&self, command: AgentCommand) -> bool {
        let name = command.id().name();
        self.asked.iter().any(|asked| asked.starts_with(name))
    }
}

impl Oracle for Told {
    fn ask(&mut self, call: &AgentCall<'_>, _: DateTime<Utc>) -> Decision {
        if !call.command.id().spec().is_routine {
            self.asked
                .push(format!("{} {}", call.command.id(), call.host.name));
        }
        match (self.says)(call) {
            None => Decision::success(),
            Some(outcome) => Decision {
                outcome,
                applied: false,
                served_by: Some("a mock".into()),
                ..Decision::success()
            },
        }
    }

    fn speaks_of(&self, command: AgentCommand) -> bool {
        command.id().spec().is_routine
    }
}

fn fail() -> Option<Outcome> {
    Some(Outcome::Fail {
        status: None,
        text: None,
    })
}

/// A cluster of three hosts.
fn world() -> World {
    let mut topology = TopologyPlan::default_cloud();
    let hosts = &mut topology.zones[0].pods[0].clusters[0].hosts;
    hosts.insert(
        "host-3".into(),
        crate::vocabulary::plan::HostSettings::default(),
    );
    let start = Start {
        seed: 1,
        clock: ClockMode::Frozen,
        at: DateTime::UNIX_EPOCH,
        real: Duration::ZERO,
    };
    World::new(&blueprint(), &topology, &start).expect("a world")
}

fn hosts(world: &World) -> Vec<HostKey> {
    world.topology.hosts_in(&Scope::everywhere())
}

/// A machine that runs on the first host.
fn machine(world: &mut World, is_highly_available: bool) -> Uuid {
    let mut draft = draft(world, Manager::CloudStack);
    draft.spec.is_highly_available = is_highly_available;
    let host = hosts(world)[0];
    let id = world.create_server(draft, Some(host)).expect("a machine");
    world.run_due(&[], &mut Told::new(|_| None));
    id
}

/// The state of a machine, and where it is.
fn whereabouts(world: &World, id: Uuid) -> (State, Option<Arc<str>>) {
    let server = world.server(id).expect("the machine");
    let host = server.host.map(|host| world.topology.host(host));
    (server.state, host.map(|host| host.name.clone()))
}

fn pass(world: &mut World, seconds: u64, oracle: &mut dyn Oracle) {
    world.tick(SECOND * u32::try_from(seconds).expect("few"));
    world.run_due(&[], oracle);
}

fn status(world: &World, host: usize) -> Status {
    world.topology.host(hosts(world)[host]).agent.status
}

fn on(host: &'static str) -> (State, Option<Arc<str>>) {
    (State::Active, Some(host.into()))
}

const OFF: (State, Option<Arc<str>>) = (State::Stopped, None);

#[test]
fn a_silent_host_is_investigated_after_its_time_and_its_machines_recovered() {
    let mut world = world();
    let (important, plain) = (machine(&mut world, true), machine(&mut world, false));
    let mut oracle = Told::new(|call| match (call.command, &*call.host.name) {
        (PingCommand | CheckHealthCommand | CheckVirtualMachineCommand, "host-1") => fail(),
        (CheckOnHostCommand, "host-2" | "host-3") | (PingTestCommand, _) => fail(),
        _ => None,
    });
    pass(&mut world, 149, &mut oracle);
    assert!(!oracle.was_asked(CheckHealthCommand), "{:?}", oracle.asked);
    pass(&mut world, 40, &mut oracle);
    assert_eq!(status(&world, 0), Status::Down);
    assert_eq!(whereabouts(&world, important), on("host-2"));
    assert_eq!(whereabouts(&world, plain), OFF);
    let first_machine: Vec<&str> = oracle.asked.iter().map(|asked| &**asked).take(3).collect();
    assert_eq!(
        first_machine,
        [
            "CheckHealthCommand host-1",
            "CheckOnHostCommand host-2",
            "CheckVirtualMachineCommand host-1"
        ],
        "the first neighbour's answer decides"
    );
    for command in [PingTestCommand, FenceCommand, StopCommand] {
        assert!(oracle.was_asked(command), "{:?}", oracle.asked);
    }
    let alerts: Vec<AlertKind> = world.alerts.iter().map(|alert| alert.kind).collect();
    assert_eq!(alerts, [AlertKind::HOST, AlertKind::SERVER]);
    // It is heard of again.
    pass(&mut world, 60, &mut Told::new(|_| None));
    assert_eq!(status(&world, 0), Status::Up);
    assert!(world.availability.works.is_empty());
}

#[test]
fn a_host_that_answers_or_whose_neighbours_know_better_is_left_alone() {
    for quiet in [CheckHealthCommand, CheckOnHostCommand] {
        let mut world = world();
        let id = machine(&mut world, true);
        let mut oracle = Told::new(move |call| match (call.command, &*call.host.name) {
            (PingCommand, "host-1") => fail(),
            (command, _) if command == quiet && quiet == CheckHealthCommand => fail(),
            _ => None,
        });
        pass(&mut world, 1000, &mut oracle);
        assert!(oracle.was_asked(quiet) || quiet == CheckOnHostCommand);
        assert_eq!(status(&world, 0), Status::Up);
        assert_eq!(whereabouts(&world, id), on("host-1"));
    }
}

#[test]
fn where_nobody_answers_a_silent_host_is_in_alert_after_half_an_hour() {
    let mut world = world();
    let id = machine(&mut world, true);
    let says = |call: &AgentCall<'_>| match (call.command, &*call.host.name) {
        (PingCommand | CheckHealthCommand, "host-1") => fail(),
        (CheckOnHostCommand, _) => Some(Outcome::Fault { text: None }),
        _ => None,
    };
    let mut oracle = Told::new(says);
    pass(&mut world, 1700, &mut oracle);
    assert_eq!(status(&world, 0), Status::Up);
    pass(&mut world, 160, &mut oracle);
    assert_eq!(status(&world, 0), Status::Alert);
    assert_eq!(whereabouts(&world, id), on("host-1"), "nothing is done");
}

#[test]
fn a_machine_that_lives_is_not_started_twice() {
    for lives in [CheckVirtualMachineCommand, PingTestCommand] {
        let mut world = world();
        let id = machine(&mut world, true);
        let mut oracle = Told::new(move |call| match (call.command, &*call.host.name) {
            (command, _) if command == lives => None,
            (PingCommand | CheckHealthCommand | CheckVirtualMachineCommand, "host-1") => fail(),
            (CheckOnHostCommand | PingTestCommand, _) => fail(),
            _ => None,
        });
        pass(&mut world, 180, &mut oracle);
        assert_eq!(status(&world, 0), Status::Down);
        assert!(!oracle.was_asked(FenceCommand));
        assert_eq!(whereabouts(&world, id), on("host-1"));
        pass(&mut world, 3600, &mut oracle);
        assert!(
            world.availability.works.is_empty(),
            "it is given up at last"
        );
    }
}

#[test]
fn a_machine_that_cannot_be_fenced_is_tried_again() {
    let mut world = world();
    let id = machine(&mut world, true);
    world.change_host(hosts(&world)[0], HostChange::GoesDown);
    let mut oracle = Told::new(|call| (call.command == FenceCommand).then(fail).flatten());
    world.run_due(&[], &mut oracle);
    assert_eq!(whereabouts(&world, id), on("host-1"));
    let text = world.alerts.iter().last().map(|alert| alert.text.clone());
    assert!(text.is_some_and(|text| text.contains("unable to fence")));
    pass(&mut world, 60, &mut Told::new(|_| None));
    assert_eq!(whereabouts(&world, id), on("host-2"));
}

#[test]
fn a_restart_that_fails_is_tried_again_after_ten_minutes() {
    let mut world = world();
    let id = machine(&mut world, true);
    world.change_host(hosts(&world)[0], HostChange::GoesDown);
    let mut refusing = Told::new(|call| (call.command == StartCommand).then(fail).flatten());
    world.run_due(&[], &mut refusing);
    assert_eq!(whereabouts(&world, id), OFF);
    pass(&mut world, 599, &mut refusing);
    assert_eq!(whereabouts(&world, id), OFF);
    pass(&mut world, 1, &mut Told::new(|_| None));
    assert_eq!(whereabouts(&world, id), on("host-3"));
}

#[test]
fn a_cluster_without_power_is_in_alert_and_finds_its_machines_off_afterwards() {
    let mut world = world();
    let (important, plain) = (machine(&mut world, true), machine(&mut world, false));
    let mut well = Told::new(|_| None);
    world.change_hosts(&Scope::everywhere(), HostChange::GoesDown);
    world.run_due(&[], &mut well);
    assert_eq!(status(&world, 0), Status::Alert);
    assert_eq!(whereabouts(&world, plain), on("host-1"));
    world.change_hosts(&Scope::everywhere(), HostChange::ComesBack);
    world.run_due(&[], &mut well);
    assert_eq!(whereabouts(&world, plain), OFF);
    assert_eq!(whereabouts(&world, important), on("host-1"));
}

fn report(states: Value) -> Option<Outcome> {
    let body = json!({
        "com.cloud.agent.api.PingRoutingWithNwGroupsCommand": {
            "newGroupStates": {}, "newStates": {}, "_hostVmStateReport": states,
            "_gatewayAccessible": true, "hostType": "Routing", "hostId": 0
        }
    });
    Some(Outcome::Respond {
        status: None,
        headers: Vec::new(),
        body: Body::Json(body),
    })
}

#[test]
fn what_hosts_report_of_power_is_believed() {
    let mut world = world();
    let [on_1, off, absent, revived] =
        [false, false, false, true].map(|ha| machine(&mut world, ha));
    let name = |id| world.instance_name(world.server(id).expect("a machine"));
    let states = json!({
        name(on_1): {"state": "PowerOn", "host": "h"},
        name(off): {"state": "PowerOff", "host": "h"},
        name(revived): {"state": "PowerOff", "host": "h"},
    });
    let mut oracle = Told::new(move |call| match (call.command, &*call.host.name) {
        (PingRoutingWithNwGroupsCommand, "host-1") => report(states.clone()),
        _ => None,
    });
    pass(&mut world, 60, &mut oracle);
    assert_eq!(whereabouts(&world, on_1), on("host-1"));
    assert_eq!(whereabouts(&world, off), OFF);
    assert_eq!(
        whereabouts(&world, absent),
        on("host-1"),
        "for the time being"
    );
    assert_eq!(
        whereabouts(&world, revived),
        on("host-1"),
        "it was started again"
    );
    pass(&mut world, 132, &mut oracle);
    assert_eq!(whereabouts(&world, absent), OFF);
    let name = world.instance_name(world.server(off).expect("a machine"));
    let states = json!({ name: {"state": "PowerOn", "host": "h"} });
    let mut oracle = Told::new(move |call| match (call.command, &*call.host.name) {
        (PingRoutingWithNwGroupsCommand, "host-1") => report(states.clone()),
        _ => None,
    });
    pass(&mut world, 60, &mut oracle);
    assert_eq!(whereabouts(&world, off), on("host-1"));
}

#[test]
fn a_host_enters_maintenance_when_its_last_machine_has_left() {
    let mut world = world();
    machine(&mut world, false);
    let first = hosts(&world)[0];
    let resource = |world: &World| world.topology.host(first).agent.resource;
    world.change_host(first, HostChange::EntersMaintenance);
    let mut refusing = Told::new(|call| (call.command == MigrateCommand).then(fail).flatten());
    assert_eq!(resource(&world), ResourceState::PrepareForMaintenance);
    world.run_due(&[], &mut refusing);
    let failed = ResourceState::ErrorInPrepareForMaintenance;
    assert_eq!(resource(&world), failed);
    let mut stubborn = world.clone();
    pass(&mut stubborn, 3600, &mut refusing);
    assert_eq!(resource(&stubborn), ResourceState::ErrorInMaintenance);
    pass(&mut world, 120, &mut Told::new(|_| None));
    assert_eq!(resource(&world), ResourceState::Maintenance);
    world.change_host(first, HostChange::LeavesMaintenance);
    assert_eq!(resource(&world), ResourceState::Enabled);
}

#[test]
fn a_host_is_placed_on_again_only_when_it_is_heard_of() {
    let mut world = world();
    machine(&mut world, false);
    let mut oracle = Told::new(|call| match (call.command, &*call.host.name) {
        (PingCommand | CheckHealthCommand | CheckOnHostCommand, _) => fail(),
        _ => None,
    });
    pass(&mut world, 200, &mut oracle);
    let draft = draft(&mut world, Manager::CloudStack);
    let demand = Demand::of_new(&draft.spec);
    assert_eq!(world.place(&Scope::everywhere(), demand), None);
}

#[test]
fn a_clock_without_a_reason_to_stop_does_not_stop_at_pings() {
    let mut world = world();
    machine(&mut world, true);
    world.run_due(&[], &mut AllIsWell);
    assert!(!world.skip_to_next_event(), "nobody speaks of pings");
    let mut oracle = Told::new(|_| None);
    world.run_due(&[], &mut oracle);
    let mut quiet = 0;
    while world.skip_to_next_event() {
        world.run_due(&[], &mut oracle);
        quiet += 1;
        assert!(quiet < 3, "all is well");
    }
    let mut oracle = Told::new(|call| match call.command {
        PingCommand if &*call.host.name == "host-1" => fail(),
        CheckHealthCommand | CheckOnHostCommand => fail(),
        _ => None,
    });
    pass(&mut world, 60, &mut oracle);
    while status(&world, 0) == Status::Up {
        assert!(world.skip_to_next_event(), "something is to come");
        world.run_due(&[], &mut oracle);
    }
}

#[test]
fn time_may_pass_in_great_strides() {
    let mut world = world();
    machine(&mut world, true);
    let host = hosts(&world)[0];
    world.configure_host_ha(host, PROVIDER);
    world.enable_host_ha(host, true);
    host_ha::path(&mut world, [false, true, true, false], 1);
    world.tick(Duration::MAX);
    world.run_due(&[], &mut Told::new(|_| None));
}
