//! The one path from a request to its reply.

mod exchange;

pub use exchange::{BodyProblem, Reply, Request};
