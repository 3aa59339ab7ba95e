//! What servers are made from, beside images and networks: flavors and key pairs.

pub use super::flavor::Flavor;
pub use super::keypair::KeyPair;
