//! The actions, with Nova's rules: nova/compute/api.py's decorators of the methods behind them.

use http::StatusCode;

use super::super::servers;
use super::{
    Action, Answer, Call, Object, Run, Tasks, backup, begin, consoles, lock, moves, rebuild,
    rescue, resize, shapes, shelve,
};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::Kind;
use crate::world::server::{State, Task};

use State::{
    Active, Error, Paused, Rescued, Resized, Shelved, ShelvedOffloaded, SoftDeleted, Stopped,
    Suspended,
};

/// What most actions have in common.
const ACTION: Action = Action {
    command: "",
    word: "",
    kind: None,
    since: 1,
    until: u32::MAX,
    body: None,
    states: None,
    tasks: Tasks::None,
    needs_host: false,
    ignores_lock: false,
    seeks_mapping: false,
    status: StatusCode::ACCEPTED,
    run: begin,
};

const fn action(
    command: &'static str,
    word: &'static str,
    kind: Kind,
    states: &'static [State],
) -> Action {
    Action {
        command,
        word,
        kind: Some(kind),
        states: Some(states),
        ..ACTION
    }
}

/// One that leaves the server as it is, or changes it at once.
const fn immediate(command: &'static str, run: Run) -> Action {
    Action {
        command,
        tasks: Tasks::Any,
        ignores_lock: true,
        run,
        ..ACTION
    }
}

/// One that asks for a way to see the server, and went when `remote-consoles` came.
const fn console(command: &'static str, body: &'static Object) -> Action {
    Action {
        until: 5,
        body: Some(body),
        needs_host: true,
        ..immediate(command, consoles::open)
    }
}

const WHOLE: &[State] = &[Active, Paused, Suspended, Stopped];
const AT_REST: &[State] = &[Active, Stopped];
const BROKEN_TOO: &[State] = &[Active, Stopped, Error];

/// What a hard reboot puts an end to.
pub(super) const INTERRUPTIBLE: &[Task] = &[
    Task::Rebooting,
    Task::RebootPending,
    Task::RebootStarted,
    Task::RebootingHard,
    Task::Pausing,
    Task::Unpausing,
    Task::Suspending,
    Task::Resuming,
];

#[rustfmt::skip]
pub(crate) const ACTIONS: &[Action] = &[
    Action { needs_host: true, seeks_mapping: true, ..action("compute.start_server", "start", Kind::Start, &[Stopped]) },
    Action { needs_host: true, seeks_mapping: true, ..action("compute.stop_server", "stop", Kind::Stop, &[Active, Error]) },
    Action { body: Some(&shapes::REBOOT), run: rescue::reboot, ..action("compute.reboot_server", "reboot", Kind::Reboot, &[Active]) },
    action("compute.pause_server", "pause", Kind::Pause, &[Active]),
    action("compute.unpause_server", "unpause", Kind::Unpause, &[Paused]),
    action("compute.suspend_server", "suspend", Kind::Suspend, &[Active]),
    action("compute.resume_server", "resume", Kind::Resume, &[Suspended]),
    Action { body: Some(&shapes::LOCK), ..immediate("compute.lock_server", lock::lock) },
    immediate("compute.unlock_server", lock::unlock),
    Action { body: Some(&shapes::RESCUE), run: rescue::rescue, ..action("compute.rescue_server", "rescue", Kind::Rescue, BROKEN_TOO) },
    action("compute.unrescue_server", "unrescue", Kind::Unrescue, &[Rescued]),
    Action { body: Some(&shapes::RESIZE), run: resize::resize, ..action("compute.resize_server", "resize", Kind::Resize, AT_REST) },
    Action { status: StatusCode::NO_CONTENT, ..action("compute.confirm_server_resize", "confirmResize", Kind::ConfirmResize, &[Resized]) },
    action("compute.revert_server_resize", "revertResize", Kind::RevertResize, &[Resized]),
    Action { body: Some(&shapes::REBUILD), run: rebuild::rebuild, ..action("compute.rebuild_server", "rebuild", Kind::Rebuild, BROKEN_TOO) },
    Action { run: shelve::shelve, ..action("compute.shelve_server", "shelve", Kind::Shelve, WHOLE) },
    action("compute.shelve_offload_server", "shelveOffload", Kind::ShelveOffload, &[Shelved]),
    Action { body: Some(&shapes::UNSHELVE), run: shelve::unshelve, ..action("compute.unshelve_server", "unshelve", Kind::Unshelve, &[Shelved, ShelvedOffloaded]) },
    Action { body: Some(&shapes::CREATE_IMAGE), run: backup::create_image, ignores_lock: true, ..action("compute.create_server_image", "createImage", Kind::CreateImage, WHOLE) },
    Action { body: Some(&shapes::CREATE_BACKUP), run: backup::create_backup, ignores_lock: true, ..action("compute.create_server_backup", "createBackup", Kind::CreateBackup, WHOLE) },
    Action { body: Some(&shapes::CHANGE_PASSWORD), ..action("compute.change_server_password", "changePassword", Kind::ChangePassword, &[Active]) },
    Action { body: Some(&shapes::MIGRATE), run: moves::migrate, ..action("compute.migrate_server", "migrate", Kind::ColdMigrate, AT_REST) },
    Action { body: Some(&shapes::MIGRATE_LIVE), run: moves::migrate_live, ..action("compute.live_migrate_server", "os-migrateLive", Kind::Migrate, &[Active, Paused]) },
    Action { body: Some(&shapes::EVACUATE), run: moves::evacuate, tasks: Tasks::Any, ignores_lock: true, ..action("compute.evacuate_server", "evacuate", Kind::Evacuate, BROKEN_TOO) },
    Action { body: Some(&shapes::RESET_STATE), ..immediate("compute.reset_server_state", lock::reset_state) },
    Action { ignores_lock: false, kind: Some(Kind::Delete), ..immediate("compute.force_delete_server", force_delete) },
    action("compute.restore_server", "restore", Kind::Restore, &[SoftDeleted]),
    Action { since: 17, needs_host: true, seeks_mapping: true, body: Some(&shapes::CRASH_DUMP), ..action("compute.trigger_crash_dump", "trigger_crash_dump", Kind::TriggerCrashDump, &[Active, Paused, Rescued, Resized, Error]) },
    Action { ignores_lock: false, ..immediate("compute.inject_network_info", begin) },
    Action { body: Some(&shapes::CONSOLE_OUTPUT), needs_host: true, ..immediate("compute.get_console_output", consoles::output) },
    console("compute.get_vnc_console", &shapes::VNC_CONSOLE),
    console("compute.get_spice_console", &shapes::SPICE_CONSOLE),
    console("compute.get_serial_console", &shapes::SERIAL_CONSOLE),
    Action { until: 5, ..immediate("compute.get_rdp_console", |_, _, _| Err(Fault::bad_request(""))) },
];

fn force_delete(world: &mut World, call: &Call, _: &Action) -> Result<Answer, Fault> {
    servers::delete(world, call)?;
    Ok(Answer::empty(StatusCode::ACCEPTED))
}
