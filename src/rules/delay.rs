//! Draws delays from a mock's random stream.

use std::time::Duration;

use rand::{Rng, RngExt};
use rand_distr::{Distribution, LogNormal};

use crate::vocabulary::quantity::Delay;

/// What an uncapped draw can reach: a century, so that adding it to a time cannot overflow.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A delay, to the microsecond.
pub(super) fn draw(delay: &Delay, stream: &mut impl Rng) -> Duration {
    match delay {
        Delay::Fixed(fixed) => *fixed,
        Delay::Between(low, high) => between(*low, *high, stream),
        Delay::LogNormal { median, sigma, cap } => {
            log_normal(*median, *sigma, stream).min(cap.unwrap_or(LONGEST))
        }
    }
}

fn between(low: Duration, high: Duration, stream: &mut impl Rng) -> Duration {
    let (low, high) = (micros(low), micros(high));
    if low >= high {
        return Duration::from_micros(low);
    }
    Duration::from_micros(stream.random_range(low..=high))
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// The median stands outside the distribution, so that a median of 0 needs no logarithm. A sigma that is
/// none leaves the median.
fn log_normal(median: Duration, sigma: f64, stream: &mut impl Rng) -> Duration {
    let Ok(factor) = LogNormal::new(0.0, sigma) else {
        return median;
    };
    let seconds = median.as_secs_f64() * factor.sample(stream);
    let longest = LONGEST.as_secs_f64();
    // 0 times infinity is NaN, which the conversion to an integer takes to 0.
    Duration::from_micros((seconds.clamp(0.0, longest) * 1e6).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg32;

    fn draws(delay: &Delay) -> Vec<Duration> {
        let mut stream = Pcg32::seed_from_u64(1);
        (0..2_000).map(|_| draw(delay, &mut stream)).collect()
    }

    #[test]
    fn a_range_includes_both_ends_and_nothing_else() {
        let (low, high) = (Duration::from_micros(3), Duration::from_micros(5));
        let mut seen = draws(&Delay::Between(low, high));
        seen.sort();
        seen.dedup();
        assert_eq!(seen, [3, 4, 5].map(Duration::from_micros));
        assert_eq!(draws(&Delay::Between(high, low))[0], high);
    }

    #[test]
    fn half_of_a_log_normal_lies_below_its_median_and_none_above_its_cap() {
        let (median, cap) = (Duration::from_millis(80), Duration::from_millis(120));
        let seen = draws(&Delay::LogNormal {
            median,
            sigma: 0.4,
            cap: Some(cap),
        });
        let below = seen.iter().filter(|delay| **delay < median).count();
        assert!((900..1100).contains(&below), "{below} of 2000");
        assert_eq!(seen.iter().max(), Some(&cap));
    }

    #[test]
    fn absurd_distributions_neither_panic_nor_overflow() {
        let delay = |median, sigma| Delay::LogNormal {
            median,
            sigma,
            cap: None,
        };
        let second = Duration::from_secs(1);
        assert_eq!(draws(&delay(second, f64::NAN))[0], second);
        assert_eq!(draws(&delay(Duration::ZERO, 1.0))[0], Duration::ZERO);
        assert!(
            draws(&delay(Duration::MAX, 500.0))
                .into_iter()
                .all(|delay| delay <= LONGEST)
        );
    }
}
