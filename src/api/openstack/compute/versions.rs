//! The version documents.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::microversion::COMPUTE;
use super::{Answer, Call, Operation};
use crate::api::Landing;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_versions",
        land: Landing::nowhere,
        run: |_, call, _| {
            let versions = [version(call, true), version(call, false)];
            Ok(Answer::json(
                StatusCode::OK,
                &json!({ "versions": versions }),
            ))
        },
        is_read: true,
    },
    Operation {
        command: "compute.get_version",
        land: Landing::nowhere,
        run: |_, call, _| {
            let is_legacy = call.microversion == 0;
            let mut version = version(call, is_legacy);
            let docs = json!({"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"});
            if let Some(links) = version["links"].as_array_mut() {
                links.push(docs);
            }
            version["media-types"] = media_types(is_legacy);
            Ok(Answer::json(StatusCode::OK, &json!({ "version": version })))
        },
        is_read: true,
    },
];

fn version(call: &Call, is_legacy: bool) -> Value {
    let (id, status, updated) = match is_legacy {
        true => ("v2.0", "DEPRECATED", "2025-07-04T12:00:00Z"),
        false => ("v2.1", "CURRENT", "2013-07-23T11:33:21Z"),
    };
    let href = format!("{}/compute/{}/", call.base_url, path(is_legacy));
    let (max, min) = match is_legacy {
        true => (String::new(), String::new()),
        false => (format!("2.{}", COMPUTE.max), format!("2.{}", COMPUTE.min)),
    };
    json!({
        "id": id,
        "status": status,
        "version": max,
        "min_version": min,
        "updated": updated,
        "links": [{"rel": "self", "href": href}],
    })
}

fn path(is_legacy: bool) -> &'static str {
    if is_legacy { "v2" } else { "v2.1" }
}

fn media_types(is_legacy: bool) -> Value {
    let version = if is_legacy { "2" } else { "2.1" };
    json!([{
        "base": "application/json",
        "type": format!("application/vnd.openstack.compute+json;version={version}"),
    }])
}

/// Whether a path is the root or below a version.
pub(in super::super) fn is_versioned(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next();
    matches!(first, Some("" | "v2" | "v2.1"))
}

/// The answer to a path below no version: which ones it could be asked of.
pub(in super::super) fn choices(base_url: &str, rest: &str) -> Answer {
    let choice = |is_legacy: bool, id: &str, status: &str| {
        let href = format!("{base_url}/compute/{}{rest}", path(is_legacy));
        json!({
            "id": id,
            "status": status,
            "links": [{"rel": "self", "href": href}],
            "media-types": media_types(is_legacy),
        })
    };
    let choices = [
        choice(true, "v2.0", "DEPRECATED"),
        choice(false, "v2.1", "CURRENT"),
    ];
    Answer::json(StatusCode::MULTIPLE_CHOICES, &json!({ "choices": choices }))
}
