//! What was done to a balancer, as its feeds tell it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Change, Numbered};

/// Something that was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub at: DateTime<Utc>,
    /// The part of the balancer that it was done to, as its path has it: `nodes`; empty for the balancer itself.
    pub part: &'static str,
    /// Which of several.
    pub item: Option<u32>,
    pub title: String,
    pub summary: String,
    /// `CREATE`, `UPDATE` or `DELETE`.
    pub category: &'static str,
    pub author: Arc<str>,
}

/// A node that began or ceased to answer.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeEvent {
    pub id: u32,
    pub at: DateTime<Utc>,
    pub node: u32,
    pub status: super::NodeStatus,
}

impl Change {
    /// Writes down what is done.
    pub fn note(
        &mut self,
        (part, item): (&'static str, Option<u32>),
        category: &'static str,
        title: &str,
        summary: String,
    ) {
        self.balancer.log.push(Entry {
            at: self.now,
            part,
            item,
            title: title.to_owned(),
            summary,
            category,
            author: self.balancer.user.name.clone(),
        });
    }

    /// Writes down how a node is now.
    pub fn note_status(&mut self, node: u32, status: super::NodeStatus) {
        let id = self.numbers.next(Numbered::Event);
        let event = NodeEvent {
            id,
            at: self.now,
            node,
            status,
        };
        self.balancer.node_events.push(event);
    }
}
