//! How a world begins: what the configuration says of it, and what it is given.

pub mod blueprint;
pub(in crate::world) mod given;
