//! The other ends of connections between sites, as their owners describe them.

use std::sync::Arc;

use cidr::IpCidr;
use uuid::Uuid;

use crate::api::cloudstack::access::owner_of_new;
use crate::api::cloudstack::commands::owned::permit;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::vpn::{CustomerGateway, CustomerSettings};

/// What policies are made of: a cipher, a hash and, for the exchange of keys always, a group.
const CIPHERS: [&str; 4] = ["3des", "aes128", "aes192", "aes256"];
const HASHES: [&str; 5] = ["md5", "sha1", "sha256", "sha384", "sha512"];
const GROUPS: [&str; 12] = [
    "modp1024",
    "modp1536",
    "modp2048",
    "modp3072",
    "modp4096",
    "modp6144",
    "modp8192",
    "ecp256",
    "ecp384",
    "ecp521",
    "curve25519",
    "curve448",
];
const IKE_VERSIONS: [&str; 3] = ["ike", "ikev1", "ikev2"];

/// In seconds, a day and an hour; what is longer than a day is not a lifetime.
const IKE_LIFETIME: i64 = 86_400;
const ESP_LIFETIME: i64 = 3_600;

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (owner, _) = owner_of_new(world, call)?;
    match settings(world, call, (owner.id, None)) {
        Err(fault) => job::conclude(world, call, None, Err(fault)),
        Ok(settings) => {
            let gateway = CustomerGateway {
                id: world.ids.uuid(),
                project: owner.id,
                settings,
            };
            let id = gateway.id;
            world.vpns.customers.insert(id, gateway);
            job::done(world, call, Some(id))
        }
    }
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let gateway = named(world, call, "id")?;
    let (id, project) = (gateway.id, gateway.project);
    match settings(world, call, (project, Some(id))) {
        Err(fault) => job::conclude(world, call, Some(id), Err(fault)),
        Ok(settings) => {
            if let Some(gateway) = world.vpns.customers.get_mut(id) {
                gateway.settings = settings;
            }
            job::done(world, call, Some(id))
        }
    }
}

pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = named(world, call, "id")?.id;
    if world.vpns.is_connected(id) {
        let fault = Fault::invalid(format!(
            "Unable to delete VPN customer gateway with id {id} because there is still related VPN connections!"
        ));
        return job::conclude(world, call, None, Err(fault));
    }
    world.vpns.customers.remove(id);
    job::done(world, call, None)
}

/// The customer's gateway that an argument names.
///
/// # Errors
/// When it is gone, or not the caller's.
pub(super) fn named<'a>(
    world: &'a World,
    call: &Call,
    name: &str,
) -> Result<&'a CustomerGateway, Fault> {
    let args = args(world, call);
    let id = args.required_id(name)?;
    let gateway = world.vpns.customers.get(id);
    let gateway = gateway.ok_or_else(|| args.unknown(name, &id.to_string()))?;
    permit(world, call, gateway.project, id)?;
    Ok(gateway)
}

/// What a call says of a gateway of a project's, which may be there already.
fn settings(
    world: &World,
    call: &Call,
    (project, id): (Uuid, Option<Uuid>),
) -> Result<CustomerSettings, Fault> {
    let args = args(world, call);
    let text = |name: &str| args.text(name).unwrap_or_default();
    let gateway = text("gateway");
    let own_name = format!("VPN-{gateway}");
    let name = args.text("name").unwrap_or(&own_name);
    check_name(world, (project, id), name)?;
    if !is_host(gateway) {
        return Err(Fault::invalid(format!(
            "The customer gateway ip/Domain {gateway} is invalid!"
        )));
    }
    Ok(CustomerSettings {
        name: name.into(),
        gateway: gateway.into(),
        networks: networks(&args)?,
        shared_key: text("ipsecpsk").into(),
        ike_policy: policy(&args, "ikepolicy", "IKE", true)?,
        esp_policy: policy(&args, "esppolicy", "ESP", false)?,
        ike_lifetime: lifetime(&args, "ikelifetime", ("IKE", IKE_LIFETIME))?,
        esp_lifetime: lifetime(&args, "esplifetime", ("ESP", ESP_LIFETIME))?,
        ike_version: ike_version(&args)?,
        detects_death: args.flag("dpd").unwrap_or(false),
        forces_encapsulation: args.flag("forceencap").unwrap_or(false),
        splits_connections: args.flag("splitconnections").unwrap_or(false),
    })
}

fn check_name(world: &World, (project, id): (Uuid, Option<Uuid>), name: &str) -> Result<(), Fault> {
    let mut others = world.vpns.customers.iter();
    let is_taken = others.any(|other| {
        other.project == project && Some(other.id) != id && *other.settings.name == *name
    });
    match is_taken {
        false => Ok(()),
        true => Err(Fault::invalid(format!(
            "The customer gateway with name {name} already existed!"
        ))),
    }
}

/// Whether something is an address or a name in the DNS.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.parse::<std::net::IpAddr>().is_ok()
        || (text.contains('.') && text.split('.').all(is_label))
}

fn networks(args: &Args<'_>) -> Result<Vec<Arc<str>>, Fault> {
    let each = args.texts("cidrlist").into_iter();
    let each = each.map(|text| match text.parse::<IpCidr>() {
        Ok(_) => Ok(text.into()),
        Err(_) => Err(Fault::invalid(format!(
            "The customer gateway peer cidr list {text} contains an invalid cidr!"
        ))),
    });
    each.collect()
}

/// A policy, or several between commas: `aes256-sha1;modp1536`.
fn policy(args: &Args<'_>, name: &str, kind: &str, needs_group: bool) -> Result<Arc<str>, Fault> {
    let text = args.text(name).unwrap_or_default();
    let is_policy = |policy: &str| {
        let (suite, group) = match policy.split_once(';') {
            Some((suite, group)) => (suite, Some(group)),
            None => (policy, None),
        };
        let is_suite = suite
            .split_once('-')
            .is_some_and(|(cipher, hash)| CIPHERS.contains(&cipher) && HASHES.contains(&hash));
        is_suite && group.map_or(!needs_group, |group| GROUPS.contains(&group))
    };
    match text.split(',').all(is_policy) {
        true => Ok(text.into()),
        false => Err(Fault::invalid(format!(
            "The customer gateway {kind} policy {text} is invalid!  Verify the required Diffie Hellman (DH) group \
             is specified."
        ))),
    }
}

fn lifetime(args: &Args<'_>, name: &str, (kind, usual): (&str, i64)) -> Result<u32, Fault> {
    let seconds = args.number(name).unwrap_or(usual);
    let fitting = u32::try_from(seconds).ok();
    let fitting = fitting.filter(|seconds| i64::from(*seconds) <= IKE_LIFETIME);
    fitting.ok_or_else(|| {
        Fault::invalid(format!(
            "The {kind} lifetime {seconds} of vpn connection is invalid!"
        ))
    })
}

fn ike_version(args: &Args<'_>) -> Result<Arc<str>, Fault> {
    let version = args.text("ikeversion").unwrap_or("ike");
    match IKE_VERSIONS.contains(&version) {
        true => Ok(version.into()),
        false => Err(Fault::invalid(format!(
            "The ikeversion {version} is invalid! Choose ike, ikev1 or ikev2"
        ))),
    }
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let gateways = world.vpns.customers.iter().filter(|gateway| {
        let owner = world.accounts.project(gateway.project);
        owner.is_some_and(|owner| listing.shows(owner))
            && listing.wants_id(gateway.id)
            && listing.keyword_fits(&gateway.settings.name)
    });
    Ok(listing.shown(gateways.map(|gateway| gateway.id)))
}
