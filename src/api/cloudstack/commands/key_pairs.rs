//! Key pairs. Those of an account belong to its users, or to the account itself where it has none.

use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

use super::{joined, owner};
use crate::api::cloudstack::access::owner_of_new;
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, command_name, envelope, job};
use crate::api::{Answer, Call, Landing, Target, keys};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::accounts::keypair::KeyPair;
use crate::world::ids::named;

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createSSHKeyPair", land_new, create),
    Row::new("cloudstack.registerSSHKeyPair", land_new, register),
    Row::new("cloudstack.deleteSSHKeyPair", land, delete),
    Row::read("cloudstack.listSSHKeyPairs", list),
];

/// Whose a key pair is.
fn account_of<'a>(world: &'a World, pair: &KeyPair) -> Option<&'a Arc<Project>> {
    match world.accounts.user(pair.user) {
        Some(user) => world.accounts.home(user),
        None => world.accounts.project(pair.user),
    }
}

/// A key pair's id; OpenStack knows it by its name alone.
fn id(pair: &KeyPair) -> Uuid {
    named("key-pair", &format!("{}/{}", pair.user, pair.name))
}

/// The account's key pair of that name, whichever of its users has it.
pub(crate) fn find<'a>(world: &'a World, account: &Project, name: &str) -> Option<&'a KeyPair> {
    let users = world.accounts.users_of(account.id).map(|user| user.id);
    let mut holders = users.chain([account.id]);
    holders.find_map(|holder| world.keypairs.get(holder, name))
}

fn name(world: &World, call: &Call) -> Arc<str> {
    args(world, call).text("name").unwrap_or_default().into()
}

fn land_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (account, _) = owner_of_new(world, call)?;
    let name = name(world, call);
    if find(world, &account, &name).is_some() {
        return Err(invalid(format!(
            "A key pair with name '{name}' already exists."
        )));
    }
    Ok(Landing::on(Target::KeyPair(name)))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (account, _) = owner_of_new(world, call)?;
    let name = name(world, call);
    match find(world, &account, &name) {
        Some(_) => Ok(Landing::on(Target::KeyPair(name))),
        None => Err(invalid(format!(
            "A key pair with name '{name}' does not exist for account {} in specified domain id",
            account.name
        ))),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (public, private) = keys::generate(world.ids.bytes())?;
    add(world, call, public, Some(private))
}

fn register(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let text = args(world, call).text("publickey").unwrap_or_default();
    let public = keys::import(text).map_err(|_| invalid("Public key is invalid"))?;
    let (account, _) = owner_of_new(world, call)?;
    let is_known = |pair: &&KeyPair| {
        *pair.fingerprint == *public.fingerprint && account_of(world, pair) == Some(&account)
    };
    if world.keypairs.iter().any(|pair| is_known(&pair)) {
        return Err(invalid(format!(
            "A key pair with key '{text}' already exists for this account."
        )));
    }
    add(world, call, public, None)
}

fn add(
    world: &mut World,
    call: &Call,
    public: keys::Public,
    private: Option<String>,
) -> Result<Answer, Fault> {
    let (account, user) = owner_of_new(world, call)?;
    let is_home = user.project == Some(account.id);
    let pair = KeyPair {
        number: world.keypairs.next_number(),
        name: name(world, call),
        user: if is_home { user.id } else { account.id },
        public_key: public.text.into(),
        fingerprint: public.fingerprint.into(),
        kind: "ssh".into(),
        created: world.now(),
    };
    let mut shown = view(world, &pair, &account);
    shown["privatekey"] = json!(private);
    let thing = id(&pair);
    world.keypairs.add(pair);
    job::note(world, call, Some(thing))?;
    Ok(envelope::success(
        command_name(call),
        json!({ "keypair": shown }),
    ))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (account, _) = owner_of_new(world, call)?;
    let name = name(world, call);
    let found = find(world, &account, &name).map(|pair| (pair.user, id(pair)));
    if let Some((holder, _)) = found {
        world.keypairs.remove(holder, &name);
    }
    job::done(world, call, found.map(|(_, id)| id))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let pairs = world.keypairs.iter();
    let pairs = pairs.filter_map(|pair| Some((pair, account_of(world, pair)?)));
    let pairs = pairs.filter(|(pair, account)| {
        listing.shows(account)
            && listing.wants_id(id(pair))
            && listing.keyword_fits(&pair.name)
            && args.text("name").is_none_or(|name| *name == *pair.name)
            && args.is("fingerprint", &pair.fingerprint)
    });
    Ok(listing.answer(pairs, |(pair, account)| view(world, pair, account)))
}

fn view(world: &World, pair: &KeyPair, account: &Project) -> Value {
    let own = json!({
        "id": id(pair),
        "name": pair.name,
        "fingerprint": pair.fingerprint,
    });
    let mut whose = owner(world, account);
    whose.remove("domainpath");
    joined(own, whose)
}
