//! How a balancer finds out which nodes answer.

use regex::Regex;

use super::super::offer;
use super::super::shape::{Demand, Problems, Shape, number, refused, text, text_of, word};
use super::Proposal;
use crate::vocabulary::fault::Fault;
use crate::world::balancers::Settings;

const MONITORS: &[&str] = &["CONNECT", "HTTP", "HTTPS"];
const DELAY: &str = "Must specify valid delay range between 1 and 3600.";
const TIMEOUT: &str = "Must specify valid timeout range between 1 and 300.";
const ATTEMPTS: &str = "Must specify valid attempts before deactivation range between 1 and 10.";
const OWN_ID: &str = "Health monitor id field cannot be modified.";

const PATH: &[Demand] = &[
    (
        |path| path.starts_with('/'),
        "Must provide a forward slash(/) as the beginning of the path.",
    ),
    (
        |path| path.len() <= 128,
        "path can not exceed 128 characters.",
    ),
];
const STATUS_REGEX: &[Demand] = &[
    (
        |regex| regex.len() <= 128,
        "statusRegex can not exceed 128 characters.",
    ),
    (is_regex, "Must provide a valid status regex"),
];
const BODY_REGEX: &[Demand] = &[
    (
        |regex| regex.len() <= 128,
        "bodyRegex can not exceed 128 characters.",
    ),
    (is_regex, "Must provide a valid body regex"),
];
const HOST_HEADER: &[Demand] = &[
    (
        |host| host.len() <= 256,
        "Host Header field cannot exceed 256 characters",
    ),
    (is_host, "Must provide a valid host header name."),
];

fn is_regex(text: &str) -> bool {
    Regex::new(text).is_ok()
}

fn is_host(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    !text.is_empty() && text.chars().all(is_part)
}

/// For a balancer that has one, or is to get one.
pub(super) static MONITOR: Shape = Shape {
    fields: &[
        word("type", MONITORS).or("Must provide a type for the health monitor."),
        number("delay", (1, 3600), DELAY),
        number("timeout", (1, 300), TIMEOUT),
        number("attemptsBeforeDeactivation", (1, 10), ATTEMPTS),
        text("path", PATH),
        text("statusRegex", STATUS_REGEX),
        text("bodyRegex", BODY_REGEX),
        text("hostHeader", HOST_HEADER),
        refused("id", OWN_ID),
    ],
    rule: check_monitor,
};

/// For a balancer that is being made.
pub(in super::super) static NEW_MONITOR: Shape = Shape {
    fields: &[
        word("type", MONITORS).or("Must provide a type for the health monitor."),
        number("delay", (1, 3600), DELAY).or("Must provide delay for the health monitor."),
        number("timeout", (1, 300), TIMEOUT).or("Must provide timeout for the health monitor."),
        number("attemptsBeforeDeactivation", (1, 10), ATTEMPTS)
            .or("Must provide attempts before deactivation for the health monitor."),
        text("path", PATH),
        text("statusRegex", STATUS_REGEX),
        text("bodyRegex", BODY_REGEX),
        text("hostHeader", HOST_HEADER),
        refused("id", OWN_ID),
    ],
    rule: |monitor, problems| {
        check_monitor(monitor, problems);
        if !is_connect(monitor) && !monitor.contains_key("path") {
            problems.push("Must provide a valid path for the health monitor.");
        }
        if !is_connect(monitor) && !monitor.contains_key("statusRegex") {
            problems.push("Must provide a status regex for the health monitor.");
        }
    },
};

fn is_connect(monitor: &Settings) -> bool {
    matches!(text_of(monitor, "type"), Some("CONNECT") | None)
}

/// What only those have that speak HTTP, and what is said where others have it.
const HTTP_ONLY: &[(&str, &str)] = &[
    (
        "path",
        "A connect health monitor may not have a path. Use HTTP/HTTPS health monitor instead.",
    ),
    (
        "bodyRegex",
        "A connect health monitor may not have a body regex. Use HTTP/HTTPS health monitor instead.",
    ),
    (
        "statusRegex",
        "A connect health monitor may not have a status regex. Use HTTP/HTTPS health monitor instead.",
    ),
    (
        "hostHeader",
        "Host Header is not supported for CONNECT based health monitors.",
    ),
];

fn check_monitor(monitor: &Settings, problems: &mut Problems) {
    let is_connect = is_connect(monitor);
    if is_connect {
        let wrong = HTTP_ONLY
            .iter()
            .filter(|(name, _)| monitor.contains_key(*name));
        problems.extend(wrong.map(|(_, text)| *text));
    }
    if monitor.len() == 1 && monitor.contains_key("type") {
        problems.push(match is_connect {
            true => {
                "The health monitor must have at least one of the following to update: delay, timeout, attempts \
                 before deactivation."
            }
            false => {
                "The health monitor must have at least one of the following to update: delay, timeout, attempts \
                 before deactivation, path, status regex, body regex."
            }
        });
    }
}

pub(super) fn admit_monitor(proposal: &Proposal<'_>) -> Result<(), Fault> {
    let kind = text_of(proposal.given, "type").unwrap_or_default();
    let protocol = proposal.protocol();
    if offer::DATAGRAM_PROTOCOLS.contains(&protocol) {
        return Err(Fault::bad_request(
            "Protocol UDP, UDP_STREAM and DNS_UDP are not allowed with health monitors. ",
        ));
    }
    if kind != "CONNECT" && kind != protocol {
        return Err(Fault::bad_request(match proposal.is_new {
            true => format!("Protocol must be {kind} for an {kind} health monitor."),
            false => format!(
                "Cannot update Health Monitor to Type {kind} because load balancer protocol is {protocol}"
            ),
        }));
    }
    let known = proposal.known.and_then(|known| text_of(known, "type"));
    let mut needed = vec!["delay", "timeout", "attemptsBeforeDeactivation"];
    if kind != "CONNECT" {
        needed.extend(["path", "statusRegex"]);
    }
    if known == Some(kind) || needed.iter().all(|name| proposal.has(name)) {
        return Ok(());
    }
    Err(Fault::bad_request(match kind {
        "CONNECT" => "Updating to CONNECT monitor. Please provide the required fields only.",
        _ => "Updating to HTTP/HTTPS monitor. Please provide all required fields.",
    }))
}
