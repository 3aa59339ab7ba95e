//! Users, and the keys that they sign with.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{date, domain, joined};
use crate::api::cloudstack::access::{self, check_use};
use crate::api::cloudstack::fault::{denied, invalid};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, command_name, envelope, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Attributes, Change, User, UserChange, UserDraft, id_text};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listUsers", list).showing(show),
    Row::read("cloudstack.getUser", get).showing(show),
    Row::new("cloudstack.getUserKeys", land, get_keys).looking(),
    Row::new("cloudstack.registerUserKeys", land, register_keys),
    Row::new("cloudstack.createUser", land_new, create).showing(show),
    Row::new("cloudstack.updateUser", land, update).showing(show),
    Row::new("cloudstack.deleteUser", land, delete),
    Row::new("cloudstack.disableUser", land, |world, call, _| {
        put_state(world, call, false, false)
    })
    .showing(show),
    Row::new("cloudstack.enableUser", land, |world, call, _| {
        put_state(world, call, true, false)
    })
    .showing(show),
    Row::new("cloudstack.lockUser", land, |world, call, _| {
        put_state(world, call, true, true)
    })
    .showing(show),
];

/// What is said of users beside their names: the parameters, under which names the world keeps them.
const SAID: &[&str] = &["firstname", "lastname", "email", "timezone"];

/// The user that a call is about.
///
/// # Errors
/// When there is none, or it is not the caller's to see.
fn user_of<'a>(world: &'a World, call: &Call) -> Result<&'a User, Fault> {
    let args = args(world, call);
    let session = caller(call)?;
    let id = args.required_id("id")?;
    let user = world.accounts.user(id);
    let user = user.ok_or_else(|| args.unknown("id", &id.to_string()))?;
    let is_other = session.user.id != id;
    match world.accounts.home(user) {
        Some(account) if is_other => check_use(world, session, account, id).map(|()| &**user),
        Some(_) | None => Ok(user),
    }
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    user_of(world, call).map(|_| Landing::default())
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let users = world.accounts.users().filter(|user| {
        listing.wants_id(user.id)
            && listing.keyword_fits(&user.name)
            && args.is("username", &user.name)
            && args.is("state", state(world, user.id, user.is_enabled))
            && world.accounts.home(user).is_some_and(|account| {
                let kind = || world.accounts.account_kind(account.id).number();
                listing.shows(account)
                    && args
                        .number("accounttype")
                        .is_none_or(|wanted| wanted == kind())
            })
    });
    Ok(listing.shown(users.map(|user| user.id)))
}

/// The state of a user or an account.
pub(super) fn state(world: &World, id: Uuid, is_enabled: bool) -> &'static str {
    match (is_enabled, world.accounts.is_locked(id)) {
        (false, _) => "disabled",
        (true, true) => "locked",
        (true, false) => "enabled",
    }
}

/// Where a user is at home, and as what.
fn home(world: &World, user: &User) -> Map<String, Value> {
    let accounts = &world.accounts;
    let Some(account) = accounts.home(user) else {
        return Map::new();
    };
    let role = accounts.command_role(accounts.role_of_account(account.id));
    let own = json!({
        "account": account.name,
        "accountid": account.id,
        "accounttype": accounts.account_kind(account.id).number(),
        "roleid": role.map(|role| role.id),
        "rolename": role.map(|role| &role.name),
        "roletype": role.map(|role| role.kind.role_type()),
    });
    let own = joined(own, domain(world, account.domain));
    own.as_object().cloned().unwrap_or_default()
}

pub(super) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let user = world.accounts.user(id)?;
    let created = user.said("created").map(str::to_owned);
    let own = json!({
        "id": user.id,
        "username": user.name,
        "firstname": user.said("firstname").unwrap_or(&user.name),
        "lastname": user.said("lastname").unwrap_or(&user.name),
        "email": user.said("email").map_or_else(|| format!("{}@example.com", user.name), str::to_owned),
        "timezone": user.said("timezone"),
        "state": state(world, user.id, user.is_enabled),
        "usersource": "native",
        "apikey": user.api_key,
        "iscallerchilddomain": false,
        "isdefault": user.number == 1,
        "is2faenabled": false,
        "is2famandated": false,
        "created": created.unwrap_or_else(|| date(world.clock().start())),
    });
    Some(joined(own, home(world, user)))
}

/// Answers with a user alone, under no name of its own kind but `user`.
fn get(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let key = args(world, call).text("userapikey").unwrap_or_default();
    let unknown = || invalid("User not found for the given API key");
    let user = world.accounts.user_by_api_key(key).ok_or_else(unknown)?;
    let session = caller(call)?;
    if let Some(account) = world.accounts.home(user) {
        check_use(world, session, account, user.id)?;
    }
    let id = user.id;
    job::done(world, call, Some(id))
}

fn get_keys(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let user = user_of(world, call)?;
    Ok(keys(call, user))
}

fn keys(call: &Call, user: &User) -> Answer {
    let secret = user.api_key.as_ref().map(|_| &user.secret_key);
    let keys = json!({ "apikey": user.api_key, "secretkey": secret });
    envelope::success(command_name(call), json!({ "userkeys": keys }))
}

fn register_keys(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let user = user_of(world, call)?.clone();
    let (key, secret) = (world.ids.key(), world.ids.key());
    let user = world.accounts.set_keys(&user, &key, &secret);
    job::note(world, call, Some(user.id))?;
    Ok(keys(call, &user))
}

/// What a call says of a user.
pub(super) fn said(args: &Args<'_>) -> Attributes {
    let said = SAID
        .iter()
        .filter_map(|name| Some((*name, args.text(name)?)));
    said.map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

/// The user that a call describes.
pub(super) fn drafted(world: &World, args: &Args<'_>) -> UserDraft {
    let mut about = said(args);
    about.insert("created".into(), date(world.now()).into());
    UserDraft {
        name: args.text("username").unwrap_or_default().into(),
        password: args.text("password").unwrap_or_default().into(),
        about,
    }
}

fn land_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let account = access::account(&args, session)?;
    check_use(world, session, &account, account.id)?;
    Ok(Landing::default())
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let account = access::account(&args, caller(call)?)?;
    let draft = drafted(world, &args);
    let user = world.accounts.add_user(&mut world.ids, &account, draft)?;
    job::done(world, call, Some(user.id))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let user = user_of(world, call)?.clone();
    let keys = args.text("userapikey").zip(args.text("usersecretkey"));
    let keys = keys.map(|(key, secret)| (key.to_owned(), secret.to_owned()));
    if let Some(name) = args.text("username") {
        let other = world.accounts.users.named(Some(user.domain), name);
        if other.is_some_and(|other| other.id != user.id) {
            return Err(invalid(format!("Username is already taken: {name}")));
        }
    }
    let password = args.text("password");
    let change = UserChange {
        name: super::kept(args.text("username")),
        password: password.map_or(Change::Keep, |it| Change::To(Some(it.into()))),
        extra: said(&args),
        ..UserChange::default()
    };
    let changed = world.accounts.update_user(&id_text(user.id), change)?;
    if let Some((key, secret)) = keys {
        world.accounts.set_keys(&changed, &key, &secret);
    }
    job::done(world, call, Some(user.id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let user = user_of(world, call)?;
    if user.id == caller(call)?.user.id || user.number == 1 {
        return Err(denied(
            "The user is a default user or the caller's own and can't be deleted",
        ));
    }
    let id = user.id;
    world.accounts.delete_user(&id_text(id))?;
    job::done(world, call, Some(id))
}

fn put_state(
    world: &mut World,
    call: &Call,
    is_enabled: bool,
    is_locked: bool,
) -> Result<Answer, Fault> {
    let user = user_of(world, call)?;
    let id = user.id;
    if user.number == 1 && (!is_enabled || is_locked) {
        return Err(denied(format!(
            "User is {} and can't be disabled",
            user.name
        )));
    }
    let change = UserChange {
        is_enabled: Change::To(is_enabled),
        ..UserChange::default()
    };
    world.accounts.update_user(&id_text(id), change)?;
    world.accounts.set_locked(id, is_locked);
    job::done(world, call, Some(id))
}
