//! How much of each kind a project may have.

use uuid::Uuid;

use super::fault::conflict;
use super::{
    AddressScope, FloatingIp, MeteringLabel, MeteringRule, Network, Networking, Port, Router, Rule,
    SecurityGroup, Sharing, Subnet, SubnetPool,
};
use crate::vocabulary::fault::Fault;
use crate::world::limits::holdings::{Held, Owner};
use crate::world::start::blueprint::NetworkLimits;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Networks,
    Subnets,
    Ports,
    Routers,
    FloatingIps,
    SecurityGroups,
    SecurityGroupRules,
    SubnetPools,
    Sharings,
}

impl Counted {
    /// All of them, with Neutron's names.
    pub const ALL: [(Counted, &str); 9] = [
        (Counted::Networks, "network"),
        (Counted::Subnets, "subnet"),
        (Counted::Ports, "port"),
        (Counted::Routers, "router"),
        (Counted::FloatingIps, "floatingip"),
        (Counted::SecurityGroups, "security_group"),
        (Counted::SecurityGroupRules, "security_group_rule"),
        (Counted::SubnetPools, "subnetpool"),
        (Counted::Sharings, "rbac_policy"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// What is configured for it; -1 for no limit.
    pub fn default_limit(self, limits: &NetworkLimits) -> i64 {
        match self {
            Counted::Networks => limits.networks,
            Counted::Subnets => limits.subnets,
            Counted::Ports => limits.ports,
            Counted::Routers => limits.routers,
            Counted::FloatingIps => limits.floating_ips,
            Counted::SecurityGroups => limits.security_groups,
            Counted::SecurityGroupRules => limits.security_group_rules,
            Counted::SubnetPools => limits.subnet_pools,
            Counted::Sharings => limits.sharings,
        }
    }
}

/// A project's own limits, by the place in [`Counted::ALL`].
pub(super) type Quota = [Option<i64>; Counted::ALL.len()];

/// Lets things count one each, for their projects.
macro_rules! count_by_project {
    ($($kind:ident),*) => {
        $(impl Held for $kind {
            type Share = usize;

            fn owned_by(&self) -> Owner {
                Owner::project(self.meta.project)
            }

            fn share(&self) -> usize {
                1
            }
        })*
    };
}

count_by_project!(
    AddressScope,
    FloatingIp,
    MeteringLabel,
    MeteringRule,
    Network,
    Port,
    Router,
    Rule,
    SecurityGroup,
    Sharing,
    Subnet,
    SubnetPool
);

impl Networking {
    /// A project's limit; -1 for none.
    pub fn limit(&self, project: Uuid, what: Counted) -> i64 {
        let own = self.quotas.get(&project).and_then(|own| own[what as usize]);
        own.unwrap_or_else(|| self.default_limit(what))
    }

    /// What a project has that was given no limit of its own.
    pub fn default_limit(&self, what: Counted) -> i64 {
        what.default_limit(&self.limits)
    }

    /// The projects with limits of their own.
    pub fn limited_projects(&self) -> impl Iterator<Item = Uuid> {
        self.quotas.keys().copied()
    }

    pub fn set_limit(&mut self, project: Uuid, what: Counted, limit: i64) {
        self.quotas.entry(project).or_default()[what as usize] = Some(limit);
    }

    /// Takes a project's own limits away; false when it had none.
    pub fn reset_limits(&mut self, project: Uuid) -> bool {
        self.quotas.remove(&project).is_some()
    }

    /// How many a project has.
    pub fn used(&self, project: Uuid, what: Counted) -> usize {
        let owner = Owner::project(project);
        match what {
            Counted::Networks => self.networks.held_by(owner),
            Counted::Subnets => self.subnets.held_by(owner),
            Counted::Ports => self.ports.held_by(owner),
            Counted::Routers => self.routers.held_by(owner),
            Counted::FloatingIps => self.floating_ips.held_by(owner),
            Counted::SecurityGroups => self.groups.held_by(owner),
            Counted::SecurityGroupRules => self.rules.held_by(owner),
            Counted::SubnetPools => self.subnet_pools.held_by(owner),
            Counted::Sharings => self.sharings.held_by(owner),
        }
    }

    /// Lets a project have one more.
    ///
    /// # Errors
    /// `OverQuota` when it may not.
    pub fn admit(&self, project: Uuid, what: Counted) -> Result<(), Fault> {
        match usize::try_from(self.limit(project, what)) {
            Ok(limit) if self.used(project, what) >= limit => {
                let message = format!("Quota exceeded for resources: ['{}'].", what.name());
                Err(conflict("OverQuota", message))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_words() {
        for (position, (what, _)) in Counted::ALL.into_iter().enumerate() {
            assert_eq!(what as usize, position);
        }
    }
}
