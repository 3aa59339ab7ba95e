//! Tests of the rules as a whole.

mod decisions;
mod expectations;
mod model;
mod sample;
