//! The version document.

use http::StatusCode;
use serde_json::json;

use super::super::microversion::PLACEMENT;
use super::{Answer, Operation};
use crate::api::Landing;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "placement.list_versions",
    land: Landing::nowhere,
    run: |_, _, _| {
        let version = json!({
            "id": "v1.0",
            "max_version": format!("1.{}", PLACEMENT.max),
            "min_version": format!("1.{}", PLACEMENT.min),
            "status": "CURRENT",
            "links": [{"rel": "self", "href": ""}],
        });
        Ok(Answer::json(
            StatusCode::OK,
            &json!({"versions": [version]}),
        ))
    },
    is_read: true,
}];
