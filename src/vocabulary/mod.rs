//! The words that every other part of the program speaks.
//!
//! Nothing here does anything by itself: no clock, no network, no files. The scenario language, the
//! rules and the world do not know each other; what they exchange is defined in this folder.

pub mod balancing;
pub mod command;
pub mod condition;
pub mod diagnostic;
pub mod expectation;
pub mod fact;
pub mod fault;
pub mod glob;
pub mod host_url;
pub mod mock;
pub mod outcome;
pub mod place;
pub mod plan;
pub mod profile;
pub mod quantity;
pub mod region;
pub mod service;
pub mod setting;
pub mod template;
