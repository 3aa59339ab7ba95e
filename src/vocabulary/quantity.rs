//! Durations and sizes, as the language writes them.

use std::fmt;
use std::time::Duration;

/// How long an answer waits.
#[derive(Debug, Clone, PartialEq)]
pub enum Delay {
    /// Always the same.
    Fixed(Duration),
    /// Drawn evenly, both ends included.
    Between(Duration, Duration),
    /// Drawn from a log-normal distribution, `sigma` being that of the logarithm; never above `cap`.
    LogNormal {
        median: Duration,
        sigma: f64,
        cap: Option<Duration>,
    },
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Delay::Fixed(d) => write!(f, "{}", Span(*d)),
            Delay::Between(low, high) => write!(f, "{}..{}", Span(*low), Span(*high)),
            Delay::LogNormal { median, sigma, cap } => {
                write!(f, "lognormal({}, {sigma})", Span(*median))?;
                match cap {
                    Some(cap) => write!(f, " max {}", Span(*cap)),
                    None => Ok(()),
                }
            }
        }
    }
}

/// Shows a duration with the language's units: `1m30s`, `250ms`.
#[derive(Debug, Clone, Copy)]
pub struct Span(pub Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u128, &str); 6] = [
            (86_400_000_000, "d"),
            (3_600_000_000, "h"),
            (60_000_000, "m"),
            (1_000_000, "s"),
            (1_000, "ms"),
            (1, "us"),
        ];
        let mut rest = self.0.as_micros();
        if rest == 0 {
            return f.write_str("0s");
        }
        for (unit, word) in UNITS {
            if rest >= unit {
                write!(f, "{}{word}", rest / unit)?;
                rest %= unit;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_with_units() {
        let shown = |ms| Span(Duration::from_millis(ms)).to_string();
        assert_eq!(shown(0), "0s");
        assert_eq!(shown(200), "200ms");
        assert_eq!(shown(90_000), "1m30s");
        assert_eq!(shown(1_500), "1s500ms");
    }
}
