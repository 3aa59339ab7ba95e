//! How CloudStack's offerings are offered.

use serde_json::{Map, Value};
use uuid::Uuid;

/// To whom something is offered and where, and what else is said of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offer {
    /// Not offered any longer, but not gone either.
    pub is_inactive: bool,
    /// The domains that may use it; all where there are none.
    pub domains: Vec<Uuid>,
    /// The zones in which it can be used; all where there are none.
    pub zones: Vec<Uuid>,
    /// The lower, the nearer to the beginning of lists.
    pub sort_key: i64,
    /// What nothing acts on, under the service's names of its fields: it is only told again.
    pub remarks: Map<String, Value>,
}

impl Offer {
    /// The service's own word for its state.
    pub fn state(&self) -> &'static str {
        match self.is_inactive {
            true => "Inactive",
            false => "Active",
        }
    }
}
