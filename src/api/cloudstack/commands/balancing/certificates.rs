//! Certificates that load balancing rules show to those who connect.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

use super::{apply, named};
use crate::api::cloudstack::access::owner_of_new;
use crate::api::cloudstack::commands::owned::permit;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::balancers::certificate::Certificate;
use crate::world::network::guest::BalancingChange;

pub(super) fn upload(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (owner, _) = owner_of_new(world, call)?;
    let id = world.ids.uuid();
    let args = args(world, call);
    let text = args.text("certificate").unwrap_or_default();
    let der = pem_content(text, "CERTIFICATE")
        .ok_or_else(|| Fault::invalid("Invalid certificate format. Expected X509 certificate"))?;
    let key = args.text("privatekey").unwrap_or_default();
    let is_key = key.contains("PRIVATE KEY-----");
    if !is_key {
        return Err(Fault::invalid(
            "Parsing certificate/key failed: Invalid Key format.",
        ));
    }
    let certificate = Certificate {
        id,
        project: owner.id,
        name: args.text("name").unwrap_or_default().into(),
        text: text.into(),
        chain: args.text("certchain").map(Into::into),
        fingerprint: fingerprint(&der).into(),
    };
    world.certificates.insert(id, certificate);
    job::done(world, call, Some(id))
}

/// What stands between the lines of that label.
fn pem_content(text: &str, label: &str) -> Option<Vec<u8>> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let (_, rest) = text.split_once(&begin)?;
    let (body, _) = rest.split_once(&end)?;
    let packed: String = body.split_whitespace().collect();
    STANDARD.decode(packed).ok().filter(|der| !der.is_empty())
}

/// `AB:CD:…`
fn fingerprint(der: &[u8]) -> String {
    let digest = Sha1::digest(der);
    let bytes: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = own_certificate(world, call, "id")?;
    let balancing = &mut world.networking.guests.balancing;
    if !balancing.rules_with_certificate(id).is_empty() {
        return Err(Fault::invalid("Certificate in use by a loadbalancer(s)"));
    }
    world.certificates.remove(id);
    job::done(world, call, None)
}

/// The certificate that an argument names.
///
/// # Errors
/// When it is gone, or not the caller's.
fn own_certificate(world: &World, call: &Call, name: &str) -> Result<uuid::Uuid, Fault> {
    let args = args(world, call);
    let id = args.required_id(name)?;
    let certificate = world.certificates.get(id);
    let certificate = certificate.ok_or_else(|| args.unknown(name, &id.to_string()))?;
    permit(world, call, certificate.project, id)?;
    Ok(id)
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let names = ["certid", "lbruleid", "accountid", "projectid"];
    if names.iter().all(|name| args.text(name).is_none()) {
        return Err(Fault::invalid(
            "Invalid parameters either certificate ID or Account ID or Loadbalancer ID or Project ID required",
        ));
    }
    let shown_by = args.id("lbruleid");
    let shown_by = shown_by.map(|rule| world.networking.balancing(rule)?.certificate);
    let certificates = world.certificates.iter();
    let wanted = certificates.filter(|it| {
        let owner = world.accounts.project(it.project);
        owner.is_some_and(|owner| listing.is_admin() || listing.shows(owner))
            && args.is_id("certid", Some(it.id))
            && args.is_id("accountid", Some(it.project))
            && args.is_id("projectid", Some(it.project))
            && shown_by.is_none_or(|shown| shown == Some(it.id))
    });
    Ok(listing.shown(wanted.map(|it| it.id)))
}

pub(super) fn assign(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let certificate = own_certificate(world, call, "certid")?;
    let (rule, balancing) = named(world, call, "lbruleid")?;
    let protocol = balancing.protocol.as_deref().unwrap_or("tcp");
    let is_forced = args(world, call).flag("forced") == Some(true);
    let refusal = match balancing.certificate {
        _ if protocol != "ssl" => Some(format!("Bad LB protocol: Expected ssl got {protocol}")),
        Some(_) if !is_forced => Some("Another certificate is already bound to the LB".to_owned()),
        Some(_) | None => None,
    };
    let id = rule.id;
    match refusal {
        Some(message) => job::conclude(world, call, Some(id), Err(Fault::invalid(message))),
        None => apply(world, call, (id, id), |balancing| {
            BalancingChange::Certificate(balancing.certificate.replace(certificate))
        }),
    }
}

pub(super) fn unassign(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (rule, balancing) = named(world, call, "lbruleid")?;
    let id = rule.id;
    if balancing.certificate.is_none() {
        let fault = Fault::invalid(format!("No certificate is bound to lb with id: {id}"));
        return job::conclude(world, call, Some(id), Err(fault));
    }
    apply(world, call, (id, id), |balancing| {
        BalancingChange::Certificate(balancing.certificate.take())
    })
}
