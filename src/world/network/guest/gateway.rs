//! Ways out of a virtual private cloud beside the public one, and what is sent there.

use std::net::IpAddr;
use std::sync::Arc;

use cidr::IpCidr;
use uuid::Uuid;

use super::RuleState;

/// A way into a private network of the data centre.
#[derive(Debug, Clone)]
pub struct PrivateGateway {
    pub id: Uuid,
    pub vpc: Uuid,
    /// The router's address in that network.
    pub address: IpAddr,
    pub gateway: IpAddr,
    pub netmask: IpAddr,
    pub vlan: Arc<str>,
    pub has_source_nat: bool,
    pub acl: Uuid,
    pub state: RuleState,
}

/// Where a virtual private cloud sends packets for a network.
#[derive(Debug, Clone)]
pub struct StaticRoute {
    pub id: Uuid,
    pub vpc: Uuid,
    pub gateway: Option<Uuid>,
    pub next_hop: IpAddr,
    pub cidr: IpCidr,
    pub state: RuleState,
}
