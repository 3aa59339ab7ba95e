//! The list of who has which role where.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::resource::collection;
use super::{Answer, Call, Operation, policy, read, root};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{
    Accounts, Actor, Grant, Group, Project, Role, Target, User, id_text, is_yes,
};

pub(super) const OPERATIONS: &[Operation] = &[read("identity.list_role_assignments", list)];

/// A role somewhere, and where it comes from.
#[derive(Clone, Copy)]
struct Assignment {
    actor: Actor,
    target: Target,
    role: Uuid,
    /// The grant that it comes from.
    grant: Grant,
    /// The group that it is had by, where that is told as the user's.
    group: Option<Uuid>,
    /// The role that implies it.
    prior: Option<Uuid>,
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let accounts = &world.accounts;
    let query = Query::read(accounts, call)?;
    let grants = accounts.grants().iter();
    let given = grants.map(|(actor, grant)| Assignment {
        actor,
        target: grant.target,
        role: grant.role,
        grant,
        group: None,
        prior: None,
    });
    let all: Vec<Assignment> = if query.is_effective {
        given.flat_map(|one| effective(accounts, one)).collect()
    } else {
        given.collect()
    };
    let limit = policy::limit_of(call);
    let is_seen = |one: &Assignment| limit.is_none_or(|id| is_in(accounts, one.target, id));
    let shown = all
        .into_iter()
        .filter(|one| is_seen(one) && query.asks_for(one));
    let shown: Vec<Value> = shown
        .map(|one| view(accounts, call, &one, query.has_names))
        .collect();
    Ok(collection(call, "role_assignments", &shown))
}

/// What a grant comes to: each member of a group has it, in each project that inherits it, with each role
/// that is implied.
fn effective(accounts: &Accounts, given: Assignment) -> Vec<Assignment> {
    let users: Vec<(Uuid, Option<Uuid>)> = match given.actor {
        Actor::User(id) => vec![(id, None)],
        Actor::Group(id) => {
            let group = accounts.groups.get(id);
            let members = group.into_iter().flat_map(|group| group.members.iter());
            members.map(|user| (*user, Some(id))).collect()
        }
    };
    let targets: Vec<Target> = match (given.grant.is_inherited, given.target) {
        (false, target) => vec![target],
        (true, Target::Project(id) | Target::Domain(id)) => {
            let below = accounts.subtree(id);
            below
                .iter()
                .map(|project| Target::Project(project.id))
                .collect()
        }
        (true, Target::System) => Vec::new(),
    };
    let roles: Vec<Arc<Role>> = accounts.with_implied([given.role]);
    let mut found = Vec::new();
    for (user, group) in users {
        for target in &targets {
            found.extend(
                roles
                    .iter()
                    .filter(|role| role.domain.is_none())
                    .map(|role| Assignment {
                        actor: Actor::User(user),
                        target: *target,
                        role: role.id,
                        group,
                        prior: prior(accounts, &roles, role.id, given.role),
                        grant: given.grant,
                    }),
            );
        }
    }
    found
}

/// Which of the roles implies this one; `None` for the one that was given.
fn prior(accounts: &Accounts, roles: &[Arc<Role>], role: Uuid, given: Uuid) -> Option<Uuid> {
    if role == given {
        return None;
    }
    let implies = |prior: &&Arc<Role>| accounts.implications.contains(&(prior.id, role));
    roles.iter().find(implies).map(|prior| prior.id)
}

fn is_in(accounts: &Accounts, target: Target, domain: Uuid) -> bool {
    match target {
        Target::Domain(id) => id == domain,
        Target::Project(id) => {
            let project = accounts.project(id);
            project.is_some_and(|project| project.domain == Some(domain))
        }
        Target::System => false,
    }
}

/// What is asked for.
struct Query {
    user: Option<Uuid>,
    group: Option<Uuid>,
    role: Option<Uuid>,
    /// Where; several, with the projects below one.
    targets: Option<Vec<Target>>,
    is_inherited: bool,
    is_effective: bool,
    has_names: bool,
}

impl Query {
    fn read(accounts: &Accounts, call: &Call) -> Result<Self, Fault> {
        let id = |name: &str| {
            let text = call.param(name).filter(|text| !text.is_empty())?;
            // What cannot be an id is nobody's.
            Some(crate::world::accounts::parse_id(text).unwrap_or_default())
        };
        let flag = |name: &str| {
            call.param(name)
                .is_some_and(|text| text.is_empty() || is_yes(&Value::String(text.to_owned())))
        };
        let (project, domain) = (id("scope.project.id"), id("scope.domain.id"));
        let has_system = call.param("scope.system").is_some();
        let (user, group) = (id("user.id"), id("group.id"));
        let is_effective = flag("effective");
        if project.is_some() && domain.is_some() {
            let message = "Specify a domain or project, not both";
            return Err(Fault::bad_request(message));
        }
        if user.is_some() && group.is_some() {
            return Err(Fault::bad_request("Specify a user or group, not both"));
        }
        if is_effective && group.is_some() {
            let message =
                "Combining effective and group filter will always result in an empty list.";
            return Err(Fault::bad_request(message));
        }
        let includes_subtree = flag("include_subtree");
        if includes_subtree && project.is_none() {
            let message = "'scope.project.id' is a dependency of 'include_subtree'";
            return Err(Fault::bad_request(message));
        }
        let targets = match (project, domain, has_system) {
            (Some(id), ..) => {
                let below = accounts.subtree(id);
                let below = below.iter().filter(|_| includes_subtree);
                let ids = std::iter::once(id).chain(below.map(|project| project.id));
                Some(ids.map(Target::Project).collect())
            }
            (None, Some(id), _) => Some(vec![Target::Domain(id)]),
            (None, None, true) => Some(vec![Target::System]),
            (None, None, false) => None,
        };
        Ok(Self {
            user,
            group,
            role: id("role.id"),
            targets,
            is_inherited: call.param("scope.OS-INHERIT:inherited_to") == Some("projects"),
            is_effective,
            has_names: flag("include_names"),
        })
    }

    fn asks_for(&self, one: &Assignment) -> bool {
        let is_theirs = match (self.user, self.group) {
            (Some(id), _) => one.actor == Actor::User(id),
            (None, Some(id)) => one.actor == Actor::Group(id),
            (None, None) => true,
        };
        let targets = self.targets.as_ref();
        let is_there = targets.is_none_or(|targets| targets.contains(&one.target));
        is_theirs
            && is_there
            && self.role.is_none_or(|role| role == one.role)
            && (!self.is_inherited || one.grant.is_inherited)
    }
}

fn view(accounts: &Accounts, call: &Call, one: &Assignment, has_names: bool) -> Value {
    let (actor, who) = match one.actor {
        Actor::User(id) => ("user", user(accounts, id, has_names)),
        Actor::Group(id) => ("group", group(accounts, id, has_names)),
    };
    let mut scope = match one.target {
        Target::Project(id) => json!({"project": project(accounts, id, has_names)}),
        Target::Domain(id) => json!({"domain": project(accounts, id, has_names)}),
        Target::System => json!({"system": {"all": true}}),
    };
    if one.grant.is_inherited {
        scope["OS-INHERIT:inherited_to"] = json!("projects");
    }
    json!({
        "links": links(call, one),
        "scope": scope,
        actor: who,
        "role": role(accounts, one.role, has_names),
    })
}

fn links(call: &Call, one: &Assignment) -> Value {
    let root = root(call);
    let place = match one.grant.target {
        Target::Project(id) => format!("projects/{}", id_text(id)),
        Target::Domain(id) => format!("domains/{}", id_text(id)),
        Target::System => "system".to_owned(),
    };
    let (kind, who) = match (one.group, one.actor) {
        (Some(id), _) | (None, Actor::Group(id)) => ("groups", id),
        (None, Actor::User(id)) => ("users", id),
    };
    let path = format!(
        "{place}/{kind}/{}/roles/{}",
        id_text(who),
        id_text(one.grant.role)
    );
    let mut links = json!({"assignment": if one.grant.is_inherited {
        format!("{root}/OS-INHERIT/{path}/inherited_to_projects")
    } else {
        format!("{root}/{path}")
    }});
    if let (Some(group), Actor::User(user)) = (one.group, one.actor) {
        let link = format!("{root}/groups/{}/users/{}", id_text(group), id_text(user));
        links["membership"] = json!(link);
    }
    if let Some(prior) = one.prior {
        let (prior, role) = (id_text(prior), id_text(one.role));
        links["prior_role"] = json!(format!("{root}/prior_role/{role}/implies/{prior}"));
    }
    links
}

/// An id, with the name and the domain where names are asked for.
fn thing(accounts: &Accounts, id: Uuid, name: Option<&str>, domain: Option<Uuid>) -> Value {
    let mut thing = json!({"id": id_text(id)});
    if let Some(name) = name {
        thing["name"] = json!(name);
    }
    if let Some(domain) = domain {
        let name = accounts.project(domain).map(|domain| domain.name.clone());
        thing["domain"] = json!({"id": id_text(domain), "name": name});
    }
    thing
}

fn user(accounts: &Accounts, id: Uuid, has_names: bool) -> Value {
    let user: Option<&Arc<User>> = accounts.user(id).filter(|_| has_names);
    thing(
        accounts,
        id,
        user.map(|user| &*user.name),
        user.map(|user| user.domain),
    )
}

fn group(accounts: &Accounts, id: Uuid, has_names: bool) -> Value {
    let group: Option<&Arc<Group>> = accounts.groups.get(id).filter(|_| has_names);
    thing(
        accounts,
        id,
        group.map(|group| &*group.name),
        group.map(|group| group.domain),
    )
}

fn project(accounts: &Accounts, id: Uuid, has_names: bool) -> Value {
    let project: Option<&Arc<Project>> = accounts.project(id).filter(|_| has_names);
    let domain = project.and_then(|project| project.domain);
    thing(accounts, id, project.map(|project| &*project.name), domain)
}

fn role(accounts: &Accounts, id: Uuid, has_names: bool) -> Value {
    let role: Option<&Arc<Role>> = accounts.roles.get(id).filter(|_| has_names);
    let domain = role.and_then(|role| role.domain);
    thing(accounts, id, role.map(|role| &*role.name), domain)
}
