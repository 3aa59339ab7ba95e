//! Microversions: which one a request asks for, and which one its answer tells of.

use std::sync::LazyLock;

use http::header::VARY;
use http::{HeaderMap, HeaderName, HeaderValue};
use rustc_hash::FxHashMap;

use super::Call;
use crate::vocabulary::fault::{Fault, FaultKind};

/// The microversions of a service.
#[derive(Debug)]
pub(super) struct Range {
    /// What the service is called in the header.
    service: &'static str,
    major: u32,
    /// The first: what a request gets that asks for none.
    pub(super) min: u32,
    /// The last whose changes all operations here follow.
    pub(super) max: u32,
    /// The header of the time before all services shared one.
    old_header: Option<HeaderName>,
}

/// Nova's.
pub(super) static COMPUTE: Range = Range {
    service: "compute",
    major: 2,
    min: 1,
    max: 100,
    old_header: Some(HeaderName::from_static("x-openstack-nova-api-version")),
};

/// Cinder's.
pub(super) static VOLUME: Range = Range {
    service: "volume",
    major: 3,
    min: 0,
    max: 71,
    old_header: None,
};

/// Placement's.
pub(super) static PLACEMENT: Range = Range {
    service: "placement",
    major: 1,
    min: 0,
    max: 39,
    old_header: None,
};

const HEADER: HeaderName = HeaderName::from_static("openstack-api-version");

impl Range {
    /// The first and the last.
    pub(super) fn ends(&self) -> (String, String) {
        let version = |minor| format!("{}.{minor}", self.major);
        (version(self.min), version(self.max))
    }

    /// What the headers ask for, as text; `None` when they ask for nothing of this service. The last one counts.
    fn requested<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let listed = headers
            .get_all(&HEADER)
            .into_iter()
            .filter_map(|value| value.to_str().ok());
        let of_ours = |item: &'a str| {
            let (service, version) = item.trim().split_once(char::is_whitespace)?;
            service
                .eq_ignore_ascii_case(self.service)
                .then_some(version)
        };
        let newer = listed
            .flat_map(|value| value.split(','))
            .filter_map(of_ours)
            .next_back();
        let old = || headers.get(self.old_header.as_ref()?)?.to_str().ok();
        newer.or_else(old).map(str::trim)
    }

    /// The microversion that a request gets.
    ///
    /// # Errors
    /// [`FaultKind::BadRequest`] for what is no version, [`FaultKind::NotAcceptable`] for one that there is not.
    pub(super) fn negotiate(&self, headers: &HeaderMap) -> Result<u32, Fault> {
        let text = match self.requested(headers) {
            None => return Ok(self.min),
            Some("latest") => return Ok(self.max),
            Some(text) => text,
        };
        let version = parse(text).ok_or_else(|| {
            Fault::bad_request(format!(
                "API Version String {text} is of invalid format. Must be of format MajorNum.MinorNum."
            ))
        })?;
        match version {
            (major, minor) if major == self.major && (self.min..=self.max).contains(&minor) => {
                Ok(minor)
            }
            (major, minor) => Err(Fault::new(
                FaultKind::NotAcceptable,
                format!(
                    "Version {major}.{minor} is not supported by the API. Minimum is {0}.{1} and maximum is \
                     {0}.{2}.",
                    self.major, self.min, self.max
                ),
            )),
        }
    }

    /// The version that the answer to a call tells of: the one that was asked for, even if there is none such.
    pub(super) fn told(&self, call: &Call) -> Option<(u32, u32)> {
        match call.microversion_fault {
            None => Some((self.major, call.microversion)),
            Some(_) => self.requested(&call.request.headers).and_then(parse),
        }
    }

    /// Puts a version into the headers of an answer.
    pub(super) fn tell(&self, version: Option<(u32, u32)>, headers: &mut HeaderMap) {
        let Some((major, minor)) = version else {
            return;
        };
        let advertised = ADVERTISED
            .get(self.service)
            .and_then(|all| all.get(minor as usize));
        let (old, new) = match advertised {
            Some(values) if major == self.major => values.clone(),
            Some(_) | None => self.values(major, minor),
        };
        let vary = match &self.old_header {
            Some(header) => {
                headers.insert(header, old);
                "OpenStack-API-Version, X-OpenStack-Nova-API-Version"
            }
            None => "OpenStack-API-Version",
        };
        headers.insert(HEADER, new);
        headers.append(VARY, HeaderValue::from_static(vary));
    }

    /// `2.26` for the old header and `compute 2.26` for the new one.
    fn values(&self, major: u32, minor: u32) -> (HeaderValue, HeaderValue) {
        let value =
            |text: String| HeaderValue::try_from(text).expect("digits are good in a header");
        (
            value(format!("{major}.{minor}")),
            value(format!("{} {major}.{minor}", self.service)),
        )
    }
}

/// `2.26`, with nothing before or after it and no zero too many.
fn parse(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    let number = |text: &str, may_be_zero: bool| {
        let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
        let is_plain = is_plain && (!text.starts_with('0') || (may_be_zero && text == "0"));
        is_plain.then(|| text.parse().unwrap_or(u32::MAX))
    };
    Some((number(major, false)?, number(minor, true)?))
}

/// Checks that a call's microversion is one. On the lists of versions, none is looked at.
///
/// # Errors
/// As [`Range::negotiate`].
pub(super) fn check(call: &Call) -> Result<(), Fault> {
    match &call.microversion_fault {
        Some(fault) if call.command.spec().short_name() != "list_versions" => Err(fault.clone()),
        Some(_) | None => Ok(()),
    }
}

/// The headers' values of all versions up to the last, by service and minor number: every answer has them.
static ADVERTISED: LazyLock<FxHashMap<&str, Vec<(HeaderValue, HeaderValue)>>> =
    LazyLock::new(|| {
        let values = |range: &'static Range| {
            let all = (0..=range.max).map(|minor| range.values(range.major, minor));
            (range.service, all.collect())
        };
        [&COMPUTE, &VOLUME, &PLACEMENT]
            .map(values)
            .into_iter()
            .collect()
    });

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    #[test]
    fn the_version_is_found_as_nova_finds_it() {
        let version = |pairs: &[_]| {
            COMPUTE
                .negotiate(&asking(pairs))
                .map_err(|fault| fault.message)
        };
        const NEW: &str = "openstack-api-version";
        const OLD: &str = "x-openstack-nova-api-version";
        assert_eq!(version(&[]), Ok(1));
        assert_eq!(version(&[(OLD, "2.26")]), Ok(26));
        assert_eq!(version(&[(OLD, "2.26"), (NEW, "compute 2.30")]), Ok(30));
        assert_eq!(version(&[(NEW, "volume 3.50, compute 2.26")]), Ok(26));
        assert_eq!(
            version(&[(NEW, "compute 2.5,Compute 2.9,volume 3.50")]),
            Ok(9)
        );
        assert_eq!(version(&[(NEW, "volume 3.50")]), Ok(1));
        assert_eq!(version(&[(NEW, "2.30")]), Ok(1));
        assert_eq!(version(&[(OLD, "latest")]), Ok(COMPUTE.max));
        assert_eq!(
            version(&[(OLD, "3.0")]),
            Err(
                "Version 3.0 is not supported by the API. Minimum is 2.1 and maximum is 2.100."
                    .to_owned()
            )
        );
        assert!(version(&[(OLD, "abc")]).is_err_and(|text| text.contains("invalid format")));
        assert!(version(&[(OLD, "2.01")]).is_err());
    }

    #[test]
    fn the_answer_tells_even_a_version_that_there_is_not() {
        let told = |pairs: &[_]| {
            let mut headers = HeaderMap::new();
            let asked = asking(pairs);
            COMPUTE.tell(COMPUTE.requested(&asked).and_then(parse), &mut headers);
            headers.get(HEADER).cloned()
        };
        assert_eq!(
            told(&[("x-openstack-nova-api-version", "2.999")]).expect("a header"),
            "compute 2.999"
        );
        assert_eq!(told(&[("x-openstack-nova-api-version", "abc")]), None);
    }
}
