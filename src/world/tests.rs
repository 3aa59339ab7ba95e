//! Whole stories of a world, told by function calls.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::operations::jobs::JobDraft;
use super::operations::oracle::{AgentCall, AllIsWell, Oracle};
use super::operations::{Kind, Order};
use super::server::{Draft, Manager, Specification, Task};
use super::start::blueprint::*;
use super::volume::RootSource;
use super::{Demand, Start, World};
use crate::vocabulary::command::CommandId;
use crate::vocabulary::fault::FaultKind;
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::vocabulary::plan::*;
use crate::vocabulary::profile::Profile;

pub(crate) fn blueprint() -> Blueprint {
    Blueprint {
        settings: BTreeMap::new(),
        profile: Profile::default(),
        regions: vec!["RegionOne".into()],
        accounts: vec![],
        flavors: vec![FlavorPlan {
            id: "1".into(),
            name: "m1.tiny".into(),
            cpus: 1,
            memory: 512,
            disk: 1,
            ..FlavorPlan::default()
        }],
        images: vec![ImagePlan {
            name: "cirros".into(),
            ..ImagePlan::default()
        }],
        networks: vec![NetworkPlan {
            name: "private".into(),
            cidr: "10.0.0.0/24".into(),
            ..NetworkPlan::default()
        }],
        volume_types: vec![],
        limits: Limits {
            servers: -1,
            cpus: -1,
            memory: -1,
            keypairs: -1,
            metadata_items: -1,
            image_bytes: -1,
            storage: StorageLimits::NONE,
            network: NetworkLimits::NONE,
        },
        auth: Auth::Tokens,
        tokens: TokenPlan { lifetime: 3600 },
    }
}

pub(crate) fn world() -> World {
    let start = Start {
        seed: 1,
        clock: ClockMode::Frozen,
        at: DateTime::UNIX_EPOCH,
        real: Duration::ZERO,
    };
    World::new(&blueprint(), &TopologyPlan::default_cloud(), &start).expect("a world")
}

pub(in crate::world) fn draft(world: &mut World, manager: Manager) -> Draft {
    let owner = (
        world.accounts.project_named("demo"),
        world.accounts.user_named("demo"),
    );
    let flavor = world.flavors[0].clone();
    let nics = world.usual_nics(owner.0.id);
    Draft {
        spec: Specification {
            image: world.images.first().cloned(),
            ..Specification::new("web-1".into(), owner, flavor, manager)
        },
        nics,
        security_groups: vec![],
        root: RootSource::Template,
        scope: Scope::everywhere(),
        starts: true,
    }
}

pub(crate) fn create(world: &mut World, manager: Manager) -> Uuid {
    let draft = draft(world, manager);
    let host = world.place(&draft.scope, Demand::of_new(&draft.spec));
    world.create_server(draft, host).expect("a server")
}

fn request(world: &mut World, server: Uuid, kind: Kind) -> Uuid {
    let user = world.accounts.user_named("demo");
    let order = Order::on_server(server, kind, user.clone());
    let operation = world.begin(order).expect("an operation");
    let command = CommandId::named("cloudstack.stopVirtualMachine").expect("a command");
    let draft = JobDraft {
        command,
        user,
        account: None,
        thing: Some(server),
        event: None,
    };
    world.follow(operation, draft)
}

/// Answers as told, in order, then with success; keeps what it was asked.
#[derive(Default)]
pub(in crate::world) struct Script {
    answers: VecDeque<Decision>,
    pub(super) asked: Vec<String>,
}

impl Script {
    pub(super) fn new(answers: impl IntoIterator<Item = Decision>) -> Self {
        Self {
            answers: answers.into_iter().collect(),
            asked: vec![],
        }
    }
}

impl Oracle for Script {
    fn ask(&mut self, call: &AgentCall<'_>, _: DateTime<Utc>) -> Decision {
        self.asked
            .push(format!("{} {}", call.command.id(), call.host.name));
        self.answers.pop_front().unwrap_or_else(Decision::success)
    }
}

pub(super) fn refusal() -> Decision {
    let text = Some("insufficient capacity".to_owned());
    Decision {
        outcome: Outcome::Fail { status: None, text },
        applied: false,
        served_by: Some("a mock".into()),
        leads: Vec::new(),
        ..Decision::success()
    }
}

pub(super) fn slow(seconds: u64) -> Decision {
    Decision {
        delay: Duration::from_secs(seconds),
        ..Decision::success()
    }
}

pub(super) fn status(world: &World, id: Uuid) -> &'static str {
    world.server(id).map_or("gone", |server| server.status())
}

#[test]
fn a_server_is_built_when_the_world_is_next_looked_at() {
    let mut world = world();
    let id = create(&mut world, Manager::Nova);
    assert_eq!(status(&world, id), "BUILD");
    let mut script = Script::default();
    world.run_due(&[], &mut script);
    assert_eq!(status(&world, id), "ACTIVE");
    assert_eq!(script.asked, ["CopyCommand host-1", "StartCommand host-1"]);
}

#[test]
fn a_slow_start_keeps_it_building_until_its_time() {
    let mut world = world();
    let id = create(&mut world, Manager::Nova);
    let mut script = Script::new([Decision::success(), slow(120)]);
    world.run_due(&[], &mut script);
    world.tick(Duration::from_secs(119));
    world.run_due(&[], &mut script);
    assert_eq!(status(&world, id), "BUILD");
    world.tick(Duration::from_secs(1));
    world.run_due(&[], &mut script);
    assert_eq!(status(&world, id), "ACTIVE");
    let server = world.server(id).expect("the server");
    assert_eq!(server.launched, Some(world.now()));
}

#[test]
fn a_failed_start_is_retried_on_the_next_host() {
    let mut world = world();
    let id = create(&mut world, Manager::CloudStack);
    let well = Decision::success;
    let mut script = Script::new([well(), well(), well(), well(), refusal()]);
    world.run_due(&[], &mut script);
    assert_eq!(status(&world, id), "ACTIVE");
    // Its disk is made already, where the second host reaches it.
    assert_eq!(
        script.asked,
        [
            "DhcpEntryCommand host-1",
            "VmDataCommand host-1",
            "CopyCommand host-1",
            "CopyCommand host-1",
            "StartCommand host-1",
            "DhcpEntryCommand host-1",
            "VmDataCommand host-1",
            "StartCommand host-2",
        ]
    );
    let hosts: Vec<u64> = world
        .topology
        .hosts()
        .map(|(_, host)| host.used_memory)
        .collect();
    assert_eq!(hosts, [0, 512]);
}

#[test]
fn when_no_host_can_start_it_a_server_ends_in_error() {
    let mut world = world();
    let id = create(&mut world, Manager::Nova);
    let copy = Decision::success;
    world.run_due(
        &[],
        &mut Script::new([copy(), refusal(), copy(), refusal()]),
    );
    assert_eq!(status(&world, id), "ERROR");
    let server = world.server(id).expect("the server");
    let fault = server.fault.as_ref().expect("a fault");
    assert!(
        fault
            .message
            .starts_with("Exceeded maximum number of retries.")
    );
    assert_eq!((server.host, server.last_host), (None, None));
}

#[test]
fn without_any_host_a_build_fails_and_a_later_delete_works() {
    let mut world = world();
    world.change_hosts(&Scope::everywhere(), HostChange::GoesDown);
    let id = create(&mut world, Manager::Nova);
    world.run_due(&[], &mut AllIsWell);
    let fault = world.server(id).and_then(|server| server.fault.clone());
    assert_eq!(
        fault.map(|fault| fault.message).as_deref(),
        Some("No valid host was found. ")
    );
    request(&mut world, id, Kind::Delete);
    world.run_due(&[], &mut AllIsWell);
    assert!(world.is_gone(id));
}

#[test]
fn a_refused_stop_leaves_the_server_running_unless_forced() {
    let mut world = world();
    let id = create(&mut world, Manager::CloudStack);
    world.run_due(&[], &mut AllIsWell);
    let job = request(&mut world, id, Kind::Stop);
    world.run_due(&[], &mut Script::new([refusal()]));
    assert_eq!(status(&world, id), "ACTIVE");
    let end = world
        .job(job)
        .and_then(|job| job.end.clone())
        .expect("an end");
    let fault = end.result.expect_err("a failure");
    assert_eq!(fault.kind, FaultKind::Internal);
    assert_eq!(
        fault.message,
        "Unable to stop the virtual machine due to insufficient capacity"
    );
    request(&mut world, id, Kind::ForcedStop);
    world.run_due(&[], &mut Script::new([refusal()]));
    assert_eq!(status(&world, id), "SHUTOFF");
}

#[test]
fn a_deleted_server_never_comes_back() {
    let mut world = world();
    let id = create(&mut world, Manager::Nova);
    world.run_due(&[], &mut Script::new([slow(60)]));
    request(&mut world, id, Kind::Delete);
    world.tick(Duration::from_secs(120));
    world.run_due(&[], &mut AllIsWell);
    assert_eq!(status(&world, id), "gone");
    assert!(
        world
            .topology
            .hosts()
            .all(|(_, host)| host.used_memory == 0)
    );
}

#[test]
fn cloudstack_lets_a_second_operation_wait_for_the_first() {
    let mut world = world();
    let id = create(&mut world, Manager::CloudStack);
    let stop = request(&mut world, id, Kind::Stop);
    let start = request(&mut world, id, Kind::Start);
    let well = Decision::success;
    let mut script = Script::new([well(), well(), well(), slow(60), slow(60)]);
    world.run_due(&[], &mut script);
    world.tick(Duration::from_secs(60));
    world.run_due(&[], &mut script);
    let is_over = |world: &World, id| {
        let job = world.job(id);
        job.map(|job| job.end.is_some())
    };
    assert_eq!(is_over(&world, stop), Some(false));
    world.tick(Duration::from_secs(60));
    world.run_due(&[], &mut script);
    assert_eq!(is_over(&world, stop), Some(true));
    assert_eq!(is_over(&world, start), Some(true));
    assert_eq!(status(&world, id), "ACTIVE");
    let sent: Vec<&str> = script.asked.iter().map(|asked| &asked[..5]).collect();
    let deployed = ["DhcpE", "VmDat", "CopyC", "CopyC", "Start"];
    assert_eq!(sent[..5], deployed);
    assert_eq!(sent[5..], ["StopC", "DhcpE", "VmDat", "Start"]);
}

#[test]
fn what_waits_for_a_machine_ends_with_it() {
    let mut world = world();
    let id = create(&mut world, Manager::CloudStack);
    request(&mut world, id, Kind::Delete);
    let stop = request(&mut world, id, Kind::Stop);
    world.run_due(&[], &mut AllIsWell);
    assert_eq!(status(&world, id), "gone");
    let end = world.job(stop).and_then(|stop| stop.end.clone());
    assert!(end.is_some_and(|end| end.result.is_err()));
}

#[test]
fn a_network_card_is_plugged_beside_what_else_is_done_to_a_server() {
    let mut world = world();
    let id = create(&mut world, Manager::Nova);
    world.run_due(&[], &mut AllIsWell);
    request(&mut world, id, Kind::Stop);
    let mut script = Script::new([slow(60)]);
    world.run_due(&[], &mut script);
    request(&mut world, id, Kind::PlugNic);
    world.run_due(&[], &mut script);
    assert_eq!(
        script.asked,
        ["StopCommand host-1", "PlugNicCommand host-1"]
    );
    let task = world.server(id).and_then(|server| server.task);
    assert_eq!(task, Some(Task::PoweringOff));
    world.tick(Duration::from_secs(60));
    world.run_due(&[], &mut script);
    assert_eq!(status(&world, id), "SHUTOFF");
    assert_eq!(world.operations().count(), 0, "all is over");
}

#[test]
fn a_host_that_dies_takes_its_commands_along() {
    let mut world = world();
    let id = create(&mut world, Manager::Nova);
    let host_1 = Scope::everywhere().with(Level::Host, Selector::Name("host-1".into()));
    let down = TimedAct {
        at: Duration::from_secs(5),
        act: Act::Hosts(host_1, HostChange::GoesDown),
        scenario: None,
    };
    let mut script = Script::new([Decision::success(), slow(60)]);
    world.tick(Duration::from_secs(10));
    world.run_due(std::slice::from_ref(&down), &mut script);
    assert_eq!(
        status(&world, id),
        "ACTIVE",
        "it was retried on the other host"
    );
    assert_eq!(
        script.asked.last().map(String::as_str),
        Some("StartCommand host-2")
    );
    let server = world.server(id).expect("the server");
    assert_eq!((server.updated - world.clock().start()).num_seconds(), 5);
}

#[test]
fn an_answer_that_is_due_when_its_host_dies_is_not_heard() {
    let mut world = world();
    let id = create(&mut world, Manager::Nova);
    let host_1 = Scope::everywhere().with(Level::Host, Selector::Name("host-1".into()));
    let down = TimedAct {
        at: Duration::from_secs(30),
        act: Act::Hosts(host_1, HostChange::GoesDown),
        scenario: None,
    };
    let mut script = Script::new([Decision::success(), slow(30)]);
    world.run_due(&[], &mut script);
    world.tick(Duration::from_secs(30));
    world.run_due(std::slice::from_ref(&down), &mut script);
    assert_eq!(status(&world, id), "ACTIVE");
    let retry = ["CopyCommand host-2", "StartCommand host-2"];
    assert_eq!(script.asked[2..], retry);
}

#[test]
fn cloudstack_restarts_what_is_highly_available_and_stops_the_rest() {
    let mut world = world();
    let mut important = draft(&mut world, Manager::CloudStack);
    important.spec.is_highly_available = true;
    let host = world.place(&important.scope, Demand::of_new(&important.spec));
    let important = world.create_server(important, host).expect("a server");
    let host = world.topology.hosts_in(&Scope::everywhere())[0];
    let plain = draft(&mut world, Manager::CloudStack);
    let plain = world.create_server(plain, Some(host)).expect("a server");
    world.run_due(&[], &mut AllIsWell);
    let host_1 = Scope::everywhere().with(Level::Host, Selector::Number(1));
    assert_eq!(world.change_hosts(&host_1, HostChange::GoesDown), 1);
    world.run_due(&[], &mut AllIsWell);
    assert_eq!(
        (status(&world, important), status(&world, plain)),
        ("ACTIVE", "SHUTOFF")
    );
    let moved = world
        .server(important)
        .and_then(|server| server.host)
        .expect("a host");
    assert_eq!(&*world.topology.host(moved).name, "host-2");
}

#[test]
fn maintenance_moves_cloudstack_servers_away() {
    let mut world = world();
    let id = create(&mut world, Manager::CloudStack);
    world.run_due(&[], &mut AllIsWell);
    let host_1 = Scope::everywhere().with(Level::Host, Selector::Number(1));
    world.change_hosts(&host_1, HostChange::EntersMaintenance);
    let mut script = Script::default();
    world.run_due(&[], &mut script);
    assert_eq!(
        script.asked,
        [
            "PrepareForMigrationCommand host-2",
            "MigrateCommand host-1",
            "CheckVirtualMachineCommand host-2"
        ]
    );
    let host = world
        .server(id)
        .and_then(|server| server.host)
        .expect("a host");
    assert_eq!(&*world.topology.host(host).name, "host-2");
}

#[test]
fn a_success_that_was_not_applied_leaves_the_machine_off() {
    let mut world = world();
    let id = create(&mut world, Manager::Nova);
    let lie = Decision {
        applied: false,
        ..Decision::success()
    };
    world.run_due(&[], &mut Script::new([Decision::success(), lie]));
    let server = world.server(id).expect("the server");
    assert_eq!(
        (server.status(), server.power),
        ("ACTIVE", super::server::Power::None)
    );
}

#[test]
fn givens_are_provided_once_and_are_not_left_over() {
    let mut world = world();
    let given = Given::Server(GivenServer {
        name: "db-{n}".into(),
        count: 3,
        status: Some("SHUTOFF".into()),
        ..GivenServer::default()
    });
    world
        .provide(std::slice::from_ref(&given))
        .expect("servers");
    world.provide(&[given]).expect("nothing");
    let names: Vec<&str> = world.servers().map(|server| &*server.spec.name).collect();
    assert_eq!(names, ["db-1", "db-2", "db-3"]);
    assert!(world.left_over().is_empty());
    create(&mut world, Manager::Nova);
    assert_eq!(world.left_over(), ["server \"web-1\""]);
}
