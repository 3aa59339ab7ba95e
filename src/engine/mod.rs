//! The one path from a request to its reply.
//!
//! An [`Engine`] holds the [`Program`] that the scenario files say, swapped whole when they change, and the
//! worlds, each behind one lock. A request is recognised by its dialect, decided by the rules, carried out
//! in its world, and rendered by its dialect; see [`Engine::handle`].

mod facts;
mod follow;
mod handle;
mod oracle;
mod program;
mod sim;
#[cfg(test)]
mod tests;
mod worlds;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, Timelike, Utc};

use crate::vocabulary::fault::Fault;
use crate::vocabulary::plan::{ClockMode, Instant, Plan, TopologyPlan};
use crate::world::start::blueprint::Blueprint;
use crate::world::{Start, World};

pub use program::Program;
pub use sim::Sim;
pub use worlds::{Cell, DEFAULT_WORLD};

/// The seed of worlds for which none is given.
const DEFAULT_SEED: u64 = 1;

/// What the configuration settles for all worlds.
#[derive(Debug, Clone)]
pub struct Settings {
    pub blueprint: Blueprint,
    /// Goes before the scenarios' own.
    pub seed: Option<u64>,
    /// Goes before the scenarios' own.
    pub clock: Option<ClockMode>,
    /// What the clock shows first. Goes before the scenarios' own.
    pub clock_start: Option<Instant>,
    /// How much of the journal each world keeps.
    pub journal_bytes: usize,
    /// Whether the presets of the original Mimic are heeded.
    pub presets: bool,
}

/// The simulator, without its edges.
pub struct Engine {
    settings: Settings,
    program: ArcSwap<Program>,
    worlds: worlds::Worlds,
    /// What real time is counted from.
    epoch: std::time::Instant,
}

impl Engine {
    /// A simulator with its default world, in which the plan's scenarios are live.
    ///
    /// # Errors
    /// When the world that the configuration and the plan describe cannot be.
    pub fn new(settings: Settings, plan: Plan) -> Result<Self, Fault> {
        let program = Program::new(plan, 1);
        let epoch = std::time::Instant::now();
        let sim = Sim::new(&settings, &program, epoch.elapsed())?;
        Ok(Self {
            worlds: worlds::Worlds::new(sim),
            settings,
            program: ArcSwap::from_pointee(program),
            epoch,
        })
    }

    /// What the scenario files say at present.
    pub fn program(&self) -> Arc<Program> {
        self.program.load_full()
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The world of that name.
    pub fn world(&self, name: &str) -> Option<Arc<Cell>> {
        self.worlds.get(name)
    }

    /// The names of all worlds.
    pub fn world_names(&self) -> Vec<Arc<str>> {
        self.worlds.names()
    }

    /// Makes another plan live, in all worlds or in none: returns the new generation. Counts of mocks whose
    /// text did not change go on.
    ///
    /// # Errors
    /// When a world cannot become what the plan says; the old plan then stays.
    pub fn install(&self, plan: Plan) -> Result<u64, Fault> {
        let program = Program::new(plan, self.program.load().generation + 1);
        let generation = program.generation;
        let cells = self.worlds.all();
        let mut sims: Vec<_> = cells.iter().map(|cell| cell.lock()).collect();
        // First on copies, so that a plan that fails half-way leaves no trace.
        for sim in &sims {
            sim.world
                .clone()
                .adapt(program.topology(), &program.plan.givens)?;
        }
        for sim in &mut sims {
            sim.adopt(&self.settings, &program, self.real())?;
        }
        self.program.store(Arc::new(program));
        drop(sims);
        cells.iter().for_each(|cell| cell.announce());
        Ok(generation)
    }

    /// Puts a world back to its start, with the present program. The mocks made by requests go with it.
    ///
    /// # Errors
    /// As [`Engine::new`]; the world then stays as it is.
    pub fn reset(&self, cell: &Cell) -> Result<(), Fault> {
        let fresh = Sim::new(&self.settings, &self.program.load(), self.real())?;
        cell.lock().replace(fresh);
        cell.announce();
        Ok(())
    }

    /// Moves a world's clock forward and runs what is then due; returns the new time.
    pub fn tick(&self, cell: &Cell, by: Duration) -> DateTime<Utc> {
        let program = self.program.load();
        let now = {
            let mut sim = cell.lock();
            sim.world.observe(self.real());
            sim.world.tick(by);
            sim.run_due(&program);
            sim.world.now()
        };
        cell.announce();
        now
    }

    /// Changes how a world's time passes from now on.
    pub fn set_clock(&self, cell: &Cell, mode: ClockMode) {
        self.look(cell, |sim, _| sim.world.set_clock_mode(mode));
        cell.announce();
    }

    /// Locks a world whose due events have run, in its default region, with the program that they ran by.
    pub fn look<T>(&self, cell: &Cell, see: impl FnOnce(&mut Sim, &Program) -> T) -> T {
        let program = self.program.load();
        let mut sim = cell.lock();
        sim.world.observe(self.real());
        sim.run_due(&program);
        sim.world.enter(None);
        see(&mut sim, &program)
    }

    /// Real time since the engine was made.
    fn real(&self) -> Duration {
        self.epoch.elapsed()
    }
}

/// The world that the configuration and a program describe, at its start.
fn new_world(settings: &Settings, program: &Program, real: Duration) -> Result<World, Fault> {
    let wanted = &program.plan.settings;
    let start = Start {
        seed: settings.seed.or(wanted.seed).unwrap_or(DEFAULT_SEED),
        clock: settings.clock.or(wanted.clock).unwrap_or_default(),
        at: match settings.clock_start.or(wanted.start) {
            Some(Instant(start)) => start,
            None => whole_seconds(Utc::now()),
        },
        real,
    };
    let topology: &TopologyPlan = program.topology();
    let mut world = World::new(&settings.blueprint, topology, &start)?;
    world.adapt(topology, &program.plan.givens)?;
    Ok(world)
}

/// Dialects differ in how many digits of a second they show; at the start all show the same.
fn whole_seconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.with_nanosecond(0).unwrap_or(instant)
}
