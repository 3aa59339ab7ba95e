//! Expectations: watching commands go by, and judging in the end.

mod judge;
mod observer;
mod retry;
mod sightings;

pub use judge::{Judgement, Verdict};
pub use observer::{Observer, Past};
pub(super) use sightings::Sightings;
