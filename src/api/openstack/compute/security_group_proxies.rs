//! Security groups by way of Compute: gone since 2.36, but clients that ask for no version still call it.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::images::check_version;
use super::security_groups::{rule_view, view};
use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::api::openstack::python::str;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::{Direction, Ethertype, Rule, RuleDraft, SecurityGroup};

pub(super) const OPERATIONS: &[Operation] = &[
    proxy("compute.list_security_groups", true, |world, call, _| {
        let project = project(call)?;
        world.default_group(project);
        let wants_all = call.is_admin() && call.param("all_tenants").is_some_and(|all| all != "0");
        let groups = world.networking.groups.iter();
        let groups = groups.filter(|group| wants_all || group.meta.project == project);
        let shown: Vec<Value> = groups.map(|group| view(world, group)).collect();
        Ok(Answer::json(
            StatusCode::OK,
            &json!({ "security_groups": shown }),
        ))
    }),
    proxy("compute.get_security_group", true, |world, call, _| {
        let group = group(world, call, call.path_param("security_group"))?;
        Ok(shown(world, group))
    }),
    proxy("compute.create_security_group", false, |world, call, _| {
        let (name, description) = words(call)?;
        let project = project(call)?;
        let mut meta = world.new_meta(project).named(name);
        meta.description = description.into();
        world.default_group(project);
        let id = world.create_group(meta);
        Ok(shown(world, world.networking.expect_group(id)?))
    }),
    proxy("compute.update_security_group", false, |world, call, _| {
        let (name, description) = words(call)?;
        let group = group(world, call, call.path_param("security_group"))?;
        let (id, is_default, now) = (group.meta.id, group.is_default, world.now());
        if is_default && name != "default" {
            let message = "Unable to update system group 'default'";
            return Err(Fault::bad_request(message));
        }
        if let Some(group) = world.networking.groups.get_mut(id) {
            (group.meta.name, group.meta.description) = (name.into(), description.into());
            group.meta.touch(now);
        }
        Ok(shown(world, world.networking.expect_group(id)?))
    }),
    proxy("compute.delete_security_group", false, |world, call, _| {
        let group = group(world, call, call.path_param("security_group"))?;
        let id = group.meta.id;
        if group.is_default && !call.is_admin() {
            let message = "Insufficient rights for removing default security group.";
            return Err(Fault::bad_request(message));
        }
        let removed = world.networking.remove_group(id);
        removed.map_err(|fault| Fault::bad_request(fault.message))?;
        Ok(super::done(StatusCode::ACCEPTED))
    }),
    proxy("compute.create_security_group_rule", false, create_rule),
    proxy(
        "compute.delete_security_group_rule",
        false,
        |world, call, _| {
            let wanted = call.path_param("security_group_rule");
            let id = Uuid::try_parse(wanted)
                .map_err(|_| Fault::bad_request("Security group id should be uuid"))?;
            let rule = world.networking.rules.get(id);
            let is_own = rule.is_some_and(|rule| {
                call.is_admin() || project(call).is_ok_and(|project| project == rule.meta.project)
            });
            if !is_own {
                let message = format!("Security group rule {wanted} does not exist");
                return Err(Fault::not_found(message));
            }
            world.networking.remove_rule(id);
            Ok(super::done(StatusCode::ACCEPTED))
        },
    ),
];

/// An operation that there is before 2.36.
pub(super) const fn proxy(
    command: &'static str,
    is_read: bool,
    run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
) -> Operation {
    Operation {
        command,
        land: |_, call| check_version(call).map(|()| Landing::default()),
        run,
        is_read,
    }
}

/// The caller's project.
pub(super) fn project(call: &Call) -> Result<Uuid, Fault> {
    let session = call.caller()?;
    let project = session.project.as_ref();
    Ok(project.map(|project| project.id).unwrap_or_default())
}

fn shown(world: &World, group: &SecurityGroup) -> Answer {
    Answer::json(
        StatusCode::OK,
        &json!({"security_group": view(world, group)}),
    )
}

fn group<'a>(world: &'a World, call: &Call, wanted: &str) -> Result<&'a SecurityGroup, Fault> {
    let id = Uuid::try_parse(wanted)
        .map_err(|_| Fault::bad_request("Security group id should be uuid"))?;
    let own = project(call)?;
    let group = world.networking.groups.get(id);
    group
        .filter(|group| call.is_admin() || group.meta.project == own)
        .ok_or_else(|| Fault::not_found(format!("Security group {wanted} does not exist")))
}

/// Name and description of a create or an update.
fn words(call: &Call) -> Result<(&str, &str), Fault> {
    let wanted = &call.body["security_group"];
    let word = |name: &str| {
        let word = wanted[name].as_str().filter(|word| word.len() <= 255);
        word.ok_or_else(|| {
            Fault::bad_request(format!("Security group {name} is not a string or unicode"))
        })
    };
    Ok((word("name")?, word("description")?))
}

fn create_rule(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = &call.body["security_group_rule"];
    if !wanted.is_object() {
        return Err(Fault::bad_request("Malformed request body"));
    }
    let group = group(world, call, &str(&wanted["parent_group_id"]))?;
    let (group, project) = (group.meta.id, group.meta.project);
    let what = read_rule(world, call, wanted)?;
    let meta = world.new_meta(project);
    let added = world.networking.add_rule(Rule { meta, group, what });
    let id = added.map_err(|fault| Fault::bad_request(fault.message))?;
    let missing = || Fault::not_found("");
    let rule = world.networking.rules.get(id).ok_or_else(missing)?;
    let rule = rule_view(world, rule);
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "security_group_rule": rule }),
    ))
}

fn read_rule(world: &World, call: &Call, wanted: &Value) -> Result<RuleDraft, Fault> {
    let remote_group = match &wanted["group_id"] {
        Value::Null => None,
        id => Some(group(world, call, &str(id))?.meta.id),
    };
    let cidr = wanted["cidr"].as_str().unwrap_or("0.0.0.0/0");
    let prefix: cidr::IpInet = cidr
        .parse()
        .map_err(|_| Fault::bad_request(format!("Invalid cidr {cidr}.")))?;
    let prefix = remote_group.is_none().then_some(prefix);
    let protocol = match &wanted["ip_protocol"] {
        Value::Null => None,
        word => Some(str(word).to_lowercase()),
    };
    if let Some(protocol) = protocol.as_deref()
        && !matches!(protocol, "tcp" | "udp" | "icmp" | "icmpv6")
    {
        let message = format!("Invalid IP protocol {}.", str(&wanted["ip_protocol"]));
        return Err(Fault::bad_request(message));
    }
    let (from, to) = (port(&wanted["from_port"])?, port(&wanted["to_port"])?);
    if from > to
        && protocol
            .as_deref()
            .is_some_and(|protocol| !protocol.starts_with("icmp"))
    {
        let (from, to) = (str(&wanted["from_port"]), str(&wanted["to_port"]));
        return Err(Fault::bad_request(format!(
            "Invalid port range {from}:{to}. Former value cannot be greater than the later"
        )));
    }
    let address = prefix.as_ref().map(cidr::IpInet::address);
    Ok(RuleDraft {
        protocol: protocol.map(Into::into),
        port_min: from,
        port_max: to,
        remote_group,
        remote_prefix: prefix,
        ..RuleDraft::all(
            Direction::Ingress,
            address.map_or(Ethertype::Ipv4, Ethertype::of),
        )
    })
}

/// A port; -1 for any.
fn port(value: &Value) -> Result<Option<u16>, Fault> {
    let number = match value {
        Value::Null => return Ok(None),
        value => str(value).parse::<i64>().ok(),
    };
    match number {
        Some(-1) => Ok(None),
        Some(number) => u16::try_from(number).map(Some).map_err(|_| {
            Fault::bad_request(format!(
                "Invalid port range {number}:{number}. Valid TCP ports should be between 1-65535"
            ))
        }),
        None => Err(Fault::bad_request("Invalid input for from_port, to_port")),
    }
}
