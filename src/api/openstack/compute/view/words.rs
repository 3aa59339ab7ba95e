//! What of a server is a word: states, names, choices.

use crate::world::server::{Power, Server, State, Task};
use crate::world::topology::Host;

pub(in super::super) fn disk_config(server: &Server) -> &'static str {
    let resizes = server
        .nova
        .as_ref()
        .is_some_and(|details| details.resizes_disk);
    if resizes { "AUTO" } else { "MANUAL" }
}

/// The name that the machine calls itself by: made from the server's, where none was asked for.
pub(in super::super) fn hostname(server: &Server) -> String {
    if let Some(hostname) = server
        .nova
        .as_ref()
        .and_then(|details| details.hostname.as_ref())
    {
        return hostname.to_string();
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let name: String = server
        .name
        .chars()
        .map(|c| if c == ' ' { '-' } else { c })
        .filter(|c| fits(*c))
        .collect();
    let name = name.replace(['_', '.'], "-").to_ascii_lowercase();
    let name = name.trim_matches('-');
    let name = &name[..name.len().min(63)];
    if name.is_empty() {
        format!("Server-{}", server.id)
    } else {
        name.to_owned()
    }
}

/// `r-` and eight characters.
pub(in super::super) fn reservation(server: &Server) -> String {
    let given = server
        .nova
        .as_ref()
        .and_then(|details| details.reservation.as_deref());
    given.map_or_else(
        || format!("r-{:08x}", server.id.as_fields().0),
        str::to_owned,
    )
}

pub(super) fn host_status(host: Option<&Host>) -> &'static str {
    match host {
        None => "",
        Some(host) if !host.is_up => "DOWN",
        Some(host) if host.in_maintenance => "MAINTENANCE",
        Some(_) => "UP",
    }
}

/// Nova's name for a state.
pub(in super::super) fn vm_state(state: State) -> &'static str {
    match state {
        State::Building => "building",
        State::Active => "active",
        State::Stopped => "stopped",
        State::Paused => "paused",
        State::Suspended => "suspended",
        State::Error => "error",
        State::SoftDeleted => "soft-delete",
    }
}

/// Nova's name for what is being done.
pub(in super::super) fn task_state(task: Task) -> &'static str {
    match task {
        Task::Spawning => "spawning",
        Task::PoweringOn => "powering-on",
        Task::PoweringOff => "powering-off",
        Task::Rebooting => "rebooting",
        Task::RebootingHard => "rebooting_hard",
        Task::Deleting => "deleting",
        Task::Migrating => "migrating",
    }
}

/// Nova's number for what the hypervisor says.
pub(in super::super) fn power_state(power: Power) -> u8 {
    match power {
        Power::None => 0,
        Power::Running => 1,
        Power::Paused => 3,
        Power::Shutdown => 4,
        Power::Suspended => 7,
    }
}
