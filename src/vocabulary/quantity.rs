//! Durations and sizes, as the language writes them.

use std::fmt;
use std::str::FromStr;
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

/// The units of a duration, in microseconds, the largest first.
pub const UNITS: [(u64, &str); 6] = [
    (86_400_000_000, "d"),
    (3_600_000_000, "h"),
    (60_000_000, "m"),
    (1_000_000, "s"),
    (1_000, "ms"),
    (1, "us"),
];

/// Shows and reads a duration with the language's units: `1m30s`, `250ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

/// Why a text is no duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    #[error(
        "a duration is numbers with their units, like `1m30s`; the units are d, h, m, s, ms and us"
    )]
    Malformed,
    #[error("the duration is too long")]
    TooLong,
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(SpanError::Malformed);
        }
        let mut sum = Duration::ZERO;
        while !rest.is_empty() {
            let (number, after) = split_after(rest, |c| c.is_ascii_digit() || c == '.');
            let (unit, after) = split_after(after, |c| c.is_ascii_alphabetic());
            sum = sum
                .checked_add(part(number, unit)?)
                .ok_or(SpanError::TooLong)?;
            rest = after;
        }
        Ok(Self(sum))
    }
}

/// A text, split where `belongs` first does not hold.
fn split_after(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

fn part(number: &str, unit: &str) -> Result<Duration, SpanError> {
    let number: f64 = number.parse().map_err(|_| SpanError::Malformed)?;
    let known = UNITS.iter().find(|(_, word)| *word == unit);
    let (micros, _) = known.ok_or(SpanError::Malformed)?;
    Duration::try_from_secs_f64(number * Duration::from_micros(*micros).as_secs_f64())
        .map_err(|_| SpanError::TooLong)
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_micros();
        if rest == 0 {
            return f.write_str("0s");
        }
        for (unit, word) in UNITS {
            let unit = u128::from(unit);
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

    #[test]
    fn spans_read_back() {
        for text in ["0s", "200ms", "1m30s", "2d", "1h5us"] {
            assert_eq!(
                text.parse::<Span>().map(|span| span.to_string()),
                Ok(text.to_owned())
            );
        }
        assert_eq!("1.5s".parse(), Ok(Span(Duration::from_millis(1_500))));
        for text in ["", "30", "s", "1 s", "1x", "-1s", "1.2.3s", "1s,"] {
            assert_eq!(text.parse::<Span>(), Err(SpanError::Malformed), "{text}");
        }
        assert_eq!(
            "99999999999999999999d".parse::<Span>(),
            Err(SpanError::TooLong)
        );
    }
}
