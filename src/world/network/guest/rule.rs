//! Rules on public addresses and networks: what is let through, and where it is sent.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::network::Networking;

/// What a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Lets in what comes to a public address.
    Firewall,
    /// Lets out of a network.
    Egress,
    /// Sends ports of a public address on to a machine.
    PortForwarding,
    /// Sends ports of an address that is one machine's on to it.
    StaticNat,
    /// Sends ports of a public address on to several machines.
    LoadBalancing,
    /// Sends ports of an address inside a network on to several machines of it.
    InnerBalancing,
}

/// How far a thing has come that routers and hosts must be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleState {
    /// They are being told.
    Add,
    Active,
    /// They are being told that it is no more.
    Revoke,
}

impl RuleState {
    /// The service's own word for it.
    pub fn word(self) -> &'static str {
        match self {
            RuleState::Add => "Add",
            RuleState::Active => "Active",
            RuleState::Revoke => "Revoke",
        }
    }
}

/// From the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    pub first: u16,
    pub last: u16,
}

impl Ports {
    pub fn overlap(self, other: Ports) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// Which messages of ICMP; -1 stands for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Icmp {
    pub kind: i32,
    pub code: i32,
}

/// Where a rule sends things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTarget {
    pub server: Uuid,
    pub address: IpAddr,
    pub ports: Ports,
}

#[derive(Debug, Clone)]
pub struct TrafficRule {
    pub id: Uuid,
    pub purpose: Purpose,
    /// The public address that it is on, or the port inside; none for one on what leaves a network.
    pub address: Option<Uuid>,
    pub network: Uuid,
    /// Whose it is.
    pub project: Uuid,
    /// In lower case.
    pub protocol: Arc<str>,
    pub ports: Option<Ports>,
    pub icmp: Option<Icmp>,
    /// Networks; none for all.
    pub sources: Vec<Arc<str>>,
    pub destinations: Vec<Arc<str>>,
    pub target: Option<RuleTarget>,
    /// The rule that it was made for, and with which it goes.
    pub made_for: Option<Uuid>,
    pub state: RuleState,
    pub is_displayed: bool,
}

impl TrafficRule {
    /// A rule that is not in force yet.
    pub fn new(id: Uuid, purpose: Purpose, network: Uuid, project: Uuid, protocol: &str) -> Self {
        Self {
            id,
            purpose,
            address: None,
            network,
            project,
            protocol: protocol.to_ascii_lowercase().into(),
            ports: None,
            icmp: None,
            sources: Vec::new(),
            destinations: Vec::new(),
            target: None,
            made_for: None,
            state: RuleState::Add,
            is_displayed: true,
        }
    }

    fn is_firewall(&self) -> bool {
        matches!(self.purpose, Purpose::Firewall | Purpose::Egress)
    }

    /// Whether there is something that both are about, as far as networks go.
    fn shares_networks(&self, other: &TrafficRule) -> bool {
        let meet = |one: &[Arc<str>], other: &[Arc<str>]| {
            (one.is_empty() && other.is_empty()) || one.iter().any(|known| other.contains(known))
        };
        meet(&self.sources, &other.sources) && meet(&self.destinations, &other.destinations)
    }

    /// # Errors
    /// `NetworkRuleConflict` when both cannot be, and as CloudStack has it `InvalidParameterValue` where both
    /// are the same of ICMP.
    fn check_beside(&self, old: &TrafficRule) -> Result<(), Fault> {
        let same_purpose = self.purpose == old.purpose;
        if self.is_firewall() != old.is_firewall() {
            return Ok(());
        }
        self.check_static_nat(old)?;
        if !self.is_firewall() && self.network != old.network {
            return Err(rule_conflict(format!(
                "New rule is for a different network than what's specified in rule {}",
                old.id
            )));
        }
        // Whence things come makes no difference to where they are sent.
        let shares_networks = !self.is_firewall() || self.shares_networks(old);
        if self.protocol != old.protocol || (same_purpose && !shares_networks) {
            return Ok(());
        }
        match (self.ports, old.ports) {
            _ if self.icmp.is_some() && self.icmp == old.icmp => {
                let message = format!("New rule conflicts with existing rule: {}", old.id);
                Err(Fault::new(FaultKind::InvalidParameter, message))
            }
            (None, None) if self.icmp.is_none() && shares_networks => Err(rule_conflict(format!(
                "There is already a firewall rule specified with protocol = {} and no ports",
                self.protocol
            ))),
            (Some(new), Some(known)) if new.overlap(known) => Err(rule_conflict(format!(
                "The range specified, {}-{}, conflicts with rule {} which has {}-{}",
                new.first, new.last, old.id, known.first, known.last
            ))),
            (Some(_) | None, Some(_) | None) => Ok(()),
        }
    }

    /// An address is one machine's, or its ports are sent to several.
    fn check_static_nat(&self, old: &TrafficRule) -> Result<(), Fault> {
        let address = || self.address.unwrap_or_default();
        match (self.purpose, old.purpose) {
            (Purpose::PortForwarding | Purpose::LoadBalancing, Purpose::StaticNat) => {
                Err(rule_conflict(format!(
                    "There is 1 to 1 Nat rule specified for the ip address id={}",
                    address()
                )))
            }
            (Purpose::StaticNat, Purpose::PortForwarding | Purpose::LoadBalancing) => {
                Err(rule_conflict(format!(
                    "There is already firewall rule specified for the ip address id={}",
                    address()
                )))
            }
            (
                Purpose::Firewall
                | Purpose::Egress
                | Purpose::PortForwarding
                | Purpose::StaticNat
                | Purpose::LoadBalancing
                | Purpose::InnerBalancing,
                Purpose::Firewall
                | Purpose::Egress
                | Purpose::PortForwarding
                | Purpose::StaticNat
                | Purpose::LoadBalancing
                | Purpose::InnerBalancing,
            ) => Ok(()),
        }
    }
}

/// Two rules that cannot both be.
pub(super) fn rule_conflict(message: String) -> Fault {
    Fault::conflict(message).named("NetworkRuleConflict")
}

impl Networking {
    /// The rules on a public address that are not on their way out.
    pub fn rules_on(&self, address: Uuid) -> impl Iterator<Item = &TrafficRule> {
        let rules = self.guests.rules.iter();
        rules.filter(move |rule| rule.address == Some(address) && rule.state != RuleState::Revoke)
    }

    /// Adds a rule that is not in force yet.
    ///
    /// # Errors
    /// When it does not go together with another.
    pub fn add_traffic_rule(&mut self, rule: TrafficRule) -> Result<(), Fault> {
        self.check_rule(&rule)?;
        self.guests.rules.insert(rule.id, rule);
        Ok(())
    }

    fn check_rule(&self, rule: &TrafficRule) -> Result<(), Fault> {
        let rules = self.guests.rules.iter();
        let mut rivals = rules.filter(|known| {
            let is_beside = match rule.address {
                Some(_) => known.address == rule.address,
                None => known.address.is_none() && known.network == rule.network,
            };
            is_beside && known.state != RuleState::Revoke
        });
        rivals.try_for_each(|known| rule.check_beside(known))
    }

    /// Removes a rule, and those that were made for it.
    pub fn remove_traffic_rule(&mut self, id: Uuid) {
        self.remove_traffic_rules(|rule| rule.id == id || rule.made_for == Some(id));
    }

    pub(in crate::world) fn remove_traffic_rules(&mut self, goes: impl Fn(&TrafficRule) -> bool) {
        let going = self.guests.rules.iter().filter(|rule| goes(rule));
        for id in going.map(|rule| rule.id).collect::<Vec<_>>() {
            let gone = self.guests.rules.remove(id);
            self.guests.balancing.remove(id);
            if let Some(rule) = gone {
                self.leave_inner_address(&rule);
            }
        }
    }

    /// Changes the state of a rule and of those that were made for it.
    pub fn set_rule_state(&mut self, id: Uuid, state: RuleState) {
        let rules = self.guests.rules.iter_mut();
        for rule in rules.filter(|rule| rule.id == id || rule.made_for == Some(id)) {
            rule.state = state;
        }
    }

    /// Forgets what was said of a server that is no more.
    pub(in crate::world) fn forget_server(&mut self, server: Uuid) {
        self.guests.default_cards.remove(&server);
        self.guests.balancing.forget_server(server);
        let leads_there = |rule: &TrafficRule| {
            let target = rule.target.as_ref();
            target.is_some_and(|target| target.server == server)
        };
        let going = self.guests.rules.iter().filter(|rule| leads_there(rule));
        for id in going.map(|rule| rule.id).collect::<Vec<_>>() {
            self.remove_traffic_rule(id);
        }
    }
}
