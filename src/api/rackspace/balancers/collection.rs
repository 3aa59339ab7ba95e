//! The load balancers themselves.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde_json::json;

use super::gate::{Ask, owned};
use super::offer::{self, BATCH_DELETE_LIMIT};
use super::row::{Needs, Row, change, create, delete, look};
use super::shape::{
    Form, Problems, Shape, flag, flag_of, number, number_of, refused, text, text_of,
};
use super::{Answer, accepted, create as new, ok, paging, view};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::balancers::{Balancer, Change, Setting, Settings, Status};
use crate::world::operations::Kind;

pub(super) const ROWS: &[Row] = &[
    look("loadbalancer.list_balancers", Needs::Nothing, list),
    create(
        "loadbalancer.create_balancer",
        Form::Object("loadBalancer", &new::SHAPE),
    ),
    delete("loadbalancer.delete_balancers", |world, ask| {
        let ids = ask.ids()?;
        if ids.len() > BATCH_DELETE_LIMIT {
            return Err(Fault::bad_request(format!(
                "Currently, the limit of accepted parameters is: {BATCH_DELETE_LIMIT} :please supply a valid \
                 parameter list."
            )));
        }
        deletable(world, ask, ids)
    }),
    look("loadbalancer.get_balancer", Needs::Nothing, |world, ask| {
        let shown = view::details(world, ask.balancer(world)?);
        Ok(ok(json!({ "loadBalancer": shown })))
    }),
    change(
        "loadbalancer.update_balancer",
        Some(Kind::UpdateBalancer),
        Form::Object("loadBalancer", &UPDATE),
        update,
    ),
    // Looked up with its state, so that an unknown one is told as the service tells it.
    delete("loadbalancer.delete_balancer", |world, ask| {
        deletable(world, ask, vec![ask.balancer])
    }),
];

// ---------------------------------------------------------------- listing

/// The balancers of the caller's that the query asks for; deleted ones only where it asks for them.
fn list(world: &World, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let status = ask.call.param("status");
    let since = match ask.call.param("changes-since") {
        Some(text) => Some(time(text).ok_or_else(|| Fault::bad_request(BAD_TIME))?),
        None => None,
    };
    let is_wanted = |balancer: &&Balancer| {
        let is_shown = match status {
            Some(status) => balancer.status.word() == status,
            None => balancer.status != Status::Deleted || since.is_some(),
        };
        let is_named = |name: &str| *balancer.name == *name;
        let has_node = |address: &str| balancer.nodes.iter().any(|node| *node.address == *address);
        balancer.project.id == ask.project.id
            && is_shown
            && since.is_none_or(|since| balancer.updated >= since)
            && ask.call.param("name").is_none_or(is_named)
            && ask.call.param("nodeaddress").is_none_or(has_node)
    };
    let found: Vec<&Balancer> = world
        .balancers
        .iter(world.now())
        .filter(is_wanted)
        .collect();
    Ok(ok(paging::page(
        ask,
        "loadBalancers",
        &found,
        |balancer| balancer.id,
        |balancer| view::summary(balancer),
    )))
}

const BAD_TIME: &str = "Must provide a valid date.";

/// A time as clients write it; without a zone it is UTC.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    // A plus sign that was not encoded arrives as a space.
    let text = text.replace(' ', "+");
    let instant = || DateTime::parse_from_rfc3339(&text).ok();
    let local = || text.parse::<NaiveDateTime>().ok();
    let day = || text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
    instant()
        .map(|time| time.to_utc())
        .or_else(|| local().or_else(day).map(|time| time.and_utc()))
}

// ---------------------------------------------------------------- changing

static UPDATE: Shape = Shape {
    fields: &[
        text(
            "name",
            &[(|name| name.chars().count() <= 128, new::LONG_NAME)],
        ),
        text("algorithm", &[(offer::is_algorithm, new::BAD_ALGORITHM)]),
        text("protocol", &[(offer::is_protocol, new::BAD_PROTOCOL)]),
        number("port", (1, 65_535), new::BAD_PORT),
        number("timeout", (30, 120), new::BAD_TIMEOUT),
        flag("halfClosed"),
        flag("httpsRedirect"),
        refused("id", new::OWN_ID),
        refused("status", new::OWN_STATUS),
        refused("cluster", new::OWN_CLUSTER),
        refused("created", new::OWN_CREATED),
        refused("updated", new::OWN_UPDATED),
        refused("sslTermination", new::VISIT_SSL),
        refused(
            "nodes",
            "Please visit {account id}/loadbalancers/{load balancer id}/nodes to configure nodes.",
        ),
        refused(
            "metadata",
            "Please visit {account id}/loadbalancers/{load balancer id}/metadata to configure metadata.",
        ),
        refused(
            "virtualIps",
            "Please visit {account id}/loadbalancers/{load balancer id}/virtualips/{virtual ip id} to configure \
             a virtual ip.",
        ),
        refused(
            "sessionPersistence",
            "Please visit {account id}/loadbalancers/{load balancer id}/sessionpersistence to configure session \
             persistence.",
        ),
        refused(
            "healthMonitor",
            "Please visit {account id}/loadbalancers/{load balancer id}/healthmonitor to configure your health \
             monitor.",
        ),
        refused(
            "connectionThrottle",
            "Please visit {account id}/loadbalancers/{load balancer id}/throttles to configure connection \
             throttling.",
        ),
        refused(
            "accessList",
            "Please visit {account id}/loadbalancers/{load balancer id}/accesslist to configure access lists.",
        ),
        // Spelt so in the service.
        refused(
            "connectionLogging",
            "Please visit {account id}/loadbalancers/{load balancer id}/connecitonlogging to configure \
             connection logging.",
        ),
        refused(
            "contentCaching",
            "Please visit {account id}/loadbalancers/{load balancer id}/contentcaching to configure content \
             caching.",
        ),
    ],
    rule: has_something_to_update,
};

fn has_something_to_update(settings: &Settings, problems: &mut Problems) {
    if settings.is_empty() {
        problems.push(
            "The load balancer must have at least one of the following to update: name, algorithm, protocol, \
             port, timeout, halfClosed, or httpsRedirect.",
        );
    }
}

fn update(world: &World, change: &mut Change, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let settings = ask.settings();
    check_protocol(&change.balancer, settings)?;
    check_port(world, &change.balancer, settings)?;
    apply(&mut change.balancer, settings);
    check_flags(&change.balancer, settings)?;
    let balancer = &change.balancer;
    let summary = format!(
        "Load balancer successfully updated with name: '{}', algorithm: '{}', protocol: '{}', port: '{}'",
        balancer.name, balancer.algorithm, balancer.protocol, balancer.port
    );
    change.note(
        ("", None),
        "UPDATE",
        "Load Balancer Successfully Updated",
        summary,
    );
    Ok(accepted())
}

/// Lays what is given over what is there.
pub(super) fn apply(balancer: &mut Balancer, settings: &Settings) {
    let texts = [
        ("name", &mut balancer.name),
        ("algorithm", &mut balancer.algorithm),
        ("protocol", &mut balancer.protocol),
    ];
    for (name, place) in texts {
        if let Some(text) = text_of(settings, name) {
            *place = text.into();
        }
    }
    let flags = [
        ("halfClosed", &mut balancer.half_closed),
        ("httpsRedirect", &mut balancer.https_redirect),
    ];
    for (name, place) in flags {
        *place = flag_of(settings, name).unwrap_or(*place);
    }
    balancer.port = number_of(settings, "port").unwrap_or(balancer.port);
    balancer.timeout = number_of(settings, "timeout").unwrap_or(balancer.timeout);
}

fn check_protocol(balancer: &Balancer, settings: &Settings) -> Result<(), Fault> {
    let is_terminating = balancer.setting(Setting::SslTermination).is_some();
    match text_of(settings, "protocol") {
        Some(protocol) if is_terminating && *protocol != *balancer.protocol => Err(
            Fault::bad_request("Cannot update protocol on a load balancer with ssl termination."),
        ),
        Some(_) | None => Ok(()),
    }
}

fn check_port(world: &World, balancer: &Balancer, settings: &Settings) -> Result<(), Fault> {
    let Some(port) = number_of::<u16>(settings, "port").filter(|port| *port != balancer.port)
    else {
        return Ok(());
    };
    let ssl = balancer.setting(Setting::SslTermination);
    if ssl.and_then(|ssl| number_of(ssl, "securePort")) == Some(port) {
        return Err(Fault::bad_request(
            "Port currently assigned to SSL termination for this load balancer. Please try another port.",
        ));
    }
    let is_taken = |other: &Balancer| {
        let mut own = balancer.virtual_ips.iter();
        other.id != balancer.id && own.any(|ip| other.listens_on(ip.id, port))
    };
    if world.balancers.living().any(is_taken) {
        return Err(Fault::bad_request(
            "Port currently assigned to one of the virtual ips. Please verify protocol/port combinations.",
        ));
    }
    Ok(())
}

/// Whether what is turned on goes with the protocol.
pub(super) fn check_flags(balancer: &Balancer, settings: &Settings) -> Result<(), Fault> {
    let is_set = |name: &str| flag_of(settings, name) == Some(true);
    let is_half_closable = offer::HALF_CLOSABLE_PROTOCOLS.contains(&&*balancer.protocol);
    if is_set("halfClosed") && !is_half_closable {
        return Err(Fault::bad_request(
            "Must provide valid protocol for half close support, please view documentation for more details. ",
        ));
    }
    if !is_set("httpsRedirect") || is_secure_only(balancer) {
        return Ok(());
    }
    match (&*balancer.protocol, balancer.port) {
        ("HTTPS", 443) => Ok(()),
        ("HTTPS", _) => Err(Fault::bad_request(
            "HTTPS Redirect can only be enabled for HTTPS load balancers using port 443.",
        )),
        _ => Err(Fault::bad_request(
            "HTTPS Redirect is only valid for load balancers using the HTTPS protocol, or for load balancers \
             with a 'Secure Only' SSL Termination.",
        )),
    }
}

fn is_secure_only(balancer: &Balancer) -> bool {
    view::ssl_mode(balancer) == "ON"
}

// ---------------------------------------------------------------- deleting

/// The ids, if each is of a balancer that can be deleted now.
///
/// What went wrong can be deleted, so that a client can clean up; the service's own source leaves that to
/// its staff.
fn deletable(world: &World, ask: &Ask<'_>, ids: Vec<u32>) -> Result<Vec<u32>, Fault> {
    let status = |id: &u32| owned(world, &ask.project, *id).map(|balancer| balancer.status);
    let unknown = ids
        .iter()
        .filter(|id| matches!(status(id), None | Some(Status::Deleted)));
    refuse(unknown, "could not be found.")?;
    let busy = ids
        .iter()
        .filter(|id| !matches!(status(id), Some(Status::Active | Status::Error)));
    refuse(busy, "are immutable and could not be processed.")?;
    Ok(ids)
}

fn refuse<'i>(ids: impl Iterator<Item = &'i u32>, why: &str) -> Result<(), Fault> {
    let mut listed = String::new();
    for id in ids {
        let separator = if listed.is_empty() { "" } else { "," };
        let _ = write!(listed, "{separator}{id}");
    }
    match listed.is_empty() {
        true => Ok(()),
        // Two blanks, as the service has it.
        false => Err(Fault::bad_request(format!(
            "Must provide valid load balancers: {listed}  {why}"
        ))),
    }
}
