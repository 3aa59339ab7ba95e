//! The engine between its edges: requests come to it from the front, plans from the files.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::failure::{print_findings, print_problem};
use crate::api::{Reply, Request};
use crate::engine::{Cell, DEFAULT_WORLD, Engine, Settings};
use crate::front::Handler;
use crate::reload::{Loaded, Status, Target};
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
        // Until there is a compiler, files say nothing.
        Loaded {
            plan: Some(Plan::default()),
            findings: Vec::new(),
            paths: paths.to_vec(),
        }
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

/// Answers requests from the engine.
pub(super) fn handler(engine: Arc<Engine>) -> impl Handler {
    move |request| answer(engine.clone(), request)
}

async fn answer(engine: Arc<Engine>, request: Request) -> Reply {
    let cell: Arc<Cell> = engine
        .world(DEFAULT_WORLD)
        .expect("the default world is never dropped");
    engine.handle(&cell, request).await
}
