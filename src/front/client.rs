//! A small HTTP client, for the sub-commands that talk to a running simulator.
