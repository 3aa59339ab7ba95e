//! The thread that waits for changes and takes them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::Problem;
use super::burst::{Burst, QUIET, Touch};
use super::status::{Digest, Status};
use super::survey::{Contents, Survey};
use super::watch::Events;
use super::{Target, Watch};
use crate::scenario::Loaded;
use crate::vocabulary::diagnostic::Diagnostic;

/// How often to look where events are expected to come.
const SAFETY_NET: Duration = Duration::from_secs(2);

/// How often to look where they do not.
const POLLING: Duration = Duration::from_millis(250);

/// How long a loss must last to be believed: a file that is emptied or deleted, or a set without any mock,
/// is mostly one that is just being written.
const DOUBT: Duration = Duration::from_millis(300);

/// What makes the worker act.
#[derive(Debug)]
pub(super) enum Signal {
    Touch(Touch),
    Look,
    Stop,
}

pub(super) struct Worker<T> {
    paths: Vec<PathBuf>,
    target: T,
    signals: Receiver<Signal>,
    events: Option<Events>,
    /// How often to look without being told.
    period: Option<Duration>,
    status: Arc<Mutex<Status>>,
    /// What the set was read from beside what a search of `paths` finds.
    others: BTreeSet<PathBuf>,
    /// The last look.
    survey: Survey,
    /// A file might have changed since without a trace in the survey.
    survey_is_fresh: bool,
    /// A change that was noticed without an event; it must be the same when it is taken.
    noticed: Option<Survey>,
    /// The last contents that were judged, good or bad.
    judged: Option<Contents>,
    live: Digest,
    live_contents: Option<Contents>,
    /// Contents that lost something, and since when they are so.
    doubted: Option<(Contents, Instant)>,
    /// When to look again, whatever happens.
    again: Option<Instant>,
}

impl<T: Target> Worker<T> {
    /// Loads and installs generation 1.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub(super) fn start(
        paths: Vec<PathBuf>,
        watch: Watch,
        target: T,
        signals: (Sender<Signal>, Receiver<Signal>),
    ) -> Result<Self, Problem> {
        let (sender, signals) = signals;
        let mut worker = Self {
            paths,
            target,
            signals,
            events: (watch == Watch::Events).then(|| Events::new(sender)),
            period: match watch {
                Watch::Events => Some(SAFETY_NET),
                Watch::Poll => Some(POLLING),
                Watch::Off => None,
            },
            status: Arc::new(Mutex::new(Status::before_the_first_look())),
            others: BTreeSet::new(),
            survey: Survey::default(),
            survey_is_fresh: false,
            noticed: None,
            judged: None,
            live: Digest::default(),
            live_contents: None,
            doubted: None,
            again: None,
        };
        worker.look_until_judged();
        let failed = worker.change_status(|status| status.last_error.take());
        failed.map_or(Ok(worker), Err)
    }

    pub(super) fn status(&self) -> &Arc<Mutex<Status>> {
        &self.status
    }

    fn look_until_judged(&mut self) {
        while !self.look() {
            let pause = self
                .again
                .map(|at| at.saturating_duration_since(Instant::now()));
            std::thread::sleep(pause.unwrap_or(QUIET));
        }
    }

    /// Follows the files until told to stop.
    pub(super) fn run(mut self) {
        while self.wait() {
            let before =
                self.change_status(|status| (status.generation, status.last_error.clone()));
            if self.look() {
                let status = self.change_status(|status| status.clone());
                if before != (status.generation, status.last_error.clone()) {
                    self.target.report(&status);
                }
            }
        }
    }

    /// Waits until it is worth to look; false when it is time to stop.
    fn wait(&mut self) -> bool {
        let mut burst: Option<Burst> = None;
        let mut tick = self.period.map(|period| Instant::now() + period);
        loop {
            let due = [self.again, burst.as_ref().map(Burst::due)]
                .into_iter()
                .flatten()
                .min();
            let now = Instant::now();
            if due.is_some_and(|due| due <= now) {
                return true;
            }
            if tick.is_some_and(|tick| tick <= now) {
                tick = self.period.map(|period| now + period);
                if self.notices_a_change() {
                    burst.get_or_insert_with(|| Burst::new(now));
                }
                continue;
            }
            match self.receive([due, tick].into_iter().flatten().min()) {
                Some(Signal::Touch(touch)) => {
                    let now = Instant::now();
                    burst
                        .get_or_insert_with(|| Burst::new(now))
                        .note(touch, now);
                }
                Some(Signal::Look) => return true,
                Some(Signal::Stop) => return false,
                None => {}
            }
        }
    }

    /// The next signal; `None` when there is none by then.
    fn receive(&self, until: Option<Instant>) -> Option<Signal> {
        let Some(until) = until else {
            return Some(self.signals.recv().unwrap_or(Signal::Stop));
        };
        let patience = until.saturating_duration_since(Instant::now());
        match self.signals.recv_timeout(patience) {
            Ok(signal) => Some(signal),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Signal::Stop),
        }
    }

    fn notices_a_change(&mut self) -> bool {
        let survey = self.survey();
        let is_changed = self.survey_is_fresh || survey != self.survey;
        self.noticed = is_changed.then_some(survey);
        is_changed
    }

    fn survey(&self) -> Survey {
        Survey::take(&self.paths, &self.others)
    }

    /// Looks at the files and takes what is there. False when that must be tried again, at `again`.
    fn look(&mut self) -> bool {
        let taken = self.take();
        self.again = taken.err();
        self.again.is_none()
    }

    /// # Errors
    /// When to try again, where the files are changing, or have lost something that may come back.
    fn take(&mut self) -> Result<(), Instant> {
        let contents = self.read()?;
        if self.judged.as_ref() == Some(&contents) {
            self.doubted = None;
            self.conclude(|_| {});
            return Ok(());
        }
        let live = self.live_contents.as_ref();
        if live.is_some_and(|live| contents.lost_some_of(live)) {
            self.doubt(&contents)?;
        }
        let loaded = self.compile(&contents)?;
        let plan = loaded.plan.as_ref();
        if plan.is_some_and(|plan| plan.mocks.is_empty()) && !self.live.is_empty() {
            self.doubt(&contents)?;
        }
        self.doubted = None;
        self.judge(loaded, contents);
        Ok(())
    }

    /// What is in the files now.
    fn read(&mut self) -> Result<Contents, Instant> {
        let mut survey = self.survey();
        if self.arm(&survey) {
            // What changed before it was watched shows now, what changes from here on is told.
            survey = self.survey();
        }
        if self.noticed.take().is_some_and(|noticed| noticed != survey) {
            self.noticed = Some(survey);
            return Err(Instant::now() + QUIET);
        }
        let contents = survey.contents();
        self.survey_is_fresh = survey.is_fresh();
        self.survey = survey;
        Ok(contents)
    }

    /// What the files say, if they still have these contents after it was read from them.
    fn compile(&mut self, contents: &Contents) -> Result<Loaded, Instant> {
        let loaded = self.target.compile(&self.paths);
        if self.refers_to_others(&loaded) {
            return Err(Instant::now());
        }
        if self.survey().contents() != *contents {
            return Err(Instant::now() + QUIET);
        }
        Ok(loaded)
    }

    /// Has events told of every directory that matters now. True where that is new.
    fn arm(&mut self, survey: &Survey) -> bool {
        let Some(events) = &mut self.events else {
            return false;
        };
        let (period, reason, is_new) = match events.arm(&survey.directories) {
            Ok(is_new) => (SAFETY_NET, None, is_new),
            Err(reason) => (POLLING, Some(reason), true),
        };
        self.period = Some(period);
        self.change_status(|status| status.no_events = reason);
        is_new
    }

    /// Takes note of the files that the set was read from and that a search of the paths does not find.
    /// True where they are others than were looked at.
    fn refers_to_others(&mut self, loaded: &Loaded) -> bool {
        let found = Survey::take(&self.paths, &BTreeSet::new()).files;
        let outside = loaded
            .paths
            .iter()
            .filter(|file| !found.contains_key(*file));
        let mut others: BTreeSet<PathBuf> = outside.cloned().collect();
        if loaded.plan.is_none() {
            // With an error before it, a reference to another file may not have been seen.
            others.extend(self.others.iter().cloned());
        }
        let is_new = self.others != others;
        self.others = others;
        is_new
    }

    /// Lets nothing pass until the contents have been the same for long enough to be believed.
    fn doubt(&mut self, contents: &Contents) -> Result<(), Instant> {
        let now = Instant::now();
        let since = match &self.doubted {
            Some((doubted, since)) if doubted == contents => *since,
            Some(_) | None => now,
        };
        if now - since >= DOUBT {
            return Ok(());
        }
        self.doubted = Some((contents.clone(), since));
        Err(since + DOUBT)
    }

    /// Makes the set live, or keeps the last one and says why.
    fn judge(&mut self, loaded: Loaded, contents: Contents) {
        self.judged = Some(contents);
        let Some(plan) = loaded.plan else {
            return self.fail(Problem::Findings(loaded.findings));
        };
        if self.judged == self.live_contents {
            // Back to what is live, after an error.
            return self.conclude(|status| status.last_error = None);
        }
        let sizes = (plan.scenarios.len(), plan.mocks.len());
        let digest = Digest::of(&plan);
        match self.target.install(plan) {
            Err(reason) => self.fail(Problem::Refused(reason)),
            Ok(()) => self.is_live(digest, sizes, loaded.findings),
        }
    }

    fn fail(&self, problem: Problem) {
        self.conclude(|status| status.last_error = Some(problem));
    }

    /// Takes note of what was just installed.
    fn is_live(
        &mut self,
        digest: Digest,
        (scenarios, mocks): (usize, usize),
        warnings: Vec<Diagnostic>,
    ) {
        let changes = self.live.changes_to(&digest);
        self.live = digest;
        self.live_contents.clone_from(&self.judged);
        let files = self.judged.as_ref().map_or(0, Contents::file_count);
        self.conclude(|status| {
            status.generation += 1;
            status.last_reload = SystemTime::now();
            status.last_error = None;
            status.warnings = warnings;
            status.scenarios = scenarios;
            status.mocks = mocks;
            status.files = files;
            status.changes = changes;
        });
    }

    /// Ends a look that came to a judgement.
    fn conclude(&self, change: impl FnOnce(&mut Status)) {
        self.change_status(|status| {
            change(status);
            status.looks += 1;
        });
    }

    fn change_status<R>(&self, change: impl FnOnce(&mut Status) -> R) -> R {
        change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
