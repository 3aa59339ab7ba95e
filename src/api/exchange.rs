//! A request and its reply, as the edge hands them over: no connection, no stream.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{HOST, HeaderMap};
use http::{HeaderName, Method, StatusCode};

use crate::vocabulary::mock::Drop;
use crate::vocabulary::region;

/// What a client sent, read whole.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    /// The region that the path named; `None` for the default one.
    pub region: Option<Arc<str>>,
    /// As sent: still percent-encoded, without the query. What named the region is cut off.
    pub path: String,
    /// As sent, without the question mark.
    pub query: String,
    pub headers: HeaderMap,
    /// `Err` where the body could not be taken; each dialect says so in its own words.
    pub body: Result<Bytes, BodyProblem>,
    /// It came to a listener whose callers need not say who they are: CloudStack's integration port.
    pub is_trusted: bool,
}

impl Request {
    /// Takes the region out of the path, where it names one of these.
    pub fn located(mut self, regions: &[String]) -> Self {
        let Some((name, below)) = region::split(&self.path) else {
            return self;
        };
        if regions.contains(&name) {
            (self.region, self.path) = (Some(name.into()), below.to_owned());
        }
        self
    }

    /// Scheme and host as the client used them.
    pub(super) fn address(&self) -> String {
        let text = |name: &HeaderName| self.headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = match text(&FORWARDED_PROTO) {
            Some("https") => "https",
            Some(_) | None => "http",
        };
        let host = text(&HOST).unwrap_or("localhost");
        [scheme, "://", host].concat()
    }

    /// What the paths of the region are appended to.
    pub(super) fn base_url(&self) -> String {
        let region = self.region.as_deref().map(region::prefix);
        self.address() + &region.unwrap_or_default()
    }
}

/// Why a body could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyProblem {
    /// It is larger than this many bytes.
    TooLarge(u64),
    /// The client stopped sending it half-way.
    Broken,
}

/// What the client gets.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The connection misbehaves instead of carrying this answer.
    pub drop: Option<Drop>,
}

impl Reply {
    pub fn new(status: StatusCode, body: Bytes) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body,
            drop: None,
        }
    }
}

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
