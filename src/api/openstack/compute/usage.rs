//! What projects used over a time: their servers' lives, deleted ones included.

use chrono::{DateTime, NaiveDateTime, Utc};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::paging::page;
use super::super::query::{Kind, NONE_SINCE_75, Parameters, parameter};
use super::super::render::{Hex, Micros};
use super::view::vm_state;
use super::{Answer, Call, Operation, Site, forbidden};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::server::{Server, State};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_usages",
        land: |_, call| PARAMETERS.check(call).map(|()| Landing::default()),
        run: list,
        is_read: true,
    },
    Operation {
        command: "compute.get_usage",
        land: land_on_own,
        run: show,
        is_read: true,
    },
];

const PARAMETERS: Parameters = Parameters {
    known: &[
        parameter("start", Kind::Text),
        parameter("end", Kind::Text),
        parameter("detailed", Kind::Text),
        parameter("limit", Kind::Count).since(40),
        parameter("marker", Kind::Text).since(40),
    ],
    ..NONE_SINCE_75
};

/// One project's usage is not told in more detail.
const OF_ONE: Parameters = Parameters {
    known: &[
        parameter("start", Kind::Text),
        parameter("end", Kind::Text),
        parameter("limit", Kind::Count).since(40),
        parameter("marker", Kind::Text).since(40),
    ],
    ..NONE_SINCE_75
};

/// A project's usage is for its members and for administrators.
fn land_on_own(_: &World, call: &Call) -> Result<Landing, Fault> {
    OF_ONE.check(call)?;
    let own = call.caller()?.project.as_ref();
    let is_own = own.is_some_and(|own| id_text(own.id) == call.path_param("project"));
    if is_own || call.is_admin() {
        return Ok(Landing::default());
    }
    Err(forbidden("os_compute_api:os-simple-tenant-usage:show"))
}

/// The time that is asked about; it ends no later than now.
#[derive(Clone, Copy)]
struct Period {
    start: DateTime<Utc>,
    stop: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Period {
    fn of(world: &World, call: &Call) -> Result<Self, Fault> {
        let now = world.now();
        let time = |name: &str| call.param(name).map_or(Ok(now), time);
        let (start, stop) = (time("start")?, time("end")?);
        // Nova reads its clock anew for an end that is not given: it is after any start.
        let is_now = call.param("end").is_none() && start == stop;
        if start >= stop && !is_now {
            return Err(Fault::bad_request(
                "Invalid start time. The start time cannot occur after the end time.",
            ));
        }
        let stop = stop.min(now);
        Ok(Self { start, stop, now })
    }
}

fn time(text: &str) -> Result<DateTime<Utc>, Fault> {
    let forms = [
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M:%S.%f",
        "%Y-%m-%d %H:%M:%S.%f",
    ];
    let read = |form: &&str| NaiveDateTime::parse_from_str(text, form).ok();
    let time = forms.iter().find_map(read);
    let time = time.ok_or_else(|| {
        Fault::bad_request("Invalid datetime string: Datetime is in invalid format")
    })?;
    Ok(time.and_utc())
}

/// A server's part of a period.
struct Share<'a> {
    server: &'a Server,
    launched: DateTime<Utc>,
    ended: Option<DateTime<Utc>>,
    hours: f64,
}

impl Share<'_> {
    fn disk(&self) -> u64 {
        let flavor = &self.server.spec.flavor;
        flavor.disk + flavor.ephemeral
    }

    fn json(&self, now: DateTime<Utc>) -> Value {
        let (server, flavor) = (self.server, &self.server.spec.flavor);
        let uptime = self.ended.unwrap_or(now) - self.launched;
        let state = match self.ended {
            Some(_) => "terminated",
            None => vm_state(server.state),
        };
        json!({
            "hours": self.hours,
            "flavor": flavor.name,
            "instance_id": server.id,
            "name": server.spec.name,
            "tenant_id": Hex(server.spec.project.id),
            "memory_mb": flavor.memory,
            "local_gb": self.disk(),
            "vcpus": flavor.cpus,
            "started_at": Micros(self.launched),
            "ended_at": self.ended.map(Micros),
            "state": state,
            "uptime": uptime.num_seconds(),
        })
    }
}

/// The servers that lived in a period, by project. One that was never launched costs nothing.
fn shares(world: &World, period: Period) -> impl Iterator<Item = Share<'_>> {
    let all = world.deleted_servers().chain(world.servers());
    all.filter_map(move |server| {
        let ended = (server.state == State::Deleted).then_some(server.updated);
        let launched = server.launched?;
        let is_in = launched <= period.stop && ended.is_none_or(|ended| ended >= period.start);
        let lived = ended.unwrap_or(period.stop).min(period.stop) - launched.max(period.start);
        is_in.then(|| Share {
            server,
            launched,
            ended,
            hours: lived.num_milliseconds().max(0) as f64 / 3_600_000.0,
        })
    })
}

/// A project's servers, summed up.
fn sum(shares: &[&Share<'_>], period: Period, is_detailed: bool) -> Value {
    let total = |each: fn(&Share<'_>) -> f64| -> f64 {
        shares.iter().map(|share| each(share) * share.hours).sum()
    };
    let project = shares
        .first()
        .map(|share| Hex(share.server.spec.project.id));
    let mut shown = Map::new();
    shown.insert("tenant_id".to_owned(), json!(project));
    if is_detailed {
        let servers: Vec<Value> = shares.iter().map(|share| share.json(period.now)).collect();
        shown.insert("server_usages".to_owned(), servers.into());
    }
    let sums = [
        ("total_local_gb_usage", total(|share| share.disk() as f64)),
        (
            "total_vcpus_usage",
            total(|share| f64::from(share.server.spec.flavor.cpus)),
        ),
        (
            "total_memory_mb_usage",
            total(|share| share.server.spec.flavor.memory as f64),
        ),
        ("total_hours", total(|_| 1.0)),
    ];
    shown.extend(
        sums.into_iter()
            .map(|(name, value)| (name.to_owned(), value.into())),
    );
    shown.insert("start".to_owned(), json!(Micros(period.start)));
    shown.insert("stop".to_owned(), json!(Micros(period.stop)));
    Value::Object(shown)
}

/// One page of the servers that lived in the period; before 2.40 there is but one.
fn paged<'a>(
    call: &Call,
    path: &str,
    shares: Vec<Share<'a>>,
) -> Result<(Vec<Share<'a>>, Option<String>), Fault> {
    if call.microversion < 40 {
        return Ok((shares, None));
    }
    let this = Site::of(call).list(path);
    let page = page(call, &this, shares.into_iter(), |share| {
        share.server.id.to_string()
    });
    let marker = call.param("marker").unwrap_or_default();
    let page =
        page.ok_or_else(|| Fault::bad_request(format!("Marker {marker} could not be found.")))?;
    Ok((page.items, page.next))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let period = Period::of(world, call)?;
    let is_detailed = call.param("detailed") == Some("1");
    let all = shares(world, period).collect();
    let (shares, next) = paged(call, "os-simple-tenant-usage", all)?;
    let mut projects: Vec<Vec<&Share<'_>>> = Vec::new();
    for share in &shares {
        let project = share.server.spec.project.id;
        let known = projects
            .iter_mut()
            .find(|known| known[0].server.spec.project.id == project);
        match known {
            Some(known) => known.push(share),
            None => projects.push(vec![share]),
        }
    }
    let usages: Vec<Value> = projects
        .iter()
        .map(|shares| sum(shares, period, is_detailed))
        .collect();
    Ok(answer("tenant_usages", usages.into(), next))
}

fn show(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (period, project) = (Period::of(world, call)?, call.path_param("project"));
    let is_own = |share: &Share<'_>| id_text(share.server.spec.project.id) == project;
    let own = shares(world, period).filter(is_own).collect();
    let path = format!("os-simple-tenant-usage/{project}");
    let (shares, next) = paged(call, &path, own)?;
    let usage = match &shares.iter().collect::<Vec<_>>()[..] {
        [] => json!({}),
        shares => sum(shares, period, true),
    };
    Ok(answer("tenant_usage", usage, next))
}

fn answer(name: &str, usage: Value, next: Option<String>) -> Answer {
    let mut body = json!({ name: usage });
    if let Some(next) = next {
        body[format!("{name}_links")] = json!([{"rel": "next", "href": next}]);
    }
    Answer::json(StatusCode::OK, &body)
}
