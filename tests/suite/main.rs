//! One binary for all integration tests.

mod front;
mod support;
