//! Definitions of metadata: namespaces, and what is in them.

mod definitions;
mod namespaces;

use serde_json::Value;

use super::{Call, body, project_id, refused, schemas};
pub(super) use definitions::{OBJECTS, PROPERTIES, RESOURCE_TYPES, TAGS};
pub(super) use namespaces::OPERATIONS as NAMESPACES;

use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::metadefs::Namespace;

/// The namespace of the path, where the caller may see it.
fn namespace<'a>(world: &'a World, call: &Call) -> Result<&'a Namespace, Fault> {
    let name = call.path_param("namespace");
    let found = world.metadefs.get(name);
    found
        .filter(|namespace| is_visible(call, namespace))
        .ok_or_else(|| no_namespace(name))
}

fn namespace_mut<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Namespace, Fault> {
    let name = call.path_param("namespace");
    let found = world.metadefs.get_mut(name);
    found.ok_or_else(|| no_namespace(name))
}

fn no_namespace(name: &str) -> Fault {
    Fault::not_found(format!(
        "Metadata definition namespace={name} was not found."
    ))
}

fn is_visible(call: &Call, namespace: &Namespace) -> bool {
    namespace.is_public || call.is_admin() || *namespace.owner == *project_id(call)
}

/// The body of a request, checked against the document of that name.
fn checked<'a>(call: &'a Call, document: &str, required: &[&str]) -> Result<&'a Value, Fault> {
    let body = body(call)?;
    schemas::check(document, body, required)?;
    Ok(body)
}

/// Glance's words about what must stay.
fn protected(what: &str, name: &str) -> Fault {
    refused(format!(
        "Metadata definition {what} {name} is protected and cannot be deleted."
    ))
}
