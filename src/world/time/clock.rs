//! A world's time.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::vocabulary::plan::ClockMode;

/// A clock that is told how much real time has passed, and decides what that means.
#[derive(Debug, Clone)]
pub struct Clock {
    mode: ClockMode,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
    /// Real time, as last told: since some instant of the caller's.
    real: Duration,
    /// The same, when the clock was made.
    real_start: Duration,
}

impl Clock {
    pub fn new(mode: ClockMode, start: DateTime<Utc>, real: Duration) -> Self {
        Self {
            mode,
            start,
            now: start,
            real,
            real_start: real,
        }
    }

    pub fn mode(&self) -> ClockMode {
        self.mode
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// What the clock would show if nothing but real time had ever moved it.
    pub fn real_now(&self) -> DateTime<Utc> {
        later(self.start, self.real.saturating_sub(self.real_start))
    }

    /// Changes how time passes from now on.
    pub fn set_mode(&mut self, mode: ClockMode) {
        self.mode = mode;
    }

    /// Takes note of the real time.
    pub fn observe(&mut self, real: Duration) {
        let passed = real.saturating_sub(self.real);
        self.real = self.real.max(real);
        match self.mode {
            ClockMode::Real => self.advance(passed),
            ClockMode::Scale(factor) => self.advance(stretched(passed, factor)),
            ClockMode::Frozen | ClockMode::Elastic => {}
        }
    }

    /// Moves the clock forward. Time ends with the year 9999: every dialect writes four digits.
    pub fn advance(&mut self, by: Duration) {
        self.now = later(self.now, by);
    }

    /// Moves the clock forward to an instant; does nothing when that is past.
    pub fn advance_to(&mut self, instant: DateTime<Utc>) {
        self.now = self.now.max(instant);
    }

    /// How long to wait, in real time, until `instant`; `None` when only `tick` brings it.
    pub fn real_wait(&self, instant: DateTime<Utc>) -> Option<Duration> {
        let ahead = (instant - self.now).to_std().unwrap_or(Duration::ZERO);
        match self.mode {
            ClockMode::Real => Some(ahead),
            ClockMode::Scale(factor) => Some(stretched(ahead, factor.recip())),
            ClockMode::Frozen | ClockMode::Elastic if ahead.is_zero() => Some(ahead),
            ClockMode::Frozen | ClockMode::Elastic => None,
        }
    }
}

/// `time`, that many times as long; at most the longest there is.
fn stretched(time: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

/// `instant` plus `by`, at most the end of the year 9999.
pub fn later(instant: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    let end = DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
    chrono::TimeDelta::from_std(by)
        .ok()
        .and_then(|by| instant.checked_add_signed(by))
        .map_or(end, |sum| sum.min(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn clock(mode: ClockMode) -> Clock {
        Clock::new(mode, DateTime::UNIX_EPOCH, SECOND)
    }

    fn elapsed(clock: &Clock) -> i64 {
        (clock.now() - clock.start()).num_seconds()
    }

    #[test]
    fn time_passes_as_the_mode_says() {
        for (mode, seconds) in [
            (ClockMode::Real, 2),
            (ClockMode::Scale(60.0), 120),
            (ClockMode::Frozen, 0),
            (ClockMode::Elastic, 0),
        ] {
            let mut clock = clock(mode);
            clock.observe(3 * SECOND);
            clock.observe(2 * SECOND);
            assert_eq!(elapsed(&clock), seconds, "{mode}");
        }
    }

    #[test]
    fn real_time_passes_beside_the_clocks_own() {
        let mut clock = clock(ClockMode::Scale(60.0));
        clock.advance(100 * SECOND);
        clock.observe(3 * SECOND);
        assert_eq!(clock.real_now(), clock.start() + 2 * SECOND);
    }

    #[test]
    fn a_tick_moves_a_frozen_clock_and_time_has_an_end() {
        let mut clock = clock(ClockMode::Frozen);
        let due = clock.now() + SECOND;
        assert_eq!(clock.real_wait(due), None);
        clock.advance(SECOND);
        assert_eq!(clock.real_wait(due), Some(Duration::ZERO));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now().to_rfc3339(), "9999-12-31T23:59:59+00:00");
    }

    #[test]
    fn no_factor_is_too_much() {
        for factor in [f64::MIN_POSITIVE, f64::MAX] {
            let mut clock = clock(ClockMode::Scale(factor));
            clock.observe(3 * SECOND);
            assert!(
                clock.real_wait(later(clock.start(), 10 * SECOND)).is_some(),
                "{factor}"
            );
        }
    }
}
