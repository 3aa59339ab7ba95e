//! A world with all that is counted of it.

use std::time::Duration;

use super::oracle::Rules;
use super::program::Program;
use super::{Settings, new_world};
use crate::journal::Journal;
use crate::rules::{MockKey, MockSet, Tallies};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::mock::{MockSpec, Origin};
use crate::world::World;

/// Everything that changes while the simulator runs, for one world. It is locked as a whole.
#[derive(Debug)]
pub struct Sim {
    pub world: World,
    pub tallies: Tallies,
    /// The mocks made by requests.
    pub live: MockSet,
    pub journal: Journal,
    /// Counts the mocks made by requests.
    made: u64,
    /// Counts the resets, so that what waited before one does not wait for ever.
    pub(super) incarnation: u64,
}

impl Sim {
    pub(super) fn new(
        settings: &Settings,
        program: &Program,
        real: Duration,
    ) -> Result<Self, Fault> {
        let mut tallies = Tallies::new();
        program.observer.begin(&mut tallies);
        Ok(Self {
            world: new_world(settings, program, real)?,
            tallies,
            live: MockSet::new(),
            journal: Journal::new(settings.journal_bytes),
            made: 0,
            incarnation: 0,
        })
    }

    /// Takes the place of all that was, after a reset.
    pub(super) fn replace(&mut self, fresh: Sim) {
        let incarnation = self.incarnation + 1;
        *self = Self {
            incarnation,
            ..fresh
        };
    }

    /// Goes on under another program.
    pub(super) fn adopt(
        &mut self,
        settings: &Settings,
        program: &Program,
        real: Duration,
    ) -> Result<(), Fault> {
        self.world.observe(real);
        self.world.adapt(program.topology(), &program.plan.givens)?;
        if let (None, Some(clock)) = (settings.clock, program.plan.settings.clock) {
            self.world.set_clock_mode(clock);
        }
        program.observer.begin(&mut self.tallies);
        Ok(())
    }

    /// Runs all that is due in the world, the rules deciding what comes of each agent command.
    pub(super) fn run_due(&mut self, program: &Program) {
        let mut rules = Rules {
            program,
            live: &self.live,
            tallies: &mut self.tallies,
            journal: &mut self.journal,
            seed: self.world.seed(),
        };
        self.world.run_due(&program.timeline, &mut rules);
    }

    /// Adds a mock made by a request through the interface `via`.
    pub fn add_mock(&mut self, spec: MockSpec, via: &'static str) -> MockKey {
        self.made += 1;
        let origin = Origin::Api {
            sequence: self.made,
            via,
        };
        self.live.insert(MockSpec { origin, ..spec })
    }
}
