//! The one path from a request to its reply.
