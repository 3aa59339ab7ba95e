//! Trusts: one user lets another act with some of their roles.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::fault;
use super::super::render::Text;
use super::super::schema::{Schema, list, property};
use super::app_credentials::{ROLE_NAMED, expiry, named_roles};
use super::resource::{Purpose, Resource, WHEN_NEW, collection, members, text};
use super::roles::{ROLES, view as role_view};
use super::shape::{ANY_TEXT, BOOLEAN, TEXT_OR_NULL, open};
use super::tokens::Zulu;
use super::{Answer, Call, Operation, done, forbidden, policy, read, root, write};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Accounts, Attributes, Delegation, Target, Trust, id_text};

const COUNT: Schema = Schema::Either(&[
    Schema::Type(&["null"]),
    Schema::Integer {
        min: 0,
        max: i64::MAX,
    },
]);

const TRUSTS: Resource = Resource {
    member: "trust",
    collection: "trusts",
    path: "OS-TRUST/trusts",
    shape: open(&[
        property("allow_redelegation", Schema::Type(&["boolean", "null"])),
        property("expires_at", TEXT_OR_NULL),
        property("impersonation", BOOLEAN).required_since(WHEN_NEW),
        property("project_id", TEXT_OR_NULL),
        property("redelegated_trust_id", TEXT_OR_NULL),
        property("redelegation_count", COUNT),
        property("remaining_uses", COUNT),
        property("roles", list(&Schema::Object(&ROLE_NAMED))),
        property("trustee_user_id", ANY_TEXT).required_since(WHEN_NEW),
        property("trustor_user_id", ANY_TEXT).required_since(WHEN_NEW),
    ]),
    filters: &["trustor_user_id", "trustee_user_id"],
};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_trusts", list_trusts),
    write("identity.create_trust", create),
    read("identity.get_trust", |world, call, _| {
        let trust = found(world, call)?;
        Ok(TRUSTS.one(
            call,
            StatusCode::OK,
            view_whole(&world.accounts, call, &trust),
        ))
    }),
    write("identity.delete_trust", |world, call, _| {
        let trust = found(world, call)?;
        if trust.trustor != call.caller()?.user.id && !call.is_admin() {
            return Err(forbidden(call));
        }
        let now = world.now();
        world.accounts.delete_trust(call.path_param("trust"), now)?;
        Ok(done())
    }),
    read("identity.list_trust_roles", |world, call, _| {
        let trust = found(world, call)?;
        let roles = roles_of(&world.accounts, call, &trust);
        Ok(collection(call, "roles", &roles))
    }),
    read("identity.get_trust_role", |world, call, _| {
        let trust = found(world, call)?;
        let id = call.path_param("role");
        let role = world.accounts.roles.find(id)?;
        if !trust.roles.contains(&role.id) {
            return Err(Fault::not_found(format!("Could not find role: {id}.")));
        }
        Ok(ROLES.one(call, StatusCode::OK, role_view(role)))
    }),
];

/// The trust of the path, for those whom it binds.
fn found(world: &World, call: &Call) -> Result<Trust, Fault> {
    let id = call.path_param("trust");
    let trust = world.accounts.delegations.trust(id, world.now())?;
    let caller = call.caller()?.user.id;
    if caller == trust.trustor || caller == trust.trustee || call.is_admin() {
        Ok(Trust::clone(trust))
    } else {
        Err(forbidden(call))
    }
}

fn list_trusts(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let own = id_text(call.caller()?.user.id);
    let is_own = |name: &str| call.param(name) == Some(own.as_str());
    let is_own = is_own("trustor_user_id") || is_own("trustee_user_id");
    if !is_own && !call.is_admin() && !policy::allows(world, call) {
        return Err(forbidden(call));
    }
    let trusts = world.accounts.delegations.trusts();
    let good = trusts.filter(|trust| trust.expires.is_none_or(|expires| expires > world.now()));
    Ok(TRUSTS.list(call, good.map(|trust| view(trust))))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let said = TRUSTS.body(call, Purpose::Create)?;
    let session = call.caller()?;
    let may_not = |why: &str| Err(fault::forbidden(call, why));
    if text(&said, "trustor_user_id") != Some(id_text(session.user.id).as_str()) {
        return Err(forbidden(call));
    }
    if matches!(session.delegation, Some(Delegation::AppCredential(_))) {
        return may_not("Delegated tokens cannot manage trusts.");
    }
    let named = said.get("roles").and_then(Value::as_array);
    let project = text(&said, "project_id");
    if project.is_some() && named.is_none_or(Vec::is_empty) {
        return may_not("At least one role should be specified");
    }
    let accounts = &world.accounts;
    let trustee = text(&said, "trustee_user_id").unwrap_or_default();
    let trustee = accounts.users.find(trustee)?.id;
    let project = match project {
        Some(id) => Some(accounts.projects.find(id)?.id),
        None => None,
    };
    let roles = named_roles(accounts, named.map_or(&[], Vec::as_slice))?;
    let had = project.map(|id| accounts.roles_at(session.user.id, Target::Project(id)));
    let had = had.unwrap_or_default();
    if let Some(missing) = roles
        .iter()
        .find(|id| had.iter().all(|role| role.id != **id))
    {
        let message = format!("Could not find role: {}.", id_text(*missing));
        return Err(Fault::not_found(message));
    }
    let trust = Trust {
        id: world.ids.uuid(),
        trustor: session.user.id,
        trustee,
        project,
        roles,
        impersonates: said.get("impersonation") == Some(&Value::Bool(true)),
        expires: expiry(world, &said)?,
        remaining_uses: said.get("remaining_uses").and_then(Value::as_u64),
        redelegation_count: redelegations(&said),
        redelegated: None,
    };
    let trust = redelegate(call, trust)?;
    let trust = world.accounts.delegations.put_trust(trust);
    let item = view_whole(&world.accounts, call, &trust);
    Ok(TRUSTS.one(call, StatusCode::CREATED, item))
}

/// How often a trust may be handed on where nothing else is said.
const MAX_REDELEGATIONS: u64 = 3;

fn redelegations(said: &Attributes) -> u64 {
    let count = said.get("redelegation_count").and_then(Value::as_u64);
    match said.get("allow_redelegation") {
        Some(Value::Bool(true)) => count.unwrap_or(MAX_REDELEGATIONS),
        Some(_) | None => count.unwrap_or(0),
    }
}

/// A trust that is made with a token of another trust hands that one on.
fn redelegate(call: &Call, trust: Trust) -> Result<Trust, Fault> {
    let Some(Delegation::Trust(source)) = &call.caller()?.delegation else {
        return Ok(trust);
    };
    if source.redelegation_count == 0 || trust.redelegation_count >= source.redelegation_count {
        let why = format!(
            "Remaining redelegation depth of {} out of allowed range of [0..{MAX_REDELEGATIONS}]",
            source.redelegation_count
        );
        return Err(fault::forbidden(call, &why));
    }
    Ok(Trust {
        redelegated: Some(source.id),
        ..trust
    })
}

fn roles_of(accounts: &Accounts, call: &Call, trust: &Trust) -> Vec<Value> {
    let roles = trust.roles.iter().filter_map(|id| accounts.roles.get(*id));
    roles
        .map(|role| ROLES.view(call, role_view(role)))
        .collect()
}

fn view(trust: &Trust) -> Attributes {
    members(json!({
        "id": id_text(trust.id),
        "trustor_user_id": id_text(trust.trustor),
        "trustee_user_id": id_text(trust.trustee),
        "project_id": trust.project.map(id_text),
        "impersonation": trust.impersonates,
        "expires_at": trust.expires.map(|expires| Text(Zulu(expires))),
        "remaining_uses": trust.remaining_uses,
        "deleted_at": null,
        "redelegated_trust_id": trust.redelegated.map(id_text),
        "redelegation_count": trust.redelegation_count,
    }))
}

/// With its roles, which lists leave out.
fn view_whole(accounts: &Accounts, call: &Call, trust: &Trust) -> Attributes {
    let mut item = view(trust);
    let link = format!("{}/{}/roles", root(call), id_text(trust.id));
    let links = json!({"self": link, "next": null, "previous": null});
    item.insert("roles".to_owned(), roles_of(accounts, call, trust).into());
    item.insert("roles_links".to_owned(), links);
    item
}
