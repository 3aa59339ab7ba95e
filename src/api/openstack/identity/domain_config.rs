//! The settings that a domain can have of its own.
//!
//! They say where a real Keystone finds the domain's users. Here they are kept, and change nothing.

use http::StatusCode;
use serde_json::{Value, json};

use super::resource::members;
use super::{Answer, Call, Operation, done, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Attributes, Kind, id_text};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.get_domain_config", |world, call, _| {
        let config = found(world, call)?;
        Ok(shown(StatusCode::OK, part(call, &config)?))
    }),
    write("identity.create_domain_config", create),
    write("identity.update_domain_config", update),
    write("identity.delete_domain_config", delete),
    read("identity.get_default_domain_config", |_, call, _| {
        check_known(call.path_param("group"), call.path_param("option"))?;
        Ok(shown(StatusCode::OK, part(call, &defaults())?))
    }),
];

/// What holds where a domain says nothing.
fn defaults() -> Attributes {
    members(json!({
        "identity": {"driver": "sql", "list_limit": null},
        "ldap": {
            "url": "ldap://localhost",
            "user": null,
            "suffix": "cn=example,cn=com",
            "query_scope": "one",
            "page_size": 0,
            "user_tree_dn": null,
            "user_filter": null,
            "user_objectclass": "inetOrgPerson",
            "user_id_attribute": "cn",
            "user_name_attribute": "sn",
            "user_mail_attribute": "mail",
            "user_enabled_attribute": "enabled",
            "group_tree_dn": null,
            "group_filter": null,
            "group_objectclass": "groupOfNames",
            "group_id_attribute": "cn",
            "group_name_attribute": "ou",
            "group_member_attribute": "member",
            "use_tls": false,
            "tls_req_cert": "demand",
            "use_pool": true,
            "pool_size": 10,
        },
    }))
}

/// Options that are kept but never shown.
const SECRET: &str = "password";

fn found(world: &World, call: &Call) -> Result<Attributes, Fault> {
    let id = call.path_param("domain");
    world.accounts.find_domain(id)?;
    check_known(call.path_param("group"), call.path_param("option"))?;
    let config = world.accounts.records.get(Kind::DomainConfig, id);
    config.cloned().ok_or_else(|| missing(call))
}

/// What the path asks for: the whole, a group, or an option.
fn part(call: &Call, config: &Attributes) -> Result<Value, Fault> {
    let (group, option) = (call.path_param("group"), call.path_param("option"));
    let whole = Value::Object(config.clone());
    let value = match (group, option) {
        ("", _) => return Ok(whole),
        (group, "") => json!({ group: config.get(group) }),
        (group, option) => json!({ option: whole[group].get(option) }),
    };
    let is_there = value.as_object().into_iter().flatten();
    let is_missing = is_there.clone().all(|(_, value)| value.is_null());
    let is_default = call.command.spec().short_name() == "get_default_domain_config";
    if is_missing && !is_default {
        return Err(missing(call));
    }
    Ok(value)
}

fn missing(call: &Call) -> Fault {
    let (group, option) = (call.path_param("group"), call.path_param("option"));
    let what = match (group, option) {
        ("", _) => "any options".to_owned(),
        (group, "") => format!("group {group}"),
        (group, option) => format!("option {option} in group {group}"),
    };
    let id = call.path_param("domain");
    Fault::not_found(format!(
        "Could not find {what} in domain configuration for domain {id}."
    ))
}

fn shown(status: StatusCode, mut config: Value) -> Answer {
    for group in config
        .as_object_mut()
        .into_iter()
        .flat_map(|groups| groups.values_mut())
    {
        if let Some(options) = group.as_object_mut() {
            options.shift_remove(SECRET);
        }
    }
    Answer::json(status, &json!({ "config": config }))
}

/// Refuses groups and options that domains cannot have.
fn check_known(group: &str, option: &str) -> Result<(), Fault> {
    let refuse = |what: String| {
        let reason = format!("{what} not supported for domain specific configurations");
        let message = format!("Invalid domain specific configuration: {reason}.");
        Err(Fault::new(FaultKind::Forbidden, message))
    };
    if group.is_empty() {
        return Ok(());
    }
    match defaults().get(group) {
        None => refuse(format!("Group {group} is")),
        Some(_) if option.is_empty() || option == SECRET => Ok(()),
        Some(options) if options.get(option).is_some() => Ok(()),
        Some(_) => refuse(format!("Option {option} in group {group} is")),
    }
}

fn check_all_known(config: &Attributes) -> Result<(), Fault> {
    for (group, options) in config {
        check_known(group, "")?;
        for option in options
            .as_object()
            .into_iter()
            .flat_map(|options| options.keys())
        {
            check_known(group, option)?;
        }
    }
    Ok(())
}

fn said(call: &Call) -> Result<Attributes, Fault> {
    match members(call.body.get("config").cloned().unwrap_or_default()) {
        config if config.is_empty() => Err(Fault::new(
            FaultKind::Forbidden,
            "Invalid domain specific configuration: No options specified.",
        )),
        config => Ok(config),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = id_text(world.accounts.find_domain(call.path_param("domain"))?.id);
    let config = said(call)?;
    check_all_known(&config)?;
    let records = &mut world.accounts.records;
    let status = match records.get(Kind::DomainConfig, &id) {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    };
    records.put(Kind::DomainConfig, &id, config.clone())?;
    Ok(shown(status, Value::Object(config)))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut config = found(world, call)?;
    let (group, option) = (call.path_param("group"), call.path_param("option"));
    let said = match (group, option) {
        (group, option) if !group.is_empty() && !option.is_empty() => {
            members(json!({ group: said(call)? }))
        }
        _ => said(call)?,
    };
    check_all_known(&said)?;
    for (group, options) in said {
        let known = config.entry(group).or_insert_with(|| json!({}));
        if let Some(known) = known.as_object_mut() {
            known.extend(members(options));
        }
    }
    let id = call.path_param("domain");
    let records = &mut world.accounts.records;
    records.put(Kind::DomainConfig, id, config.clone())?;
    Ok(shown(StatusCode::OK, Value::Object(config)))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut config = found(world, call)?;
    part(call, &config)?;
    let id = call.path_param("domain");
    let records = &mut world.accounts.records;
    match (call.path_param("group"), call.path_param("option")) {
        ("", _) => config.clear(),
        (group, "") => {
            config.shift_remove(group);
        }
        (group, option) => {
            let options = config.get_mut(group).and_then(Value::as_object_mut);
            options.map(|options| options.shift_remove(option));
        }
    }
    config.retain(|_, options| {
        options
            .as_object()
            .is_none_or(|options| !options.is_empty())
    });
    if config.is_empty() {
        records.remove(Kind::DomainConfig, id)?;
    } else {
        records.put(Kind::DomainConfig, id, config)?;
    }
    Ok(done())
}
