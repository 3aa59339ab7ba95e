//! Security groups: what may pass to and from ports.

use std::net::IpAddr;

use cidr::IpInet;
use uuid::Uuid;

use super::fault::{conflict, not_found};
use super::{Meta, Networking};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::ids::named;

#[derive(Debug, Clone)]
pub struct SecurityGroup {
    pub meta: Meta,
    /// Lets answers pass.
    pub is_stateful: bool,
    /// The one that each project has from the start.
    pub is_default: bool,
    pub is_shared: bool,
    /// In the order of their making.
    pub rules: Vec<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ingress,
    Egress,
}

impl Direction {
    pub fn word(self) -> &'static str {
        match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ethertype {
    Ipv4,
    Ipv6,
}

impl Ethertype {
    pub fn word(self) -> &'static str {
        match self {
            Ethertype::Ipv4 => "IPv4",
            Ethertype::Ipv6 => "IPv6",
        }
    }

    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Ethertype::Ipv4,
            IpAddr::V6(_) => Ethertype::Ipv6,
        }
    }
}

/// What one rule lets pass. Two rules of a group never say the same.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleDraft {
    pub direction: Direction,
    pub ethertype: Ethertype,
    /// A name or a number, as the client wrote it; any where there is none.
    pub protocol: Option<Box<str>>,
    pub port_min: Option<u16>,
    pub port_max: Option<u16>,
    pub remote_group: Option<Uuid>,
    /// As the client wrote it: with bits beyond the prefix.
    pub remote_prefix: Option<IpInet>,
}

impl RuleDraft {
    pub fn all(direction: Direction, ethertype: Ethertype) -> Self {
        Self {
            direction,
            ethertype,
            protocol: None,
            port_min: None,
            port_max: None,
            remote_group: None,
            remote_prefix: None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Rule {
    pub meta: Meta,
    pub group: Uuid,
    pub what: RuleDraft,
}

impl Networking {
    /// # Errors
    /// `SecurityGroupNotFound`.
    pub fn expect_group(&self, id: Uuid) -> Result<&SecurityGroup, Fault> {
        self.groups
            .get(id)
            .ok_or_else(|| not_found("SecurityGroup", id))
    }

    /// The id of a project's default group, whether it has been made yet or not.
    pub fn default_group_of(&self, project: Uuid) -> Uuid {
        named("security-group", &project.to_string())
    }

    /// The rules of a group.
    pub fn rules_of<'a>(&'a self, group: &'a SecurityGroup) -> impl Iterator<Item = &'a Rule> {
        group.rules.iter().filter_map(|id| self.rules.get(*id))
    }

    /// Adds a rule to its group.
    ///
    /// # Errors
    /// `SecurityGroupRuleExists` when the group has it already.
    pub fn add_rule(&mut self, rule: Rule) -> Result<Uuid, Fault> {
        let group = self.expect_group(rule.group)?;
        let same = self.rules_of(group).find(|known| known.what == rule.what);
        if let Some(same) = same {
            let message = format!(
                "Security group rule already exists. Rule id is {}.",
                same.meta.id
            );
            return Err(conflict("SecurityGroupRuleExists", message));
        }
        let (id, group) = (rule.meta.id, rule.group);
        self.rules.insert(id, rule);
        if let Some(group) = self.groups.get_mut(group) {
            group.rules.push(id);
        }
        Ok(id)
    }

    pub fn remove_rule(&mut self, id: Uuid) -> Option<Rule> {
        let rule = self.rules.remove(id)?;
        if let Some(group) = self.groups.get_mut(rule.group) {
            group.rules.retain(|known| *known != id);
        }
        Some(rule)
    }

    /// Removes a group with its rules, and the rules of others that name it.
    ///
    /// # Errors
    /// `SecurityGroupInUse` while a port has it.
    pub fn remove_group(&mut self, id: Uuid) -> Result<(), Fault> {
        if self.ports.iter().any(|port| port.groups.contains(&id)) {
            let message = format!("Security Group {id} in use.");
            return Err(conflict("SecurityGroupInUse", message));
        }
        let is_concerned = |rule: &&Rule| rule.group == id || rule.what.remote_group == Some(id);
        let rules = self.rules.iter().filter(is_concerned);
        for rule in rules.map(|rule| rule.meta.id).collect::<Vec<_>>() {
            self.remove_rule(rule);
        }
        self.groups.remove(id);
        self.stop_sharing(id);
        Ok(())
    }
}

/// What every new group lets pass: everything out.
const OUTWARD: [(Direction, Ethertype); 2] = [
    (Direction::Egress, Ethertype::Ipv4),
    (Direction::Egress, Ethertype::Ipv6),
];

impl World {
    /// Makes a group that lets everything out.
    pub fn create_group(&mut self, meta: Meta) -> Uuid {
        let id = meta.id;
        self.networking.groups.insert(
            id,
            SecurityGroup {
                meta,
                is_stateful: true,
                is_default: false,
                is_shared: false,
                rules: Vec::new(),
            },
        );
        self.open_ways_out(id);
        id
    }

    /// Has a group let everything out.
    pub(super) fn open_ways_out(&mut self, group: Uuid) {
        for (direction, ethertype) in OUTWARD {
            self.add_initial_rule(group, RuleDraft::all(direction, ethertype));
        }
    }

    fn add_initial_rule(&mut self, group: Uuid, what: RuleDraft) {
        let Some(project) = self
            .networking
            .groups
            .get(group)
            .map(|group| group.meta.project)
        else {
            return;
        };
        let words = format!(
            "{group} {} {}",
            what.direction.word(),
            what.ethertype.word()
        );
        let meta = Meta {
            id: named("security-group-rule", &words),
            ..Meta::new(Uuid::nil(), project, self.now)
        };
        let added = self.networking.add_rule(Rule { meta, group, what });
        debug_assert!(added.is_ok(), "a new group has no rule yet");
    }

    /// The id of a project's default group, which is made when it is first asked for.
    pub fn default_group(&mut self, project: Uuid) -> Uuid {
        let id = self.networking.default_group_of(project);
        if self.networking.groups.get(id).is_some() {
            return id;
        }
        let meta = Meta {
            description: "Default security group".into(),
            ..Meta::new(id, project, self.now).named("default")
        };
        self.create_group(meta);
        if let Some(group) = self.networking.groups.get_mut(id) {
            group.is_default = true;
        }
        for ethertype in [Ethertype::Ipv4, Ethertype::Ipv6] {
            let from_group = RuleDraft {
                remote_group: Some(id),
                ..RuleDraft::all(Direction::Ingress, ethertype)
            };
            self.add_initial_rule(id, from_group);
        }
        id
    }
}
