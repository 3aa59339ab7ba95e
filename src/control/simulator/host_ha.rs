//! How a host behaves towards its high availability's provider, and what came of it.

use serde_json::{Value, json};

use super::arguments;
use crate::api::cloudstack::params::Args;
use crate::engine::Sim;
use crate::vocabulary::fault::Fault;
use crate::world::availability::{Behaviour, Transition};
use crate::world::topology::HostKey;

fn host(args: &Args<'_>) -> Result<HostKey, Fault> {
    let id = args.required_id("hostid")?;
    let host = args.world.topology.host_by_id(id);
    host.ok_or_else(|| Fault::bad_request(format!("Unable to find host by ID: {id}")))
}

pub(super) fn configure(
    sim: &mut Sim,
    command: &str,
    sent: &[(String, String)],
) -> Result<Value, Fault> {
    let args = arguments(sim, command, sent);
    let host = host(&args)?;
    let is = |name| args.flag(name) == Some(true);
    let behaviour = Behaviour {
        is_healthy: is("health"),
        has_activity: is("activity"),
        can_recover: is("recover"),
        can_fence: is("fence"),
    };
    sim.world.set_ha_behaviour(host, behaviour);
    Ok(json!({ "success": true }))
}

pub(super) fn list(
    sim: &mut Sim,
    command: &str,
    sent: &[(String, String)],
) -> Result<Value, Fault> {
    let args = arguments(sim, command, sent);
    let host = sim.world.topology.host(host(&args)?);
    let transitions: Vec<Value> = host.agent.ha.transitions.iter().map(view).collect();
    Ok(match transitions.len() {
        0 => json!({}),
        count => json!({ "count": count, "hastatetransition": transitions }),
    })
}

/// The original writes all words in lower case here.
fn view(transition: &Transition) -> Value {
    json!({
        "hastate": transition.to.word().to_lowercase(),
        "prevhastate": transition.from.word().to_lowercase(),
        "event": transition.event.word().to_lowercase(),
        "activitycounter": transition.activity_checks,
        "recoverycounter": transition.recoveries,
    })
}
