//! When snapshots of a volume are to be taken. Policies are remembered; nothing takes the snapshots.

use std::sync::Arc;

use uuid::Uuid;

use crate::world::words::words;

words! {
    /// How often.
    Interval {
        Hourly = "HOURLY",
        Daily = "DAILY",
        Weekly = "WEEKLY",
        Monthly = "MONTHLY",
    }
}

/// A policy.
#[derive(Debug, Clone)]
pub struct SnapshotPolicy {
    pub id: Uuid,
    pub volume: Uuid,
    pub interval: Interval,
    /// As the client wrote it: `MM`, `MM:HH`, or `MM:HH:DD`.
    pub schedule: Arc<str>,
    pub timezone: Arc<str>,
    /// How many snapshots are kept.
    pub most: i64,
    pub is_hidden: bool,
}
