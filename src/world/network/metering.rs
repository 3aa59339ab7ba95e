//! Meters: labels, and the rules that say which traffic counts under them. There is no traffic to count.

use std::sync::Arc;

use cidr::IpCidr;
use uuid::Uuid;

use super::fault::conflict;
use super::{Meta, Networking};
use crate::vocabulary::fault::Fault;

/// What traffic is counted under.
#[derive(Debug, Clone)]
pub struct MeteringLabel {
    pub meta: Meta,
    /// Counts for all projects.
    pub is_shared: bool,
}

/// Which traffic counts under a label, or does not.
#[derive(Debug, Clone)]
pub struct MeteringRule {
    pub meta: Meta,
    pub label: Uuid,
    /// `ingress` or `egress`.
    pub direction: Arc<str>,
    pub remote: Option<IpCidr>,
    pub source: Option<IpCidr>,
    pub destination: Option<IpCidr>,
    /// Takes traffic out of the count.
    pub is_excluded: bool,
}

impl Networking {
    /// Adds a rule to its label.
    ///
    /// # Errors
    /// `MeteringLabelRuleOverlaps` where another of the label is about some of the same traffic.
    pub fn add_metering_rule(&mut self, rule: MeteringRule) -> Result<Uuid, Fault> {
        let overlaps = |other: &MeteringRule| {
            other.label == rule.label
                && other.direction == rule.direction
                && matches!((&other.remote, &rule.remote), (Some(a), Some(b)) if overlap(a, b))
        };
        if let (true, Some(remote)) = (self.metering_rules.iter().any(overlaps), rule.remote) {
            let message = format!("Label rule with remote_ip_prefix {remote} overlaps another.");
            return Err(conflict("MeteringLabelRuleOverlaps", message));
        }
        let id = rule.meta.id;
        self.metering_rules.insert(id, rule);
        Ok(id)
    }

    /// Removes a label with its rules.
    pub fn remove_metering_label(&mut self, id: Uuid) {
        self.metering_labels.remove(id);
        let rules = self.metering_rules.iter();
        let its: Vec<Uuid> = rules
            .filter(|rule| rule.label == id)
            .map(|rule| rule.meta.id)
            .collect();
        for rule in its {
            self.metering_rules.remove(rule);
        }
    }
}

/// Whether two networks have addresses in common: then one holds the other.
fn overlap(a: &IpCidr, b: &IpCidr) -> bool {
    a.contains(&b.first_address()) || b.contains(&a.first_address())
}
