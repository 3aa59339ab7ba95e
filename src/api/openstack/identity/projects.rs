//! Projects, and their tags.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::python::repr;
use super::super::schema::{self, List, Schema, property};
use super::resource::with_extra;
use super::resource::{Purpose, Resource, WHEN_NEW, check_unchanged, read as read_body, take_text};
use super::shape::{ID_OR_NULL, OPTIONS, TAG, TEXT_OR_NULL, closed, name_of, open};
use super::{Answer, Call, Operation, done, read, root, write};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Attributes, Project, Target, id_text, is_yes};

/// The labels of a project; no more than 80.
pub(super) const TAGS: Schema = Schema::List(List {
    items: &TAG,
    min: 0,
    max: 80,
    or_null: false,
    unique: false,
});

pub(super) const PROJECTS: Resource = Resource {
    member: "project",
    collection: "projects",
    path: "projects",
    shape: open(&[
        property("description", TEXT_OR_NULL),
        property("domain_id", ID_OR_NULL),
        property("enabled", Schema::Flag),
        property("is_domain", Schema::Flag),
        property("name", name_of(64)).required_since(WHEN_NEW),
        property("options", OPTIONS),
        property("parent_id", ID_OR_NULL),
        property("tags", TAGS),
    ]),
    filters: &["domain_id", "enabled", "name", "parent_id"],
};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_projects", list),
    write("identity.create_project", create),
    read("identity.get_project", get),
    write("identity.update_project", update),
    write("identity.delete_project", |world, call, _| {
        let project = found(world, call)?;
        world.accounts.delete_project(&project)?;
        Ok(done())
    }),
    read("identity.list_project_tags", |world, call, _| {
        Ok(tags_answer(call, &*found(world, call)?))
    }),
    write("identity.replace_project_tags", replace_tags),
    write("identity.delete_project_tags", |world, call, _| {
        let project = found(world, call)?;
        world.accounts.set_tags(&project, "update", Vec::new())?;
        Ok(done())
    }),
    read("identity.check_project_tag", |world, call, _| {
        check_tag(&*found(world, call)?, call.path_param("tag"))?;
        Ok(done())
    }),
    write("identity.add_project_tag", add_tag),
    write("identity.delete_project_tag", |world, call, _| {
        let project = found(world, call)?;
        let tag = call.path_param("tag");
        let mut tags = project.tags.clone();
        tags.retain(|known| **known != *tag);
        world.accounts.set_tags(&project, "delete", tags)?;
        check_tag(&project, tag)?;
        Ok(done())
    }),
];

fn found(world: &World, call: &Call) -> Result<Arc<Project>, Fault> {
    world
        .accounts
        .projects
        .find(call.path_param("project"))
        .cloned()
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wants_domains = call
        .param("is_domain")
        .is_some_and(|text| text.is_empty() || is_yes(&Value::String(text.to_owned())));
    let projects = world.accounts.projects.iter();
    let wanted = projects.filter(|project| project.is_domain() == wants_domains);
    let tagged = wanted.filter(|project| has_tags(call, project));
    Ok(PROJECTS.list(call, tagged.map(|project| view(project))))
}

/// Whether a project has the labels that the query asks for.
pub(super) fn has_tags(call: &Call, project: &Project) -> bool {
    let has = |tag: &str| project.tags.iter().any(|known| **known == *tag);
    let asks = |name: &str, agrees: &dyn Fn(&str) -> bool| call.param(name).is_none_or(agrees);
    asks("tags", &|tags| tags.split(',').all(has))
        && asks("tags-any", &|tags| tags.split(',').any(has))
        && asks("not-tags", &|tags| !tags.split(',').all(has))
        && asks("not-tags-any", &|tags| !tags.split(',').any(has))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut said = PROJECTS.body(call, Purpose::Create)?;
    check_tags(&said)?;
    let domain = take_text(&mut said, "domain_id");
    let parent = take_text(&mut said, "parent_id");
    if said
        .shift_remove("is_domain")
        .is_some_and(|value| is_yes(&value))
    {
        if domain.is_some() || parent.is_some() {
            let message = "only root projects are allowed to act as domains.";
            return Err(Fault::bad_request(message));
        }
        let id = world.ids.uuid();
        let project = world.accounts.create_domain(id, read_body(said)?)?;
        return Ok(PROJECTS.one(call, StatusCode::CREATED, view(&project)));
    }
    let own = super::domains::of_caller(call)?;
    let domain = domain.or_else(|| parent.is_none().then(|| id_text(own)));
    let above = world
        .accounts
        .place_of_project(domain.as_deref(), parent.as_deref())?;
    let project = world
        .accounts
        .create_project(&mut world.ids, &above, read_body(said)?)?;
    Ok(PROJECTS.one(call, StatusCode::CREATED, view(&project)))
}

fn get(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let project = found(world, call)?;
    let (accounts, caller) = (&world.accounts, call.caller()?.user.id);
    let mut item = view(&project);
    let above: Vec<_> = accounts.ancestors(&project).collect();
    let below = accounts.subtree(project.id);
    // Lists show those alone in which the caller can work.
    let is_shown = |project: &Project| {
        !project.is_domain() && accounts.has_role_at(caller, Target::Project(project.id))
    };
    let listed = |projects: &[&Arc<Project>]| -> Value {
        let shown = projects.iter().filter(|project| is_shown(project));
        let items = shown.map(|one| json!({"project": PROJECTS.view(call, view(one))}));
        items.collect()
    };
    let mut add = |name: &str, value: Value| item.insert(name.to_owned(), value);
    if call.param("parents_as_list").is_some() {
        add("parents", listed(&above));
    } else if call.param("parents_as_ids").is_some() {
        let nested = above
            .iter()
            .rev()
            .fold(Value::Null, |inner, one| nest(one, inner));
        add("parents", nested);
    }
    if call.param("subtree_as_list").is_some() {
        add("subtree", listed(&below));
    } else if call.param("subtree_as_ids").is_some() {
        add("subtree", tree(&below, &project));
    }
    Ok(PROJECTS.one(call, StatusCode::OK, item))
}

fn nest(project: &Project, inner: Value) -> Value {
    json!({ id_text(project.id): inner })
}

/// The ids below a project, each with those below it; `null` for none.
fn tree(projects: &[&Arc<Project>], root: &Project) -> Value {
    let children = projects.iter().filter(|one| one.parent == Some(root.id));
    let nested: Attributes = children
        .map(|child| (id_text(child.id), tree(projects, child)))
        .collect();
    if nested.is_empty() {
        Value::Null
    } else {
        Value::Object(nested)
    }
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut said = PROJECTS.body(call, Purpose::Update)?;
    check_tags(&said)?;
    let project = found(world, call)?;
    let domain = project.domain.map(id_text).unwrap_or_default();
    check_unchanged(&mut said, "domain_id", &domain, "Cannot change Domain ID")?;
    check_unchanged(&mut said, "id", &id_text(project.id), "Cannot change ID")?;
    let parent = said.shift_remove("parent_id");
    if parent.is_some_and(|parent| parent.as_str() != project.parent.map(id_text).as_deref()) {
        let message = "Update of `parent_id` is not allowed.";
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    let is_domain = said.shift_remove("is_domain").map(|value| is_yes(&value));
    if is_domain.is_some_and(|is_domain| is_domain != project.is_domain()) {
        return Err(Fault::bad_request("Update of `is_domain` is not allowed."));
    }
    let project = world.accounts.update_project(&project, read_body(said)?)?;
    let mut item = view(&project);
    // The answer to a change has it twice.
    item.insert("extra".to_owned(), json!(project.extra));
    Ok(PROJECTS.one(call, StatusCode::OK, item))
}

/// What is told of a project.
pub(super) fn view(project: &Project) -> Attributes {
    with_extra(
        &project.extra,
        json!({
            "id": id_text(project.id),
            "name": project.name,
            "domain_id": project.domain.map(id_text),
            "description": project.description,
            "enabled": project.is_enabled,
            "parent_id": project.parent.map(id_text),
            "is_domain": project.is_domain(),
            "tags": project.tags,
            "options": project.options,
        }),
    )
}

fn tags_answer(call: &Call, project: &Project) -> Answer {
    let links = json!({"self": root(call)});
    Answer::json(
        StatusCode::OK,
        &json!({"links": links, "tags": project.tags}),
    )
}

fn replace_tags(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    const BODY: schema::Object = closed(&[property("tags", TAGS).required()]);
    schema::check(&BODY, &call.body, 1)?;
    check_unique(&call.body["tags"], "")?;
    let project = found(world, call)?;
    let tags = call.body["tags"].as_array().into_iter().flatten();
    let tags = tags.filter_map(Value::as_str).map(Arc::from).collect();
    let project = world.accounts.set_tags(&project, "update", tags)?;
    Ok(tags_answer(call, &project))
}

/// Refuses a label that is there twice. `at` is what the complaint begins with.
fn check_unique(tags: &Value, at: &str) -> Result<(), Fault> {
    let tags_list = tags.as_array().map_or(&[][..], Vec::as_slice);
    let is_again = |(position, tag): (usize, &Value)| tags_list[..position].contains(tag);
    if !tags_list.iter().enumerate().any(is_again) {
        return Ok(());
    }
    Err(Fault::bad_request(format!(
        "{at}{} has non-unique elements",
        repr(tags)
    )))
}

/// As [`check_unique`], for the labels in what is said of a project or domain.
pub(super) fn check_tags(said: &Attributes) -> Result<(), Fault> {
    let Some(tags) = said.get("tags") else {
        return Ok(());
    };
    let shown = repr(tags);
    check_unique(
        tags,
        &format!("Invalid input for field/attribute tags. Value: {shown}. "),
    )
}

fn check_tag(project: &Project, tag: &str) -> Result<(), Fault> {
    if project.tags.iter().any(|known| **known == *tag) {
        return Ok(());
    }
    Err(Fault::not_found(format!(
        "Could not find project tag: {tag}."
    )))
}

fn add_tag(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let project = found(world, call)?;
    let tag = call.path_param("tag");
    const BODY: schema::Object = closed(&[property("tags", TAGS)]);
    schema::check(&BODY, &json!({"tags": [tag]}), 1)?;
    let mut tags = project.tags.clone();
    if check_tag(&project, tag).is_err() {
        tags.push(tag.into());
    }
    world.accounts.set_tags(&project, "create", tags)?;
    Ok(Answer::empty(StatusCode::CREATED))
}
