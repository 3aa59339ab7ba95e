//! The version documents.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::microversion::VOLUME;
use super::{Answer, Call, Operation};
use crate::api::Landing;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_versions",
        land: Landing::nowhere,
        run: |_, call, _| Ok(versions(call, StatusCode::MULTIPLE_CHOICES)),
        is_read: true,
    },
    Operation {
        command: "volume.get_version",
        land: Landing::nowhere,
        run: |_, call, _| Ok(versions(call, StatusCode::OK)),
        is_read: true,
    },
];

fn versions(call: &Call, status: StatusCode) -> Answer {
    Answer::json(status, &json!({"versions": [version(call)]}))
}

fn version(call: &Call) -> Value {
    json!({
        "id": "v3.0",
        "status": "CURRENT",
        "version": format!("3.{}", VOLUME.max),
        "min_version": format!("3.{}", VOLUME.min),
        "updated": "2023-08-31T00:00:00Z",
        "links": [
            {"rel": "describedby", "type": "text/html", "href": "https://docs.openstack.org/"},
            {"rel": "self", "href": format!("{}/volume/v3/", call.base_url)},
        ],
        "media-types": [{
            "base": "application/json",
            "type": "application/vnd.openstack.volume+json;version=3",
        }],
    })
}
