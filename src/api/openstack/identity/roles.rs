//! Roles, and which of them imply others.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::super::schema::property;
use super::resource::{Purpose, Resource, WHEN_NEW, collection, read as read_body, take_text};
use super::resource::{this, with_extra};
use super::shape::{ID_OR_NULL, NAME, OPTIONS, TEXT_OR_NULL, open};
use super::{Answer, Call, Operation, done, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Accounts, Attributes, Role, id_text};

pub(super) const ROLES: Resource = Resource {
    member: "role",
    collection: "roles",
    path: "roles",
    shape: open(&[
        property("description", TEXT_OR_NULL),
        property("domain_id", ID_OR_NULL),
        property("name", NAME).required_since(WHEN_NEW),
        property("options", OPTIONS),
    ]),
    filters: &["name", "domain_id"],
};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_roles", |world, call, _| {
        // Without a domain in the query, those of no domain are meant.
        let is_global = call.param("domain_id").is_none_or(str::is_empty);
        let roles = world.accounts.roles.iter();
        let wanted = roles.filter(|role| !is_global || role.domain.is_none());
        Ok(ROLES.list(call, wanted.map(|role| view(role))))
    }),
    write("identity.create_role", create),
    read("identity.get_role", |world, call, _| {
        let role = world.accounts.roles.find(call.path_param("role"))?;
        Ok(ROLES.one(call, StatusCode::OK, view(role)))
    }),
    write("identity.update_role", update),
    write("identity.delete_role", |world, call, _| {
        world.accounts.delete_role(call.path_param("role"))?;
        Ok(done())
    }),
    read("identity.list_role_inferences", |world, call, _| {
        let roles = world.accounts.roles.iter();
        let priors = roles.filter(|role| world.accounts.implied_by(role.id).next().is_some());
        let rules: Vec<Value> = priors
            .map(|prior| rule(&world.accounts, call, prior))
            .collect();
        Ok(collection(call, "role_inferences", &rules))
    }),
    read("identity.list_implied_roles", |world, call, _| {
        let prior = world.accounts.roles.find(call.path_param("role"))?;
        Ok(inference(
            call,
            StatusCode::OK,
            rule(&world.accounts, call, prior),
        ))
    }),
    read("identity.get_implied_role", |world, call, _| {
        let shown = implied(world, call, StatusCode::OK)?;
        Ok(if call.request.method == Method::HEAD {
            done()
        } else {
            shown
        })
    }),
    write("identity.create_implied_role", |world, call, _| {
        let (prior, implied_role) = (call.path_param("role"), call.path_param("implied"));
        world.accounts.imply(prior, implied_role)?;
        implied(world, call, StatusCode::CREATED)
    }),
    write("identity.delete_implied_role", |world, call, _| {
        let (prior, implied_role) = (call.path_param("role"), call.path_param("implied"));
        world.accounts.imply_no_more(prior, implied_role)?;
        Ok(done())
    }),
];

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut said = ROLES.body(call, Purpose::Create)?;
    let domain = match take_text(&mut said, "domain_id") {
        None => None,
        Some(id) => Some(world.accounts.find_domain(&id)?.id),
    };
    let role = world
        .accounts
        .create_role(&mut world.ids, domain, read_body(said)?)?;
    Ok(ROLES.one(call, StatusCode::CREATED, view(&role)))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut said = ROLES.body(call, Purpose::Update)?;
    let role = world.accounts.roles.find(call.path_param("role"))?;
    let domain = role.domain.map(id_text);
    let wanted = said.shift_remove("domain_id");
    if wanted.is_some_and(|wanted| wanted.as_str() != domain.as_deref()) {
        return Err(Fault::bad_request("Update of `domain_id` is not allowed."));
    }
    said.shift_remove("id");
    let role = world
        .accounts
        .update_role(call.path_param("role"), read_body(said)?)?;
    Ok(ROLES.one(call, StatusCode::OK, view(&role)))
}

/// What is told of a role.
pub(super) fn view(role: &Role) -> Attributes {
    with_extra(
        &role.extra,
        json!({
            "id": id_text(role.id),
            "name": role.name,
            "domain_id": role.domain.map(id_text),
            "description": role.description,
            "options": role.options,
        }),
    )
}

/// No more than who it is.
fn brief(call: &Call, role: &Role) -> Value {
    let id = id_text(role.id);
    json!({"id": id, "links": {"self": ROLES.link(call, &id)}, "name": role.name})
}

/// All that a role implies.
fn rule(accounts: &Accounts, call: &Call, prior: &Role) -> Value {
    let implied = accounts.implied_by(prior.id);
    let implied: Vec<Value> = implied.map(|role| brief(call, role)).collect();
    json!({"prior_role": brief(call, prior), "implies": implied})
}

fn implied(world: &World, call: &Call, status: StatusCode) -> Result<Answer, Fault> {
    let (prior, implied) = (call.path_param("role"), call.path_param("implied"));
    let (prior, implied) = world.accounts.implication(prior, implied)?;
    let rule = json!({"prior_role": brief(call, prior), "implies": brief(call, implied)});
    Ok(inference(call, status, rule))
}

fn inference(call: &Call, status: StatusCode, rule: Value) -> Answer {
    let links = json!({"self": this(call)});
    Answer::json(status, &json!({"role_inference": rule, "links": links}))
}
