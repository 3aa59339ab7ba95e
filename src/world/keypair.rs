//! Key pairs. They belong to users.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A key pair. Nova keeps them per user.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyPair {
    pub name: Arc<str>,
    pub user: Uuid,
    pub public_key: Arc<str>,
    /// MD5 of the key, as 16 hexadecimal pairs.
    pub fingerprint: Arc<str>,
    /// `ssh` or `x509`.
    pub kind: Arc<str>,
    pub created: DateTime<Utc>,
}
