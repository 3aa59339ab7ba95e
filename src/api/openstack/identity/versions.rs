//! The version documents.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};

use super::{Answer, Call, Operation, read, root};
use crate::vocabulary::profile::Profile;

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_versions", |_, call, _| {
        let body = json!({"versions": {"values": [version_3(call), version_2(call)]}});
        let answer = Answer::json(StatusCode::MULTIPLE_CHOICES, &body);
        Ok(answer.with_header(LOCATION, &format!("{}/", root(call))))
    }),
    read("identity.get_version", |_, call, _| {
        let version = match call.request.path.contains("/v2.0") {
            true => version_2(call),
            false => version_3(call),
        };
        Ok(Answer::json(StatusCode::OK, &json!({"version": version})))
    }),
];

fn version_3(call: &Call) -> Value {
    json!({
        "id": "v3.14",
        "status": "stable",
        "updated": "2020-04-07T00:00:00Z",
        "links": [{"rel": "self", "href": format!("{}/", root(call))}],
        "media-types": [{
            "base": "application/json",
            "type": "application/vnd.openstack.identity-v3+json",
        }],
    })
}

fn version_2(call: &Call) -> Value {
    let (status, updated) = match call.profile {
        Profile::OpenStack => ("deprecated", "2016-08-04T00:00:00Z"),
        Profile::Rackspace => ("stable", "2014-04-17T00:00:00Z"),
    };
    json!({
        "id": "v2.0",
        "status": status,
        "updated": updated,
        "links": [
            {"rel": "self", "href": format!("{}/identity/v2.0/", call.base_url)},
            {"rel": "describedby", "type": "text/html", "href": "https://docs.openstack.org/"},
        ],
        "media-types": [{
            "base": "application/json",
            "type": "application/vnd.openstack.identity-v2.0+json",
        }],
    })
}
