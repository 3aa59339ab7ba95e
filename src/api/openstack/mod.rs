//! OpenStack: Identity, Compute, Image and Network.
