//! What becomes of the cloud's own machines.
