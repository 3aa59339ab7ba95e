//! Domains.

use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::super::schema::{Schema, TEXT, Text, property};
use super::projects::TAGS;
use super::resource::{Purpose, Resource, WHEN_NEW, read as read_body, take_text, with_extra};
use super::shape::{ID, OPTIONS, name_of, open};
use super::{Answer, Call, Operation, done, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Attributes, Project, Scope, expected, id_text, parse_id};

pub(super) const DOMAINS: Resource = Resource {
    member: "domain",
    collection: "domains",
    path: "domains",
    shape: open(&[
        property(
            "description",
            Schema::Text(Text {
                max: 255,
                or: &["null"],
                ..TEXT
            }),
        ),
        property("enabled", Schema::Flag),
        property("explicit_domain_id", ID),
        property("name", name_of(64)).required_since(WHEN_NEW),
        property("options", OPTIONS),
        property("tags", TAGS),
    ]),
    filters: &["enabled", "name"],
};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_domains", |world, call, _| {
        let domains = world.accounts.domains();
        let tagged = domains.filter(|domain| super::projects::has_tags(call, domain));
        Ok(DOMAINS.list(call, tagged.map(|domain| view(domain))))
    }),
    write("identity.create_domain", create),
    read("identity.get_domain", |world, call, _| {
        let domain = world.accounts.find_domain(call.path_param("domain"))?;
        Ok(DOMAINS.one(call, StatusCode::OK, view(domain)))
    }),
    write("identity.update_domain", |world, call, _| {
        let mut said = DOMAINS.body(call, Purpose::Update)?;
        super::projects::check_tags(&said)?;
        said.shift_remove("id");
        let domain = world
            .accounts
            .find_domain(call.path_param("domain"))?
            .clone();
        let domain = world.accounts.update_project(&domain, read_body(said)?)?;
        Ok(DOMAINS.one(call, StatusCode::OK, view(&domain)))
    }),
    write("identity.delete_domain", |world, call, _| {
        let domain = world
            .accounts
            .find_domain(call.path_param("domain"))?
            .clone();
        world.accounts.delete_project(&domain)?;
        Ok(done())
    }),
];

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut said = DOMAINS.body(call, Purpose::Create)?;
    super::projects::check_tags(&said)?;
    let id = match take_text(&mut said, "explicit_domain_id") {
        None => world.ids.uuid(),
        Some(id) => parse_id(&id).ok_or_else(|| {
            Fault::bad_request("Domain ID does not conform to required UUID format.")
        })?,
    };
    let domain = world.accounts.create_domain(id, read_body(said)?)?;
    Ok(DOMAINS.one(call, StatusCode::CREATED, view(&domain)))
}

/// What is told of a domain.
pub(super) fn view(domain: &Project) -> Attributes {
    with_extra(
        &domain.extra,
        json!({
            "id": id_text(domain.id),
            "name": domain.name,
            "description": domain.description,
            "enabled": domain.is_enabled,
            "tags": domain.tags,
            "options": domain.options,
        }),
    )
}

/// The domain that the caller works in, where the body names none.
///
/// # Errors
/// When the caller has no scope that tells it.
pub(super) fn of_caller(call: &Call) -> Result<Uuid, Fault> {
    let session = call.caller()?;
    match &session.scope {
        Scope::Domain(domain) => Ok(domain.id),
        Scope::Project(project) => Ok(project.domain.unwrap_or(project.id)),
        Scope::System => Err(Fault::bad_request(
            "You have tried to create a resource using the admin token. As this token is not within a \
             domain you must explicitly include a domain for this resource to belong to.",
        )),
        Scope::None => Err(expected("a domain-scoped token", "the request")),
    }
}

/// The domain that a new user, group or role is to be in.
///
/// # Errors
/// When there is no such domain.
pub(super) fn of_body(world: &World, call: &Call, said: &mut Attributes) -> Result<Uuid, Fault> {
    match take_text(said, "domain_id") {
        Some(id) => Ok(world.accounts.find_domain(&id)?.id),
        None => of_caller(call),
    }
}
