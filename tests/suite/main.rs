//! One binary for all integration tests.

mod cli;
mod front;
mod reload;
mod support;
