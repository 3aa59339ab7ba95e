//! Accounts, which OpenStack calls projects.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{date, domain, joined, kept, limits, users};
use crate::api::cloudstack::access::{self, check_domain, check_use};
use crate::api::cloudstack::fault::{denied, invalid};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{
    AccountDraft, AccountKind, AccountProfile, Attributes, Change, Project, ProjectChange, Standing,
};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listAccounts", list).showing(show),
    Row::new("cloudstack.createAccount", land_new, create).showing(show),
    Row::new("cloudstack.updateAccount", land, update).showing(show),
    Row::new("cloudstack.deleteAccount", land, delete),
    Row::new("cloudstack.disableAccount", land, disable).showing(show),
    Row::new("cloudstack.enableAccount", land, |world, call, _| {
        put_state(world, call, true, false)
    })
    .showing(show),
    Row::new("cloudstack.lockAccount", land, |world, call, _| {
        put_state(world, call, true, true)
    })
    .showing(show),
];

/// The account that a call is about, by its id or by its name and domain.
///
/// # Errors
/// When there is none, or it is not the caller's to see.
fn account_of(world: &World, call: &Call) -> Result<Arc<Project>, Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let by_id = args.id("id").and_then(|id| world.accounts.project(id));
    let account = match by_id {
        Some(account) => account.clone(),
        None => access::account(&args, session)?,
    };
    check_use(world, session, &account, account.id)?;
    Ok(account)
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    account_of(world, call).map(|_| Landing::default())
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let accounts = world.accounts.accounts().filter(|account| {
        let kind = || world.accounts.account_kind(account.id).number();
        listing.wants(account.id, &account.name)
            && listing.shows(account)
            && args.is("state", users::state(world, account.id, account.is_enabled))
            && args
                .number("accounttype")
                .is_none_or(|wanted| wanted == kind())
    });
    let ids = accounts.map(|account| account.id);
    Ok(listing.shown_as(ids, limits::trim(&listing.args)))
}

fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let accounts = &world.accounts;
    let account = accounts.project(id)?;
    let profile = accounts.account_profile(id);
    let role = accounts.command_role(accounts.role_of_account(id));
    let users = accounts.users_of(id);
    let users: Vec<Value> = users
        .filter_map(|user| users::show(world, user.id, viewer))
        .collect();
    let running = world.servers_of(id).filter(|server| server.host.is_some());
    let own = json!({
        "id": account.id,
        "name": account.name,
        "accounttype": accounts.account_kind(id).number(),
        "roleid": role.map(|role| role.id),
        "rolename": role.map(|role| &role.name),
        "roletype": role.map(|role| role.kind.role_type()),
        "state": users::state(world, account.id, account.is_enabled),
        "isdefault": account.number == 1,
        "created": date(profile.created.unwrap_or(world.clock().start())),
        "networkdomain": profile.network_domain,
        "accountdetails": Some(&profile.details).filter(|details| !details.is_empty()),
        "groups": [],
        "receivedbytes": 0,
        "sentbytes": 0,
        "iscleanuprequired": false,
        "vmrunning": running.count(),
        "vmstopped": world.servers_of(id).filter(|server| server.host.is_none()).count(),
        "user": users,
    });
    let counts = limits::summary(world, account);
    Some(joined(
        own,
        domain(world, account.domain).into_iter().chain(counts),
    ))
}

/// The domain that a new account is to be in: the caller's unless another is named.
fn domain_of_new(args: &Args<'_>, call: &Call) -> Result<Uuid, Fault> {
    let session = caller(call)?;
    Ok(args
        .id("domainid")
        .unwrap_or_else(|| access::own_domain(session)))
}

fn land_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    let args = args(world, call);
    check_domain(world, caller(call)?, domain_of_new(&args, call)?)?;
    let kind = kind_asked(&args)?;
    if kind == AccountKind::Admin && world.accounts.standing(caller(call)?) != Standing::Root {
        return Err(denied(
            "Only a root admin can create an account of type root admin",
        ));
    }
    Ok(Landing::default())
}

/// The kind that a call asks for, by its number or by a role.
fn kind_asked(args: &Args<'_>) -> Result<AccountKind, Fault> {
    let role = args
        .id("roleid")
        .and_then(|id| args.world.accounts.command_role(id));
    match (role, args.number("accounttype")) {
        (Some(role), _) => Ok(role.kind),
        (None, Some(number)) => AccountKind::numbered(number)
            .ok_or_else(|| invalid(format!("Invalid account type: {number}"))),
        (None, None) => Err(invalid("Neither account type and role ID are not provided")),
    }
}

fn details(args: &Args<'_>) -> Attributes {
    let details = args.map("accountdetails").into_iter();
    details
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let domain = world.accounts.project(domain_of_new(&args, call)?).cloned();
    let domain = domain.ok_or_else(|| invalid("The domain does not exist"))?;
    let user = users::drafted(world, &args);
    let draft = AccountDraft {
        name: kept(args.text("account")).unwrap_or_else(|| user.name.clone()),
        domain,
        profile: AccountProfile {
            kind: Some(kind_asked(&args)?),
            role: args.id("roleid"),
            network_domain: kept(args.text("networkdomain")),
            details: details(&args),
            created: Some(world.now()),
        },
        user,
    };
    let account = world.accounts.create_account(&mut world.ids, draft)?;
    job::done(world, call, Some(account.id))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let account = account_of(world, call)?;
    let change = ProjectChange {
        name: kept(args.text("newname")),
        ..ProjectChange::default()
    };
    let role = args
        .id("roleid")
        .and_then(|id| world.accounts.command_role(id));
    let role = role.map(|role| (role.id, role.kind));
    let (network_domain, details) = (kept(args.text("networkdomain")), details(&args));
    let is_over = world.accounts.standing(caller(call)?) != Standing::Own;
    if !is_over && (role.is_some() || change.name.is_some()) {
        return Err(denied("Only an admin can change an account's name or role"));
    }
    let account = world.accounts.update_project(&account, change)?;
    let profile = world.accounts.profile_mut(account.id);
    profile.network_domain = network_domain.or(profile.network_domain.take());
    profile.details.extend(details);
    if let Some((role, kind)) = role {
        profile.role = Some(role);
        profile.kind = Some(kind);
        world.accounts.entrust_account(&account);
    }
    job::done(world, call, Some(account.id))
}

fn disable(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let locks = args(world, call).flag("lock") == Some(true);
    let account = account_of(world, call)?.id;
    let answer = put_state(world, call, locks, locks)?;
    if !locks {
        let user = caller(call)?.user.clone();
        world.stop_servers_of(account, &user);
    }
    Ok(answer)
}

fn put_state(
    world: &mut World,
    call: &Call,
    is_enabled: bool,
    is_locked: bool,
) -> Result<Answer, Fault> {
    let account = account_of(world, call)?;
    if account.number == 1 && (!is_enabled || is_locked) {
        return Err(denied("Can't disable or lock the default account"));
    }
    let change = ProjectChange {
        is_enabled: Change::To(is_enabled),
        ..ProjectChange::default()
    };
    world.accounts.update_project(&account, change)?;
    world.accounts.set_locked(account.id, is_locked);
    job::done(world, call, Some(account.id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let account = account_of(world, call)?;
    let session = caller(call)?;
    if account.number == 1 || Some(&account) == session.project.as_ref() {
        return Err(invalid(
            "The account is a default account or the caller's own and can't be deleted",
        ));
    }
    let owned = world
        .accounts
        .teams()
        .find(|team| team.owner() == Some(account.id));
    if let Some(team) = owned {
        return Err(denied(format!(
            "The account id={} manages project(s) with ids {} and can't be removed",
            account.id, team.id
        )));
    }
    let user = session.user.clone();
    world.release_project(account.id, &user);
    world.accounts.delete_account(&account)?;
    job::done(world, call, Some(account.id))
}

/// How an account stands in an answer that shows only whose something is.
pub(super) fn brief(world: &World, id: Uuid) -> Map<String, Value> {
    let account = world.accounts.project(id);
    account
        .map(|account| super::owner(world, account))
        .unwrap_or_default()
}
