//! What a machine keeps to itself: its password, its keys, its user data, and its console.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::deploy::keys;
use super::operate::target;
use super::{known_machine, machine_named, show, state, user_data};
use crate::api::cloudstack::commands::joined;
use crate::api::cloudstack::table::Viewer;
use crate::api::cloudstack::{args, caller, command_name, envelope, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Order};
use crate::world::server::Server;

/// Gives a machine a new password, if its template has one made for it.
pub(super) fn set_password(world: &mut World, id: Uuid, wanted: Option<Arc<str>>) {
    let made = world.ids.uuid().simple().to_string();
    let made = made.get(..12).unwrap_or_default();
    if let Some(server) = world.server_mut(id)
        && server.has_password()
    {
        server.spec.machine_mut().password = Some(wanted.unwrap_or_else(|| made.into()));
    }
}

/// A machine with its password, which is told by the job alone that set it.
pub(super) fn show_with_password(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let machine = world.server(id).and_then(Server::machine);
    let password = machine.and_then(|machine| machine.password.clone());
    let password = password.map(|password| ("password".to_owned(), json!(password)));
    Some(joined(show(world, id, viewer)?, password))
}

/// A running machine is rebooted, to take its password up.
pub(super) fn reset_password(
    world: &mut World,
    call: &Call,
    landing: Landing,
) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let (id, runs) = (server.id, state(world, server) == "Running");
    let verdict = check_password(world, server);
    let wanted = args(world, call).text("password").map(Arc::from);
    let user = caller(call)?.user.clone();
    let operation = verdict.map(|()| {
        set_password(world, id, wanted);
        let order = Order::on_server(id, Kind::Reboot, user);
        runs.then(|| world.begin(order)).flatten()
    });
    job::started(world, call, id, operation)
}

fn check_password(world: &World, server: &Server) -> Result<(), Fault> {
    if !server.has_password() {
        return Err(Fault::invalid(
            "Fail to reset password for the virtual machine, the template is not password enabled",
        ));
    }
    match state(world, server) {
        "Error" | "Expunging" | "Destroyed" => Err(wrong_state(server.id)),
        _ => Ok(()),
    }
}

fn wrong_state(id: Uuid) -> Fault {
    Fault::invalid(format!("Vm with id {id} is not in the right state"))
}

pub(super) fn password(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let password = server
        .machine()
        .and_then(|machine| machine.password.clone());
    let missing = || {
        let id = server.id;
        Fault::invalid(format!("No password for VM with id '{id}' found."))
    };
    let content = json!({ "encryptedpassword": password.ok_or_else(missing)? });
    Ok(envelope::success(
        command_name(call),
        json!({ "password": content }),
    ))
}

/// # Errors
/// When the machine is not off.
fn check_off(world: &World, server: &Server, what: &str) -> Result<(), Fault> {
    match state(world, server) {
        "Stopped" => Ok(()),
        _ => Err(Fault::invalid(format!(
            "VM {} should be stopped to do {what} reset",
            server.spec.name
        ))),
    }
}

pub(super) fn reset_key(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let id = server.id;
    let account = server.spec.project.clone();
    let keys =
        check_off(world, server, "SSH Key").and_then(|()| keys(&args(world, call), &account));
    let done = keys.map(|keys| {
        if let Some(server) = world.server_mut(id) {
            server.spec.key_name = keys.first().cloned();
            server.spec.machine_mut().keys = keys;
        }
        set_password(world, id, None);
    });
    job::conclude(world, call, Some(id), done)
}

pub(super) fn reset_user_data(
    world: &mut World,
    call: &Call,
    landing: Landing,
) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let id = server.id;
    check_off(world, server, "UserData")?;
    let args = args(world, call);
    let template = server.spec.image.as_ref();
    let template = template.and_then(|template| world.image(template.id).map(|known| &**known));
    let data = user_data::of(&args, template)?;
    let named = user_data::named(&args, template);
    if let Some(server) = world.server_mut(id) {
        server.spec.nova_mut().user_data = data;
        server.spec.machine_mut().user_data = named;
    }
    job::done(world, call, Some(id))
}

pub(super) fn land_by_machine(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = machine_named(world, call, "virtualmachineid")?;
    Ok(Landing::on_server(world, id))
}

pub(super) fn show_user_data(
    world: &mut World,
    call: &Call,
    landing: Landing,
) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let nova = server.spec.nova.as_ref();
    let content = json!({
        "virtualmachineid": server.id,
        "userdata": nova.and_then(|nova| nova.user_data.as_ref()),
    });
    let content = json!({ "virtualmachineuserdata": content });
    Ok(envelope::success(command_name(call), content))
}

/// Nothing serves the page.
/// The machine whose console is asked for. That it is not the caller's, the answer says.
pub(super) fn land_on_console(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("virtualmachineid")?;
    Ok(Landing::on_server(world, id))
}

pub(super) fn console(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.id;
    let is_on = state(world, known_machine(world, id)?) == "Running";
    let is_allowed = machine_named(world, call, "virtualmachineid").is_ok();
    let endpoint = if !is_allowed {
        json!({ "success": false, "details": "Permission denied" })
    } else if is_on {
        let token = world.open_console(id, false);
        let page = "/resource/noVNC/vnc.html?autoconnect=true&port=8080&token=";
        json!({
            "success": true,
            "url": format!("http://console.proxy{page}{token}"),
            "websocket": { "host": "console.proxy", "port": "8080", "path": "websockify", "token": token },
        })
    } else {
        json!({
            "success": false,
            "details": format!("VM {id} is not running, cannot be accessed"),
        })
    };
    let content = json!({ "consoleendpoint": endpoint });
    Ok(envelope::success(command_name(call), content))
}
