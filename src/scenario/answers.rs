//! What clients look for at the top of a command's answer.

use serde_json::Value;

use crate::vocabulary::command::{CommandId, Plane};
use crate::vocabulary::template::JsonTemplate;

/// The member at the top of an OpenStack answer.
const MEMBERS: &[(&str, &str)] = &[
    ("identity.authenticate", "token"),
    ("identity.validate_token", "token"),
    ("identity.get_catalog", "catalog"),
    ("identity.list_auth_projects", "projects"),
    ("identity.list_auth_domains", "domains"),
    ("identity.list_projects", "projects"),
    ("identity.get_project", "project"),
    ("identity.list_user_projects", "projects"),
    ("identity.list_users", "users"),
    ("identity.get_user", "user"),
    ("identity.list_domains", "domains"),
    ("identity.get_domain", "domain"),
    ("identity.list_roles", "roles"),
    ("identity.list_regions", "regions"),
    ("identity.list_services", "services"),
    ("identity.list_endpoints", "endpoints"),
    ("compute.list_servers", "servers"),
    ("compute.create_server", "server"),
    ("compute.get_server", "server"),
    ("compute.update_server", "server"),
    ("compute.list_server_addresses", "addresses"),
    ("compute.list_server_metadata", "metadata"),
    ("compute.update_server_metadata", "metadata"),
    ("compute.replace_server_metadata", "metadata"),
    ("compute.get_server_metadata_item", "meta"),
    ("compute.set_server_metadata_item", "meta"),
    ("compute.list_flavors", "flavors"),
    ("compute.get_flavor", "flavor"),
    ("compute.list_flavor_extra_specs", "extra_specs"),
    ("compute.get_limits", "limits"),
    ("compute.list_keypairs", "keypairs"),
    ("compute.create_keypair", "keypair"),
    ("compute.get_keypair", "keypair"),
    ("compute.list_availability_zones", "availabilityZoneInfo"),
    ("image.list_images", "images"),
    ("image.get_image", "id"),
    ("network.list_networks", "networks"),
    ("network.get_network", "network"),
    ("network.list_subnets", "subnets"),
    ("network.get_subnet", "subnet"),
    ("network.list_ports", "ports"),
    ("network.get_port", "port"),
    ("network.list_security_groups", "security_groups"),
    ("network.list_floating_ips", "floatingips"),
    ("network.list_extensions", "extensions"),
];

/// What clients look for and the body does not have; `None` where nothing is amiss. An answer that says no
/// may say it in any form.
pub(super) fn unexpected(
    command: CommandId,
    status: Option<u16>,
    body: &JsonTemplate,
) -> Option<String> {
    if status.is_some_and(|status| !(200..300).contains(&status)) {
        return None;
    }
    let keys = keys(body);
    let spec = command.spec();
    if spec.is_routine {
        let is_report = keys.contains(&"_hostVmStateReport")
            || keys.len() == 1 && keys.iter().all(|key| key.ends_with("Command"));
        return (!is_report)
            .then(|| "`_hostVmStateReport`, bare or below the command's name".to_owned());
    }
    if spec.plane == Plane::Agent {
        let is_answer = keys.contains(&"result")
            || keys.len() == 1 && keys.iter().all(|key| key.ends_with("Answer"));
        return (!is_answer)
            .then(|| "`result`, bare or below a name like `StartAnswer`".to_owned());
    }
    let wanted = match spec.service {
        "cloudstack" => format!("{}response", spec.short_name().to_lowercase()),
        _ => MEMBERS
            .iter()
            .find(|(name, _)| *name == spec.name)?
            .1
            .to_owned(),
    };
    (!keys.contains(&&*wanted)).then(|| format!("`{wanted}`"))
}

fn keys(body: &JsonTemplate) -> Vec<&str> {
    match body {
        JsonTemplate::Object(members) => members.iter().map(|(key, _)| &**key).collect(),
        JsonTemplate::Plain(Value::Object(members)) => members.keys().map(|key| &**key).collect(),
        JsonTemplate::Plain(_) | JsonTemplate::Text(_) | JsonTemplate::Array(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_commands() {
        for (name, _) in MEMBERS {
            assert!(CommandId::named(name).is_some(), "{name}");
        }
    }
}
