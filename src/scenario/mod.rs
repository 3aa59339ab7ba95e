//! The scenario language: from text to a checked [`Plan`](crate::vocabulary::plan::Plan), or to findings.
