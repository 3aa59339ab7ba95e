//! What operations on networks are done to and with.

use std::sync::Arc;

use super::Vpc;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::world::accounts::User;
use crate::world::network::{Meta, Network};
use crate::world::operations::Acted;
use crate::world::server::Manager;

macro_rules! acted_as_network {
    ($($of:ty),*) => {
        $(
            impl Acted for $of {
                fn name(&self) -> &Arc<str> {
                    &self.meta.name
                }

                fn owner(&self) -> Option<&Arc<User>> {
                    None
                }

                fn manager(&self) -> Manager {
                    Manager::CloudStack
                }
            }

            impl Facts for $of {
                fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
                    of_network(&self.meta, path)
                }
            }
        )*
    };
}

acted_as_network!(Network, Vpc);

fn of_network<'a>(meta: &'a Meta, path: &FactPath) -> Option<FactValue<'a>> {
    let FactPath::Of(Subject::Network, keys) = path else {
        return None;
    };
    match keys.as_slice() {
        [field] if **field == *"name" => Some(FactValue::text(&meta.name)),
        [field] if **field == *"id" => Some(FactValue::Text(meta.id.to_string().into())),
        _ => None,
    }
}
