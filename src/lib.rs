//! A cloud that can be broken on purpose.
//!
//! The rooms, from the edges down; what stands above may use what stands below, never the reverse
//! (a test reads the imports and sees to it):
//!
//! - `cli`: one file per sub-command.
//! - `front`, `reload`: the edges. HTTP is named only in the one, file events only in the other.
//! - [`control`]: the APIs that steer the simulator itself.
//! - [`engine`]: the one path from a request to its answer; [`journal`] keeps what happened.
//! - [`presets`]: the original Mimic's presets and behaviours, as mocks.
//! - `api`: the dialects, wire to domain and back.
//! - [`world`], [`rules`], [`scenario`]: what changes, what decides, what is written in the files. None
//!   of the three knows the others.
//! - [`vocabulary`]: the words that all of them share.

pub mod api;
pub mod cli;
pub mod config;
pub mod control;
pub mod engine;
pub mod front;
pub mod journal;
pub mod presets;
pub mod reload;
pub mod rules;
pub mod scenario;
pub mod vocabulary;
pub mod world;
