//! Load balancers: what they are, and how they change.
//!
//! A client's change shows at once, as in the real service, whose database has it before any balancer knows
//! of it. What then comes of it decides an agent command, which goes to the host that carries the balancer:
//! until its answer the balancer is pending, and after a refusal in error.

mod address;
mod balancer;
pub mod certificate;
mod given;
mod log;
mod node;
mod operate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::World;
pub use address::{IpVersion, Reach, VirtualIp};
pub use balancer::{AccessItem, Balancer, Certificate, Meta, Setting, Settings, Status};
pub use log::{Entry, NodeEvent};
pub use node::{Condition, Node, NodeKind, NodeStatus};

/// How long a deleted balancer can still be looked at.
const KEPT_DELETED: TimeDelta = TimeDelta::days(90);

/// All balancers of a world, and the numbers that the next things will get.
#[derive(Debug, Clone, Default)]
pub struct Balancers {
    items: BTreeMap<u32, Balancer>,
    pub numbers: Numbers,
}

impl Balancers {
    pub fn get(&self, id: u32) -> Option<&Balancer> {
        self.items.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: u32) -> Option<&mut Balancer> {
        self.items.get_mut(&id)
    }

    /// All balancers, oldest first, those that were deleted long ago left out.
    pub fn iter(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Balancer> {
        let is_kept = move |balancer: &&Balancer| {
            balancer.status != Status::Deleted || now - balancer.updated <= KEPT_DELETED
        };
        self.items.values().filter(is_kept)
    }

    /// Those that are not deleted, oldest first.
    pub fn living(&self) -> impl Iterator<Item = &Balancer> {
        let is_living = |balancer: &&Balancer| balancer.status != Status::Deleted;
        self.items.values().filter(is_living)
    }

    /// The id that the next balancer will get.
    pub fn next_number(&self) -> u32 {
        self.numbers.balancers + 1
    }

    /// Takes a new balancer in, or another version of one that is there.
    pub(super) fn put(&mut self, balancer: Balancer, numbers: Numbers) {
        self.items.insert(balancer.id, balancer);
        self.numbers = numbers;
    }
}

/// Counts the things that have ids of their own; each id is the number of those before, and one.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    balancers: u32,
    nodes: u32,
    ipv4: u32,
    ipv6: u32,
    items: u32,
    metas: u32,
    certificates: u32,
    events: u32,
}

/// What gets a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    Balancer,
    Node,
    Ipv4,
    Ipv6,
    AccessItem,
    Meta,
    Certificate,
    Event,
}

impl Numbers {
    /// The next number of its kind.
    pub fn next(&mut self, kind: Numbered) -> u32 {
        let number = match kind {
            Numbered::Balancer => &mut self.balancers,
            Numbered::Node => &mut self.nodes,
            Numbered::Ipv4 => &mut self.ipv4,
            Numbered::Ipv6 => &mut self.ipv6,
            Numbered::AccessItem => &mut self.items,
            Numbered::Meta => &mut self.metas,
            Numbered::Certificate => &mut self.certificates,
            Numbered::Event => &mut self.events,
        };
        *number += 1;
        *number
    }
}

/// A balancer that is being changed: a copy, so that a change that fails half-way leaves nothing behind.
#[derive(Debug, Clone)]
pub struct Change {
    pub balancer: Balancer,
    pub numbers: Numbers,
    pub now: DateTime<Utc>,
}

impl World {
    /// A copy of a balancer to be changed. `None` when there is no such balancer.
    pub fn change_balancer(&self, id: u32) -> Option<Change> {
        Some(Change {
            balancer: self.balancers.get(id)?.clone(),
            numbers: self.balancers.numbers.clone(),
            now: self.now,
        })
    }
}
