//! Microversions: which one a request asks for, and which one its answer tells of.

use std::sync::LazyLock;

use http::header::VARY;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::super::service::Service;
use super::Call;
use crate::vocabulary::fault::{Fault, FaultKind};

/// The first: what a request gets that asks for none.
pub(super) const MIN: u32 = 1;
/// The last whose changes all operations here follow.
pub(super) const MAX: u32 = 100;

const HEADER: HeaderName = HeaderName::from_static("openstack-api-version");
const OLD_HEADER: HeaderName = HeaderName::from_static("x-openstack-nova-api-version");

/// What the headers ask for, as text; `None` when they ask for nothing of this service.
fn requested(headers: &HeaderMap) -> Option<&str> {
    let listed = headers
        .get_all(&HEADER)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    let of_compute = |item: &'_ str| -> Option<usize> {
        item.trim_start().strip_prefix("compute ").map(str::len)
    };
    let newer = listed
        .flat_map(|value| value.split(','))
        .find(|item| of_compute(item).is_some());
    let newer = newer.map(|item| item.trim_start().trim_start_matches("compute").trim());
    newer.or_else(|| headers.get(&OLD_HEADER)?.to_str().ok().map(str::trim))
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

/// The microversion that a request gets.
///
/// # Errors
/// [`FaultKind::BadRequest`] for what is no version, [`FaultKind::NotAcceptable`] for one that there is not.
pub(super) fn negotiate(headers: &HeaderMap) -> Result<u32, Fault> {
    let text = match requested(headers) {
        None => return Ok(MIN),
        Some("latest") => return Ok(MAX),
        Some(text) => text,
    };
    let version = parse(text).ok_or_else(|| {
        Fault::bad_request(format!(
            "API Version String {text} is of invalid format. Must be of format MajorNum.MinorNum."
        ))
    })?;
    match version {
        (2, minor @ MIN..=MAX) => Ok(minor),
        (major, minor) => {
            let message = format!(
                "Version {major}.{minor} is not supported by the API. Minimum is 2.{MIN} and maximum is 2.{MAX}."
            );
            Err(Fault::new(FaultKind::NotAcceptable, message))
        }
    }
}

/// Checks that a call's microversion is one. On the old v2, and on the list of versions, none is looked at.
///
/// # Errors
/// As [`negotiate`].
pub(in super::super) fn check(call: &Call) -> Result<(), Fault> {
    debug_assert_eq!(Service::of(call), Service::Compute);
    if call.microversion == 0 || call.command.spec().short_name() == "list_versions" {
        return Ok(());
    }
    negotiate(&call.request.headers).map(|_| ())
}

/// The headers' values of all versions up to the last, by their minor number: every answer has them.
static ADVERTISED: LazyLock<Vec<(HeaderValue, HeaderValue)>> =
    LazyLock::new(|| (0..=MAX).map(|minor| values(2, minor)).collect());

/// `2.26` for the old header and `compute 2.26` for the new one.
fn values(major: u32, minor: u32) -> (HeaderValue, HeaderValue) {
    let value = |text: String| HeaderValue::try_from(text).expect("digits are good in a header");
    (
        value(format!("{major}.{minor}")),
        value(format!("compute {major}.{minor}")),
    )
}

/// Puts the version into the headers of an answer: the one that was asked for, even if there is none such.
pub(in super::super) fn tell(asked: &HeaderMap, headers: &mut HeaderMap) {
    let version = match requested(asked) {
        None => Some((2, MIN)),
        Some("latest") => Some((2, MAX)),
        Some(text) => parse(text),
    };
    let Some((major, minor)) = version else {
        return;
    };
    let (old, new) = match ADVERTISED.get(minor as usize) {
        Some(values) if major == 2 => values.clone(),
        Some(_) | None => values(major, minor),
    };
    headers.insert(OLD_HEADER, old);
    headers.insert(HEADER, new);
    headers.append(
        VARY,
        HeaderValue::from_static("OpenStack-API-Version, X-OpenStack-Nova-API-Version"),
    );
}

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
        let version = |pairs: &[_]| negotiate(&asking(pairs)).map_err(|fault| fault.message);
        const NEW: &str = "openstack-api-version";
        const OLD: &str = "x-openstack-nova-api-version";
        assert_eq!(version(&[]), Ok(1));
        assert_eq!(version(&[(OLD, "2.26")]), Ok(26));
        assert_eq!(version(&[(OLD, "2.26"), (NEW, "compute 2.30")]), Ok(30));
        assert_eq!(version(&[(NEW, "volume 3.50, compute 2.26")]), Ok(26));
        assert_eq!(version(&[(NEW, "volume 3.50")]), Ok(1));
        assert_eq!(version(&[(NEW, "2.30")]), Ok(1));
        assert_eq!(version(&[(OLD, "latest")]), Ok(MAX));
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
            tell(&asking(pairs), &mut headers);
            headers.get(HEADER).cloned()
        };
        assert_eq!(
            told(&[("x-openstack-nova-api-version", "2.999")]).expect("a header"),
            "compute 2.999"
        );
        assert_eq!(told(&[("x-openstack-nova-api-version", "abc")]), None);
    }
}
