//! The tree of domains.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{date, joined, kept, limits};
use crate::api::cloudstack::access::{self, check_domain};
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{DEFAULT_DOMAIN, DomainDraft, Project, Standing};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listDomains", list).showing(show),
    Row::read("cloudstack.listDomainChildren", list_children).showing(show),
    Row::new("cloudstack.createDomain", land_new, create).showing(show),
    Row::new("cloudstack.updateDomain", land, update).showing(show),
    Row::new("cloudstack.deleteDomain", land, delete),
];

/// How deep in the tree a domain is.
fn level(world: &World, id: Uuid) -> usize {
    world.accounts.domains_above(id).count().saturating_sub(1)
}

/// The domains that the caller may see, at whatever depth.
fn visible<'a>(
    world: &'a World,
    listing: &Listing<'_>,
    own: Uuid,
) -> impl Iterator<Item = &'a Project> {
    let top = match listing.standing() {
        Standing::Root => DEFAULT_DOMAIN,
        Standing::Domain(domain) => domain,
        Standing::Own => own,
    };
    let is_plain = listing.standing() == Standing::Own;
    let domains = world.accounts.domains().map(|domain| &**domain);
    domains.filter(move |domain| match is_plain {
        true => domain.id == own,
        false => world.accounts.is_domain_in(domain.id, top),
    })
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let own = access::own_domain(caller(call)?);
    // Administrators of the whole cloud see all domains without asking for them.
    let domains = visible(world, &listing, own).filter(|domain| {
        let is_level = |wanted: i64| i64::try_from(level(world, domain.id)) == Ok(wanted);
        listing.wants(domain.id, world.accounts.domain_name(domain))
            && args.number("level").is_none_or(is_level)
    });
    Ok(listing.shown_as(domains.map(|domain| domain.id), limits::trim(args)))
}

fn list_children(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    // Here the id names the domain above those that are listed.
    let listing = Listing::of_parts(world, call)?;
    let args = &listing.args;
    let own = access::own_domain(caller(call)?);
    let above = args.id("id").unwrap_or(own);
    let with_inner = args.flag("isrecursive") == Some(true);
    let accounts = &world.accounts;
    let domains = visible(world, &listing, own).filter(|domain| {
        let is_inside = match with_inner {
            true => domain.id != above && accounts.is_domain_in(domain.id, above),
            false => accounts.domain_above(domain.id) == Some(above),
        };
        is_inside && listing.wants(domain.id, accounts.domain_name(domain))
    });
    Ok(listing.shown(domains.map(|domain| domain.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let accounts = &world.accounts;
    let domain = accounts.project(id)?;
    let above = accounts
        .domain_above(id)
        .and_then(|id| accounts.project(id));
    let profile = accounts.account_profile(id);
    let own = json!({
        "id": id,
        "name": accounts.domain_name(domain),
        "level": level(world, id),
        "path": accounts.domain_path(id),
        "parentdomainid": above.map(|above| above.id),
        "parentdomainname": above.map(|above| accounts.domain_name(above)),
        "haschild": accounts.domains_in(id).next().is_some(),
        "networkdomain": profile.network_domain,
        "state": if domain.is_enabled { "Active" } else { "Inactive" },
        "created": date(profile.created.unwrap_or(world.clock().start())),
    });
    Some(joined(own, limits::summary_of_domain(world, id)))
}

/// The domain that a call is about.
///
/// # Errors
/// When the caller is not over it.
fn domain_of(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let id = args(world, call).required_id("id")?;
    check_domain(world, caller(call)?, id).map(|()| id)
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    domain_of(world, call).map(|_| Landing::default())
}

/// The domain that a new one is to be in.
fn above_of_new(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let own = access::own_domain(caller(call)?);
    let above = args(world, call).id("parentdomainid").unwrap_or(own);
    check_domain(world, caller(call)?, above).map(|()| above)
}

fn land_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    above_of_new(world, call).map(|_| Landing::default())
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let above = above_of_new(world, call)?;
    // Several clouds under one roof may have been told to know it by one id.
    let wanted = call.param("domainid").and_then(|id| id.parse().ok());
    let id = wanted.unwrap_or_else(|| world.ids.uuid());
    let args = args(world, call);
    if world.accounts.project(id).is_some() {
        return Err(invalid(format!("Domain with id {id} already exists")));
    }
    let draft = DomainDraft {
        id,
        name: args.text("name").unwrap_or_default().into(),
        above,
        network_domain: kept(args.text("networkdomain")),
        created: world.now(),
    };
    world.accounts.add_domain(draft)?;
    job::done(world, call, Some(id))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = domain_of(world, call)?;
    let args = args(world, call);
    let (name, network_domain) = (kept(args.text("name")), kept(args.text("networkdomain")));
    if let Some(name) = name {
        world.accounts.rename_domain(id, &name)?;
    }
    if network_domain.is_some() {
        world.accounts.profile_mut(id).network_domain = network_domain;
    }
    job::done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = domain_of(world, call)?;
    let cleans_up = args(world, call).flag("cleanup") == Some(true);
    if id == DEFAULT_DOMAIN {
        let message = "Can't delete ROOT domain";
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    let (domains, owners) = inside(world, id);
    if !cleans_up && (domains.len() > 1 || !owners.is_empty()) {
        let message = format!(
            "Failed to delete the domain {id}: it has sub-domains, accounts or projects; use the cleanup \
             parameter to remove them too"
        );
        return job::conclude(
            world,
            call,
            Some(id),
            Err(Fault::new(FaultKind::Internal, message).about(id, "domainId")),
        );
    }
    let user = caller(call)?.user.clone();
    for owner in owners {
        world.release_project(owner, &user);
        world.remove_owner(owner)?;
    }
    // The innermost go first.
    for domain in domains.into_iter().rev() {
        if let Some(domain) = world.accounts.project(domain).cloned() {
            world.release_dedications_to(domain.id);
            world.accounts.remove_domain(&domain)?;
        }
    }
    job::done(world, call, Some(id))
}

/// A domain with those in it, the outermost first; and the accounts and projects in them.
fn inside(world: &World, id: Uuid) -> (Vec<Uuid>, Vec<Uuid>) {
    let accounts = &world.accounts;
    let mut domains: Vec<Uuid> = accounts
        .domains()
        .map(|domain| domain.id)
        .filter(|domain| accounts.is_domain_in(*domain, id))
        .collect();
    domains.sort_by_key(|domain| level(world, *domain));
    let owners = accounts.projects();
    let owners = owners.filter(|owner| accounts.is_in_domain(owner, id));
    (domains, owners.map(|owner| owner.id).collect())
}
