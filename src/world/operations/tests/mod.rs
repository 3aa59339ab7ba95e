//! What becomes of a server when a command of what is done to it fails.

mod cloudstack;
pub(crate) mod moody;
mod random;
pub(crate) mod whole;

use uuid::Uuid;

use super::kind::When;
use super::{Kind, Order};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::vocabulary::plan::HostChange;
use crate::world::Demand;
use crate::world::World;
use crate::world::operations::oracle::{AgentCall, AllIsWell, Oracle};
use crate::world::server::{Manager, State};
use crate::world::tests::{create, world};

use AgentCommand::*;

/// Every host refuses one command.
struct Refuses(AgentCommand);

impl Oracle for Refuses {
    fn ask(&mut self, call: &AgentCall<'_>, _: chrono::DateTime<chrono::Utc>) -> Decision {
        if call.command != self.0 {
            return Decision::success();
        }
        let text = Some("out of order".to_owned());
        Decision {
            outcome: Outcome::Fail { status: None, text },
            applied: false,
            served_by: Some("a mock".into()),
            ..Decision::success()
        }
    }
}

/// What is done, to a server in which state, which command fails, and the status it then has.
const FAILURES: &[(Kind, State, AgentCommand, &str)] = &[
    (Kind::Start, State::Stopped, StartCommand, "SHUTOFF"),
    (Kind::Stop, State::Active, StopCommand, "ACTIVE"),
    (Kind::Reboot, State::Active, RebootCommand, "ACTIVE"),
    (Kind::HardReboot, State::Active, RebootCommand, "ACTIVE"),
    (Kind::HardReboot, State::Stopped, RebootCommand, "ERROR"),
    (Kind::Pause, State::Active, PauseCommand, "ACTIVE"),
    (Kind::Unpause, State::Paused, UnpauseCommand, "PAUSED"),
    (Kind::Suspend, State::Active, SuspendCommand, "ERROR"),
    (Kind::Resume, State::Suspended, ResumeCommand, "ERROR"),
    (Kind::Rescue, State::Active, RescueCommand, "ERROR"),
    (Kind::Unrescue, State::Rescued, UnrescueCommand, "ERROR"),
    (
        Kind::Resize,
        State::Active,
        PrepareForMigrationCommand,
        "ACTIVE",
    ),
    (Kind::Resize, State::Active, StopCommand, "ERROR"),
    (Kind::Resize, State::Stopped, MigrateVolumeCommand, "ERROR"),
    (Kind::Resize, State::Active, StartCommand, "ERROR"),
    (
        Kind::ColdMigrate,
        State::Stopped,
        PrepareForMigrationCommand,
        "SHUTOFF",
    ),
    (Kind::ColdMigrate, State::Active, StopCommand, "ERROR"),
    (
        Kind::ColdMigrate,
        State::Active,
        MigrateVolumeCommand,
        "ERROR",
    ),
    (Kind::ColdMigrate, State::Active, StartCommand, "ERROR"),
    (Kind::ConfirmResize, State::Resized, DestroyCommand, "ERROR"),
    (Kind::RevertResize, State::Resized, StopCommand, "ERROR"),
    (Kind::RevertResize, State::Resized, DestroyCommand, "ERROR"),
    (Kind::RevertResize, State::Resized, StartCommand, "ERROR"),
    (Kind::Rebuild, State::Active, StopCommand, "ERROR"),
    (Kind::Rebuild, State::Stopped, CopyCommand, "ERROR"),
    (Kind::Rebuild, State::Active, StartCommand, "ERROR"),
    (Kind::Evacuate, State::Active, CopyCommand, "ERROR"),
    (Kind::Evacuate, State::Active, StartCommand, "ERROR"),
    (
        Kind::Migrate,
        State::Active,
        PrepareForMigrationCommand,
        "ACTIVE",
    ),
    (Kind::Migrate, State::Paused, MigrateCommand, "PAUSED"),
    (Kind::Shelve, State::Active, StopCommand, "ACTIVE"),
    (
        Kind::Shelve,
        State::Active,
        CreateVMSnapshotCommand,
        "ACTIVE",
    ),
    (Kind::Shelve, State::Stopped, UploadCommand, "SHUTOFF"),
    (Kind::Shelve, State::Active, DestroyCommand, "SHELVED"),
    (
        Kind::ShelveOffload,
        State::Shelved,
        DestroyCommand,
        "SHELVED",
    ),
    (Kind::Unshelve, State::Shelved, StartCommand, "SHELVED"),
    (
        Kind::Unshelve,
        State::ShelvedOffloaded,
        CopyCommand,
        "SHELVED_OFFLOADED",
    ),
    (
        Kind::Unshelve,
        State::ShelvedOffloaded,
        StartCommand,
        "SHELVED_OFFLOADED",
    ),
    (
        Kind::CreateImage,
        State::Active,
        CreateVMSnapshotCommand,
        "ACTIVE",
    ),
    (Kind::CreateImage, State::Active, UploadCommand, "ACTIVE"),
    (
        Kind::CreateBackup,
        State::Stopped,
        CreateVMSnapshotCommand,
        "SHUTOFF",
    ),
    (Kind::CreateBackup, State::Paused, UploadCommand, "PAUSED"),
    (
        Kind::ChangePassword,
        State::Active,
        SetPasswordCommand,
        "ERROR",
    ),
    (
        Kind::TriggerCrashDump,
        State::Active,
        TriggerCrashDumpCommand,
        "ACTIVE",
    ),
    (
        Kind::Restore,
        State::SoftDeleted,
        StartCommand,
        "SOFT_DELETED",
    ),
    (Kind::Delete, State::Active, StopCommand, "ERROR"),
    (Kind::Delete, State::Stopped, DestroyCommand, "ERROR"),
];

/// Does something to a server and lets happen what then happens.
fn act(world: &mut World, id: Uuid, kind: Kind, oracle: &mut dyn Oracle) {
    let user = world.accounts.user_named("demo");
    let server = world.server(id).expect("the server").clone();
    let moves = matches!(
        kind,
        Kind::Resize | Kind::ColdMigrate | Kind::Migrate | Kind::Evacuate
    );
    let everywhere = Scope::everywhere();
    let host = match (moves, server.host) {
        (true, _) => world.place_elsewhere(&everywhere, &server, &server.spec.flavor),
        (false, None) => world.place(&everywhere, Demand::of(&server)),
        (false, own) => own,
    };
    world.begin(Order::on_server(id, kind, user).at(host));
    world.run_due(&[], oracle);
}

/// A server in that state.
fn server_in(world: &mut World, state: State) -> Uuid {
    let id = create(world, Manager::Nova);
    world.run_due(&[], &mut AllIsWell);
    let mut well = AllIsWell;
    match state {
        State::Active => {}
        State::Stopped => act(world, id, Kind::Stop, &mut well),
        State::Paused => act(world, id, Kind::Pause, &mut well),
        State::Suspended => act(world, id, Kind::Suspend, &mut well),
        State::Rescued => act(world, id, Kind::Rescue, &mut well),
        State::Resized => act(world, id, Kind::ColdMigrate, &mut well),
        State::Shelved => act(world, id, Kind::Shelve, &mut Refuses(DestroyCommand)),
        State::ShelvedOffloaded => act(world, id, Kind::Shelve, &mut well),
        State::SoftDeleted => act(world, id, Kind::Destroy, &mut well),
        State::Building | State::Error | State::Deleted => panic!("nothing begins there"),
    }
    assert_eq!(world.server(id).map(|server| server.state), Some(state));
    id
}

/// Whether the hosts hold just the room that the servers have.
fn assert_room_is_right(world: &World, what: &str) {
    let mut held: Vec<u64> = vec![0; 2];
    for server in world.servers() {
        let flavor = &server.spec.flavor;
        let places = [
            server.host.map(|host| (host, flavor.memory)),
            server
                .resize()
                .and_then(|resize| Some((resize.host?, resize.flavor.memory))),
        ];
        for (host, memory) in places.into_iter().flatten() {
            let position = world.topology.hosts().position(|(key, _)| key == host);
            held[position.expect("a host")] += memory;
        }
    }
    let used: Vec<u64> = world
        .topology
        .hosts()
        .map(|(_, host)| host.used_memory)
        .collect();
    assert_eq!(used, held, "{what}");
}

#[test]
fn a_failure_leaves_a_server_as_nova_does() {
    for (kind, state, command, status) in FAILURES {
        let what = format!("{kind:?} in {state:?} without {}", command.id());
        let mut world = world();
        let id = server_in(&mut world, *state);
        if *kind == Kind::Evacuate {
            let first = Scope::everywhere().with(Level::Host, Selector::Number(1));
            world.change_hosts(&first, HostChange::GoesDown);
        }
        assert_room_is_right(&world, &what);
        act(&mut world, id, *kind, &mut Refuses(*command));
        let server = world.server(id).expect("the server");
        assert_eq!((server.status(), server.task), (*status, None), "{what}");
        let record = server.records.last().expect("a record");
        assert_eq!(record.error.as_deref(), Some("out of order"), "{what}");
        assert_eq!(server.fault.is_some(), *status == "ERROR", "{what}");
        assert_room_is_right(&world, &what);
    }
}

#[test]
fn the_failure_of_every_command_is_tried() {
    for kind in Kind::ALL {
        for step in kind.row().plan(Manager::Nova) {
            let is_tried = FAILURES
                .iter()
                .any(|(tried, _, command, _)| tried == kind && *command == step.command);
            let is_elsewhere = matches!(
                kind,
                Kind::Create
                    | Kind::CreateWithVolumes
                    | Kind::Start
                    | Kind::ForcedStop
                    | Kind::Destroy
                    // CloudStack's own are tried with the rest of its.
                    | Kind::Revive
                    | Kind::Flee
                    | Kind::Scale
                    | Kind::TakeVmSnapshot
                    | Kind::RevertToVmSnapshot
                    | Kind::DeleteVmSnapshot
                    | Kind::Maintain
            ) || kind.row().is_beside
                || step.when == When::WithVolume;
            assert!(is_tried || is_elsewhere, "{kind:?} {}", step.command.id());
        }
    }
}

#[test]
fn a_resized_server_holds_two_places_until_that_is_resolved() {
    for (resolution, host) in [
        (Kind::ConfirmResize, "host-2"),
        (Kind::RevertResize, "host-1"),
    ] {
        let mut world = world();
        let id = server_in(&mut world, State::Resized);
        let used: Vec<u64> = world
            .topology
            .hosts()
            .map(|(_, host)| host.used_memory)
            .collect();
        assert_eq!(used, [512, 512]);
        act(&mut world, id, resolution, &mut AllIsWell);
        let server = world.server(id).expect("the server");
        assert_eq!(server.status(), "ACTIVE");
        let own = world.topology.host(server.host.expect("a host"));
        assert_eq!((&*own.name, own.used_memory), (host, 512));
        assert_room_is_right(&world, host);
    }
}

#[test]
fn moves_are_followed_from_step_to_step() {
    let mut world = world();
    let id = server_in(&mut world, State::Resized);
    let told = |world: &World| -> Vec<&str> {
        world
            .migrations()
            .map(|migration| migration.status)
            .collect()
    };
    assert_eq!(told(&world), ["finished"]);
    act(&mut world, id, Kind::ConfirmResize, &mut AllIsWell);
    act(&mut world, id, Kind::Migrate, &mut Refuses(MigrateCommand));
    act(&mut world, id, Kind::Migrate, &mut AllIsWell);
    assert_eq!(told(&world), ["confirmed", "error", "completed"]);
}

#[test]
fn what_is_left_of_a_server_is_remembered() {
    let mut world = world();
    let id = server_in(&mut world, State::Active);
    act(&mut world, id, Kind::Delete, &mut AllIsWell);
    let tomb = world.deleted_server(id).expect("a tomb");
    assert_eq!(tomb.status(), "DELETED");
    let done: Vec<Kind> = tomb.records.iter().map(|record| record.kind).collect();
    assert_eq!(done, [Kind::Create, Kind::Delete]);
    assert!(tomb.records.iter().all(|record| record.end.is_some()));
}
