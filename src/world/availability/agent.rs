//! What the management server believes of a host.

use chrono::{DateTime, Utc};

use super::HostHa;

/// Whether a host's agent is heard of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Status {
    #[default]
    Up,
    /// The connection ended, and nobody knows yet why.
    Disconnected,
    /// It is not heard of, and nobody knows why.
    Alert,
    Down,
}

impl Status {
    /// CloudStack's word.
    pub fn word(self) -> &'static str {
        match self {
            Status::Up => "Up",
            Status::Disconnected => "Disconnected",
            Status::Alert => "Alert",
            Status::Down => "Down",
        }
    }
}

/// What a host is to be used for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ResourceState {
    #[default]
    Enabled,
    /// Its machines are leaving.
    PrepareForMaintenance,
    /// A machine could not leave, and is tried again.
    ErrorInPrepareForMaintenance,
    Maintenance,
    /// Machines could not leave, and are not tried any more.
    ErrorInMaintenance,
    /// Given up by an administrator: what was on it is dealt with as if it were down.
    Degraded,
}

impl ResourceState {
    /// CloudStack's word.
    pub fn word(self) -> &'static str {
        match self {
            ResourceState::Enabled => "Enabled",
            ResourceState::PrepareForMaintenance => "PrepareForMaintenance",
            ResourceState::ErrorInPrepareForMaintenance => "ErrorInPrepareForMaintenance",
            ResourceState::Maintenance => "Maintenance",
            ResourceState::ErrorInMaintenance => "ErrorInMaintenance",
            ResourceState::Degraded => "Degraded",
        }
    }

    /// Whether a host is in maintenance or on the way there.
    pub fn is_maintenance(self) -> bool {
        match self {
            ResourceState::PrepareForMaintenance
            | ResourceState::ErrorInPrepareForMaintenance
            | ResourceState::Maintenance
            | ResourceState::ErrorInMaintenance => true,
            ResourceState::Enabled | ResourceState::Degraded => false,
        }
    }
}

/// A host, as the management server sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Agent {
    pub status: Status,
    pub resource: ResourceState,
    /// The last ping that was heard; `None` while all are.
    pub last_ping: Option<DateTime<Utc>>,
    /// Since when its connection is gone.
    pub disconnected: Option<DateTime<Utc>>,
    pub ha: HostHa,
}

impl Agent {
    /// Whether CloudStack puts machines on its host.
    pub fn takes_machines(&self) -> bool {
        self.status == Status::Up && self.resource == ResourceState::Enabled
    }
}
