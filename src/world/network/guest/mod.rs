//! What CloudStack's clouds have in their networks beside what all clouds do: public addresses and the rules
//! on them, virtual private clouds, access control lists.

mod acl;
mod acted;
mod balancing;
mod effect;
mod gateway;
mod inside;
mod network;
mod public;
mod ranges;
mod rule;
mod vpc;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use crate::world::store::Store;

pub use acl::{AclItem, AclList, DEFAULT_ALLOW, DEFAULT_DENY, Filter};
pub use balancing::{
    Balancing, BalancingChange, BalancingSettings, Balancings, Member, Policy, PolicyKind,
};
pub use effect::GuestThing;
pub use gateway::{PrivateGateway, StaticRoute};
pub use network::{GuestDraft, Vlan};
pub use public::{PublicAddress, PublicState, Use};
pub use ranges::{Holder, Pool, ZonePool};
pub use rule::{Icmp, Ports, Purpose, RuleState, RuleTarget, TrafficRule};
pub use vpc::{Vpc, VpcState};

/// What CloudStack says of a guest network.
#[derive(Debug, Clone)]
pub struct Guest {
    pub offering: Uuid,
    pub zone: Uuid,
    /// The domain of its machines' names.
    pub domain: Arc<str>,
    /// The cloud that it is a tier of.
    pub vpc: Option<Uuid>,
    pub acl: Option<Uuid>,
    /// Whoever made it named its VLAN.
    pub has_own_vlan: bool,
    /// It is there on the hosts; else it will be when its first machine starts.
    pub is_implemented: bool,
    pub is_displayed: bool,
    pub needs_restart: bool,
}

/// All of it that is no network.
#[derive(Debug, Clone)]
pub struct Guests {
    pub rules: Store<TrafficRule>,
    /// What the rules for load balancing say beside.
    pub balancing: Balancings,
    pub vpcs: Store<Vpc>,
    pub acls: Store<AclList>,
    pub acl_items: Store<AclItem>,
    pub gateways: Store<PrivateGateway>,
    pub routes: Store<StaticRoute>,
    /// The ranges of addresses that are pools of networks, by their ids.
    pub(in crate::world) pools: BTreeMap<Uuid, Pool>,
    /// What public addresses are used for, by their ids.
    pub(super) uses: FxHashMap<Uuid, Use>,
    /// Public addresses that were given back.
    released: FxHashSet<Uuid>,
    /// Public addresses that were just given back.
    pub(super) freed: Vec<PublicAddress>,
    /// Public addresses that are to be one machine's no longer.
    pub ending_nat: FxHashSet<Uuid>,
    /// The cards that servers have chosen for what leads outside, by the servers' ids.
    pub default_cards: FxHashMap<Uuid, Uuid>,
}

impl Default for Guests {
    fn default() -> Self {
        let mut guests = Self {
            rules: Store::default(),
            balancing: Balancings::default(),
            vpcs: Store::default(),
            acls: Store::default(),
            acl_items: Store::default(),
            gateways: Store::default(),
            routes: Store::default(),
            pools: BTreeMap::default(),
            uses: FxHashMap::default(),
            released: FxHashSet::default(),
            freed: Vec::new(),
            ending_nat: FxHashSet::default(),
            default_cards: FxHashMap::default(),
        };
        guests.add_default_acls();
        guests
    }
}
