//! Snapshots that volume drivers ask Compute's hosts to help with. No driver here does, so there is no volume
//! that one could be made of.

use super::super::schema::{self, Object, Schema, TEXT, Text, object, property};
use super::{Call, Operation};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.create_assisted_snapshot",
        land: |_, call| {
            schema::check(&BODY, &call.body, call.microversion)?;
            let volume = call.body["snapshot"]["volume_id"].as_str();
            Err(no_device(volume.unwrap_or_default()))
        },
        run: |_, _, _| Err(Fault::not_found("")),
        is_read: false,
    },
    Operation {
        command: "compute.delete_assisted_snapshot",
        land: land_on_delete,
        run: |_, _, _| Err(Fault::not_found("")),
        is_read: false,
    },
];

const BODY: Object = object(&[property("snapshot", Schema::Object(&SNAPSHOT)).required()]);

const SNAPSHOT: Object = object(&[
    property("volume_id", SOME_TEXT).required(),
    property("create_info", Schema::Object(&INFO)).required(),
]);

const INFO: Object = object(&[
    property("snapshot_id", SOME_TEXT).required(),
    property("type", Schema::Choice(&["qcow2"])).required(),
    property("new_file", SOME_TEXT).required(),
    property("id", SOME_TEXT),
]);

const SOME_TEXT: Schema = Schema::Text(Text { min: 1, ..TEXT });

fn no_device(volume: &str) -> Fault {
    Fault::bad_request(format!("No volume Block Device Mapping with id {volume}."))
}

/// What to delete stands in the query, as JSON.
fn land_on_delete(_: &crate::world::World, call: &Call) -> Result<Landing, Fault> {
    let missing = |name: &str| Fault::bad_request(format!("'{name}'"));
    let info = call
        .param("delete_info")
        .ok_or_else(|| missing("delete_info"))?;
    let info: serde_json::Value =
        serde_json::from_str(info).map_err(|error| Fault::bad_request(error.to_string()))?;
    let volume = info.get("volume_id").and_then(|id| id.as_str());
    Err(no_device(volume.ok_or_else(|| missing("volume_id"))?))
}
