//! How much there may be of things, and how much there is.

pub mod allowances;
pub mod holdings;
pub mod quotas;
pub mod usage;
