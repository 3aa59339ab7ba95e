//! The operating systems that CloudStack knows by name.

use std::sync::Arc;

use uuid::Uuid;

use crate::world::ids::named;
use crate::world::store::Store;

/// An operating system.
#[derive(Debug, Clone)]
pub struct OsType {
    pub id: Uuid,
    pub name: Arc<str>,
    pub category: Uuid,
    /// Added by an administrator.
    pub is_added: bool,
    pub is_hidden: bool,
}

/// What every template is said to hold of which nobody says more.
pub const USUAL: &str = "Other Linux (64-bit)";

/// The lines of categories, and indented below each its systems.
const TABLE: &str = include_str!("os_types.txt");

/// The categories: id and name.
pub fn categories() -> impl Iterator<Item = (Uuid, &'static str)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with(' '));
    lines.map(|name| (category(name), name))
}

fn category(name: &str) -> Uuid {
    named("os-category", name)
}

/// The id of the system of that name.
pub fn id_of(name: &str) -> Uuid {
    named("os-type", name)
}

/// The systems of a new cloud.
pub(in crate::world) fn defaults() -> Store<OsType> {
    let mut types = Store::default();
    let mut above = Uuid::nil();
    for line in TABLE.lines() {
        let name = line.trim_start();
        if name.len() == line.len() {
            above = category(name);
            continue;
        }
        let os_type = OsType {
            id: id_of(name),
            name: name.into(),
            category: above,
            is_added: false,
            is_hidden: false,
        };
        types.insert(os_type.id, os_type);
    }
    types
}
