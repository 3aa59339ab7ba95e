//! A world with all that is counted of it.

use std::time::Duration;

use rustc_hash::FxHashMap;

use super::oracle::Rules;
use super::program::Program;
use super::{Settings, new_world};
use crate::api::{Call, Request};
use crate::journal::Journal;
use crate::presets;
use crate::rules::{Judgement, MockKey, MockSet, Observer, Past, Tallies};
use crate::vocabulary::expectation::ExpectationSpec;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::mock::{MockSpec, Origin};
use crate::vocabulary::place::Place;
use crate::world::World;
use crate::world::balancers::Status;
use crate::world::operations::Thing;

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
    /// Those of the mocks that are about one thing, and go with it.
    pub(super) led: FxHashMap<MockKey, Thing>,
    /// How many things had gone when the mocks about them were last looked through.
    departures: u64,
    /// Whether the presets of the original Mimic are heeded.
    presets: bool,
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
            led: FxHashMap::default(),
            departures: 0,
            presets: settings.presets,
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
        recall(&program.observer, &mut self.tallies, &self.journal);
        Ok(())
    }

    /// Runs all that is due in the world, the rules deciding what comes of each agent command.
    pub(super) fn run_due(&mut self, program: &Program) {
        let (world, mut rules) = self.apart(program);
        world.run_due(&program.timeline, &mut rules);
        if self.departures != self.world.departures() {
            self.departures = self.world.departures();
            self.let_go();
        }
    }

    /// Drops the mocks about things that are no more.
    fn let_go(&mut self) {
        let is_there = |thing: &Thing| self.world.in_regions().any(|world| is_in(world, *thing));
        let led = self.led.iter().filter(|(_, thing)| !is_there(thing));
        let spent: Vec<MockKey> = led.map(|(mock, _)| *mock).collect();
        for mock in spent {
            self.led.remove(&mock);
            self.remove_mock(mock);
        }
    }

    /// Lets the world be that of the region which a request is for.
    pub fn enter_region_of(&mut self, request: &Request) {
        self.world.enter(request.region.as_deref());
    }

    /// The world, and the rules that decide what happens in it.
    pub(super) fn apart<'a>(&'a mut self, program: &'a Program) -> (&'a mut World, Rules<'a>) {
        let rules = Rules {
            program,
            live: &self.live,
            tallies: &mut self.tallies,
            journal: &mut self.journal,
            seed: self.world.seed(),
        };
        (&mut self.world, rules)
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

    /// Adds a mock that something else than a text of the language asks for.
    pub fn make_mock(&mut self, spec: MockSpec) -> MockKey {
        self.made += 1;
        let origin = spec.origin.numbered(self.made);
        self.live.insert(MockSpec { origin, ..spec })
    }

    /// The mock that says the same, asked for by the same.
    pub(super) fn twin(&self, spec: &MockSpec) -> Option<MockKey> {
        self.live.twin(spec)
    }

    /// Turns the presets in a call into mocks, the newest there are.
    ///
    /// # Errors
    /// When a preset makes no sense.
    pub(super) fn heed_presets(&mut self, call: &Call) -> Result<(), Fault> {
        for spec in presets::mocks_for(call)? {
            // It is as if it were made anew, but its counts go on.
            if let Some(twin) = self.twin(&spec) {
                self.live.remove(twin);
            }
            self.make_mock(spec);
        }
        Ok(())
    }

    pub(super) fn heeds_presets(&self) -> bool {
        self.presets
    }

    /// Takes back a mock made by a request, with its counts; false when there is none.
    pub fn remove_mock(&mut self, key: MockKey) -> bool {
        let removed = self.live.remove(key).is_some();
        if removed {
            self.tallies.reset(key);
        }
        removed
    }

    /// Takes back all mocks made by requests; returns how many there were.
    pub fn clear_mocks(&mut self) -> usize {
        let keys: Vec<MockKey> = self.live.iter().map(|mock| mock.key).collect();
        keys.iter().for_each(|key| self.tallies.reset(*key));
        self.live.clear();
        self.led.clear();
        keys.len()
    }

    /// Judges the expectations of the program, as of now.
    pub fn judge(&self, program: &Program) -> Vec<Judgement> {
        self.judge_by(program, &program.observer, &self.tallies)
    }

    /// Judges other expectations, by what is still known of all that happened.
    pub fn judge_late(
        &self,
        program: &Program,
        expectations: Vec<ExpectationSpec>,
    ) -> Vec<Judgement> {
        let observer = Observer::new(expectations);
        let mut tallies = self.tallies.clone();
        observer.begin(&mut tallies);
        recall(&observer, &mut tallies, &self.journal);
        self.judge_by(program, &observer, &tallies)
    }

    fn judge_by(
        &self,
        program: &Program,
        observer: &Observer,
        tallies: &Tallies,
    ) -> Vec<Judgement> {
        let sets = [&self.live, &program.mocks];
        observer.evaluate(tallies, &sets, self.world.now(), &self.world.left_over())
    }
}

/// Whether a server or balancer is there, and not only remembered.
fn is_in(world: &World, thing: Thing) -> bool {
    match thing {
        Thing::Balancer(id) => {
            let balancer = world.balancers.get(id);
            balancer.is_some_and(|balancer| balancer.status != Status::Deleted)
        }
        other => world.thing(other).is_some(),
    }
}

/// Tells watches that began late what they missed, as far as the journal has it.
fn recall(observer: &Observer, tallies: &mut Tallies, journal: &Journal) {
    let nowhere = Place::nowhere();
    let past = journal.entries().map(|entry| Past {
        sequence: entry.sequence,
        command: entry.command,
        place: entry.place.as_deref().unwrap_or(&nowhere),
    });
    observer.recall(tallies, past);
}
