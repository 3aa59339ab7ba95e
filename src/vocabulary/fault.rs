//! What can go wrong in the simulated cloud, without a word of HTTP. Each dialect renders it its own way.

use uuid::Uuid;

/// The kinds of failure that dialects tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The request makes no sense.
    BadRequest,
    /// A parameter is missing, unknown or out of range: the request is of the wrong form, whoever sends it.
    InvalidParameter,
    /// Who is calling is not known.
    Unauthorized,
    /// The caller may not do this.
    Forbidden,
    NotFound,
    /// It was there once, and will not be again.
    Gone,
    MethodNotAllowed,
    NotAcceptable,
    /// The thing is in the wrong state for this.
    Conflict,
    PayloadTooLarge,
    UnsupportedMediaType,
    /// A quota or a rate is used up.
    OverLimit,
    NotImplemented,
    /// No host can take it.
    NoCapacity,
    /// Something that the service needs does not answer.
    Unavailable,
    /// The service broke.
    Internal,
}

impl FaultKind {
    /// The kind that a status of HTTP, or one of CloudStack's own, stands for.
    pub fn of_status(status: u16) -> Self {
        match status {
            401 => FaultKind::Unauthorized,
            403 | 531 => FaultKind::Forbidden,
            404 => FaultKind::NotFound,
            405 => FaultKind::MethodNotAllowed,
            406 => FaultKind::NotAcceptable,
            409 => FaultKind::Conflict,
            410 => FaultKind::Gone,
            413 => FaultKind::PayloadTooLarge,
            415 => FaultKind::UnsupportedMediaType,
            429 => FaultKind::OverLimit,
            431 => FaultKind::InvalidParameter,
            501 | 432 => FaultKind::NotImplemented,
            503 | 534 => FaultKind::Unavailable,
            533 => FaultKind::NoCapacity,
            400..=499 => FaultKind::BadRequest,
            _ => FaultKind::Internal,
        }
    }
}

/// A failure. `status` is set only where a scenario asked for one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    pub kind: FaultKind,
    /// The status that a scenario demands instead of the dialect's own for this kind.
    pub status: Option<u16>,
    /// What the client is told; where it is empty, what the service says by default.
    pub message: String,
    /// The service's own name for it, where it tells several of a kind apart: `IpAddressInUse`.
    pub name: Option<&'static str>,
    /// The things that it is about, and what the service calls each: `vmId`.
    pub about: Vec<(Uuid, &'static str)>,
}

impl Fault {
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            status: None,
            message: message.into(),
            name: None,
            about: Vec::new(),
        }
    }

    /// This fault, which is about a thing.
    #[must_use]
    pub fn about(mut self, thing: Uuid, called: &'static str) -> Self {
        self.about.push((thing, called));
        self
    }

    /// This fault under a name of its own.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(FaultKind::NotFound, message)
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(FaultKind::BadRequest, message)
    }

    /// A request of the wrong form, whatever there is in the cloud.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(FaultKind::InvalidParameter, message)
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Conflict, message)
    }
}
