//! What accounts used, day by day, as those read it who charge for it.

use std::sync::Arc;

use chrono::{DateTime, Days, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::events::ends_day;
use super::machines::instance_name;
use super::{date, joined, owner, templates};
use crate::api::cloudstack::access::{check_domain, check_use};
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::limits::usage::{Life, UsageKind};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listUsageRecords", list),
    Row::read("cloudstack.listUsageTypes", list_types),
    // The records of a day are there as soon as somebody reads them.
    Row::new(
        "cloudstack.generateUsageRecords",
        Landing::nowhere,
        |world, call, _| job::done(world, call, None),
    ),
    Row::new("cloudstack.removeRawUsageRecords", Landing::nowhere, forget),
];

/// The types of usage: number, name, description.
#[rustfmt::skip]
const TYPES: &[(i64, &str, &str)] = &[
    (1, "RUNNING_VM", "Running Vm Usage"),
    (2, "ALLOCATED_VM", "Allocated Vm Usage"),
    (3, "IP_ADDRESS", "IP Address Usage"),
    (4, "NETWORK_BYTES_SENT", "Network Usage (Bytes Sent)"),
    (5, "NETWORK_BYTES_RECEIVED", "Network Usage (Bytes Received)"),
    (6, "VOLUME", "Volume Usage"),
    (7, "TEMPLATE", "Template Usage"),
    (8, "ISO", "ISO Usage"),
    (9, "SNAPSHOT", "Snapshot Usage"),
    (10, "SECURITY_GROUP", "Security Group Usage"),
    (11, "LOAD_BALANCER_POLICY", "Load Balancer Usage"),
    (12, "PORT_FORWARDING_RULE", "Port Forwarding Usage"),
    (13, "NETWORK_OFFERING", "Network Offering Usage"),
    (14, "VPN_USERS", "VPN users usage"),
    (21, "VM_DISK_IO_READ", "VM Disk usage(I/O Read)"),
    (22, "VM_DISK_IO_WRITE", "VM Disk usage(I/O Write)"),
    (23, "VM_DISK_BYTES_READ", "VM Disk usage(Bytes Read)"),
    (24, "VM_DISK_BYTES_WRITE", "VM Disk usage(Bytes Write)"),
    (25, "VM_SNAPSHOT", "VM Snapshot storage usage"),
    (26, "VOLUME_SECONDARY", "Volume on secondary storage usage"),
    (27, "VM_SNAPSHOT_ON_PRIMARY", "VM Snapshot on primary storage usage"),
    (28, "BACKUP", "Backup storage usage"),
    (29, "BUCKET", "Bucket storage usage"),
    (30, "NETWORK", "Network usage"),
    (31, "VPC", "VPC usage"),
];

/// The number of a type, of those that are measured.
fn number(kind: UsageKind) -> i64 {
    match kind {
        UsageKind::Running => 1,
        UsageKind::Allocated => 2,
        UsageKind::IpAddress => 3,
        UsageKind::Volume => 6,
        UsageKind::Template => 7,
        UsageKind::Iso => 8,
        UsageKind::Snapshot => 9,
    }
}

fn list_types(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    Ok(listing.answer(
        TYPES.iter(),
        |(id, name, about)| json!({ "id": id, "name": name, "description": about }),
    ))
}

fn forget(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let days = args(world, call).number("interval").unwrap_or_default();
    let days = u64::try_from(days).ok().filter(|days| *days > 0);
    let days = days.ok_or_else(|| invalid("Interval should be greater than 0."))?;
    let before = world.now().checked_sub_days(Days::new(days));
    if let Some(before) = before {
        world.forget_lives(before);
    }
    job::done(world, call, None)
}

/// What a call asks for.
struct Query {
    /// Days are told that lie between these.
    between: (DateTime<Utc>, DateTime<Utc>),
    kind: Option<i64>,
    thing: Option<Uuid>,
    whose: Whose,
}

/// Whose records are asked for.
enum Whose {
    Everybodys,
    Of(Uuid),
    /// A domain's, and maybe those of the domains in it.
    Domain(Uuid, bool),
}

impl Query {
    fn new(args: &Args<'_>, call: &Call) -> Result<Self, Fault> {
        let first = args.instant("startdate").unwrap_or_default();
        let last = args.instant("enddate").unwrap_or_default();
        if first > last {
            return Err(invalid(format!(
                "Incorrect Date Range. Start date: {first} is after end date:{last}"
            )));
        }
        let last = match ends_day(args) {
            true => last + TimeDelta::days(1),
            false => last,
        };
        let (kind, thing) = (args.number("type"), args.text("usageid"));
        if kind.is_none() && thing.is_some() {
            return Err(invalid("Usageid must be specified together with usageType"));
        }
        Ok(Self {
            between: (first, last),
            kind,
            thing: thing.map(|thing| thing.parse().unwrap_or_default()),
            whose: Whose::new(args, call)?,
        })
    }

    fn takes(&self, world: &World, life: &Life) -> bool {
        self.kind.is_none_or(|kind| kind == number(life.kind))
            && self.thing.is_none_or(|thing| thing == life.thing)
            && match self.whose {
                Whose::Everybodys => true,
                Whose::Of(account) => life.project.id == account,
                Whose::Domain(domain, true) => world.accounts.is_in_domain(&life.project, domain),
                Whose::Domain(domain, false) => life.project.domain == Some(domain),
            }
    }
}

impl Whose {
    fn new(args: &Args<'_>, call: &Call) -> Result<Self, Fault> {
        let (world, session) = (args.world, caller(call)?);
        if args.text("projectid").is_some() && args.text("accountid").is_some() {
            return Err(invalid(
                "Projectid and accountId can't be specified together",
            ));
        }
        let named = args.id("projectid").or_else(|| args.id("accountid"));
        let domain = args.id("domainid");
        let by_name = args.text("account").zip(domain);
        let by_name = by_name.and_then(|(name, id)| world.accounts.account_named(id, name));
        let named = named.or_else(|| by_name.map(|account| account.id));
        let account = named.and_then(|id| world.accounts.project(id));
        if let Some(account) = account {
            check_use(world, session, account, account.id)?;
            return Ok(Self::Of(account.id));
        }
        match domain {
            Some(domain) => {
                check_domain(world, session, domain)?;
                Ok(Self::Domain(domain, args.flag("isrecursive") == Some(true)))
            }
            None if session.is_admin() => Ok(Self::Everybodys),
            None => Ok(Self::Of(
                session.project.as_ref().map_or(Uuid::nil(), |own| own.id),
            )),
        }
    }
}

/// How much of a life lies in a day, if any of it does.
struct Share<'a> {
    life: &'a Life,
    day: DateTime<Utc>,
    hours: f64,
}

/// The last second of a day.
fn end_of(day: DateTime<Utc>) -> DateTime<Utc> {
    day + TimeDelta::seconds(24 * 60 * 60 - 1)
}

/// A life by the days that it lasted.
fn shares(life: &Life, now: DateTime<Utc>) -> impl Iterator<Item = Share<'_>> {
    let until = life.until.unwrap_or(now);
    let first = life
        .from
        .date_naive()
        .and_time(chrono::NaiveTime::MIN)
        .and_utc();
    let days = std::iter::successors(Some(first), |day| day.checked_add_days(Days::new(1)));
    let days = days.take_while(move |day| *day < until);
    days.map(move |day| {
        let end = until.min(day + TimeDelta::days(1));
        let time = end - life.from.max(day);
        Share {
            life,
            day,
            hours: time.as_seconds_f64() / 3600.0,
        }
    })
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let query = Query::new(&listing.args, call)?;
    let lives: Vec<Life> = world
        .lives()
        .filter(|life| query.takes(world, life))
        .collect();
    let (first, last) = query.between;
    let shares = lives.iter().flat_map(|life| shares(life, world.now()));
    let shares = shares.filter(|share| share.day >= first && end_of(share.day) <= last);
    let in_old_form = listing.args.flag("oldformat") == Some(true);
    Ok(listing.answer(shares, |share| record(world, &share, in_old_form)))
}

/// At most six digits behind the point, as the service rounds.
fn rounded(hours: f64) -> String {
    let text = format!("{hours:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn record(world: &World, share: &Share<'_>, in_old_form: bool) -> Value {
    let Share { life, day, hours } = share;
    let hours = rounded(*hours);
    let own = json!({
        "description": match in_old_form {
            true => format!("{} usage", life.name),
            false => description(world, life),
        },
        "usage": format!("{hours} Hrs"),
        "rawusage": hours,
        "usagetype": number(life.kind),
        "usageid": life.thing,
        "name": life.name,
        "startdate": date(*day),
        "enddate": date(end_of(*day)),
        "zoneid": life.zone,
        "offeringid": life.offering,
        "templateid": life.template,
        "virtualmachineid": life.machine,
        "size": life.size,
        "tags": super::tags::of(world, life.thing),
    });
    let whose = whose(world, &life.project);
    joined(own, whose.into_iter().chain(particulars(world, life)))
}

fn whose(world: &World, project: &Arc<Project>) -> Map<String, Value> {
    let mut whose = owner(world, project);
    if whose.contains_key("account") {
        whose.insert("accountid".into(), json!(project.id));
    }
    whose
}

/// What is told of a kind of thing only.
fn particulars(world: &World, life: &Life) -> Map<String, Value> {
    let fields = match life.kind {
        UsageKind::Running | UsageKind::Allocated => {
            let flavor = life.flavor.as_deref();
            let template = life.template.and_then(|id| world.image(id));
            let (os_type, os_name) = templates::os_type(world, template.map(|it| &**it));
            json!({
                "type": "Simulator",
                "cpunumber": flavor.map(|flavor| flavor.cpus),
                "cpuspeed": flavor.map(|flavor| flavor.cpu_speed()),
                "memory": flavor.map(|flavor| flavor.memory),
                "ostypeid": os_type,
                "osdisplayname": os_name,
            })
        }
        UsageKind::IpAddress => json!({ "issourcenat": life.is_source_nat, "issystem": false }),
        UsageKind::Template | UsageKind::Iso => json!({ "virtualsize": life.size }),
        UsageKind::Volume | UsageKind::Snapshot => json!({}),
    };
    joined(fields, []).as_object().cloned().unwrap_or_default()
}

/// `(2.00 GB) 2147483648`
fn readable(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KB", "MB", "GB", "TB"];
    let power = (bytes.max(1).ilog2() / 10).min(4);
    // So much precision is not shown.
    #[expect(clippy::cast_precision_loss)]
    let shown = bytes as f64 / 1024_f64.powi(i32::try_from(power).unwrap_or_default());
    match UNITS.get(power as usize) {
        Some(unit) if power > 0 => format!("({shown:.2} {unit}) {bytes}"),
        _ => format!("({bytes} bytes) {bytes}"),
    }
}

/// `for web (2f0c…)`
fn named(name: &str, id: Uuid) -> String {
    format!("{name} ({id})")
}

fn description(world: &World, life: &Life) -> String {
    let thing = named(&life.name, life.thing);
    let size = readable(life.size.unwrap_or_default());
    let template = life.template.and_then(|id| world.image(id));
    let template = template.map(|it| format!("and template {}", named(&it.name, it.id)));
    let template = template.unwrap_or_default();
    match life.kind {
        UsageKind::Running => machine("Running", world, life, &template),
        UsageKind::Allocated => machine("Allocated", world, life, &template),
        UsageKind::IpAddress => format!("IPAddress: {}", life.name),
        UsageKind::Volume => {
            let machine = life.machine.and_then(|id| world.server(id));
            let machine =
                machine.map(|it| format!(" attached to VM {}", named(&it.spec.name, it.id)));
            let offering = life.offering.and_then(|id| world.disk_offering(id));
            let offering = offering
                .map(|it| format!(" with disk offering {}", named(&it.name, it.id)))
                .unwrap_or_default();
            let gap = if template.is_empty() { "" } else { " " };
            format!(
                "Volume usage for {thing}{}{offering}{gap}{template} and size {size}",
                machine.unwrap_or_default()
            )
        }
        UsageKind::Template => {
            format!("Template usage for {thing} with size {size} and virtual size {size}")
        }
        UsageKind::Iso => format!("ISO usage for {thing} with size {size} and virtual size {size}"),
        UsageKind::Snapshot => format!("Snapshot usage for {thing} with size {size}"),
    }
}

fn machine(how: &str, world: &World, life: &Life, template: &str) -> String {
    let own = world.server(life.thing);
    let own = own.map(|server| format!(" ({})", instance_name(world, server)));
    let offering = life.flavor.as_deref();
    let offering =
        offering.map(|it| format!("using service offering {} ", named(&it.name, it.uuid)));
    format!(
        "{how} VM usage for {}{} ({}) {}{template}",
        life.name,
        own.unwrap_or_default(),
        life.thing,
        offering.unwrap_or_default()
    )
}
