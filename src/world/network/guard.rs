//! Security groups as CloudStack means them.
//!
//! There a group without rules about what goes out lets everything out, and one with such rules nothing else.
//! Here, as in Neutron, a rule says that everything may go out: it gives way to the first that CloudStack's
//! clients make, and comes back when the last is gone.

use std::sync::Arc;

use uuid::Uuid;

use super::groups::{Direction, Rule, RuleDraft};
use super::{Meta, Networking, Port};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::User;
use crate::world::operations::{Kind, Order, Thing};

impl Rule {
    /// Whether it lets everything out, to everywhere.
    pub fn is_way_out(&self) -> bool {
        self.what == RuleDraft::all(Direction::Egress, self.what.ethertype)
    }
}

impl Networking {
    /// The cards that a group filters.
    pub fn ports_in(&self, group: Uuid) -> impl Iterator<Item = &Port> {
        self.ports
            .iter()
            .filter(move |port| port.groups.contains(&group))
    }

    fn ways_out_of(&self, group: Uuid) -> Vec<Uuid> {
        let group = self.groups.get(group);
        let rules = group.into_iter().flat_map(|group| self.rules_of(group));
        let ways_out = rules.filter(|rule| rule.is_way_out());
        ways_out.map(|rule| rule.meta.id).collect()
    }

    fn lets_out_only_some(&self, group: Uuid) -> bool {
        let group = self.groups.get(group);
        let mut rules = group.into_iter().flat_map(|group| self.rules_of(group));
        rules.any(|rule| rule.what.direction == Direction::Egress && !rule.is_way_out())
    }
}

impl World {
    /// Adds those of the rules to a group that it does not have yet; returns their ids.
    ///
    /// # Errors
    /// `SecurityGroupNotFound`.
    pub fn authorize(
        &mut self,
        group: Uuid,
        drafts: impl IntoIterator<Item = RuleDraft>,
    ) -> Result<Vec<Uuid>, Fault> {
        let project = self.networking.expect_group(group)?.meta.project;
        let mut added = Vec::new();
        for what in drafts {
            let meta = Meta::new(self.ids.uuid(), project, self.now);
            added.extend(self.networking.add_rule(Rule { meta, group, what }).ok());
        }
        if self.networking.lets_out_only_some(group) {
            for way_out in self.networking.ways_out_of(group) {
                self.networking.remove_rule(way_out);
            }
        }
        Ok(added)
    }

    /// Removes a rule; returns the group that had it.
    pub fn revoke(&mut self, rule: Uuid) -> Option<Uuid> {
        let rule = self.networking.remove_rule(rule)?;
        let is_closed = self.networking.ways_out_of(rule.group).is_empty()
            && !self.networking.lets_out_only_some(rule.group);
        if rule.what.direction == Direction::Egress && is_closed {
            self.open_ways_out(rule.group);
        }
        Some(rule.group)
    }

    /// Has the hosts filter the machines of a group as its rules now say.
    pub fn enforce_group(&mut self, group: Uuid, user: &Arc<User>) {
        let cards = self.networking.ports_in(group);
        let cards = cards.filter_map(|port| Some((port.meta.id, port.server()?)));
        let cards: Vec<(Uuid, Uuid)> = cards.collect();
        for (card, server) in cards {
            let Some(host) = self.server(server).and_then(|server| server.host) else {
                continue;
            };
            let order = Order::new(Thing::Port(card), Kind::ApplyGroups, user.clone());
            self.begin(order.with(Thing::Server(server)).at(Some(host)));
        }
    }
}
