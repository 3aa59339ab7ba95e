//! One binary for all integration tests: it links once.

mod architecture;
mod cli;
mod clients;
mod cloudstack_crowd;
mod crowd;
mod docs;
mod front;
mod golden;
mod program;
mod rackspace_compute;
mod rackspace_identity;
mod rackspace_presets;
mod readme;
mod reload;
mod support;
