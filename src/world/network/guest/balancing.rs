//! Load balancing: what the rules for it say beside what all rules do.

use std::net::IpAddr;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::world::World;
use crate::world::network::Networking;

/// A rule's own part. What it shares with all rules is a [`TrafficRule`](super::TrafficRule) of the same id.
#[derive(Debug, Clone)]
pub struct Balancing {
    pub settings: BalancingSettings,
    /// What the client says that it balances: `tcp`, `udp`, `tcp-proxy` or `ssl`.
    pub protocol: Option<Arc<str>>,
    /// Where the members listen.
    pub private_port: u16,
    pub members: Vec<Member>,
    pub stickiness: Option<Policy>,
    pub health_check: Option<Policy>,
    pub certificate: Option<Uuid>,
}

/// What clients change of a rule as they like.
#[derive(Debug, Clone)]
pub struct BalancingSettings {
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub algorithm: Arc<str>,
}

/// A machine that requests are sent on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub server: Uuid,
    pub address: IpAddr,
}

/// Which policy of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind {
    /// How a client's requests stay with one member.
    Stickiness,
    /// How it is found out that a member is well.
    HealthCheck,
}

#[derive(Debug, Clone)]
pub struct Policy {
    pub id: Uuid,
    pub is_displayed: bool,
    /// What it says, under the service's names for it; checked before it comes here.
    pub says: Map<String, Value>,
}

impl Balancing {
    pub fn policy(&self, kind: PolicyKind) -> Option<&Policy> {
        match kind {
            PolicyKind::Stickiness => self.stickiness.as_ref(),
            PolicyKind::HealthCheck => self.health_check.as_ref(),
        }
    }

    pub fn policy_mut(&mut self, kind: PolicyKind) -> &mut Option<Policy> {
        match kind {
            PolicyKind::Stickiness => &mut self.stickiness,
            PolicyKind::HealthCheck => &mut self.health_check,
        }
    }

    pub fn has(&self, server: Uuid) -> bool {
        self.members.iter().any(|member| member.server == server)
    }

    fn take_back(&mut self, change: BalancingChange) {
        match change {
            BalancingChange::Settings(before) => self.settings = before,
            BalancingChange::Came(members) => {
                self.members.retain(|member| !members.contains(member))
            }
            BalancingChange::Went(members) => self.members.extend(members),
            BalancingChange::Policy(kind, before) => *self.policy_mut(kind) = before,
            BalancingChange::Certificate(before) => self.certificate = before,
        }
    }
}

/// A change of a rule that its router is being told of: what was before.
#[derive(Debug, Clone)]
pub enum BalancingChange {
    Settings(BalancingSettings),
    Came(Vec<Member>),
    Went(Vec<Member>),
    Policy(PolicyKind, Option<Policy>),
    Certificate(Option<Uuid>),
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Balancings {
    /// By the ids of their rules.
    by_rule: FxHashMap<Uuid, Balancing>,
    /// What routers are being told, with the rule that it is about.
    changes: FxHashMap<Uuid, (Uuid, BalancingChange)>,
}

impl Balancings {
    pub fn of(&self, rule: Uuid) -> Option<&Balancing> {
        self.by_rule.get(&rule)
    }

    pub fn of_mut(&mut self, rule: Uuid) -> Option<&mut Balancing> {
        self.by_rule.get_mut(&rule)
    }

    pub fn insert(&mut self, rule: Uuid, balancing: Balancing) {
        self.by_rule.insert(rule, balancing);
    }

    pub fn remove(&mut self, rule: Uuid) {
        self.by_rule.remove(&rule);
    }

    /// The rule that has a policy.
    pub fn rule_with(&self, kind: PolicyKind, policy: Uuid) -> Option<Uuid> {
        let mut all = self.by_rule.iter();
        let has = |of: &Balancing| of.policy(kind).is_some_and(|known| known.id == policy);
        all.find(|(_, of)| has(of)).map(|(rule, _)| *rule)
    }

    /// The rules that show a certificate.
    pub fn rules_with_certificate(&self, id: Uuid) -> Vec<Uuid> {
        let all = self.by_rule.iter();
        let showing = all.filter(|(_, of)| of.certificate == Some(id));
        let mut rules: Vec<Uuid> = showing.map(|(rule, _)| *rule).collect();
        rules.sort_unstable();
        rules
    }

    /// Lets a machine that is no more leave.
    pub(super) fn forget_server(&mut self, server: Uuid) {
        for balancing in self.by_rule.values_mut() {
            balancing.members.retain(|member| member.server != server);
        }
    }

    /// The router heeds a change, or it is taken back.
    pub(super) fn settle(&mut self, change: Uuid, is_heeded: bool) {
        let Some((rule, change)) = self.changes.remove(&change) else {
            return;
        };
        if let Some(balancing) = self.by_rule.get_mut(&rule).filter(|_| !is_heeded) {
            balancing.take_back(change);
        }
    }
}

impl Networking {
    pub fn balancing(&self, rule: Uuid) -> Option<&Balancing> {
        self.guests.balancing.of(rule)
    }
}

impl World {
    /// Changes how a rule balances, and returns the id of the change: its router is to be told of it.
    pub fn change_balancing(
        &mut self,
        rule: Uuid,
        change: impl FnOnce(&mut Balancing) -> BalancingChange,
    ) -> Option<Uuid> {
        let id = self.ids.uuid();
        let balancing = &mut self.networking.guests.balancing;
        let was = change(balancing.by_rule.get_mut(&rule)?);
        balancing.changes.insert(id, (rule, was));
        Some(id)
    }
}
