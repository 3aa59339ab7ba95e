//! Users, accounts and the domain; key pairs.

use serde_json::{Value, json};

use super::{date, joined, owner};
use crate::api::cloudstack::entity::root_domain;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, caller, command_name, envelope};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Project, User};
use crate::world::ids::named;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listUsers", list_users),
    Row::read("cloudstack.listAccounts", list_accounts),
    Row::read("cloudstack.listDomains", list_domains),
    Row::read("cloudstack.getUserKeys", get_user_keys),
    Row::read("cloudstack.listSSHKeyPairs", list_key_pairs),
];

/// The service's numbers of account types, and the names of the roles.
fn account_type(is_admin: bool) -> (i64, &'static str, &'static str) {
    if is_admin {
        (1, "Admin", "Root Admin")
    } else {
        (0, "User", "User")
    }
}

fn project_of<'a>(world: &'a World, user: &User) -> Option<&'a Project> {
    world.accounts.home(user).map(|project| &**project)
}

fn list_users(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let users = world.accounts.users().filter(|user| {
        listing.wants_id(user.id)
            && listing.keyword_fits(&user.name)
            && args.is("username", &user.name)
            && args.is("state", "enabled")
            && args
                .number("accounttype")
                .is_none_or(|wanted| wanted == account_type(world.accounts.is_admin(user)).0)
            && project_of(world, user).is_some_and(|project| listing.shows(project))
    });
    Ok(listing.answer(users, |item| user(world, item)))
}

fn user(world: &World, user: &User) -> Value {
    let (number, role_type, role) = account_type(world.accounts.is_admin(user));
    let project = project_of(world, user);
    let own = json!({
        "id": user.id,
        "username": user.name,
        "firstname": user.name,
        "lastname": user.name,
        "email": format!("{}@example.com", user.name),
        "state": "enabled",
        "accountid": project.map(|project| project.id),
        "accounttype": number,
        "roleid": named("role", role),
        "rolename": role,
        "roletype": role_type,
        "usersource": "native",
        "apikey": user.api_key,
        "iscallerchilddomain": false,
        "isdefault": user.number == 1,
        "is2faenabled": false,
        "is2famandated": false,
        "created": date(world.clock().start()),
    });
    joined(own, project.map(owner).unwrap_or_default())
}

fn list_accounts(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let accounts = world.accounts.projects().filter(|project| {
        let is_admin = is_admin_account(world, project);
        listing.wants(project.id, &project.name)
            && listing.shows(project)
            && args.is("state", "enabled")
            && args
                .number("accounttype")
                .is_none_or(|wanted| wanted == account_type(is_admin).0)
    });
    Ok(listing.answer(accounts, |project| account(world, project)))
}

fn is_admin_account(world: &World, project: &Project) -> bool {
    let mut users = world.accounts.users();
    users.any(|user| user.project == Some(project.id) && world.accounts.is_admin(user))
}

fn account(world: &World, project: &Project) -> Value {
    let (number, role_type, role) = account_type(is_admin_account(world, project));
    let servers = || world.servers_of(project.id);
    let running = servers().filter(|server| server.host.is_some()).count();
    let members = world
        .accounts
        .users()
        .filter(|user| user.project == Some(project.id));
    let users: Vec<Value> = members.map(|member| user(world, member)).collect();
    json!({
        "id": project.id,
        "name": project.name,
        "accounttype": number,
        "roleid": named("role", role),
        "rolename": role,
        "roletype": role_type,
        "domain": "ROOT",
        "domainid": root_domain(),
        "domainpath": "ROOT",
        "state": "enabled",
        "isdefault": project.number == 1,
        "created": date(world.clock().start()),
        "vmlimit": "Unlimited",
        "vmavailable": "Unlimited",
        "vmtotal": servers().count(),
        "vmrunning": running,
        "vmstopped": servers().count() - running,
        "user": users,
    })
}

fn list_domains(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let is_level = listing.args.number("level").is_none_or(|level| level == 0);
    let root = Some("ROOT").filter(|name| is_level && listing.wants(root_domain(), name));
    let created = date(world.clock().start());
    Ok(listing.answer(root.into_iter(), |name| {
        json!({
            "id": root_domain(),
            "name": name,
            "level": 0,
            "path": name,
            "haschild": false,
            "state": "Active",
            "created": created,
        })
    }))
}

fn get_user_keys(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let args = args(world, call);
    let caller = caller(call)?;
    let id = args.required_id("id")?;
    let user = world
        .accounts
        .user(id)
        .ok_or_else(|| args.unknown(&id.to_string()))?;
    if !caller.is_admin() && caller.user.id != id {
        let message = format!(
            "User {} has no permission to see the keys of another",
            caller.user.name
        );
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    let keys = json!({ "apikey": user.api_key, "secretkey": user.secret_key });
    Ok(envelope::success(
        command_name(call),
        json!({ "userkeys": keys }),
    ))
}

fn list_key_pairs(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let project = |id| {
        world
            .accounts
            .user(id)
            .and_then(|user| project_of(world, user))
    };
    let pairs = world
        .keypairs
        .iter()
        .filter_map(|pair| Some((pair, project(pair.user)?)));
    let pairs = pairs.filter(|(pair, project)| {
        listing.shows(project)
            && listing.keyword_fits(&pair.name)
            && args.text("name").is_none_or(|name| *name == *pair.name)
            && args.is("fingerprint", &pair.fingerprint)
    });
    Ok(listing.answer(pairs, |(pair, project)| {
        let own = json!({
            "id": named("key-pair", &format!("{}/{}", pair.user, pair.name)),
            "name": pair.name,
            "fingerprint": pair.fingerprint,
        });
        joined(own, owner(project))
    }))
}
