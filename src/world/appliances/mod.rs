//! The cloud's own machines: virtual routers, and those that serve consoles and secondary storage.

mod life;
mod public;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::World;
use super::ids;
use super::operations::Acted;
use super::topology::HostKey;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};

/// What an appliance is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Routes for a guest network, and gives its machines their addresses.
    Network(Uuid),
    /// Routes for a virtual private cloud.
    Vpc(Uuid),
    /// Balances at a port inside of a network.
    Balancer(Uuid),
    /// Serves a zone's secondary storage.
    SecondaryStorage,
    /// Shows the consoles of a zone's machines.
    ConsoleProxy,
}

impl Role {
    pub fn is_router(self) -> bool {
        matches!(self, Role::Network(_) | Role::Vpc(_))
    }

    /// Whether it is for a zone, and not for somebody's network.
    pub fn serves_zone(self) -> bool {
        matches!(self, Role::SecondaryStorage | Role::ConsoleProxy)
    }

    /// What names of such appliances begin with.
    fn letter(self) -> char {
        match self {
            Role::Network(_) | Role::Vpc(_) => 'r',
            Role::Balancer(_) => 'b',
            Role::SecondaryStorage => 's',
            Role::ConsoleProxy => 'v',
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplianceState {
    Starting,
    Running,
    Stopping,
    Stopped,
    Migrating,
}

impl ApplianceState {
    /// The service's own word for it.
    pub fn word(self) -> &'static str {
        match self {
            ApplianceState::Starting => "Starting",
            ApplianceState::Running => "Running",
            ApplianceState::Stopping => "Stopping",
            ApplianceState::Stopped => "Stopped",
            ApplianceState::Migrating => "Migrating",
        }
    }
}

/// One of the cloud's own machines. It takes no room that machines could have.
#[derive(Debug, Clone)]
pub struct Appliance {
    pub id: Uuid,
    pub name: Arc<str>,
    pub role: Role,
    pub zone: Uuid,
    /// Whose network it is for; nil for the cloud's own.
    pub project: Uuid,
    pub state: ApplianceState,
    /// Where it runs.
    pub host: Option<HostKey>,
    pub last_host: Option<HostKey>,
    /// The service offering that was chosen for it.
    pub offering: Option<Uuid>,
    pub is_redundant: bool,
    pub created: DateTime<Utc>,
}

impl Acted for Appliance {
    fn name(&self) -> &Arc<str> {
        &self.name
    }
}

/// Rules know it by its name, as a server.
impl Facts for Appliance {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        let FactPath::Of(Subject::Server, keys) = path else {
            return None;
        };
        match keys.as_slice() {
            [field] if **field == *"name" => Some(FactValue::text(&self.name)),
            [field] if **field == *"id" => Some(FactValue::Text(self.id.to_string().into())),
            _ => None,
        }
    }
}

impl World {
    pub fn appliance(&self, id: Uuid) -> Option<&Appliance> {
        let found = self.appliances.get(id);
        found.filter(|appliance| self.is_needed(appliance))
    }

    /// All of them, oldest first.
    pub fn appliances(&self) -> impl Iterator<Item = &Appliance> {
        let all = self.appliances.iter();
        all.filter(|appliance| self.is_needed(appliance))
    }

    /// Whether what it is for is still there.
    fn is_needed(&self, appliance: &Appliance) -> bool {
        match appliance.role {
            Role::Network(network) => self.network(network).is_some(),
            Role::Vpc(vpc) => self.networking.vpc(vpc).is_some(),
            Role::Balancer(port) => self.networking.ports.get(port).is_some(),
            Role::SecondaryStorage | Role::ConsoleProxy => {
                self.topology.zone(appliance.zone).is_some()
            }
        }
    }

    /// The virtual routers of a network: its own, or those of the cloud that it is a tier of.
    pub fn routers_of(&self, network: Uuid) -> impl Iterator<Item = &Appliance> {
        let guest = self.network(network).and_then(|it| it.guest.as_ref());
        let role = match guest.and_then(|guest| guest.vpc) {
            Some(vpc) => Role::Vpc(vpc),
            None => Role::Network(network),
        };
        self.appliances_for(role)
    }

    pub fn appliances_for(&self, role: Role) -> impl Iterator<Item = &Appliance> {
        let all = self.appliances.iter();
        all.filter(move |appliance| appliance.role == role)
    }

    /// The host that a network's router runs on, if it runs.
    pub fn router_host(&self, network: Uuid) -> Option<HostKey> {
        running_on(self.routers_of(network))
    }

    /// The host that a virtual private cloud's router runs on, if it runs.
    pub fn vpc_host(&self, vpc: Uuid) -> Option<HostKey> {
        running_on(self.appliances_for(Role::Vpc(vpc)))
    }
}

fn running_on<'a>(mut appliances: impl Iterator<Item = &'a Appliance>) -> Option<HostKey> {
    let running = appliances.find(|appliance| appliance.state == ApplianceState::Running);
    running.and_then(|appliance| appliance.host)
}

/// The id of an appliance that is there from the start.
fn given_id(role: Role, of: Uuid) -> Uuid {
    ids::named("appliance", &format!("{}-{of}", role.letter()))
}
