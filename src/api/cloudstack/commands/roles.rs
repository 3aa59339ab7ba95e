//! Roles, and the rules that say which commands those who have them may call.

use serde_json::{Value, json};
use uuid::Uuid;

use super::kept;
use crate::api::cloudstack::catalog::Audience;
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{self, Row, Viewer};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{AccountKind, CommandRole, CommandRule, RoleDraft};
use crate::world::ids::named;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listRoles", list).showing(show),
    Row::new("cloudstack.createRole", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.importRole", Landing::nowhere, import).showing(show),
    Row::new("cloudstack.updateRole", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteRole", Landing::nowhere, delete),
    Row::read("cloudstack.listRolePermissions", list_rules).showing(show_rule),
    Row::new(
        "cloudstack.createRolePermission",
        Landing::nowhere,
        create_rule,
    )
    .showing(show_rule),
    Row::new(
        "cloudstack.updateRolePermission",
        Landing::nowhere,
        update_rule,
    ),
    Row::new(
        "cloudstack.deleteRolePermission",
        Landing::nowhere,
        delete_rule,
    ),
];

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let roles = world.accounts.command_roles().filter(|role| {
        listing.wants(role.id, &role.name)
            && (listing.is_admin() || role.is_public && role.kind != AccountKind::Admin)
            && args.is("type", role.kind.role_type())
            && args.is("state", "enabled")
    });
    Ok(listing.shown(roles.map(|role| role.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let role = world.accounts.command_role(id)?;
    Some(json!({
        "id": id,
        "name": role.name,
        "type": role.kind.role_type(),
        "description": role.description,
        "isdefault": role.is_default,
        "ispublic": role.is_public,
        "state": "enabled",
    }))
}

fn drafted(args: &Args<'_>) -> Result<RoleDraft, Fault> {
    let kind = match args.text("type") {
        None => None,
        Some(word) => {
            let kind = AccountKind::of_role_type(word);
            Some(kind.ok_or_else(|| invalid("Invalid role type provided"))?)
        }
    };
    Ok(RoleDraft {
        name: kept(args.text("name")),
        kind,
        description: kept(args.text("description")),
        is_public: args.flag("ispublic"),
    })
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let draft = drafted(&args)?;
    let copied = args
        .id("roleid")
        .and_then(|id| world.accounts.command_role(id));
    let (kind, rules) = match (draft.kind, copied) {
        (Some(_), Some(_)) => {
            return Err(invalid(
                "Both role type and role ID should not be specified",
            ));
        }
        (Some(kind), None) => (kind, Vec::new()),
        (None, Some(role)) => (role.kind, rules_of(role)),
        (None, None) => return Err(invalid("Neither role type nor role ID is provided")),
    };
    let id = world
        .accounts
        .add_command_role(&mut world.ids, kind, draft, rules)?;
    job::done(world, call, Some(id))
}

/// Makes a role with its rules, or by force has one of that name become it.
fn import(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let draft = drafted(&args)?;
    let kind = draft
        .kind
        .ok_or_else(|| invalid("Invalid role type provided"))?;
    let entries = args.entries("rules");
    let rules = entries.iter().map(|entry| imported(entry));
    let rules = rules.collect::<Result<Vec<_>, _>>()?;
    let is_it = |role: &&CommandRole| draft.name.as_ref() == Some(&role.name);
    let known = world.accounts.command_roles().find(is_it);
    let id = match known.map(|role| role.id) {
        Some(_) if args.flag("forced") != Some(true) => {
            return Err(Fault::new(FaultKind::Conflict, "Role already exists"));
        }
        Some(id) => {
            world.accounts.change_command_role(id, draft)?;
            let mut rules = rules;
            rules.iter_mut().for_each(|rule| rule.id = world.ids.uuid());
            *world.accounts.rules_mut(id)? = rules;
            id
        }
        None => world
            .accounts
            .add_command_role(&mut world.ids, kind, draft, rules)?,
    };
    job::done(world, call, Some(id))
}

/// A rule that comes with a role. What it is known by depends on nothing else.
fn imported(entry: &[(&str, &str)]) -> Result<CommandRule, Fault> {
    let find = |name: &str| {
        let member = entry.iter().find(|(known, _)| *known == name);
        member.map(|(_, value)| *value)
    };
    let pattern = find("rule").filter(|rule| !rule.is_empty());
    let pattern = pattern.ok_or_else(|| invalid("Empty rule provided in rules param"))?;
    check_pattern(pattern)?;
    Ok(CommandRule {
        id: Uuid::nil(),
        pattern: pattern.into(),
        allows: allows(find("permission"))?,
        description: kept(find("description")),
    })
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, draft) = (args.required_id("id")?, drafted(&args)?);
    world.accounts.change_command_role(id, draft)?;
    job::done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.accounts.remove_command_role(id)?;
    job::done(world, call, Some(id))
}

/// The rules of a role; in one that is open, each command that is usual for its kind is one.
fn rules_of(role: &CommandRole) -> Vec<CommandRule> {
    let usual = |row: &&Row| match row.spec().audience {
        Audience::Everybody => true,
        Audience::DomainAdmins => role.kind != AccountKind::User,
        Audience::RootAdmins => role.kind == AccountKind::Admin,
    };
    let usual = table::rows().filter(usual).filter(|_| role.is_open);
    let usual = usual.map(|row| CommandRule {
        id: named("role-rule", &format!("{}/{}", role.name, row.name())),
        pattern: row.name().into(),
        allows: true,
        description: None,
    });
    role.rules.iter().cloned().chain(usual).collect()
}

fn list_rules(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let wanted = listing.args.id("roleid");
    let roles = world.accounts.command_roles();
    let roles = roles.filter(|role| wanted.is_none_or(|wanted| wanted == role.id));
    let rules = roles.flat_map(|role| rules_of(role).into_iter().map(move |rule| (role, rule)));
    Ok(listing.answer(rules, |(role, rule)| rule_view(role, &rule)))
}

fn rule_view(role: &CommandRole, rule: &CommandRule) -> Value {
    json!({
        "id": rule.id,
        "roleid": role.id,
        "rolename": role.name,
        "rule": rule.pattern,
        "permission": if rule.allows { "allow" } else { "deny" },
        "description": rule.description,
    })
}

fn show_rule(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let role = world.accounts.role_of_rule(id)?;
    let rule = role.rules.iter().find(|rule| rule.id == id)?;
    Some(rule_view(role, rule))
}

/// Whether a rule that a call describes allows or denies.
fn allows(permission: Option<&str>) -> Result<bool, Fault> {
    match permission.unwrap_or_default() {
        word if word.eq_ignore_ascii_case("allow") => Ok(true),
        word if word.eq_ignore_ascii_case("deny") => Ok(false),
        _ => Err(invalid("Only values for the permission are allow and deny")),
    }
}

fn check_pattern(pattern: &str) -> Result<(), Fault> {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '*';
    match pattern.chars().all(is_fit) {
        true => Ok(()),
        false => Err(invalid(format!(
            "Rule '{pattern}' is not valid: a rule is a command's name, with * for any part of it"
        ))),
    }
}

fn create_rule(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let pattern = args.text("rule").unwrap_or_default();
    check_pattern(pattern)?;
    let allows = allows(args.text("permission"))?;
    let role = args.required_id("roleid")?;
    let (pattern, description) = (pattern.into(), kept(args.text("description")));
    let id = world.ids.uuid();
    world.accounts.rules_mut(role)?.push(CommandRule {
        id,
        pattern,
        allows,
        description,
    });
    job::done(world, call, Some(id))
}

/// Puts the rules of a role in another order, or changes what one says.
fn update_rule(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let role = args.required_id("roleid")?;
    let order: Vec<Uuid> = args
        .texts("ruleorder")
        .iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    let rule: Option<Uuid> = args.text("ruleid").and_then(|id| id.parse().ok());
    let is_order = args.text("ruleorder").is_some();
    if is_order == args.text("ruleid").is_some() {
        return Err(invalid(
            "Parameters permission and ruleid must be mutually exclusive with ruleorder",
        ));
    }
    let permission = args.text("permission");
    let allowed = match is_order {
        true => None,
        false => Some(allows(permission)?),
    };
    let rules = world.accounts.rules_mut(role)?;
    match (
        allowed,
        rule.and_then(|id| rules.iter_mut().find(|rule| rule.id == id)),
    ) {
        (Some(allows), Some(rule)) => rule.allows = allows,
        (Some(_), None) => return Err(invalid("Invalid rule id provided")),
        (None, _) => {
            let place = |rule: &CommandRule| order.iter().position(|id| *id == rule.id);
            if order.len() != rules.len() || rules.iter().any(|rule| place(rule).is_none()) {
                return Err(invalid("The order has to name each rule of the role once"));
            }
            rules.sort_by_key(|rule| place(rule));
        }
    }
    job::done(world, call, Some(role))
}

fn delete_rule(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let role = world.accounts.role_of_rule(id).map(|role| role.id);
    let role = role.ok_or_else(|| invalid("Invalid role permission id provided"))?;
    world.accounts.rules_mut(role)?.retain(|rule| rule.id != id);
    job::done(world, call, Some(id))
}
