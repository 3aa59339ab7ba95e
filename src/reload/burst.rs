//! When a row of events is over, so that it is worth to look.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long it must be quiet.
pub(super) const QUIET: Duration = Duration::from_millis(50);

/// The same where one file has changed and is complete, having been renamed or closed: the usual save.
const SHORT_QUIET: Duration = Duration::from_millis(10);

/// How long events may go on before they are not waited out.
const PATIENCE: Duration = Duration::from_millis(100);

/// The same where waiting is known to be worth it: a file is open for writing, or many are changing.
const LONG_PATIENCE: Duration = Duration::from_secs(1);

/// Fewer changed files than that are no reason for more patience.
const MANY: usize = 8;

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touch {
    /// Somebody has the file open and writes.
    Written(PathBuf),
    /// Who wrote to it closed it.
    Closed(PathBuf),
    /// It came, went, or was renamed.
    Changed(PathBuf),
    /// Something happened, nobody knows what.
    Somewhere,
}

/// A row of events that is still going on.
#[derive(Debug)]
pub(super) struct Burst {
    first: Instant,
    last: Instant,
    changed: HashSet<PathBuf>,
    open: HashSet<PathBuf>,
}

impl Burst {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            first: now,
            last: now,
            changed: HashSet::new(),
            open: HashSet::new(),
        }
    }

    /// Takes note of an event.
    pub(super) fn note(&mut self, touch: Touch, now: Instant) {
        self.last = now;
        match touch {
            Touch::Written(path) => {
                self.open.insert(path);
            }
            Touch::Closed(path) => {
                self.open.remove(&path);
                self.changed.insert(path);
            }
            Touch::Changed(path) => {
                self.changed.insert(path);
            }
            Touch::Somewhere => {}
        }
    }

    /// When it will be over, if nothing more happens.
    pub(super) fn due(&self) -> Instant {
        if !self.open.is_empty() {
            return self.first + LONG_PATIENCE;
        }
        let (quiet, patience) = match self.changed.len() {
            1 => (SHORT_QUIET, PATIENCE),
            0..MANY => (QUIET, PATIENCE),
            MANY.. => (QUIET, LONG_PATIENCE),
        };
        (self.last + quiet).min(self.first + patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When a burst of these touches, at these milliseconds, is over.
    fn due(touches: &[(u64, Touch)]) -> u64 {
        let start = Instant::now();
        let mut burst = Burst::new(start);
        for (at, touch) in touches {
            burst.note(touch.clone(), start + Duration::from_millis(*at));
        }
        u64::try_from((burst.due() - start).as_millis()).expect("a short time")
    }

    fn path(number: u64) -> PathBuf {
        PathBuf::from(format!("{number}.scn"))
    }

    #[test]
    fn a_rename_is_waited_for_briefly() {
        assert_eq!(due(&[(0, Touch::Changed(path(1)))]), 10);
        assert_eq!(
            due(&[(0, Touch::Changed(path(1))), (30, Touch::Changed(path(2)))]),
            80
        );
    }

    #[test]
    fn noise_does_not_put_it_off_for_long() {
        let noise: Vec<_> = (0..10).map(|n| (n * 30, Touch::Somewhere)).collect();
        assert_eq!(due(&noise), 100);
    }

    #[test]
    fn a_writer_is_given_time_to_close() {
        assert_eq!(due(&[(0, Touch::Written(path(1)))]), 1000);
        let closed = [(0, Touch::Written(path(1))), (20, Touch::Closed(path(1)))];
        assert_eq!(due(&closed), 30);
    }

    #[test]
    fn a_storm_is_waited_out_within_bounds() {
        let storm = |count| -> Vec<_> {
            (0..count)
                .map(|n| (n * 10, Touch::Changed(path(n))))
                .collect()
        };
        assert_eq!(due(&storm(50)), 540);
        assert_eq!(due(&storm(500)), 1000);
    }
}
