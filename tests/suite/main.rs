//! One binary for all integration tests: it links once.

mod architecture;
mod cli;
mod clients;
mod docs;
mod front;
mod golden;
mod readme;
mod reload;
mod support;
