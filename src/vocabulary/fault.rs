//! What can go wrong in the simulated cloud, without a word of HTTP. Each dialect renders it its own way.

/// The kinds of failure that dialects tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The request makes no sense.
    BadRequest,
    /// A parameter is missing, unknown or out of range.
    InvalidParameter,
    /// Who is calling is not known.
    Unauthorized,
    /// The caller may not do this.
    Forbidden,
    NotFound,
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

/// A failure. `status` is set only where a scenario asked for one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    pub kind: FaultKind,
    /// The status that a scenario demands instead of the dialect's own for this kind.
    pub status: Option<u16>,
    /// What the client is told.
    pub message: String,
}

impl Fault {
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            status: None,
            message: message.into(),
        }
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(FaultKind::NotFound, message)
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(FaultKind::BadRequest, message)
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Conflict, message)
    }
}
