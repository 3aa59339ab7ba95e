//! What operations on virtual private clouds are done to.

use std::sync::Arc;

use super::Vpc;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::world::operations::Acted;

impl Acted for Vpc {
    fn name(&self) -> &Arc<str> {
        &self.meta.name
    }
}

/// Rules know it by its name, as a network.
impl Facts for Vpc {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        let FactPath::Of(Subject::Network, keys) = path else {
            return None;
        };
        match keys.as_slice() {
            [field] if **field == *"name" => Some(FactValue::text(&self.meta.name)),
            [field] if **field == *"id" => Some(FactValue::Text(self.meta.id.to_string().into())),
            _ => None,
        }
    }
}
