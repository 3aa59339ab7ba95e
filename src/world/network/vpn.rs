//! Virtual private networks of CloudStack's: between sites, and for users from afar.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::world::World;
use crate::world::store::Store;

/// The end of a virtual private cloud.
#[derive(Debug, Clone)]
pub struct VpnGateway {
    pub id: Uuid,
    pub vpc: Uuid,
    pub project: Uuid,
    /// The public address that it is at.
    pub address: Uuid,
    pub is_displayed: bool,
}

/// The other end, as its owner describes it.
#[derive(Debug, Clone)]
pub struct CustomerGateway {
    pub id: Uuid,
    pub project: Uuid,
    pub settings: CustomerSettings,
}

/// What is said of a customer's gateway.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerSettings {
    pub name: Arc<str>,
    /// Its address, or its name in the DNS.
    pub gateway: Arc<str>,
    /// The networks behind it.
    pub networks: Vec<Arc<str>>,
    pub shared_key: Arc<str>,
    pub ike_policy: Arc<str>,
    pub esp_policy: Arc<str>,
    /// In seconds.
    pub ike_lifetime: u32,
    /// In seconds.
    pub esp_lifetime: u32,
    pub ike_version: Arc<str>,
    /// Whether it is found out that the other end is dead.
    pub detects_death: bool,
    pub forces_encapsulation: bool,
    pub splits_connections: bool,
}

/// How a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// The router is being told.
    Connecting,
    Connected,
    /// It waits for the other end.
    Disconnected,
    /// The router is being told that it is no more.
    Disconnecting,
    /// The router would not.
    Error,
}

impl ConnectionState {
    /// The service's own word for it.
    pub fn word(self) -> &'static str {
        match self {
            ConnectionState::Connecting => "Connecting",
            ConnectionState::Connected => "Connected",
            ConnectionState::Disconnected => "Disconnected",
            ConnectionState::Disconnecting => "Disconnecting",
            ConnectionState::Error => "Error",
        }
    }
}

#[derive(Debug, Clone)]
pub struct VpnConnection {
    pub id: Uuid,
    pub project: Uuid,
    pub gateway: Uuid,
    pub customer: Uuid,
    /// Whether it is for the other end to begin.
    pub is_passive: bool,
    pub state: ConnectionState,
    pub is_displayed: bool,
    pub created: DateTime<Utc>,
}

/// The way in for users from afar, at a public address.
#[derive(Debug, Clone)]
pub struct RemoteAccess {
    pub id: Uuid,
    pub project: Uuid,
    /// The public address.
    pub address: Uuid,
    pub network: Uuid,
    /// The addresses that users get.
    pub range: Arc<str>,
    pub shared_key: Arc<str>,
    pub state: AccessState,
    pub is_displayed: bool,
}

/// How far something has come that a router is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessState {
    /// The router is being told.
    Coming,
    InForce,
    /// The router is being told that it is no more.
    Going,
}

#[derive(Debug, Clone)]
pub struct VpnUser {
    pub id: Uuid,
    pub project: Uuid,
    pub name: Arc<str>,
    pub state: AccessState,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Vpns {
    pub gateways: Store<VpnGateway>,
    pub customers: Store<CustomerGateway>,
    pub connections: Store<VpnConnection>,
    pub accesses: Store<RemoteAccess>,
    pub users: Store<VpnUser>,
}

impl Vpns {
    /// The ways in at the public addresses of a project.
    pub fn accesses_of(&self, project: Uuid) -> impl Iterator<Item = &RemoteAccess> {
        let accesses = self.accesses.iter();
        accesses.filter(move |access| access.project == project)
    }

    /// Whether there is a connection from an end, or to one.
    pub fn is_connected(&self, end: Uuid) -> bool {
        let mut connections = self.connections.iter();
        connections.any(|known| known.gateway == end || known.customer == end)
    }

    /// Whether two ends are connected, or are to be.
    pub fn are_connected(&self, gateway: Uuid, customer: Uuid) -> bool {
        let mut connections = self.connections.iter();
        connections.any(|known| known.gateway == gateway && known.customer == customer)
    }

    pub fn access_at(&self, address: Uuid) -> Option<&RemoteAccess> {
        self.accesses
            .iter()
            .find(|access| access.address == address)
    }

    pub fn user_named(&self, project: Uuid, name: &str) -> Option<&VpnUser> {
        let mut users = self.users.iter();
        users.find(|user| user.project == project && *user.name == *name)
    }
}

impl World {
    /// The router heeds what it was told of a connection, or not.
    pub(in crate::world) fn settle_connection(&mut self, id: Uuid, is_heeded: bool) {
        let Some(connection) = self.vpns.connections.get_mut(id) else {
            return;
        };
        match (connection.state, is_heeded) {
            (ConnectionState::Disconnecting, true) => drop(self.vpns.connections.remove(id)),
            (_, true) if connection.is_passive => {
                connection.state = ConnectionState::Disconnected;
            }
            (_, true) => connection.state = ConnectionState::Connected,
            (_, false) => connection.state = ConnectionState::Error,
        }
    }

    /// The router opens the way in for users, or closes it, or does not.
    pub(in crate::world) fn settle_access(&mut self, id: Uuid, is_heeded: bool) {
        match self.vpns.accesses.get(id).map(|access| access.state) {
            Some(state) if goes(state, is_heeded) => drop(self.vpns.accesses.remove(id)),
            Some(_) => {
                if let Some(access) = self.vpns.accesses.get_mut(id) {
                    access.state = AccessState::InForce;
                }
            }
            None => {}
        }
    }

    /// The router knows a user, or no longer, or does not heed it.
    pub(in crate::world) fn settle_vpn_user(&mut self, id: Uuid, is_heeded: bool) {
        match self.vpns.users.get(id).map(|user| user.state) {
            Some(state) if goes(state, is_heeded) => drop(self.vpns.users.remove(id)),
            Some(_) => {
                if let Some(user) = self.vpns.users.get_mut(id) {
                    user.state = AccessState::InForce;
                }
            }
            None => {}
        }
    }
}

/// Whether something is no more: it was to go and goes, or was to come and does not.
fn goes(state: AccessState, is_heeded: bool) -> bool {
    match state {
        AccessState::Coming => !is_heeded,
        AccessState::Going => is_heeded,
        AccessState::InForce => false,
    }
}
