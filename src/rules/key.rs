//! Identities that outlive a reload.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use sha1::{Digest, Sha1};

use crate::vocabulary::mock::{MockSpec, Origin};

/// Identifies a mock by what it says, not by where it stands.
///
/// An edit elsewhere or a move to another file leaves it the same, and so its counts; another text makes
/// another mock. Its text form is 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MockKey(u64);

impl MockKey {
    /// The key of a mock that is the only one of its text in its set. A mock made by a request also has
    /// its number in the key: the same request twice makes two mocks.
    pub(super) fn of(spec: &MockSpec) -> Self {
        let sequence = match &spec.origin {
            Origin::File { .. } => String::new(),
            Origin::Api { sequence, .. } => sequence.to_string(),
            Origin::Made { by, .. } => by.to_string(),
        };
        let scenario = spec.scenario.as_deref().unwrap_or_default();
        Self(identity(&[&spec.to_string(), scenario, &sequence]))
    }

    /// The key of the `ordinal`th mock of the same text, counted from 0.
    pub(super) fn nth(self, ordinal: u32) -> Self {
        match ordinal {
            0 => self,
            _ => Self(identity(&[&self.to_string(), &ordinal.to_string()])),
        }
    }

    /// The key as a number, for seeding.
    pub(super) fn bits(self) -> u64 {
        self.0
    }
}

impl fmt::Display for MockKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for MockKey {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

/// A number for a list of texts that is the same on every machine and in every release, since random
/// streams are seeded by it. SHA-1 because it is at hand and fixed for ever; nothing here is secret.
pub(super) fn identity(parts: &[&str]) -> u64 {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_fixed_for_ever() {
        assert_eq!(identity(&["a", "b"]), identity(&["a", "b"]));
        assert_ne!(identity(&["a", "b"]), identity(&["ab"]));
        assert_eq!(MockKey(identity(&[])).to_string(), "da39a3ee5e6b4b0d");
    }

    #[test]
    fn a_key_reads_back() {
        let key = MockKey(42);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert!("StartCommand".parse::<MockKey>().is_err());
    }
}
