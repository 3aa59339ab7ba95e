//! When something happens that happens again and again: by a calendar of some place.

use std::sync::Arc;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone,
    Utc,
};
use chrono_tz::Tz;

use super::snapshot_policy::Interval;

/// So many days are looked at for the next turn: more than any month has.
const HORIZON: u64 = 64;
/// No month has fewer days.
const SHORTEST_MONTH: u32 = 28;

/// The turns of something: `30:02` of each day, in the time of Berlin.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    interval: Interval,
    /// As the client wrote it: `MM`, `MM:HH`, or `MM:HH:DD`.
    text: Arc<str>,
    minute: u32,
    hour: u32,
    /// Of the week, from 1 for Sunday, or of the month.
    day: u32,
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
    /// Reads a schedule. A time zone that nobody knows is taken for Greenwich's, as Java does.
    pub fn read(interval: Interval, text: &str, timezone: &str) -> Option<Self> {
        let parts = text.split(':').map(|part| part.trim().parse::<u32>().ok());
        let parts: Vec<u32> = parts.collect::<Option<_>>()?;
        let (minute, hour, day) = match (interval, parts.as_slice()) {
            (Interval::Hourly, [minute]) => (*minute, 0, 1),
            (Interval::Daily, [minute, hour]) => (*minute, *hour, 1),
            (Interval::Weekly | Interval::Monthly, [minute, hour, day]) => (*minute, *hour, *day),
            (Interval::Hourly | Interval::Daily | Interval::Weekly | Interval::Monthly, _) => {
                return None;
            }
        };
        let last = match interval {
            Interval::Weekly => 7,
            Interval::Hourly | Interval::Daily | Interval::Monthly => SHORTEST_MONTH,
        };
        let is_good = minute < 60 && hour < 24 && (1..=last).contains(&day);
        is_good.then(|| Self {
            interval,
            text: text.into(),
            minute,
            hour,
            day,
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

    /// The first turn after an instant; `None` when time ends before.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = self.zone.local(after).date();
        let days = (0..HORIZON).map_while(|days| today.checked_add_days(Days::new(days)));
        let turns = days
            .filter(|day| self.falls_on(*day))
            .flat_map(|day| self.turns_on(day))
            .filter_map(|turn| self.zone.instant(turn));
        turns.into_iter().find(|turn| *turn > after)
    }

    fn falls_on(&self, day: NaiveDate) -> bool {
        match self.interval {
            Interval::Hourly | Interval::Daily => true,
            Interval::Weekly => day.weekday().number_from_sunday() == self.day,
            Interval::Monthly => day.day() == self.day,
        }
    }

    fn turns_on(&self, day: NaiveDate) -> impl Iterator<Item = NaiveDateTime> {
        let hours = match self.interval {
            Interval::Hourly => 0..24,
            Interval::Daily | Interval::Weekly | Interval::Monthly => self.hour..self.hour + 1,
        };
        let minute = self.minute;
        hours.filter_map(move |hour| day.and_hms_opt(hour, minute, 0))
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
    fn what_is_no_schedule_is_none() {
        for (interval, text) in [
            (Interval::Hourly, "60"),
            (Interval::Hourly, "soon"),
            (Interval::Daily, "5"),
            (Interval::Daily, "0:24"),
            (Interval::Weekly, "0:0:8"),
            (Interval::Monthly, "0:0:29"),
            (Interval::Monthly, "0:0:0"),
            (Interval::Monthly, "0:0"),
        ] {
            assert_eq!(Schedule::read(interval, text, "UTC"), None, "{text}");
        }
    }

    #[test]
    fn time_ends() {
        let schedule = Schedule::read(Interval::Monthly, "0:0:1", "UTC").expect("a schedule");
        assert!(schedule.next(DateTime::<Utc>::MAX_UTC).is_none());
    }
}
