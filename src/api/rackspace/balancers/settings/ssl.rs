//! Encryption that ends at the balancer.

use super::super::offer;
use super::super::shape::{
    Problems, Shape, flag, items_of, list, no_rule, number, number_of, refused, text, text_of, word,
};
use super::Proposal;
use crate::api::rackspace::fault::invalid;
use crate::vocabulary::fault::Fault;
use crate::world::balancers::Settings;

pub(super) static SSL: Shape = Shape {
    fields: &[
        text("certificate", &[]),
        text("privatekey", &[]),
        text("intermediateCertificate", &[]),
        flag("enabled"),
        flag("secureTrafficOnly"),
        number(
            "securePort",
            (1, 65_535),
            "Must supply a valid secure port.",
        ),
        text("cipherProfile", &[]),
        list("securityProtocols", &SECURITY_PROTOCOL),
        refused("id", "Id field cannot be modified."),
    ],
    rule: check_ssl,
};

static SECURITY_PROTOCOL: Shape = Shape {
    fields: &[
        word("securityProtocolName", &["TLS_10", "TLS_11", "TLS_12"])
            .or("Must provide a security protocol name."),
        word("securityProtocolStatus", &["ENABLED", "DISABLED"])
            .or("Must provide a security protocol status."),
    ],
    rule: no_rule,
};

fn check_ssl(ssl: &Settings, problems: &mut Problems) {
    let has = |name: &str| ssl.contains_key(name);
    if ssl.is_empty() {
        problems
            .push("Must supply certificates(s), key and secure port for updating ssl termination.");
    }
    let is_half = has("certificate") != has("privatekey");
    if is_half || (has("intermediateCertificate") && !has("certificate")) {
        problems.push(
            "Must supply certificates(s), key and secure port for updating ssl termination cert and or key \
             values.",
        );
    }
    let mut names = std::collections::BTreeSet::new();
    let mut protocols = items_of(ssl, "securityProtocols");
    if !protocols.all(|protocol| names.insert(text_of(protocol, "securityProtocolName"))) {
        problems.push("Found duplicate Security protocols.");
    }
}

pub(super) fn admit_ssl(proposal: &Proposal<'_>) -> Result<(), Fault> {
    if offer::SECURE_PROTOCOLS.contains(&proposal.protocol()) {
        return Err(Fault::bad_request(
            "Can not create ssl termination on a load balancer using a secure protocol.",
        ));
    }
    let is_whole = ["certificate", "privatekey", "securePort"]
        .iter()
        .all(|name| proposal.has(name));
    if proposal.known.is_none() && !is_whole {
        return Err(invalid(&[
            "Must supply certificates(s), key and secure port for updating ssl termination.",
        ]));
    }
    let is_taken = number_of(proposal.given, "securePort") == Some(proposal.balancer.port);
    match is_taken {
        true => Err(Fault::bad_request(
            "Secure port currently assigned to the load balancer. Please try another port.",
        )),
        false => Ok(()),
    }
}
