//! Usage, hour by hour.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::{Value, json};

use super::gate::Ask;
use super::row::{Needs, Row, look};
use super::{Answer, collection, ok, paging, view};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::balancers::{Balancer, Reach, Status};

pub(super) const ROWS: &[Row] = &[
    look("loadbalancer.get_usage", Needs::Nothing, |world, ask| {
        let span = Span::asked(world, ask)?;
        usage(world, ask, span)
    })
    .called("loadBalancerUsage"),
    look(
        "loadbalancer.get_current_usage",
        Needs::Nothing,
        |world, ask| {
            let start = world.now() - TimeDelta::days(1);
            usage(
                world,
                ask,
                Span {
                    start,
                    end: world.now(),
                },
            )
        },
    )
    .called("loadBalancerUsage"),
    look(
        "loadbalancer.get_account_usage",
        Needs::Nothing,
        account_usage,
    )
    .called("accountBilling"),
    look(
        "loadbalancer.list_billable_balancers",
        Needs::Nothing,
        billable,
    ),
];

/// A span of time, its end left out.
#[derive(Clone, Copy)]
struct Span {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Span {
    /// What the query asks for; from the beginning until now where it does not say.
    fn asked(world: &World, ask: &Ask<'_>) -> Result<Self, Fault> {
        let read = |name: &str, default: DateTime<Utc>| match ask.call.param(name) {
            None => Ok(default),
            Some(text) => collection::time(text).ok_or_else(|| {
                Fault::bad_request("Must provide a valid date range for the start and end times.")
            }),
        };
        Ok(Self {
            start: read("startTime", DateTime::UNIX_EPOCH)?,
            end: read("endTime", world.now())?,
        })
    }

    /// What both have.
    fn meet(self, other: Span) -> Span {
        Span {
            start: self.start.max(other.start),
            end: self.end.min(other.end),
        }
    }
}

/// When a balancer was there.
fn life(world: &World, balancer: &Balancer) -> Span {
    let end = match balancer.status {
        Status::Deleted => balancer.updated,
        _ => world.now(),
    };
    Span {
        start: balancer.created,
        end,
    }
}

fn usage(world: &World, ask: &Ask<'_>, span: Span) -> Result<Answer, Fault> {
    let balancer = ask.balancer(world)?;
    let records = records(world, balancer, span);
    let mut body = paging::page(
        ask,
        "loadBalancerUsageRecords",
        &records,
        |record| record.id,
        |record| record.show(balancer),
    );
    if body.get("links").is_none() {
        body["links"] = json!([]);
    }
    Ok(ok(body))
}

/// One hour of a balancer, or what of it the balancer was there.
struct Record {
    id: u32,
    span: Span,
    /// Whether the balancer was made in it.
    is_first: bool,
}

/// How many records are made at most: a year's.
const MOST: usize = 8_784;

fn records(world: &World, balancer: &Balancer, span: Span) -> Vec<Record> {
    let life = life(world, balancer);
    let hour = TimeDelta::hours(1);
    let first = life.start.duration_trunc(hour).unwrap_or(life.start);
    let asked = span.meet(life);
    // Counted from the first hour, so that a record has its id whatever is asked for.
    let skipped = (asked.start - first).num_hours().max(0);
    let mut records = Vec::new();
    for number in skipped.. {
        let start = first + hour * i32::try_from(number).unwrap_or(i32::MAX);
        let whole = Span {
            start,
            end: start + hour,
        };
        let part = whole.meet(life);
        if part.start >= asked.end || records.len() >= MOST {
            break;
        }
        records.push(Record {
            id: u32::try_from(number + 1).unwrap_or(u32::MAX),
            span: part,
            is_first: number == 0,
        });
    }
    records
}

impl Record {
    fn show(&self, balancer: &Balancer) -> Value {
        // The service looks every five minutes.
        let polls = (self.span.end - self.span.start).num_minutes() / 5;
        let is_public = balancer
            .virtual_ips
            .iter()
            .any(|ip| ip.reach == Reach::Public);
        let mut shown = json!({
            "id": self.id,
            "startTime": view::time(self.span.start),
            "endTime": view::time(self.span.end),
            "numVips": balancer.virtual_ips.len(),
            "incomingTransfer": 0,
            "outgoingTransfer": 0,
            "incomingTransferSsl": 0,
            "outgoingTransferSsl": 0,
            "vipType": if is_public { "PUBLIC" } else { "SERVICENET" },
            "averageNumConnections": 0.0,
            "averageNumConnectionsSsl": 0.0,
            "numPolls": polls,
            "sslMode": view::ssl_mode(balancer),
        });
        if self.is_first {
            shown["eventType"] = "CREATE_LOADBALANCER".into();
        }
        shown
    }
}

fn account_usage(world: &World, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let span = Span::asked(world, ask)?;
    let balancers = owned_within(world, ask, span);
    let usages = balancers.iter().map(|balancer| {
        let records = records(world, balancer, span);
        json!({
            "loadBalancerId": balancer.id,
            "loadBalancerName": balancer.name,
            "loadBalancerUsageRecords": records.iter().map(|record| record.show(balancer)).collect::<Value>(),
            "links": [],
        })
    });
    let usages: Value = usages.collect();
    let count = |reach: Reach| {
        let ips = balancers.iter().flat_map(|balancer| &balancer.virtual_ips);
        let ids: std::collections::BTreeSet<u32> =
            ips.filter(|ip| ip.reach == reach).map(|ip| ip.id).collect();
        ids.len()
    };
    let living = balancers
        .iter()
        .filter(|balancer| balancer.status != Status::Deleted);
    let today = world
        .now()
        .duration_trunc(TimeDelta::days(1))
        .unwrap_or(world.now());
    let record = json!({
        "startTime": view::time(today),
        "numLoadBalancers": living.count(),
        "numPublicVips": count(Reach::Public),
        "numServicenetVips": count(Reach::ServiceNet),
    });
    Ok(ok(json!({
        "accountId": super::account(&ask.project),
        "accountUsage": {"accountUsageRecords": [record], "links": []},
        "loadBalancerUsages": usages,
    })))
}

/// The balancers that were there some time in a span.
fn owned_within<'w>(world: &'w World, ask: &Ask<'_>, span: Span) -> Vec<&'w Balancer> {
    let was_there = |balancer: &&Balancer| {
        let common = life(world, balancer).meet(span);
        balancer.project.id == ask.project.id && common.start <= common.end
    };
    world
        .balancers
        .iter(world.now())
        .filter(was_there)
        .collect()
}

fn billable(world: &World, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let span = Span::asked(world, ask)?;
    let found = owned_within(world, ask, span);
    let mut body = paging::page(
        ask,
        "loadBalancers",
        &found,
        |balancer| balancer.id,
        |balancer| view::summary(balancer),
    );
    if body.get("links").is_none() {
        body["links"] = json!([]);
    }
    Ok(ok(body))
}
