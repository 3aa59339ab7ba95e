//! Everything that changes.

pub mod blueprint;
