//! What a served step has follow for the things that its command made or acts on.

use std::sync::Arc;

use super::sim::Sim;
use crate::api::{Landing, Target};
use crate::vocabulary::condition::Condition;
use crate::vocabulary::fact::{FactPath, Subject};
use crate::vocabulary::mock::{Lead, LedMock, MockSpec, Origin, Turn};
use crate::vocabulary::outcome::Decision;
use crate::vocabulary::place::Scope;
use crate::world::World;
use crate::world::operations::Thing;

/// What a command is about, taken down before it is carried out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Aim {
    Nothing,
    One(Thing),
    /// The servers from this number on.
    NewServers(u64),
    /// The balancers from this number on.
    NewBalancers(u32),
}

impl Aim {
    pub(super) fn of(world: &World, landing: Option<&Landing>) -> Self {
        match landing.map(|landing| &landing.target) {
            Some(Target::Server(id)) => Aim::One(Thing::Server(*id)),
            Some(Target::Balancer(id) | Target::Node { balancer: id, .. }) => {
                Aim::One(Thing::Balancer(*id))
            }
            Some(Target::NewServer { .. }) => Aim::NewServers(world.next_server_number()),
            Some(Target::NewBalancer(_)) => Aim::NewBalancers(world.balancers.next_number()),
            Some(
                Target::Nothing
                | Target::Flavor(_)
                | Target::Image(_)
                | Target::NewImage(_)
                | Target::Thing(_)
                | Target::NewVolume(_)
                | Target::Network(_)
                | Target::KeyPair(_)
                | Target::Host(_)
                | Target::Job(_),
            )
            | None => Aim::Nothing,
        }
    }

    /// The things that are there, now that it is carried out.
    fn things(self, world: &World) -> Vec<Thing> {
        match self {
            Aim::Nothing => Vec::new(),
            Aim::One(thing) => vec![thing],
            Aim::NewServers(first) => {
                let all = world.servers();
                all.filter(|server| server.number >= first)
                    .map(|server| Thing::Server(server.id))
                    .collect()
            }
            Aim::NewBalancers(first) => {
                let all = world.balancers.living();
                all.filter(|balancer| balancer.id >= first)
                    .map(|balancer| Thing::Balancer(balancer.id))
                    .collect()
            }
        }
    }
}

impl Sim {
    /// Lets follow what the decision leads to.
    pub(super) fn follow(&mut self, decision: &Decision, aim: Aim) {
        if decision.leads.is_empty() {
            return;
        }
        let by = decision.served_by.clone().unwrap_or_default();
        for thing in aim.things(&self.world) {
            for lead in &decision.leads {
                match lead {
                    Lead::Status { status, after } => {
                        self.world.schedule(thing, status.clone(), *after);
                    }
                    Lead::Mock(mock) => self.add_led(mock, thing, &by),
                }
            }
        }
    }

    /// Adds a mock for one thing, in the place of one that says the same: its counts begin anew.
    fn add_led(&mut self, mock: &LedMock, thing: Thing, by: &Arc<str>) {
        let Some((subject, id)) = identity(thing) else {
            return;
        };
        let by = mock.by.as_ref().unwrap_or(by);
        let shown = format!("{by} of {} {id}", subject.word());
        let is_it = Condition::is(FactPath::Of(subject, vec!["id".into()]), id);
        let parts = [is_it].into_iter().chain(mock.condition.clone());
        let spec = MockSpec {
            pattern: mock.pattern,
            scope: Scope::everywhere(),
            condition: Some(Condition::every(parts)),
            label: None,
            priority: 0,
            steps: mock.steps.clone(),
            repeat: mock.repeat,
            scenario: None,
            origin: Origin::made(shown, Turn::NewestFirst),
        };
        if let Some(twin) = self.twin(&spec) {
            self.remove_mock(twin);
        }
        let mock = self.make_mock(spec);
        self.led.insert(mock, thing);
    }
}

/// How conditions name a thing.
fn identity(thing: Thing) -> Option<(Subject, String)> {
    match thing {
        Thing::Server(id) => Some((Subject::Server, id.to_string())),
        Thing::Balancer(id) => Some((Subject::Balancer, id.to_string())),
        Thing::Image(_)
        | Thing::Volume(_)
        | Thing::Snapshot(_)
        | Thing::Backup(_)
        | Thing::Port(_)
        | Thing::Network(_)
        | Thing::Vpc(_)
        | Thing::Appliance(_)
        | Thing::Guest(_)
        | Thing::VmSnapshot(_)
        | Thing::StoragePool(_)
        | Thing::Host(_) => None,
    }
}
