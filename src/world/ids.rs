//! Identifiers: drawn from the world's seed, or made from a name, so that a run can be repeated to the byte.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use uuid::Uuid;

/// The space that [`named`] ids live in.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d69_6d69_6300_5000_8000_0000_0000_0001);

/// The id of something that is known by its name, the same in every world.
pub fn named(kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{kind}\0{name}").as_bytes())
}

/// A world's source of fresh identifiers.
#[derive(Debug, Clone)]
pub struct Ids(Pcg64);

impl Ids {
    pub fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// A fresh UUID, version 4 in form.
    pub fn uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// `N` fresh bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// A token in the form of Keystone's: `gAAAAA` and URL-safe base64.
    pub fn token(&mut self) -> String {
        format!("gAAAAA{}", URL_SAFE_NO_PAD.encode(self.bytes::<132>()))
    }

    /// 86 letters, as the keys that CloudStack's users sign with.
    pub fn key(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<64>())
    }

    /// 22 letters, as Keystone's audit ids; also good for passwords and session keys.
    pub fn word(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<16>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let (mut one, mut other) = (Ids::new(7), Ids::new(7));
        assert_eq!(one.uuid(), other.uuid());
        assert_eq!(one.token(), other.token());
        assert_ne!(one.uuid(), one.uuid());
        assert_ne!(Ids::new(8).uuid(), Ids::new(7).uuid());
    }

    #[test]
    fn names_make_ids_that_differ_by_kind() {
        assert_eq!(named("image", "cirros"), named("image", "cirros"));
        assert_ne!(named("image", "cirros"), named("flavor", "cirros"));
    }
}
