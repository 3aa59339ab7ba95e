//! What may stand in the query of a request, as data.

use super::Call;
use super::python::quoted;
use super::schema::{boolean_complaint, no_match, unexpected};
use crate::vocabulary::fault::Fault;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// The query parameters of an operation of Nova's.
pub(super) struct Parameters {
    pub(super) known: &'static [Parameter],
    /// From this microversion on, unknown ones are refused.
    pub(super) strict_since: u32,
    /// Whether names that begin with an underscore pass even then.
    pub(super) allows_private: bool,
}

pub(super) struct Parameter {
    name: &'static str,
    kind: Kind,
    since: u32,
}

/// The form of a parameter's value.
pub(super) enum Kind {
    Text,
    Regex,
    Count,
    Time,
    /// What Nova takes for yes or no.
    Boolean,
    Choice(&'static [&'static str]),
}

pub(super) const fn parameter(name: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        kind,
        since: 0,
    }
}

impl Parameter {
    pub(super) const fn since(self, since: u32) -> Self {
        Parameter { since, ..self }
    }
}

/// Nothing is known, and all is refused from 2.75 on.
pub(super) const NONE_SINCE_75: Parameters = Parameters {
    known: &[],
    strict_since: 75,
    allows_private: false,
};

impl Parameters {
    /// # Errors
    /// [`FaultKind::InvalidParameter`](crate::vocabulary::fault::FaultKind::InvalidParameter), as Nova words it.
    pub(super) fn check(&self, call: &Call) -> Result<(), Fault> {
        for (name, value) in &call.query {
            let known = self.known.iter().find(|known| known.name == name);
            let Some(complaint) = known
                .filter(|known| known.since <= call.microversion)
                .and_then(|known| known.kind.complaint(value))
            else {
                continue;
            };
            return Err(Fault::invalid(format!(
                "Invalid input for query parameters {name}. Value: {value}. {complaint}"
            )));
        }
        self.refuse_unknown(call)
    }

    fn refuse_unknown(&self, call: &Call) -> Result<(), Fault> {
        let is_known = |name: &str| {
            self.known
                .iter()
                .any(|known| known.name == name && known.since <= call.microversion)
                || (self.allows_private && name.starts_with('_'))
        };
        let names = call.query.iter().map(|(name, _)| name.as_str());
        let unknown: Vec<&str> = names.filter(|name| !is_known(name)).collect();
        match unknown.first() {
            Some(first) if call.microversion >= self.strict_since => {
                Err(Fault::invalid(if self.allows_private {
                    no_match(first, "^_")
                } else {
                    unexpected(&unknown)
                }))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Kind {
    fn complaint(&self, value: &str) -> Option<String> {
        let shown = quoted(value);
        match self {
            Kind::Text => None,
            Kind::Regex if is_balanced(value) => None,
            Kind::Regex => Some(format!("{shown} is not a 'regex'")),
            Kind::Count if value.is_empty() => Some("'' should be non-empty".to_owned()),
            Kind::Count if value.bytes().all(|b| b.is_ascii_digit()) => None,
            Kind::Count => Some(format!("{shown} does not match '^[0-9]*$'")),
            Kind::Time if time(value).is_some() => None,
            Kind::Time => Some(format!("{shown} is not a 'date-time'")),
            Kind::Boolean => boolean_complaint(value),
            Kind::Choice(words) if words.contains(&value) => None,
            Kind::Choice(words) => {
                let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                Some(format!("{shown} is not one of [{}]", words.join(", ")))
            }
        }
    }
}

/// Whether Python would take it for a regular expression. Ours knows fewer; what only Python knows is
/// searched for literally.
fn is_balanced(pattern: &str) -> bool {
    use regex::Error;
    !matches!(regex::Regex::new(pattern), Err(Error::Syntax(_))) || pattern.contains("(?")
}

/// A time as clients write it; without a zone it is UTC.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    // A plus sign that was not encoded arrives as a space.
    let text = text.replace(' ', "+");
    if let Ok(time) = DateTime::parse_from_rfc3339(&text) {
        return Some(time.to_utc());
    }
    if let Ok(time) = text.parse::<NaiveDateTime>() {
        return Some(time.and_utc());
    }
    let day = text.parse::<NaiveDate>().ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

/// A yes or no as `oslo.utils` reads it.
///
/// # Errors
/// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest) for any other word.
pub(super) fn flag(text: &str) -> Result<bool, Fault> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "t" | "true" | "on" | "y" | "yes" => Ok(true),
        "0" | "f" | "false" | "off" | "n" | "no" => Ok(false),
        _ => Err(Fault::bad_request(format!(
            "Unrecognized value {}, acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', \
             't', 'true', 'y', 'yes'",
            quoted(text)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_all_their_forms() {
        let midnight = time("2026-11-21").expect("a time");
        for text in [
            "2026-11-21T00:00:00Z",
            "2026-11-21T00:00:00",
            "2026-11-21T01:00:00 01:00",
        ] {
            assert_eq!(time(text), Some(midnight), "{text}");
        }
        assert_eq!(time("nope"), None);
    }

    #[test]
    fn values_are_complained_of_in_the_services_words() {
        assert_eq!(
            Kind::Count.complaint("-1").as_deref(),
            Some("'-1' does not match '^[0-9]*$'")
        );
        assert_eq!(
            Kind::Time.complaint("zz").as_deref(),
            Some("'zz' is not a 'date-time'")
        );
        assert_eq!(
            Kind::Regex.complaint("[").as_deref(),
            Some("'[' is not a 'regex'")
        );
        assert_eq!(Kind::Regex.complaint("^web-.*$"), None);
        assert!(flag("x").is_err_and(|fault| fault.message.starts_with("Unrecognized value 'x'")));
    }
}
