//! Physical networks and what is on them.

pub(crate) mod elements;
pub(crate) mod networks;
pub(crate) mod providers;
pub(crate) mod ranges;
pub(crate) mod storage_ranges;
pub(crate) mod traffic;
pub(crate) mod vlans;

use super::infrastructure::{address, word, words, zone_name};
