//! What the scenario files say, made ready to decide by.

use crate::rules::{MockSet, Observer};
use crate::vocabulary::plan::{Plan, TimedAct, TopologyPlan};

/// A compiled plan. It never changes; a reload makes another.
#[derive(Debug)]
pub struct Program {
    /// Counts the reloads, from 1.
    pub generation: u64,
    pub plan: Plan,
    pub mocks: MockSet,
    pub observer: Observer,
    /// In order of time.
    pub timeline: Vec<TimedAct>,
    default_topology: TopologyPlan,
}

impl Program {
    pub fn new(plan: Plan, generation: u64) -> Self {
        let mut timeline = plan.timeline.clone();
        timeline.sort_by_key(|act| act.at);
        Self {
            generation,
            mocks: MockSet::from_specs(plan.mocks.clone()),
            observer: Observer::new(plan.expectations.clone()),
            timeline,
            default_topology: TopologyPlan::default_cloud(),
            plan,
        }
    }

    /// The plan's data centre, or the default one.
    pub fn topology(&self) -> &TopologyPlan {
        self.plan
            .topology
            .as_ref()
            .unwrap_or(&self.default_topology)
    }
}
