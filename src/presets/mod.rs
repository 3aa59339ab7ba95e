//! The presets and behaviours of the original Mimic, as mocks.
//!
//! A *preset* is asked for by the client under test itself: by a key in the metadata of what it makes, or by
//! a name that no real cloud would have. A *behavior* is asked for beforehand, over an API of the controls.
//! Either is turned here into a mock like any other, before the rules are asked; nothing else knows of them.

mod act;
mod balancers;
mod behavior;
mod catalogue;
mod found;
mod images;
mod servers;
mod tokens;
mod value;

use serde_json::Value;

pub use behavior::{Event, behavior};
pub use catalogue::catalogue;
use found::{Found, Home};

use crate::api::Call;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::mock::MockSpec;

/// A command that can bring presets with it.
struct Row {
    command: &'static str,
    /// Where in the body the metadata are: an object, or a list of `key` and `value`.
    metadata: Home,
    /// The keys that mean something.
    keys: &'static [&'static str],
    /// Whether presets are read only where all else is right with the request.
    has_to_land: bool,
    read: fn(&Found<'_>, &Call) -> Result<Vec<MockSpec>, Fault>,
}

const ROWS: &[Row] = &[
    Row {
        command: "compute.create_server",
        metadata: &["server", "metadata"],
        keys: servers::KEYS,
        has_to_land: true,
        read: servers::of_new,
    },
    written("compute.update_server_metadata", &["metadata"]),
    written("compute.replace_server_metadata", &["metadata"]),
    written("compute.set_server_metadata_item", &["meta"]),
    Row {
        command: "loadbalancer.create_balancer",
        metadata: &["loadBalancer", "metadata"],
        keys: balancers::KEYS,
        has_to_land: true,
        read: balancers::of_new,
    },
    named("compute.get_image", images::named),
    named("image.get_image", images::named),
    named("identity.validate_token_v2", tokens::named),
];

/// A row of what writes a server's metadata later.
const fn written(command: &'static str, metadata: Home) -> Row {
    Row {
        command,
        metadata,
        keys: &[servers::DELETE_SERVER_FAILURE],
        has_to_land: true,
        read: servers::of_written,
    }
}

/// A row of what names a preset in its path.
const fn named(
    command: &'static str,
    read: fn(&Found<'_>, &Call) -> Result<Vec<MockSpec>, Fault>,
) -> Row {
    Row {
        command,
        metadata: &[],
        keys: &[],
        has_to_land: false,
        read,
    }
}

fn row_of(call: &Call) -> Option<&'static Row> {
    ROWS.iter()
        .find(|row| row.command == call.operation.command)
}

/// Makes texts of the presets' values in a call's metadata: they are documented as numbers and objects too,
/// and the services take nothing but texts.
pub fn prepare(call: &mut Call) {
    let Some(row) = row_of(call).filter(|row| !row.keys.is_empty()) else {
        return;
    };
    let mut home = row.metadata.iter();
    let Some(metadata) = home.try_fold(&mut call.body, |value, name| value.get_mut(*name)) else {
        return;
    };
    for key in row.keys {
        if let Some(value) = found::item_mut(metadata, key)
            && !value.is_string()
        {
            *value = Value::String(value.to_string());
        }
    }
}

/// Whether presets are to be looked for in a call that landed, or did not.
pub fn is_heeded(call: &Call, landed: bool) -> bool {
    row_of(call).is_some_and(|row| landed || !row.has_to_land)
}

/// The mocks that the presets in a call stand for.
///
/// # Errors
/// When the value of one makes no sense.
pub fn mocks_for(call: &Call) -> Result<Vec<MockSpec>, Fault> {
    let Some(row) = row_of(call) else {
        return Ok(Vec::new());
    };
    let found = Found::in_body(&call.body, row.metadata, row.keys);
    (row.read)(&found, call)
}
