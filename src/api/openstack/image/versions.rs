//! The version document.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Call, Operation};
use crate::api::Landing;

/// In Glance's order.
const VERSIONS: &[&str] = &[
    "v2.15", "v2.13", "v2.12", "v2.11", "v2.10", "v2.9", "v2.8", "v2.17", "v2.7", "v2.6", "v2.5",
    "v2.4", "v2.3", "v2.2", "v2.1", "v2.0",
];
const CURRENT: &str = "v2.17";

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "image.list_versions",
    land: Landing::nowhere,
    run: |_, call, _| {
        let is_root = !call.request.path.contains("/versions");
        let status = if is_root {
            StatusCode::MULTIPLE_CHOICES
        } else {
            StatusCode::OK
        };
        Ok(Answer::json(status, &document(call)))
    },
    is_read: true,
}];

fn document(call: &Call) -> Value {
    let href = format!("{}/image/v2/", call.base_url);
    let version = |id: &&str| {
        let status = if **id == *CURRENT {
            "CURRENT"
        } else {
            "SUPPORTED"
        };
        json!({"id": id, "status": status, "links": [{"rel": "self", "href": href}]})
    };
    json!({"versions": VERSIONS.iter().map(version).collect::<Vec<_>>()})
}
