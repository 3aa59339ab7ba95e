//! The version documents.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};

use super::{Answer, Call, Operation, root};
use crate::api::Landing;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "identity.list_versions",
        land: Landing::nowhere,
        run: |_, call, _| {
            let body = json!({"versions": {"values": [version(call)]}});
            let answer = Answer::json(StatusCode::MULTIPLE_CHOICES, &body);
            Ok(answer.with_header(LOCATION, &format!("{}/", root(call))))
        },
        is_read: true,
    },
    Operation {
        command: "identity.get_version",
        land: Landing::nowhere,
        run: |_, call, _| {
            Ok(Answer::json(
                StatusCode::OK,
                &json!({"version": version(call)}),
            ))
        },
        is_read: true,
    },
];

fn version(call: &Call) -> Value {
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
