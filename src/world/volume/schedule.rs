//! When something happens that happens again and again: by a calendar of some place.

use std::iter::successors;
use std::sync::Arc;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, Months, NaiveDateTime, NaiveTime, Offset, TimeDelta,
    TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;

use super::snapshot_policy::Interval;

/// So many periods are looked at for the next turn: where clocks are put back, the time of one is there twice.
const HORIZON: usize = 4;
/// No month has fewer days.
const SHORTEST_MONTH: i32 = 28;

/// The turns of something: `30:02` of each day, in the time of Berlin.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    interval: Interval,
    /// As the client wrote it: `MM`, `MM:HH`, or `MM:HH:DD`.
    text: Arc<str>,
    /// How long after the begin of an hour, a day, a week, or a month the turn is. That may be in another one: the
    /// numbers of a schedule are set in a lenient calendar, where the 30th hour is 6 o'clock of the next day.
    offset: TimeDelta,
    zone: Zone,
}

/// Whose time it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Zone {
    Named(Tz),
    /// `GMT+05:30`
    Fixed(FixedOffset),
}

impl Schedule {
    /// Reads a schedule. A time zone that nobody knows is taken for Greenwich's, as Java does; a day of the week
    /// that there is not is counted around the week.
    pub fn read(interval: Interval, text: &str, timezone: &str) -> Option<Self> {
        let parts = text.split(':').map(|part| part.parse::<i32>().ok());
        let parts: Vec<i32> = parts.collect::<Option<_>>()?;
        let (minute, hour, days) = match (interval, parts.as_slice()) {
            (Interval::Hourly, [minute, ..]) => (*minute, 0, 0),
            (Interval::Daily, [minute, hour, ..]) => (*minute, *hour, 0),
            (Interval::Weekly, [minute, hour, day, ..]) => {
                (*minute, *hour, (i64::from(*day) - 1).rem_euclid(7))
            }
            (Interval::Monthly, [minute, hour, day, ..]) if *day <= SHORTEST_MONTH => {
                (*minute, *hour, i64::from(*day) - 1)
            }
            (Interval::Hourly | Interval::Daily | Interval::Weekly | Interval::Monthly, _) => {
                return None;
            }
        };
        let hours = TimeDelta::hours(hour.into());
        Some(Self {
            interval,
            text: text.into(),
            offset: TimeDelta::minutes(minute.into()) + hours + TimeDelta::days(days),
            zone: Zone::named(timezone),
        })
    }

    pub fn interval(&self) -> Interval {
        self.interval
    }

    /// As the client wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name of the time zone that the turns are told in.
    pub fn timezone(&self) -> String {
        match self.zone {
            Zone::Named(zone) => zone.name().to_owned(),
            Zone::Fixed(offset) => format!("GMT{offset}"),
        }
    }

    /// The first turn after an instant, of those that belong to its own hour, day, week, or month, or to a later
    /// one; `None` when time ends before.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let now = self.zone.local(after);
        // One that comes before its period begins belongs to a later one.
        let earliest = now.max(now.checked_sub_signed(self.offset)?);
        let periods = successors(self.begin(earliest), |begin| self.following(*begin));
        let turns = periods.map_while(|begin| begin.checked_add_signed(self.offset));
        let mut turns = turns.take(HORIZON).filter_map(|at| self.zone.instant(at));
        turns.find(|turn| *turn > after)
    }

    /// When the hour, the day, the week, or the month began.
    fn begin(&self, now: NaiveDateTime) -> Option<NaiveDateTime> {
        let today = now.date();
        let day = match self.interval {
            Interval::Hourly => return today.and_hms_opt(now.hour(), 0, 0),
            Interval::Daily => Some(today),
            Interval::Weekly => {
                let days = today.weekday().num_days_from_sunday();
                today.checked_sub_days(Days::new(days.into()))
            }
            Interval::Monthly => today.with_day(1),
        };
        Some(day?.and_time(NaiveTime::MIN))
    }

    fn following(&self, begin: NaiveDateTime) -> Option<NaiveDateTime> {
        match self.interval {
            Interval::Hourly => begin.checked_add_signed(TimeDelta::hours(1)),
            Interval::Daily => begin.checked_add_days(Days::new(1)),
            Interval::Weekly => begin.checked_add_days(Days::new(7)),
            Interval::Monthly => begin.checked_add_months(Months::new(1)),
        }
    }
}

impl Zone {
    fn named(name: &str) -> Self {
        let named = name.parse().ok().map(Zone::Named);
        named
            .or_else(|| Some(Zone::Fixed(offset(name)?)))
            .unwrap_or(Zone::Named(Tz::GMT))
    }

    /// What the clocks there show.
    fn local(self, instant: DateTime<Utc>) -> NaiveDateTime {
        let naive = instant.naive_utc();
        let offset = match self {
            Zone::Named(zone) => zone.offset_from_utc_datetime(&naive).fix(),
            Zone::Fixed(offset) => offset,
        };
        naive.checked_add_offset(offset).unwrap_or(naive)
    }

    /// When the clocks there first show a time; one that they skip in spring is an hour later.
    fn instant(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let at = |local: &NaiveDateTime| match self {
            Zone::Named(zone) => zone
                .from_local_datetime(local)
                .earliest()
                .map(|at| at.to_utc()),
            Zone::Fixed(zone) => zone
                .from_local_datetime(local)
                .earliest()
                .map(|at| at.to_utc()),
        };
        at(&local).or_else(|| at(&local.checked_add_signed(TimeDelta::hours(1))?))
    }
}

/// What `GMT+5:30` is off by.
fn offset(name: &str) -> Option<FixedOffset> {
    let rest = name.strip_prefix("GMT").or(name.strip_prefix("UTC"))?;
    let (sign, rest) = match rest.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, rest.strip_prefix('+')?),
    };
    let (hours, minutes) = match (rest.split_once(':'), rest.len()) {
        (Some((hours, minutes)), _) => (hours, minutes),
        (None, 3..=4) if rest.is_ascii() => rest.split_at(rest.len() - 2),
        (None, _) => (rest, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let is_good = (0..24).contains(&hours) && (0..60).contains(&minutes);
    is_good
        .then(|| FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60)))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        let instant = DateTime::parse_from_rfc3339(text).expect("an instant");
        instant.to_utc()
    }

    fn next(interval: Interval, schedule: &str, timezone: &str, after: &str) -> DateTime<Utc> {
        let schedule = Schedule::read(interval, schedule, timezone).expect("a schedule");
        schedule.next(at(after)).expect("a turn")
    }

    #[test]
    fn each_interval_has_its_turns() {
        // A Thursday.
        let after = "2026-01-01T02:30:00Z";
        for (interval, schedule, timezone, turn) in [
            (Interval::Hourly, "30", "UTC", "2026-01-01T03:30:00Z"),
            (Interval::Hourly, "45", "UTC", "2026-01-01T02:45:00Z"),
            (Interval::Daily, "30:02", "UTC", "2026-01-02T02:30:00Z"),
            (
                Interval::Daily,
                "00:05",
                "Europe/Berlin",
                "2026-01-01T04:00:00Z",
            ),
            (Interval::Daily, "00:05", "GMT+5:30", "2026-01-01T23:30:00Z"),
            (Interval::Daily, "00:05", "GMT-0800", "2026-01-01T13:00:00Z"),
            (
                Interval::Daily,
                "00:05",
                "Nowhere/AtAll",
                "2026-01-01T05:00:00Z",
            ),
            (Interval::Weekly, "00:00:1", "UTC", "2026-01-04T00:00:00Z"),
            (Interval::Weekly, "00:00:5", "UTC", "2026-01-08T00:00:00Z"),
            (Interval::Monthly, "00:00:28", "UTC", "2026-01-28T00:00:00Z"),
            (Interval::Monthly, "00:00:1", "UTC", "2026-02-01T00:00:00Z"),
        ] {
            let said = next(interval, schedule, timezone, after);
            assert_eq!(said, at(turn), "{schedule} {timezone}");
        }
    }

    #[test]
    fn a_turn_goes_by_the_clocks_of_its_place_in_summer_as_in_winter() {
        let daily = |after| next(Interval::Daily, "30:02", "Europe/Berlin", after);
        assert_eq!(
            daily("2026-03-28T12:00:00Z"),
            at("2026-03-29T01:30:00Z"),
            "skipped there"
        );
        assert_eq!(daily("2026-07-01T12:00:00Z"), at("2026-07-02T00:30:00Z"));
        assert_eq!(
            daily("2026-10-24T12:00:00Z"),
            at("2026-10-25T00:30:00Z"),
            "twice there"
        );
    }

    #[test]
    fn numbers_out_of_range_count_on() {
        // A Thursday.
        let after = "2026-01-01T02:30:00Z";
        for (interval, schedule, turn) in [
            (Interval::Hourly, "60", "2026-01-01T03:00:00Z"),
            (Interval::Hourly, "150", "2026-01-01T04:30:00Z"),
            (Interval::Hourly, "-150", "2026-01-01T03:30:00Z"),
            (Interval::Hourly, "5:7:9", "2026-01-01T03:05:00Z"),
            (Interval::Daily, "02:30", "2026-01-02T06:02:00Z"),
            (Interval::Daily, "0:-1", "2026-01-01T23:00:00Z"),
            (Interval::Weekly, "1:03:00", "2026-01-03T03:01:00Z"),
            (Interval::Weekly, "0:0:8", "2026-01-04T00:00:00Z"),
            (Interval::Monthly, "15:01:00", "2026-01-31T01:15:00Z"),
        ] {
            let said = next(interval, schedule, "UTC", after);
            assert_eq!(said, at(turn), "{interval:?} {schedule}");
            let then = Schedule::read(interval, schedule, "UTC").and_then(|it| it.next(said));
            assert!(then.is_some_and(|then| then > said), "{schedule}");
        }
    }

    #[test]
    fn what_is_no_schedule_is_none() {
        for (interval, text) in [
            (Interval::Hourly, ""),
            (Interval::Hourly, "soon"),
            (Interval::Hourly, "99999999999"),
            (Interval::Daily, "5"),
            (Interval::Daily, "0:noon"),
            (Interval::Weekly, "0:0"),
            (Interval::Monthly, "0:0:29"),
            (Interval::Monthly, "0:0"),
        ] {
            assert_eq!(Schedule::read(interval, text, "UTC"), None, "{text}");
        }
    }

    #[test]
    fn time_ends() {
        let schedule = Schedule::read(Interval::Monthly, "0:0:1", "UTC").expect("a schedule");
        assert!(schedule.next(DateTime::<Utc>::MAX_UTC).is_none());
        for days in [i32::MIN, i32::MAX] {
            let text = format!("{days}:{days}");
            let schedule = Schedule::read(Interval::Daily, &text, "UTC").expect("a schedule");
            assert!(
                schedule
                    .next(DateTime::<Utc>::MIN_UTC)
                    .is_none_or(|at| at > DateTime::<Utc>::MIN_UTC)
            );
            assert!(schedule.next(DateTime::<Utc>::MAX_UTC).is_none());
        }
    }
}
