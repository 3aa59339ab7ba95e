//! What becomes of a machine of CloudStack's when a command of what is done to it fails.

use std::sync::Arc;

use uuid::Uuid;

use super::{Kind, Refuses, assert_room_is_right};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::outcome::Decision;
use crate::vocabulary::place::Scope;
use crate::world::World;
use crate::world::network::NicRequest;
use crate::world::offerings::flavor::Flavor;
use crate::world::offerings::network_offerings::{ISOLATED, usual_id};
use crate::world::operations::Order;
use crate::world::operations::jobs::JobDraft;
use crate::world::operations::oracle::{AgentCall, AllIsWell, Oracle};
use crate::world::server::vm_snapshots::VmSnapshotDraft;
use crate::world::server::{Manager, State};
use crate::world::tests::{Script, create, world};

use AgentCommand::*;

/// What is done, to a machine in which state, which command fails on every host, the state it then has, and
/// the start of what its job says.
const FAILURES: &[(Kind, State, AgentCommand, State, &str)] = &[
    (
        Kind::Start,
        State::Stopped,
        DhcpEntryCommand,
        State::Stopped,
        "Unable to create a deployment for VM instance",
    ),
    (
        Kind::Start,
        State::Stopped,
        StartCommand,
        State::Stopped,
        "Unable to create a deployment for VM instance",
    ),
    (
        Kind::Stop,
        State::Active,
        StopCommand,
        State::Active,
        "Unable to stop the virtual machine due to out of order",
    ),
    (
        Kind::Reboot,
        State::Active,
        RebootCommand,
        State::Active,
        "out of order",
    ),
    (
        Kind::HardReboot,
        State::Active,
        StopCommand,
        State::Active,
        "Unable to stop the virtual machine due to out of order",
    ),
    (
        Kind::HardReboot,
        State::Active,
        DhcpEntryCommand,
        State::Stopped,
        "Unable to create a deployment for VM instance",
    ),
    (
        Kind::HardReboot,
        State::Active,
        StartCommand,
        State::Stopped,
        "Unable to create a deployment for VM instance",
    ),
    (
        Kind::Destroy,
        State::Active,
        StopCommand,
        State::Active,
        "Unable to stop the virtual machine due to out of order",
    ),
    (
        Kind::Delete,
        State::Active,
        StopCommand,
        State::Active,
        "Unable to stop the virtual machine due to out of order",
    ),
    (
        Kind::Delete,
        State::Active,
        DeleteCommand,
        State::SoftDeleted,
        "out of order",
    ),
    (
        Kind::Delete,
        State::Stopped,
        DeleteCommand,
        State::SoftDeleted,
        "out of order",
    ),
    (
        Kind::Migrate,
        State::Active,
        PrepareForMigrationCommand,
        State::Active,
        "Unable to prepare for migration due to out of order",
    ),
    (
        Kind::Migrate,
        State::Active,
        MigrateCommand,
        State::Active,
        "out of order",
    ),
    (
        Kind::Migrate,
        State::Active,
        CheckVirtualMachineCommand,
        State::Stopped,
        "Unable to complete migration for ",
    ),
    (
        Kind::Scale,
        State::Active,
        PrepareForMigrationCommand,
        State::Active,
        "Unable to prepare for migration due to out of order",
    ),
    (
        Kind::Scale,
        State::Active,
        MigrateCommand,
        State::Active,
        "out of order",
    ),
    (
        Kind::Scale,
        State::Active,
        CheckVirtualMachineCommand,
        State::Stopped,
        "Unable to complete migration for ",
    ),
    (
        Kind::Scale,
        State::Active,
        ScaleVmCommand,
        State::Active,
        "out of order",
    ),
    (
        Kind::Rebuild,
        State::Active,
        StopCommand,
        State::Active,
        "out of order",
    ),
    (
        Kind::Rebuild,
        State::Active,
        CopyCommand,
        State::Stopped,
        "out of order",
    ),
    (
        Kind::Rebuild,
        State::Active,
        StartCommand,
        State::Stopped,
        "out of order",
    ),
];

/// A machine in that state.
fn machine_in(world: &mut World, state: State) -> Uuid {
    let id = create(world, Manager::CloudStack);
    world.run_due(&[], &mut AllIsWell);
    if state == State::Stopped {
        act(world, id, Kind::Stop, &mut AllIsWell).expect("a stop");
    }
    assert_eq!(state_of(world, id), Some(state));
    id
}

fn state_of(world: &World, id: Uuid) -> Option<State> {
    world.server(id).map(|server| server.state)
}

/// Does something to a machine, lets happen what then happens, and tells what came of it.
fn act(world: &mut World, id: Uuid, kind: Kind, oracle: &mut dyn Oracle) -> Result<(), String> {
    let user = world.accounts.user_named("demo");
    let server = world.server(id).expect("the machine").clone();
    let flavor = &server.spec.flavor;
    let host = match kind {
        Kind::Migrate | Kind::Scale => world.place_elsewhere(&Scope::everywhere(), &server, flavor),
        _ => None,
    };
    let bigger = Arc::new(Flavor {
        memory: flavor.memory * 2,
        ..Flavor::clone(flavor)
    });
    let operation = world.begin(Order {
        flavor: (kind == Kind::Scale).then_some(bigger),
        ..Order::on_server(id, kind, user.clone()).at(host)
    });
    let draft = JobDraft {
        command: StartCommand.id(),
        user,
        account: None,
        thing: Some(id),
        event: None,
    };
    let job = world.follow(operation.expect("an operation"), draft);
    world.run_due(&[], oracle);
    let end = world.job(job).and_then(|job| job.end.clone());
    end.expect("an end").result.map_err(|fault| fault.message)
}

#[test]
fn a_failure_leaves_a_machine_as_cloudstack_does() {
    for (kind, before, command, after, text) in FAILURES {
        let what = format!("{kind:?} in {before:?} without {}", command.id());
        let mut world = world();
        let id = machine_in(&mut world, *before);
        let result = act(&mut world, id, *kind, &mut Refuses(*command));
        let said = result.expect_err(&what);
        assert!(said.starts_with(text), "{what}: {said}");
        let server = world.server(id).expect("the machine");
        assert_eq!((server.state, server.task), (*after, None), "{what}");
        assert_eq!(server.host.is_some(), *after == State::Active, "{what}");
        assert_eq!(server.operation, None, "{what}");
        assert_room_is_right(&world, &what);
    }
}

#[test]
fn the_failure_of_every_command_of_cloudstacks_own_plans_is_tried() {
    for kind in Kind::ALL {
        let own = kind.row().plan(Manager::CloudStack);
        if std::ptr::eq(own, kind.row().plan(Manager::Nova)) || kind.row().is_beside {
            continue;
        }
        for step in own {
            let is_tried = FAILURES
                .iter()
                .any(|(tried, _, command, ..)| tried == kind && *command == step.command);
            let is_elsewhere = matches!(kind, Kind::Create | Kind::CreateWithVolumes)
                || matches!(
                    step.command,
                    // Only some machines need these; and a disk that is left over is nobody's failure.
                    SavePasswordCommand
                        | VmDataCommand
                        | SecurityGroupRulesCmd
                        | CreateObjectCommand
                )
                || (*kind, step.command) == (Kind::Rebuild, DeleteCommand)
                || (step.command == CopyCommand && *kind != Kind::Rebuild);
            assert!(is_tried || is_elsewhere, "{kind:?} {}", step.command.id());
        }
    }
}

/// Refuses one command, as often as it is told to, and keeps what it was asked.
struct Counted {
    command: AgentCommand,
    refusals: usize,
    asked: Vec<String>,
}

impl Oracle for Counted {
    fn ask(&mut self, call: &AgentCall<'_>, now: chrono::DateTime<chrono::Utc>) -> Decision {
        self.asked
            .push(format!("{} {}", call.command.id(), call.host.name));
        if call.command != self.command || self.refusals == 0 {
            return Decision::success();
        }
        self.refusals -= 1;
        Refuses(self.command).ask(call, now)
    }
}

#[test]
fn a_migration_that_fails_is_cleaned_up_where_it_was_to_go() {
    for (command, cleaned) in [
        (MigrateCommand, "StopCommand host-2"),
        (CheckVirtualMachineCommand, "StopCommand host-1"),
    ] {
        let mut world = world();
        let id = machine_in(&mut world, State::Active);
        let mut oracle = Counted {
            command,
            refusals: 1,
            asked: Vec::new(),
        };
        act(&mut world, id, Kind::Migrate, &mut oracle).expect_err("a failure");
        assert_eq!(oracle.asked.last().map(String::as_str), Some(cleaned));
    }
}

#[test]
fn a_copy_that_failed_ends_the_attempt() {
    let mut world = world();
    let id = create(&mut world, Manager::CloudStack);
    let mut oracle = Counted {
        command: CopyCommand,
        refusals: 1,
        asked: Vec::new(),
    };
    world.run_due(&[], &mut oracle);
    assert_eq!(state_of(&world, id), Some(State::Active));
    assert_eq!(
        oracle.asked,
        [
            "DhcpEntryCommand host-1",
            "VmDataCommand host-1",
            "CopyCommand host-1",
            "DhcpEntryCommand host-1",
            "VmDataCommand host-1",
            "CopyCommand host-2",
            "CopyCommand host-2",
            "StartCommand host-2",
        ]
    );
}

#[test]
fn each_card_is_told_of_where_its_network_has_that_done() {
    let mut world = world();
    let id = machine_in(&mut world, State::Stopped);
    let network = world.networking.nics_of(id).next().map(|card| card.network);
    let network = network.expect("the network of its card");
    let project = world.server(id).map(|server| server.spec.project.id);
    let card = NicRequest::in_network(network);
    world
        .plug_one(id, project.expect("its project"), &card, &[])
        .expect("a second card");
    let mut script = Script::default();
    act(&mut world, id, Kind::Start, &mut script).expect("a start");
    assert_eq!(
        script.asked,
        [
            "DhcpEntryCommand host-1",
            "VmDataCommand host-1",
            "DhcpEntryCommand host-1",
            "VmDataCommand host-1",
            "StartCommand host-1",
        ]
    );
    // A service that the network's router does not have is not asked of it.
    let offerings = &mut world.network_offerings.networks;
    let usual = offerings.get_mut(usual_id(ISOLATED));
    let services = &mut usual.expect("the usual offering").services;
    services.retain(|service| *service.name != *"UserData");
    act(&mut world, id, Kind::Stop, &mut AllIsWell).expect("a stop");
    let mut script = Script::default();
    act(&mut world, id, Kind::Start, &mut script).expect("a start");
    assert_eq!(script.asked[1], "DhcpEntryCommand host-1");
    assert_eq!(script.asked[2], "StartCommand host-1");
}

#[test]
fn a_template_is_copied_once_and_a_disk_made_once() {
    let mut world = world();
    machine_in(&mut world, State::Active);
    let second = create(&mut world, Manager::CloudStack);
    let mut script = Script::default();
    world.run_due(&[], &mut script);
    let copies = |script: &Script| {
        let copies = script.asked.iter();
        copies
            .filter(|asked| asked.starts_with("CopyCommand"))
            .count()
    };
    assert_eq!(copies(&script), 1, "its own disk: {:?}", script.asked);
    act(&mut world, second, Kind::Stop, &mut AllIsWell).expect("a stop");
    let mut script = Script::default();
    act(&mut world, second, Kind::Start, &mut script).expect("a start");
    assert_eq!(copies(&script), 0, "{:?}", script.asked);
}

#[test]
fn a_machine_grows_where_it_is_or_elsewhere() {
    for kind in [Kind::Scale, Kind::Migrate] {
        let mut world = world();
        let id = machine_in(&mut world, State::Active);
        act(&mut world, id, kind, &mut AllIsWell).expect("success");
        let server = world.server(id).expect("the machine");
        let host = world.topology.host(server.host.expect("a host"));
        let memory = if kind == Kind::Scale { 1024 } else { 512 };
        assert_eq!((&*host.name, host.used_memory), ("host-2", memory));
        assert_room_is_right(&world, "afterwards");
    }
}

#[test]
fn snapshots_of_a_machine_are_a_tree() {
    let mut world = world();
    let id = machine_in(&mut world, State::Active);
    let user = world.accounts.user_named("demo");
    let mut take = |name: &str, oracle: &mut dyn Oracle| {
        let draft = VmSnapshotDraft {
            name: Some(name.into()),
            description: None,
            has_memory: false,
        };
        let taken = world.take_vm_snapshot(id, draft, user.clone());
        world.run_due(&[], oracle);
        taken.expect("a machine").0
    };
    let first = take("first", &mut AllIsWell);
    let second = take("second", &mut AllIsWell);
    take("third", &mut Refuses(CreateVMSnapshotCommand));
    let told = |world: &World| -> Vec<String> {
        let all = world.vm_snapshots();
        all.map(|it| {
            let parent = it.parent.and_then(|id| world.vm_snapshot(id));
            let parent = parent.map_or("-", |parent| &parent.name);
            format!("{} {} {parent} {}", it.name, it.state.word(), it.is_current)
        })
        .collect()
    };
    let all = [
        "first Ready - false",
        "second Ready first true",
        "third Error second false",
    ];
    assert_eq!(told(&world), all);
    world.revert_to_vm_snapshot(first, user.clone());
    world.run_due(&[], &mut AllIsWell);
    world.delete_vm_snapshot(second, user.clone());
    world.run_due(&[], &mut Refuses(DeleteVMSnapshotCommand));
    assert_eq!(
        told(&world)[..2],
        ["first Ready - true", "second Ready first false"]
    );
    world.delete_vm_snapshot(first, user);
    world.run_due(&[], &mut AllIsWell);
    assert_eq!(told(&world)[0], "second Ready - false");
}
