//! Certificates by host name, and the ciphers of the encrypted connections.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::gate::Ask;
use super::offer::{self, CERTIFICATE_LIMIT};
use super::row::{Needs, Row, change, look};
use super::shape::{Field, Form, Shape, no_rule, refused, text};
use super::{Answer, accepted, ok};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::balancers::{Balancer, Certificate, Change, Numbered, Setting};
use crate::world::operations::Kind;

pub(super) const ROWS: &[Row] = &[
    look(
        "loadbalancer.list_certificate_mappings",
        Needs::Existence,
        |world, ask| {
            let certificates = ask.balancer(world)?.certificates.iter();
            let shown: Vec<Value> = certificates
                .map(|certificate| wrapped(certificate, &["hostName"]))
                .collect();
            Ok(ok(json!({ "certificateMappings": shown })))
        },
    ),
    change(
        "loadbalancer.create_certificate_mapping",
        Some(Kind::UpdateBalancer),
        Form::Object("certificateMapping", &NEW),
        create,
    ),
    look(
        "loadbalancer.get_certificate_mapping",
        Needs::Existence,
        |world, ask| {
            let balancer = ask.balancer(world)?;
            let position = position(balancer, ask)?;
            Ok(ok(wrapped(&balancer.certificates[position], SHOWN)))
        },
    ),
    change(
        "loadbalancer.update_certificate_mapping",
        Some(Kind::UpdateBalancer),
        Form::Object("certificateMapping", &UPDATE),
        |_, change, ask| {
            let position = position(&change.balancer, ask)?;
            let certificate = &mut change.balancer.certificates[position];
            certificate.settings.extend(ask.settings().clone());
            Ok(accepted_with(certificate))
        },
    ),
    change(
        "loadbalancer.delete_certificate_mapping",
        Some(Kind::UpdateBalancer),
        Form::Nothing,
        |_, change, ask| {
            let position = position(&change.balancer, ask)?;
            change.balancer.certificates.remove(position);
            Ok(accepted())
        },
    ),
    look(
        "loadbalancer.list_ciphers",
        Needs::Existence,
        |world, ask| {
            check_termination(ask.balancer(world)?)?;
            let ciphers: Vec<Value> = offer::CIPHERS
                .iter()
                .map(|name| json!({"name": name}))
                .collect();
            Ok(ok(json!({ "ciphers": ciphers })))
        },
    ),
];

/// What is shown of one; its key is not.
const SHOWN: &[&str] = &["hostName", "certificate", "intermediateCertificate"];

const OWN_ID: Field = refused("id", "Certificate mapping id field cannot be modified.");
const HOST_NAME: Field = text(
    "hostName",
    &[(
        is_given,
        "Host name is invalid. Please provide a valid host name.",
    )],
);
const PRIVATE_KEY: Field = text(
    "privateKey",
    &[(
        is_given,
        "Private key is invalid. Please provide a valid private key.",
    )],
);
const CERTIFICATE: Field = text(
    "certificate",
    &[(
        is_given,
        "Certificate is invalid. Please provide a valid certificate.",
    )],
);
const INTERMEDIATE: Field = text(
    "intermediateCertificate",
    &[(
        is_given,
        "Intermediate certificate is invalid. Please provide a valid intermediate certificate.",
    )],
);

static NEW: Shape = Shape {
    fields: &[
        HOST_NAME.or("Must provide a host name for the certificate mapping."),
        PRIVATE_KEY.or("Must provide a private key for the certificate mapping."),
        CERTIFICATE.or("Must provide a certificate for the certificate mapping."),
        INTERMEDIATE,
        OWN_ID,
    ],
    rule: no_rule,
};

static UPDATE: Shape = Shape {
    fields: &[HOST_NAME, PRIVATE_KEY, CERTIFICATE, INTERMEDIATE, OWN_ID],
    rule: |mapping, problems| {
        if mapping.is_empty() {
            problems.push(
                "The certificate mapping must have at least one of the following to update: certificate, \
                 privateKey, intermediateCertificate, or hostName.",
            );
        }
    },
};

fn is_given(text: &str) -> bool {
    !text.is_empty()
}

fn check_termination(balancer: &Balancer) -> Result<(), Fault> {
    match balancer.setting(Setting::SslTermination) {
        Some(_) => Ok(()),
        None => Err(Fault::not_found(
            "SSL termination not found for requested load balancer.",
        )),
    }
}

fn position(balancer: &Balancer, ask: &Ask<'_>) -> Result<usize, Fault> {
    let wanted = ask.number("mapping");
    let mut certificates = balancer.certificates.iter();
    let position = certificates.position(|certificate| Some(certificate.id) == wanted);
    position.ok_or_else(|| {
        Fault::not_found("Certificate mapping not found for requested load balancer.")
    })
}

fn create(_: &World, change: &mut Change, ask: &Ask<'_>) -> Result<Answer, Fault> {
    check_termination(&change.balancer)?;
    if change.balancer.certificates.len() >= CERTIFICATE_LIMIT {
        return Err(Fault::new(
            FaultKind::OverLimit,
            format!(
                "Certificate mapping limit reached. Limit is set to '{CERTIFICATE_LIMIT}'. Please contact \
                 support if you would like to increase your limit."
            ),
        ));
    }
    let certificate = Certificate {
        id: change.numbers.next(Numbered::Certificate),
        settings: ask.settings().clone(),
    };
    let answer = accepted_with(&certificate);
    change.balancer.certificates.push(certificate);
    Ok(answer)
}

fn accepted_with(certificate: &Certificate) -> Answer {
    Answer::json(StatusCode::ACCEPTED, &wrapped(certificate, SHOWN))
}

fn wrapped(certificate: &Certificate, names: &[&str]) -> Value {
    let mut shown = Map::from_iter([("id".to_owned(), certificate.id.into())]);
    for name in names {
        if let Some(value) = certificate.settings.get(*name) {
            shown.insert((*name).to_owned(), value.clone());
        }
    }
    json!({ "certificateMapping": shown })
}
