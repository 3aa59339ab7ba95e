//! Numbers and their units.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::scenario::ast::{Amount, Span, Spanned, Word};
use crate::scenario::codes;
use crate::scenario::desk::Desk;
use crate::vocabulary::quantity::{Delay, Span as Shown, UNITS};

/// In bytes.
const SIZES: [(u64, &str); 5] = [
    (1, "B"),
    (1 << 10, "KiB"),
    (1 << 20, "MiB"),
    (1 << 30, "GiB"),
    (1 << 40, "TiB"),
];

/// How people also write the units.
const ALIASES: &[(&str, &str)] = &[
    ("µs", "us"),
    ("μs", "us"),
    ("usec", "us"),
    ("msec", "ms"),
    ("msecs", "ms"),
    ("millis", "ms"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("min", "m"),
    ("mins", "m"),
    ("minute", "m"),
    ("minutes", "m"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("b", "B"),
    ("k", "KiB"),
    ("kb", "KiB"),
    ("m", "MiB"),
    ("mb", "MiB"),
    ("g", "GiB"),
    ("gb", "GiB"),
    ("t", "TiB"),
    ("tb", "TiB"),
];

/// A century: what is added to a clock stays within what a clock can show.
const LONGEST: Duration = Duration::from_secs(36_500 * 86_400);

/// What units a quantity can have.
struct Measure {
    /// `a duration`
    what: &'static str,
    units: &'static [(u64, &'static str)],
    /// The units of the other measure, for a better message.
    others: &'static [(u64, &'static str)],
    example: &'static str,
    /// What a bare number may have meant.
    likely: [&'static str; 2],
}

const DURATION: Measure = Measure {
    what: "a duration",
    units: &UNITS,
    others: &SIZES,
    example: "200ms",
    likely: ["ms", "s"],
};

const SIZE: Measure = Measure {
    what: "a size",
    units: &SIZES,
    others: &UNITS,
    example: "512MiB",
    likely: ["MiB", "GiB"],
};

impl Desk<'_> {
    pub(super) fn duration(&mut self, word: &Word<'_>) -> Option<Duration> {
        let micros = self.measure(word, &DURATION)?;
        let duration = u64::try_from(micros).ok().map(Duration::from_micros);
        if duration.is_none_or(|duration| duration > LONGEST) {
            let message = format!("`{}` is too long a time", word.value);
            let finding = self.finding(&codes::OUT_OF_RANGE, word.span.clone(), message);
            self.report(finding.help("the longest duration is 36500d"));
            return None;
        }
        duration
    }

    /// In bytes.
    pub(super) fn size(&mut self, word: &Word<'_>) -> Option<u64> {
        let bytes = self.measure(word, &SIZE)?;
        let size = u64::try_from(bytes).ok();
        if size.is_none() {
            self.out_of_range(word, "a size up to 16777215TiB");
        }
        size
    }

    /// A size as a whole number of `unit` bytes, at least one.
    fn size_in(&mut self, word: &Word<'_>, unit: u64, name: &str) -> Option<u64> {
        let size = self.size(word)?;
        if size == 0 || size % unit != 0 {
            self.out_of_range(word, &format!("a whole number of {name}, at least one"));
            return None;
        }
        Some(size / unit)
    }

    /// A size in bytes.
    pub(super) fn bytes(&mut self, word: &Word<'_>) -> Option<u64> {
        self.size_in(word, 1, "B")
    }

    /// A size in whole MiB.
    pub(super) fn mebibytes(&mut self, word: &Word<'_>) -> Option<u64> {
        self.size_in(word, 1 << 20, "MiB")
    }

    /// A size in whole GiB.
    pub(super) fn gibibytes(&mut self, word: &Word<'_>) -> Option<u64> {
        self.size_in(word, 1 << 30, "GiB")
    }

    /// The sum of all segments, in the measure's smallest unit.
    fn measure(&mut self, word: &Word<'_>, measure: &Measure) -> Option<u128> {
        let segments = segments(word.value);
        let Some(segments) = segments else {
            self.wrong_kind(word, measure.what, measure.example);
            return None;
        };
        let mut sum = 0_u128;
        for (number, unit) in &segments {
            let factor = self.factor(word, number, unit, measure)?;
            let Some(value) = scaled(number, factor).and_then(|value| sum.checked_add(value))
            else {
                self.out_of_range(word, &format!("{} that can be counted", measure.what));
                return None;
            };
            sum = value;
        }
        Some(sum)
    }

    fn factor(
        &mut self,
        word: &Word<'_>,
        number: &str,
        unit: &str,
        measure: &Measure,
    ) -> Option<u64> {
        let known = |units: &'static [(u64, &str)]| units.iter().find(|(_, name)| *name == unit);
        if let Some((factor, _)) = known(measure.units) {
            return Some(*factor);
        }
        if unit.is_empty() {
            self.no_unit(word, number, measure);
        } else if unit == "%" || known(measure.others).is_some() {
            self.wrong_kind(word, measure.what, measure.example);
        } else {
            self.unknown_unit(word, unit, measure);
        }
        None
    }

    fn no_unit(&mut self, word: &Word<'_>, number: &str, measure: &Measure) {
        let message = format!("{} needs its unit", measure.what);
        let finding = self.finding(&codes::NO_UNIT, word.span.clone(), message);
        let [small, large] = measure.likely;
        self.report(finding.help(match word.value == number {
            true => format!("write `{number}{small}` or `{number}{large}`"),
            false => format!("write `{}{large}`", word.value),
        }));
    }

    fn unknown_unit(&mut self, word: &Word<'_>, unit: &str, measure: &Measure) {
        let message = format!("unknown unit `{unit}`");
        let finding = self.finding(&codes::UNKNOWN_UNIT, word.span.clone(), message);
        let names: Vec<&str> = measure.units.iter().map(|(_, name)| *name).collect();
        let lower = unit.to_lowercase();
        let cased = names.iter().find(|name| name.to_lowercase() == lower);
        let alias = ALIASES
            .iter()
            .find(|(alias, name)| *alias == lower && names.contains(name))
            .map(|(_, name)| name);
        let help = match cased.or(alias) {
            Some(name) => format!("write `{}`", word.value.replace(unit, name)),
            None => format!("the units of {} are {}", measure.what, names.join(", ")),
        };
        self.report(finding.help(help));
    }

    pub(super) fn wrong_kind(&mut self, word: &Word<'_>, what: &str, example: &str) {
        let message = format!("`{}` is not {what}", word.value);
        let finding = self.finding(&codes::WRONG_KIND, word.span.clone(), message);
        self.report(finding.help(format!("write it like `{example}`")));
    }

    pub(super) fn out_of_range(&mut self, word: &Word<'_>, range: &str) {
        let message = format!("`{}` is out of range", word.value);
        let finding = self.finding(&codes::OUT_OF_RANGE, word.span.clone(), message);
        self.report(finding.label(format!("expected {range}")));
    }

    /// A number without a unit.
    pub(super) fn integer(&mut self, word: &Word<'_>, range: RangeInclusive<i128>) -> Option<i128> {
        let digits = word.value.strip_prefix('-').unwrap_or(word.value);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            self.wrong_kind(word, "a plain number", "3");
            return None;
        }
        let number = word
            .value
            .parse()
            .ok()
            .filter(|number| range.contains(number));
        if number.is_none() {
            let (low, high) = (range.start(), range.end());
            self.out_of_range(word, &format!("a number from {low} to {high}"));
        }
        number
    }

    pub(super) fn count_of(&mut self, word: &Word<'_>) -> Option<u64> {
        let count = self.integer(word, 0..=u64::MAX.into())?;
        u64::try_from(count).ok()
    }

    pub(super) fn cpus(&mut self, word: &Word<'_>) -> Option<u32> {
        let cpus = self.integer(word, 1..=u32::MAX.into())?;
        u32::try_from(cpus).ok()
    }

    pub(super) fn port(&mut self, word: &Word<'_>) -> Option<u16> {
        let port = self.integer(word, 1..=u16::MAX.into())?;
        u16::try_from(port).ok()
    }

    pub(super) fn status(&mut self, word: &Word<'_>) -> Option<u16> {
        let status = self.integer(word, 100..=599)?;
        u16::try_from(status).ok()
    }

    /// Above 0 and up to 100.
    pub(super) fn percent(&mut self, word: &Word<'_>) -> Option<f64> {
        let Some(number) = word.value.strip_suffix('%') else {
            if word.value.parse::<f64>().is_ok() {
                let message = "a chance needs its unit";
                let finding = self.finding(&codes::NO_UNIT, word.span.clone(), message);
                self.report(finding.help(format!("write `{}%`", word.value)));
            } else {
                self.wrong_kind(word, "a chance", "20%");
            }
            return None;
        };
        let Ok(percent) = number.parse::<f64>() else {
            self.wrong_kind(word, "a chance", "20%");
            return None;
        };
        if !(percent > 0.0 && percent <= 100.0) {
            self.out_of_range(word, "more than 0% and up to 100%");
            return None;
        }
        Some(percent)
    }

    pub(super) fn decimal(&mut self, word: &Word<'_>) -> Option<f64> {
        let number = word
            .value
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite());
        if number.is_none() {
            self.wrong_kind(word, "a plain number", "0.4");
        }
        number
    }

    // ------------------------------------------------------------ amounts

    pub(super) fn delay(&mut self, amount: &Spanned<Amount<'_>>) -> Option<Delay> {
        match &amount.value {
            Amount::Single(word) => self.duration(word).map(Delay::Fixed),
            Amount::Range(low, high) => self
                .range(low, high)
                .map(|(low, high)| Delay::Between(low, high)),
            Amount::LogNormal { median, sigma, cap } => {
                let (median, sigma_value) = (self.duration(median), self.decimal(sigma));
                let cap = match cap {
                    Some(cap) => Some(self.duration(cap)?),
                    None => None,
                };
                if sigma_value.is_some_and(|value| value < 0.0) {
                    self.out_of_range(sigma, "a sigma of 0 or more");
                    return None;
                }
                Some(Delay::LogNormal {
                    median: median?,
                    sigma: sigma_value?,
                    cap,
                })
            }
        }
    }

    pub(super) fn range(
        &mut self,
        low: &Word<'_>,
        high: &Word<'_>,
    ) -> Option<(Duration, Duration)> {
        let (first, second) = (self.duration(low), self.duration(high));
        let (first, second) = (first?, second?);
        if first > second {
            let place = low.span.start..high.span.end;
            let finding = self.finding(&codes::UPSIDE_DOWN, place, "this range is upside down");
            let (first, second) = (Shown(first), Shown(second));
            self.report(finding.help(format!("write `{second}..{first}`")));
            return None;
        }
        Some((first, second))
    }

    /// A duration that is neither a range nor drawn.
    pub(super) fn fixed(&mut self, amount: &Spanned<Amount<'_>>) -> Option<Duration> {
        match &amount.value {
            Amount::Single(word) => self.duration(word),
            Amount::Range(..) | Amount::LogNormal { .. } => {
                self.not_fixed(&amount.span, "one fixed duration", "30s")
            }
        }
    }

    /// A range; one duration is the range from nothing to it.
    pub(super) fn window(&mut self, amount: &Spanned<Amount<'_>>) -> Option<(Duration, Duration)> {
        match &amount.value {
            Amount::Range(low, high) => self.range(low, high),
            Amount::Single(word) => self.duration(word).map(|high| (Duration::ZERO, high)),
            Amount::LogNormal { .. } => {
                self.not_fixed(&amount.span, "a range of durations", "1s..60s")
            }
        }
    }

    fn not_fixed<T>(&mut self, place: &Span, what: &str, example: &str) -> Option<T> {
        let message = format!("{what} is needed here");
        let finding = self.finding(&codes::WRONG_KIND, place.clone(), message);
        self.report(finding.help(format!("write it like `{example}`")));
        None
    }
}

/// `1m30s` as (`1`, `m`), (`30`, `s`); `None` where it is no sequence of numbers with units.
fn segments(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut segments = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(number);
        let unit = tail
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit);
        let is_number = number.starts_with(|c: char| c.is_ascii_digit())
            && number.matches('.').count() <= 1
            && !number.ends_with('.');
        if !is_number {
            return None;
        }
        segments.push((number, unit));
        rest = tail;
    }
    (!segments.is_empty()).then_some(segments)
}

/// `number` times `factor`, exactly, whatever is below one cut off.
fn scaled(number: &str, factor: u64) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole = whole.parse::<u128>().ok()?.checked_mul(factor.into())?;
    let fraction = &fraction[..fraction.len().min(18)];
    let digits = u32::try_from(fraction.len()).ok()?;
    let part = fraction.parse::<u128>().ok()? * u128::from(factor) / 10_u128.pow(digits);
    whole.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_exact() {
        assert_eq!(segments("1m30s"), Some(vec![("1", "m"), ("30", "s")]));
        assert_eq!(segments("1.5.s"), None);
        assert_eq!(segments("-3s"), None);
        assert_eq!(scaled("1.5", 1_000_000), Some(1_500_000));
        assert_eq!(scaled("0.000001", 1_000_000), Some(1));
        assert_eq!(scaled(&"9".repeat(39), 1), None);
    }
}
