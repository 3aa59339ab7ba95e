//! One binary for all integration tests.

mod architecture;
mod clients;
mod readme;
