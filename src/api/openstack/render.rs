//! The forms of values that OpenStack's services share.

use std::fmt::Display;

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::world::accounts::write_id;

/// A text made of parts.
pub(super) struct Text<T>(pub(super) T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// An id of Keystone's form: 32 hexadecimal digits without hyphens, but for those that are numbers.
#[derive(Clone, Copy)]
pub(super) struct Hex(pub(super) Uuid);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(write_id(self.0, &mut Uuid::encode_buffer()))
    }
}

/// A time in whole seconds: `2026-11-21T22:13:51Z`.
#[derive(Clone, Copy)]
pub(super) struct Seconds(pub(super) DateTime<Utc>);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut stamp = *b"0000-00-00T00:00:00Z";
        write_seconds(&mut stamp, self.0);
        serializer.serialize_str(str::from_utf8(&stamp).unwrap_or_default())
    }
}

/// Milliseconds, with a zone: `2026-11-21T22:13:51.000Z`.
pub(super) struct Millis(pub(super) DateTime<Utc>);

impl Display for Millis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}

/// A time as databases give it, without a zone: `2026-11-21T22:13:51.000000`.
#[derive(Clone, Copy)]
pub(super) struct Micros(pub(super) DateTime<Utc>);

impl Micros {
    fn stamp(self) -> [u8; 26] {
        let mut stamp = *b"0000-00-00T00:00:00.000000";
        write_seconds(&mut stamp, self.0);
        write_digits(
            &mut stamp[20..],
            self.0.timestamp_subsec_micros() % 1_000_000,
        );
        stamp
    }
}

impl Display for Micros {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(str::from_utf8(&self.stamp()).unwrap_or_default())
    }
}

impl Serialize for Micros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(str::from_utf8(&self.stamp()).unwrap_or_default())
    }
}

/// Writes date and time over the first 19 bytes. Every server shows four times, and the general formatting
/// of numbers would take a third of the time that a server takes to be written.
fn write_seconds(stamp: &mut [u8], instant: DateTime<Utc>) {
    let (date, time) = (instant.date_naive(), instant.time());
    write_digits(&mut stamp[..4], date.year().unsigned_abs());
    for (at, number) in [
        (5, date.month()),
        (8, date.day()),
        (11, time.hour()),
        (14, time.minute()),
        (17, time.second()),
    ] {
        write_digits(&mut stamp[at..at + 2], number);
    }
}

/// Fills `digits` with the lowest decimal digits of a number.
fn write_digits(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// One link of a document.
#[derive(Serialize)]
pub(super) struct Link<T: Serialize> {
    pub(super) rel: &'static str,
    pub(super) href: T,
}

impl<T: Display> Link<Text<T>> {
    pub(super) fn new(rel: &'static str, href: T) -> Self {
        Self {
            rel,
            href: Text(href),
        }
    }
}

/// A value that is made only where it is written.
pub(super) struct Lazy<F>(pub(super) F);

impl<F: Fn() -> T, T: Serialize> Serialize for Lazy<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0)().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_forms_of_the_services() {
        let time = DateTime::from_timestamp(1_000_000_000, 1_500).expect("a time");
        let json = |value: &dyn erased::Json| value.json();
        assert_eq!(json(&Seconds(time)), "\"2001-09-09T01:46:40Z\"");
        assert_eq!(json(&Micros(time)), "\"2001-09-09T01:46:40.000001\"");
        assert_eq!(
            json(&Hex(Uuid::from_u128(10))),
            "\"0000000000000000000000000000000a\""
        );
        assert_eq!(
            json(&Link::new("self", "x")),
            r#"{"rel":"self","href":"x"}"#
        );
    }

    mod erased {
        pub(super) trait Json {
            fn json(&self) -> String;
        }

        impl<T: serde::Serialize> Json for T {
            fn json(&self) -> String {
                serde_json::to_string(self).expect("JSON")
            }
        }
    }
}
