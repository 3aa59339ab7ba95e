//! How much of each kind a project may have.

use uuid::Uuid;

use super::fault::conflict;
use super::{Meta, Networking};
use crate::vocabulary::fault::Fault;
use crate::world::blueprint::NetworkLimits;
use crate::world::store::Store;

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
        fn count<T>(store: &Store<T>, project: Uuid, meta: fn(&T) -> &Meta) -> usize {
            let is_own = |item: &&T| meta(item).project == project;
            store.iter().filter(is_own).count()
        }
        match what {
            Counted::Networks => count(&self.networks, project, |item| &item.meta),
            Counted::Subnets => count(&self.subnets, project, |item| &item.meta),
            Counted::Ports => count(&self.ports, project, |item| &item.meta),
            Counted::Routers => count(&self.routers, project, |item| &item.meta),
            Counted::FloatingIps => count(&self.floating_ips, project, |item| &item.meta),
            Counted::SecurityGroups => count(&self.groups, project, |item| &item.meta),
            Counted::SecurityGroupRules => count(&self.rules, project, |item| &item.meta),
            Counted::SubnetPools => count(&self.subnet_pools, project, |item| &item.meta),
            Counted::Sharings => count(&self.sharings, project, |item| &item.meta),
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
            // Counting costs time, and without a limit there is nothing to compare with.
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
