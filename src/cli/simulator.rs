//! The engine between its edges: requests come to it from the front, plans from the files.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::failure::{print_findings, print_problem};
use crate::control::Control;
use crate::engine::{Engine, Settings};
use crate::front::Handler;
use crate::reload::{Status, Target};
use crate::scenario::{self, DiskFiles, Loaded};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::plan::Plan;

/// Makes the engine from the first plan, and hands it the later ones.
pub(super) struct EngineTarget {
    settings: Settings,
    engine: Arc<OnceLock<Arc<Engine>>>,
}

impl EngineTarget {
    /// A target, and where the engine is to be found once the first plan is installed.
    pub(super) fn new(settings: Settings) -> (Self, Arc<OnceLock<Arc<Engine>>>) {
        let engine = Arc::new(OnceLock::new());
        let target = Self {
            settings,
            engine: engine.clone(),
        };
        (target, engine)
    }
}

impl Target for EngineTarget {
    fn compile(&self, paths: &[PathBuf]) -> Loaded {
        scenario::load(paths, &DiskFiles)
    }

    fn install(&self, plan: Plan) -> Result<(), String> {
        match self.engine.get() {
            Some(engine) => engine.install(plan).map(drop).map_err(reason),
            None => {
                let engine = Engine::new(self.settings.clone(), plan).map_err(reason)?;
                // It was empty a moment ago, and only this thread fills it.
                let _ = self.engine.set(Arc::new(engine));
                Ok(())
            }
        }
    }

    fn report(&self, status: &Status) {
        match &status.last_error {
            Some(problem) => {
                print_problem(problem);
                eprintln!("generation {} stays live", status.generation);
            }
            None => {
                print_findings(&status.warnings);
                eprintln!(
                    "generation {} is live: {}",
                    status.generation, status.changes
                );
            }
        }
    }
}

fn reason(fault: Fault) -> String {
    fault.message
}

/// Answers requests: those that steer the simulator, and those to the clouds.
pub(super) fn handler(control: Arc<Control>) -> impl Handler {
    move |request| {
        let control = control.clone();
        async move { control.handle(request).await }
    }
}

/// Answers requests to CloudStack's integration port.
pub(super) fn trusting_handler(control: Arc<Control>) -> impl Handler {
    move |request| {
        let control = control.clone();
        async move { control.handle_trusted(request).await }
    }
}
