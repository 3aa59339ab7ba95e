//! The networks that a new server is plugged into.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::Call;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::catalog::Network;

/// The networks that are asked for, one for each card.
///
/// # Errors
/// As Nova words it, for one that there is not, and where it is not clear which one is meant.
pub(super) fn networks(
    world: &World,
    call: &Call,
    wanted: Option<&Value>,
) -> Result<Vec<Arc<Network>>, Fault> {
    match wanted {
        Some(Value::String(word)) if word == "none" => Ok(Vec::new()),
        Some(Value::Array(items)) if !items.is_empty() => items
            .iter()
            .map(|item| requested(world, call, item))
            .collect(),
        Some(_) | None => any(world),
    }
}

/// The only network, if there is one.
fn any(world: &World) -> Result<Vec<Arc<Network>>, Fault> {
    match world.networks.as_slice() {
        [] => Ok(Vec::new()),
        [network] => Ok(vec![network.clone()]),
        [_, _, ..] => {
            let message = "Multiple possible networks found, use a Network ID to be more specific.";
            Err(Fault::conflict(message))
        }
    }
}

fn requested(world: &World, call: &Call, item: &Value) -> Result<Arc<Network>, Fault> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    match (text("port"), text("uuid")) {
        (Some(port), _) => Err(no_port(world, call, port)),
        (None, Some(id)) => by_id(world, id),
        (None, None) => Err(Fault::bad_request("Bad network format: missing 'uuid'")),
    }
}

fn by_id(world: &World, id: &str) -> Result<Arc<Network>, Fault> {
    let Ok(parsed) = Uuid::try_parse(id) else {
        return Err(Fault::bad_request(format!(
            "Bad networks format: network uuid is not in proper format ({id})"
        )));
    };
    let missing = || Fault::bad_request(format!("Network {id} could not be found."));
    world.network(parsed).cloned().ok_or_else(missing)
}

/// All ports that there are belong to servers already.
fn no_port(world: &World, call: &Call, id: &str) -> Fault {
    let own = |project: Uuid| {
        let session = call.session.as_ref();
        session
            .and_then(|session| session.project.as_ref())
            .is_some_and(|own| own.id == project)
    };
    let mut nics = world
        .servers()
        .filter(|server| own(server.spec.project.id))
        .flat_map(|server| &server.nics);
    if nics.any(|nic| nic.id.to_string() == id) {
        return Fault::conflict(format!("Port {id} is still in use."));
    }
    Fault::bad_request(format!("Port id {id} could not be found."))
}
