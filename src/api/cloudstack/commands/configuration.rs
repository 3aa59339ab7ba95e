//! Global settings.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, command_name, envelope};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::setting::{self, SETTINGS, Scope, SettingSpec};
use crate::world::World;
use crate::world::configuration::{Configuration, Owner};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listConfigurations", list),
    Row::new("cloudstack.updateConfiguration", Landing::nowhere, update),
    Row::new("cloudstack.resetConfiguration", Landing::nowhere, reset),
];

/// The parameters that say of what a value is.
const OWNERS: [(&str, Scope); 6] = [
    ("zoneid", Scope::Zone),
    ("clusterid", Scope::Cluster),
    ("storageid", Scope::StoragePool),
    ("accountid", Scope::Account),
    ("domainid", Scope::Domain),
    ("imagestoreid", Scope::ImageStore),
];

/// # Errors
/// When values of several things are asked for at once.
fn owner(args: &Args<'_>) -> Result<Owner, Fault> {
    let mut owners = OWNERS
        .iter()
        .filter_map(|(name, scope)| Some((*scope, args.id(name)?)));
    let owner = owners.next();
    let store = args.text("imagestoreuuid").and_then(|id| id.parse().ok());
    match owners.next() {
        Some(_) => Err(Fault::invalid(
            "cannot handle multiple IDs, provide only one ID corresponding to the scope",
        )),
        None => Ok(owner.or(store.map(|id: Uuid| (Scope::ImageStore, id)))),
    }
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let owner = owner(args)?;
    let known = SETTINGS.iter().map(|spec| (spec.name, Some(spec)));
    let strangers = world.configuration.strangers();
    let all = known.chain(strangers.map(|name| (&**name, None)));
    let wanted = all.filter(|(name, spec)| {
        args.is("name", name)
            && args.is("category", category(*spec))
            && listing.keyword_fits(name)
            && owner.is_none_or(|(scope, _)| scope_of(*spec) == scope)
    });
    Ok(listing.answer(wanted, |(name, _)| view(&world.configuration, name, owner)))
}

fn category(spec: Option<&SettingSpec>) -> &'static str {
    spec.map_or("Advanced", |spec| spec.category)
}

fn scope_of(spec: Option<&SettingSpec>) -> Scope {
    spec.map_or(Scope::Global, |spec| spec.scope)
}

fn view(configuration: &Configuration, name: &str, owner: Owner) -> Value {
    let spec = setting::named(name);
    let shown_scope = owner
        .map(|(scope, _)| scope)
        .or(spec.map(|spec| spec.scope));
    json!({
        "name": name,
        "displaytext": display_name(name),
        "value": configuration.value_of(name, owner),
        "defaultvalue": spec.and_then(|spec| spec.default),
        "category": category(spec),
        "description": spec.map(|spec| spec.about),
        "scope": shown_scope.unwrap_or(Scope::Global).word(),
        "type": spec.map_or(setting::Kind::Text, |spec| spec.kind).word(),
        "isdynamic": true,
        "component": "management-server",
        "group": "Miscellaneous",
        "subgroup": "Others",
    })
}

/// `Ping interval`
fn display_name(name: &str) -> String {
    let words = name.replace('.', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let owner = owner(&args)?;
    let name = args.text("name").unwrap_or_default().to_owned();
    let value = args.text("value").unwrap_or_default().to_owned();
    world.configuration.change(&name, owner, &value)?;
    Ok(changed(world, call, &name, owner))
}

fn reset(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let owner = owner(&args)?;
    let name = args.text("name").unwrap_or_default().to_owned();
    world.configuration.reset(&name, owner)?;
    Ok(changed(world, call, &name, owner))
}

fn changed(world: &World, call: &Call, name: &str, owner: Owner) -> Answer {
    let shown = view(&world.configuration, name, owner);
    envelope::success(command_name(call), json!({ "configuration": shown }))
}
