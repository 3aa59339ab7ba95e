//! Certificates with their keys, which load balancers show to those who connect.

use std::sync::Arc;

use uuid::Uuid;

#[derive(Debug, Clone)]
pub struct Certificate {
    pub id: Uuid,
    pub project: Uuid,
    pub name: Arc<str>,
    /// In PEM form, as sent.
    pub text: Arc<str>,
    pub chain: Option<Arc<str>>,
    /// `AB:CD:…`
    pub fingerprint: Arc<str>,
}
