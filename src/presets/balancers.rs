//! The presets in the metadata of load balancers.

use std::time::Duration;

use super::act::{delayed, failing, of_preset, succeed};
use super::found::Found;
use super::value::{Wrong, seconds_in};
use crate::api::Call;
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::condition::Condition;
use crate::vocabulary::fact::{FactPath, Subject};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::mock::{Lead, MockSpec};

const LB_ERROR_STATE: &str = "lb_error_state";
const LB_BUILDING: &str = "lb_building";
const LB_PENDING_UPDATE: &str = "lb_pending_update";
const LB_PENDING_DELETE: &str = "lb_pending_delete";

pub(super) const KEYS: &[&str] = &[
    LB_ERROR_STATE,
    LB_BUILDING,
    LB_PENDING_UPDATE,
    LB_PENDING_DELETE,
];

/// How long it takes where no time is given.
const USUAL: Duration = Duration::from_secs(10);

/// Whole seconds; none, or nothing, is the usual time.
fn whole_seconds(text: &str) -> Result<Duration, Wrong> {
    let time = match text.trim() {
        "" | "null" => Duration::ZERO,
        other => Duration::from_secs(seconds_in(other)?.as_secs()),
    };
    Ok(if time.is_zero() { USUAL } else { time })
}

/// The mock of a create whose balancer has these presets: what its host will answer to each command.
pub(super) fn of_new(found: &Found<'_>, call: &Call) -> Result<Vec<MockSpec>, Fault> {
    use AgentCommand::{
        CreateLoadBalancerCommand, CreateLoadBalancerNodeCommand, DeleteLoadBalancerCommand,
        DeleteLoadBalancerNodeCommand,
    };
    let [building, updating, deleting] = [LB_BUILDING, LB_PENDING_UPDATE, LB_PENDING_DELETE]
        .map(|key| found.read(key, whole_seconds));
    let (building, updating, deleting) = (building?, updating?, deleting?);
    let is_broken = found.get(LB_ERROR_STATE).is_some();
    let creation = match building {
        _ if is_broken => Some(failing(CreateLoadBalancerCommand)),
        time => time.map(|time| delayed(CreateLoadBalancerCommand, time)),
    };
    let change = |command| updating.map(|time| delayed(command, time));
    let leads: Vec<Lead> = [
        creation,
        change(CreateLoadBalancerNodeCommand),
        change(DeleteLoadBalancerNodeCommand),
        deleting.map(|time| delayed(DeleteLoadBalancerCommand, time)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let Some((first, _)) = found.items.first() else {
        return Ok(Vec::new());
    };
    let has = |(key, value): &(&str, &str)| {
        Condition::is(FactPath::metadata(Subject::Balancer, key), *value)
    };
    let condition = Condition::every(found.items.iter().map(has));
    let mut step = succeed();
    step.leads = leads;
    Ok(vec![of_preset(first, call.command, condition, step)])
}
