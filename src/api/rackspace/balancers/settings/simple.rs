//! Session persistence, limits on connections, what is only on or off, and the error page.

use super::super::shape::{Shape, flag, no_rule, number, text, text_of, word_or};
use super::Proposal;
use crate::vocabulary::fault::Fault;
use crate::world::balancers::Balancer;

pub(in super::super) static PERSISTENCE: Shape = Shape {
    fields: &[word_or(
        "persistenceType",
        &["HTTP_COOKIE", "SOURCE_IP", "SSL_ID"],
        "Persistence type is invalid. Please specify a valid persistence type.",
    )
    .or("Must provide a persistence type.")],
    rule: no_rule,
};

pub(super) fn admit_persistence(proposal: &Proposal<'_>) -> Result<(), Fault> {
    let kind = text_of(proposal.given, "persistenceType");
    match (kind, proposal.protocol()) {
        (Some("HTTP_COOKIE"), protocol) if protocol != "HTTP" => Err(Fault::bad_request(
            "HTTP_COOKIE Session persistence is only valid with HTTP protocol with or without SSL termination.",
        )),
        (Some("SSL_ID"), protocol) if protocol != "HTTPS" => Err(Fault::bad_request(
            "SSL_ID session persistence is only valid with the HTTPS protocol. ",
        )),
        (Some(_) | None, _) => Ok(()),
    }
}

pub(super) static THROTTLE: Shape = Shape {
    fields: NEW_THROTTLE.fields,
    rule: |throttle, problems| {
        if throttle.is_empty() {
            problems.push(
                "You must provide at least one of the following: minConnections, maxConnections, \
                 maxConnectionRate, rateInterval.",
            );
        }
    },
};

pub(in super::super) static NEW_THROTTLE: Shape = Shape {
    fields: &[
        number(
            "minConnections",
            (0, 1000),
            "Must provide a valid minimum connections range.",
        ),
        number(
            "maxConnections",
            (1, 100_000),
            "Must provide a valid maximum connections range.",
        ),
        // Spelt so in the service.
        number(
            "maxConnectionRate",
            (0, 100_000),
            "Must provde a valid maximum connection rate range.",
        ),
        number(
            "rateInterval",
            (1, 3600),
            "Must provide a valid rate interval range.",
        ),
    ],
    rule: no_rule,
};

pub(in super::super) static LOGGING: Shape = Shape {
    fields: &[flag("enabled").or("Must specify whether connection logging is enabled or not.")],
    rule: no_rule,
};

pub(in super::super) static CACHING: Shape = Shape {
    fields: &[flag("enabled").or("Must specify whether content caching is enabled or not.")],
    rule: no_rule,
};

/// In bytes.
const LARGEST_PAGE: usize = 65_536;

pub(super) static PAGE: Shape = Shape {
    fields: &[text(
        "content",
        &[(
            |page| page.len() <= LARGEST_PAGE,
            "Error page content must not exceed 65536 characters.",
        )],
    )
    .or("Must provide content for the error page.")],
    rule: no_rule,
};

pub(super) fn only_http(balancer: &Balancer) -> Result<(), Fault> {
    match &*balancer.protocol {
        "HTTP" => Ok(()),
        _ => Err(Fault::bad_request(
            "Custom error page is allowed only on loadbalancers with HTTP protocol.",
        )),
    }
}
