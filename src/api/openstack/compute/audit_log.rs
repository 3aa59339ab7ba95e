//! The log of usage audits. No host here runs any, which is how hosts are configured by default.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_usage_audits",
        land: Landing::nowhere,
        run: |world, _, _| {
            let log = log(world, world.now());
            Ok(answer("instance_usage_audit_logs", log))
        },
        is_read: true,
    },
    Operation {
        command: "compute.get_usage_audit",
        land: |_, call| before(call).map(|_| Landing::default()),
        run: |world, call, _| {
            Ok(answer(
                "instance_usage_audit_log",
                log(world, before(call)?),
            ))
        },
        is_read: true,
    },
];

fn answer(name: &str, log: Value) -> Answer {
    Answer::json(StatusCode::OK, &json!({ name: log }))
}

/// The time in the path.
fn before(call: &Call) -> Result<DateTime<Utc>, Fault> {
    let text = call.path_param("before");
    let form = if text.contains('.') {
        "%Y-%m-%d %H:%M:%S.%f"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    let time = NaiveDateTime::parse_from_str(text, form)
        .map_err(|_| Fault::bad_request(format!("Invalid timestamp for date {text}")))?;
    Ok(time.and_utc())
}

/// The audit of the last whole month before a time.
fn log(world: &World, before: DateTime<Utc>) -> Value {
    let first = NaiveDate::from_ymd_opt(before.year(), before.month(), 1);
    let end = first.unwrap_or_default();
    let begin = end.checked_sub_months(Months::new(1)).unwrap_or(end);
    let hosts: Vec<_> = world
        .compute_hosts()
        .map(|(_, host, _)| host.name.clone())
        .collect();
    json!({
        "period_beginning": format!("{begin} 00:00:00"),
        "period_ending": format!("{end} 00:00:00"),
        "num_hosts": hosts.len(),
        "num_hosts_done": 0,
        "num_hosts_running": 0,
        "num_hosts_not_run": hosts.len(),
        "hosts_not_run": hosts,
        "total_instances": 0,
        "total_errors": 0,
        "overall_status": format!("0 of {} hosts done. 0 errors.", hosts.len()),
        "log": {},
    })
}
