//! One binary for all integration tests.

mod front;
mod reload;
mod support;
