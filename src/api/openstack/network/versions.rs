//! The version documents and the list of extensions.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Call, Operation, collection, read};

pub(super) const OPERATIONS: &[Operation] = &[
    read("network.list_versions", |_, call, _| {
        let links = json!([{"rel": "self", "href": format!("{}/network/v2.0/", call.base_url)}]);
        let body = json!({"versions": [{"id": "v2.0", "status": "CURRENT", "links": links}]});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    read("network.get_version", |_, call, _| {
        let resources: Vec<Value> = RESOURCES
            .iter()
            .map(|names| resource(call, names))
            .collect();
        Ok(Answer::json(
            StatusCode::OK,
            &json!({ "resources": resources }),
        ))
    }),
    read("network.list_extensions", |_, call, _| {
        Ok(collection(
            call,
            "extensions",
            EXTENSIONS.iter().map(extension),
        ))
    }),
];

/// One, and many.
const RESOURCES: &[(&str, &str)] = &[
    ("network", "networks"),
    ("subnet", "subnets"),
    ("port", "ports"),
    ("security_group", "security-groups"),
    ("floatingip", "floatingips"),
];

fn resource(call: &Call, (name, collection): &(&str, &str)) -> Value {
    let href = format!("{}/network/v2.0/{collection}", call.base_url);
    json!({"name": name, "collection": collection, "links": [{"rel": "self", "href": href}]})
}

/// Alias, name, and what it is for.
const EXTENSIONS: &[(&str, &str, &str)] = &[
    (
        "security-group",
        "security-group",
        "The security groups extension.",
    ),
    ("router", "Neutron L3 Router", "Floating addresses."),
];

fn extension((alias, name, about): &(&str, &str, &str)) -> Value {
    json!({
        "alias": alias,
        "name": name,
        "description": about,
        "updated": "2012-07-20T10:00:00-00:00",
        "links": [],
    })
}
