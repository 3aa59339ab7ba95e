//! What a balancer does beside balancing: one description for each setting, the same three operations for all.

mod monitor;
mod simple;
mod ssl;

use http::StatusCode;
use serde_json::{Value, json};

use super::gate::Ask;
use super::offer;
use super::row::{Needs, Row, change, look};
use super::shape::{Form, Shape, flag_of, text_of};
use super::{Answer, accepted, ok};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::balancers::{Balancer, Change, NodeKind, Setting, Settings};
use crate::world::operations::Kind;
pub(super) use monitor::NEW_MONITOR;
use monitor::{MONITOR, admit_monitor};
pub(super) use simple::{CACHING, LOGGING, NEW_THROTTLE, PERSISTENCE};
use simple::{PAGE, THROTTLE, admit_persistence, only_http};
use ssl::{SSL, admit_ssl};

/// What is known of a setting.
pub(super) struct Description {
    setting: Setting,
    /// Its name in bodies.
    pub(super) name: &'static str,
    /// Its part of the path.
    path: &'static str,
    /// What its commands are called after `get_`, `update_` and `delete_`.
    word: &'static str,
    /// What it is called for people.
    title: &'static str,
    /// What a balancer has that was never told.
    unset: Unset,
    /// Whether it is seen with the balancer.
    is_in_details: bool,
    /// Whether setting it is answered with what was set.
    is_answered: bool,
    /// Parts of it that nobody is shown.
    secrets: &'static [&'static str],
    /// Whether it goes with the balancer, and with what was set before.
    admit: fn(&Proposal<'_>) -> Result<(), Fault>,
    /// Whether what is given is laid over what was set, or takes its place.
    is_merged: fn(&Proposal<'_>) -> bool,
    /// Whether it can be ended.
    release: fn(&Balancer) -> Result<(), Fault>,
    /// What is said where there is nothing to end.
    nothing: fn() -> Fault,
}

/// What is shown of a setting that was never made.
enum Unset {
    /// An empty object.
    Empty,
    /// That it is off.
    Off,
    /// The service's own page.
    DefaultPage,
    /// It does not exist.
    Missing(&'static str),
}

/// A setting that is to be made.
struct Proposal<'a> {
    balancer: &'a Balancer,
    /// What was set before.
    known: Option<&'a Settings>,
    given: &'a Settings,
    /// The balancer is being made with it.
    is_new: bool,
}

impl Proposal<'_> {
    fn protocol(&self) -> &str {
        &self.balancer.protocol
    }

    fn is_on(&self, name: &str) -> bool {
        flag_of(self.given, name) == Some(true)
    }

    fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }
}

/// What most settings have in common.
const SIMPLE: Description = Description {
    setting: Setting::ConnectionLogging,
    name: "",
    path: "",
    word: "",
    title: "",
    unset: Unset::Empty,
    is_in_details: true,
    is_answered: false,
    secrets: &[],
    admit: |_| Ok(()),
    is_merged: |_| true,
    release: |_| Ok(()),
    nothing: || Fault::conflict(""),
};

pub(super) static SETTINGS: &[Description] = &[
    Description {
        setting: Setting::HealthMonitor,
        name: "healthMonitor",
        path: "healthmonitor",
        word: "health_monitor",
        title: "Health Monitor",
        admit: admit_monitor,
        is_merged: |proposal| {
            let kind = |settings| text_of(settings, "type");
            proposal.known.and_then(kind) == kind(proposal.given)
        },
        release: |balancer| match balancer
            .nodes
            .iter()
            .any(|node| node.kind == NodeKind::Secondary)
        {
            true => Err(Fault::bad_request(
                "Can not delete HealthMonitor since this lb contains Secondary nodes that depend on it. Please \
                 remove secondary nodes first.",
            )),
            false => Ok(()),
        },
        nothing: || Fault::conflict("No health monitor found to delete."),
        ..SIMPLE
    },
    Description {
        setting: Setting::SessionPersistence,
        name: "sessionPersistence",
        path: "sessionpersistence",
        word: "session_persistence",
        title: "Session Persistence",
        admit: admit_persistence,
        nothing: || Fault::conflict("Session persistence is already deleted."),
        ..SIMPLE
    },
    Description {
        setting: Setting::ConnectionThrottle,
        name: "connectionThrottle",
        path: "connectionthrottle",
        word: "connection_throttle",
        title: "Connection Throttle",
        admit: |proposal| match proposal.known.is_some() || proposal.has("maxConnections") {
            true => Ok(()),
            false => Err(Fault::bad_request(
                "Must supply all credentials when creating a connection throttle.",
            )),
        },
        nothing: || Fault::conflict("No connection throttle found to delete."),
        ..SIMPLE
    },
    Description {
        setting: Setting::ConnectionLogging,
        name: "connectionLogging",
        path: "connectionlogging",
        word: "connection_logging",
        title: "Connection Logging",
        unset: Unset::Off,
        admit: |proposal| {
            let is_datagram = offer::DATAGRAM_PROTOCOLS.contains(&proposal.protocol());
            match proposal.is_on("enabled") && is_datagram {
                true => Err(Fault::bad_request(
                    "Connection logging cannot be enabled for load balancers with UDP, DNS_UDP or UDP_STREAM \
                     protocol",
                )),
                false => Ok(()),
            }
        },
        ..SIMPLE
    },
    Description {
        setting: Setting::ContentCaching,
        name: "contentCaching",
        path: "contentcaching",
        word: "content_caching",
        title: "Content Caching",
        unset: Unset::Off,
        admit: |proposal| match (
            proposal.is_on("enabled"),
            proposal.protocol(),
            proposal.is_new,
        ) {
            (false, ..) | (true, "HTTP", _) => Ok(()),
            (true, _, true) => Err(Fault::bad_request(
                "Content caching can only be enabled for HTTP loadbalancers.",
            )),
            (true, _, false) => Err(Fault::bad_request(
                "Content caching cannot be enabled for non HTTP load balancers.",
            )),
        },
        ..SIMPLE
    },
    Description {
        setting: Setting::ErrorPage,
        name: "errorpage",
        path: "errorpage",
        word: "error_page",
        title: "Error Page",
        unset: Unset::DefaultPage,
        is_in_details: false,
        is_answered: true,
        admit: |proposal| only_http(proposal.balancer),
        release: only_http,
        // There is always a page to go back from: the default one takes its own place.
        nothing: || Fault::conflict(""),
        ..SIMPLE
    },
    Description {
        setting: Setting::SslTermination,
        name: "sslTermination",
        path: "ssltermination",
        word: "ssl_termination",
        title: "Ssl Termination",
        unset: Unset::Missing("SSL termination not found for requested load balancer."),
        is_answered: true,
        secrets: &["privatekey"],
        admit: admit_ssl,
        nothing: || {
            Fault::bad_request("SSL termination could not be found for the requested loadbalancer.")
        },
        ..SIMPLE
    },
];

pub(super) const ROWS: &[Row] = &[
    look("loadbalancer.get_health_monitor", Needs::Existence, show),
    set(
        "loadbalancer.update_health_monitor",
        "healthMonitor",
        &MONITOR,
    ),
    end("loadbalancer.delete_health_monitor"),
    look(
        "loadbalancer.get_session_persistence",
        Needs::Existence,
        show,
    ),
    set(
        "loadbalancer.update_session_persistence",
        "sessionPersistence",
        &PERSISTENCE,
    ),
    end("loadbalancer.delete_session_persistence"),
    look(
        "loadbalancer.get_connection_throttle",
        Needs::Existence,
        show,
    ),
    set(
        "loadbalancer.update_connection_throttle",
        "connectionThrottle",
        &THROTTLE,
    ),
    end("loadbalancer.delete_connection_throttle"),
    look(
        "loadbalancer.get_connection_logging",
        Needs::Existence,
        show,
    ),
    set(
        "loadbalancer.update_connection_logging",
        "connectionLogging",
        &LOGGING,
    ),
    look("loadbalancer.get_content_caching", Needs::Existence, show),
    set(
        "loadbalancer.update_content_caching",
        "contentCaching",
        &CACHING,
    ),
    look("loadbalancer.get_error_page", Needs::Existence, show),
    set("loadbalancer.update_error_page", "errorpage", &PAGE).needing(PAGE_NEEDS),
    end("loadbalancer.delete_error_page").needing(PAGE_NEEDS),
    look("loadbalancer.get_ssl_termination", Needs::Existence, show),
    set(
        "loadbalancer.update_ssl_termination",
        "sslTermination",
        &SSL,
    ),
    end("loadbalancer.delete_ssl_termination"),
];

const PAGE_NEEDS: Needs =
    Needs::ActiveOr("Load balancer is considered immutable and cannot process request");

const fn set(command: &'static str, name: &'static str, shape: &'static Shape) -> Row {
    let form = Form::Object(name, shape);
    change(command, Some(Kind::UpdateBalancer), form, update)
}

const fn end(command: &'static str) -> Row {
    change(command, Some(Kind::UpdateBalancer), Form::Nothing, remove)
}

// ---------------------------------------------------------------- operations

/// The setting that a call is about, by the name of its command.
fn described(ask: &Ask<'_>) -> &'static Description {
    let command = ask.call.command.spec().short_name();
    let named = |row: &&Description| {
        command
            .split_once('_')
            .is_some_and(|(_, word)| word == row.word)
    };
    SETTINGS
        .iter()
        .find(named)
        .expect("each of these commands is called after a setting")
}

impl Description {
    /// What a balancer's details show of it.
    pub(super) fn in_details(&self, balancer: &Balancer) -> Option<Value> {
        let is_off = matches!(self.unset, Unset::Off);
        let is_shown = self.is_in_details && (is_off || balancer.setting(self.setting).is_some());
        is_shown.then(|| self.value(balancer).ok()).flatten()
    }

    fn value(&self, balancer: &Balancer) -> Result<Value, Fault> {
        if let Some(set) = balancer.setting(self.setting) {
            let mut shown = set.clone();
            shown.retain(|name, _| !self.secrets.contains(&name.as_str()));
            return Ok(shown.into());
        }
        match self.unset {
            Unset::Empty => Ok(json!({})),
            Unset::Off => Ok(json!({"enabled": false})),
            Unset::DefaultPage => Ok(json!({"content": offer::ERROR_PAGE})),
            Unset::Missing(text) => Err(Fault::not_found(text)),
        }
    }

    fn apply(&self, balancer: &mut Balancer, given: &Settings, is_new: bool) -> Result<(), Fault> {
        let proposal = Proposal {
            balancer,
            known: balancer.setting(self.setting),
            given,
            is_new,
        };
        (self.admit)(&proposal)?;
        let known = proposal.known.filter(|_| (self.is_merged)(&proposal));
        let mut settings = known.cloned().unwrap_or_default();
        settings.extend(given.clone());
        balancer.settings.insert(self.setting, settings);
        Ok(())
    }

    /// Writes down what was done.
    fn note(&self, change: &mut Change, category: &'static str, done: &str) {
        let title = format!("{} {done}", self.title);
        let (first, rest) = self.title.split_at(1);
        let summary = format!(
            "{first}{} successfully {}",
            rest.to_lowercase(),
            done.to_lowercase()
        );
        change.note((self.path, None), category, &title, summary);
    }
}

/// Sets all that a new balancer is given.
pub(super) fn apply_all(balancer: &mut Balancer, given: &Settings) -> Result<(), Fault> {
    for row in SETTINGS {
        if let Some(Value::Object(settings)) = given.get(row.name) {
            row.apply(balancer, settings, true)?;
        }
    }
    Ok(())
}

fn show(world: &World, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let row = described(ask);
    let value = row.value(ask.balancer(world)?)?;
    Ok(ok(json!({ row.name: value })))
}

fn update(_: &World, change: &mut Change, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let row = described(ask);
    row.apply(&mut change.balancer, ask.settings(), false)?;
    row.note(change, "UPDATE", "Updated");
    if !row.is_answered {
        return Ok(accepted());
    }
    let value = row.value(&change.balancer)?;
    Ok(Answer::json(
        StatusCode::ACCEPTED,
        &json!({ row.name: value }),
    ))
}

fn remove(_: &World, change: &mut Change, ask: &Ask<'_>) -> Result<Answer, Fault> {
    let row = described(ask);
    (row.release)(&change.balancer)?;
    let was_there = change.balancer.settings.remove(&row.setting).is_some();
    if !was_there && !matches!(row.unset, Unset::DefaultPage) {
        return Err((row.nothing)());
    }
    if row.setting == Setting::SslTermination {
        change.balancer.certificates.clear();
    }
    row.note(change, "DELETE", "Deleted");
    Ok(accepted())
}
