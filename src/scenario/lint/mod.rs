//! What is found only by looking at what was checked, not at how it was written.

pub(super) mod never_serves;
pub(super) mod never_true;
pub(super) mod unmet;
