//! Hot reload: what is live follows the files, whole or not at all.
//!
//! A file event only means "look again", for events differ between editors, file systems and container
//! runtimes, and are lost now and then; a look every two seconds finds what they missed. A look reads all
//! files, compiles them, reads them again, and counts only if nothing changed meanwhile. A set with an
//! error leaves the last good one live.

mod burst;
mod status;
mod survey;
mod watch;
mod worker;

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

pub use status::{Changes, Status};

pub use crate::control::ReloadProblem as Problem;
use crate::control::{Reload, ReloadView};
use crate::scenario::Loaded;
use crate::vocabulary::plan::Plan;
use worker::{Signal, Worker};

/// What is kept up to date.
pub trait Target: Send + 'static {
    /// Reads and compiles the files.
    fn compile(&self, paths: &[PathBuf]) -> Loaded;

    /// Makes a plan live, whole, or else changes nothing.
    ///
    /// # Errors
    /// Why it cannot be.
    fn install(&self, plan: Plan) -> Result<(), String>;

    /// Hears of every swap, and of every set of files that could not be taken.
    fn report(&self, status: &Status);
}

/// How changes are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Watch {
    /// By file events, and by looking every two seconds.
    #[default]
    Events,
    /// By looking four times a second, for file systems that send no events.
    Poll,
    /// Only on request.
    Off,
}

impl FromStr for Watch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "events" => Ok(Watch::Events),
            "poll" => Ok(Watch::Poll),
            "off" => Ok(Watch::Off),
            _ => Err("files are watched by `events`, by `poll`, or `off`".to_owned()),
        }
    }
}

/// Keeps a [`Target`] up to date until dropped.
#[derive(Debug)]
pub struct Reloader {
    paths: Vec<PathBuf>,
    signals: Sender<Signal>,
    status: Arc<Mutex<Status>>,
    thread: Option<JoinHandle<()>>,
}

impl Reloader {
    /// Loads `paths`, installs the plan as generation 1, and follows the files from then on.
    ///
    /// # Errors
    /// What is wrong with the files at the start; nothing is installed then.
    pub fn start(paths: Vec<PathBuf>, watch: Watch, target: impl Target) -> Result<Self, Problem> {
        let (signals, received) = std::sync::mpsc::channel();
        let worker = Worker::start(paths.clone(), watch, target, (signals.clone(), received))?;
        Ok(Self {
            paths,
            signals,
            status: worker.status().clone(),
            thread: Some(std::thread::spawn(|| worker.run())),
        })
    }

    /// How the last reloads went.
    pub fn status(&self) -> Status {
        let status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        status.clone()
    }

    /// Has the files looked at now, whether or not anything is known to have changed.
    pub fn request(&self) {
        let _ = self.signals.send(Signal::Look);
    }
}

impl ReloadView for Reloader {
    fn report(&self) -> Reload {
        let status = self.status();
        Reload {
            paths: self
                .paths
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            last_reload: Some(status.last_reload.into()),
            last_error: status.last_error,
            warnings: status.warnings,
            no_events: status.no_events,
        }
    }

    fn request_reload(&self) {
        self.request();
    }
}

impl Drop for Reloader {
    fn drop(&mut self) {
        let _ = self.signals.send(Signal::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
