//! Key pairs. They belong to users.

use std::collections::BTreeMap;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A key pair.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyPair {
    /// Counts the key pairs of the cloud, from 1.
    pub number: u64,
    pub name: Arc<str>,
    pub user: Uuid,
    pub public_key: Arc<str>,
    /// MD5 of the key, as 16 hexadecimal pairs.
    pub fingerprint: Arc<str>,
    /// `ssh` or `x509`.
    pub kind: Arc<str>,
    pub created: DateTime<Utc>,
}

/// All key pairs, by user.
#[derive(Debug, Clone, Default)]
pub struct KeyPairs {
    by_user: BTreeMap<Uuid, Vec<KeyPair>>,
    made: u64,
}

impl KeyPairs {
    /// The number that the next one will get.
    pub fn next_number(&self) -> u64 {
        self.made + 1
    }

    pub fn add(&mut self, pair: KeyPair) {
        self.made += 1;
        self.by_user.entry(pair.user).or_default().push(pair);
    }

    /// A user's, oldest first.
    pub fn of(&self, user: Uuid) -> &[KeyPair] {
        self.by_user.get(&user).map_or(&[], Vec::as_slice)
    }

    pub fn get(&self, user: Uuid, name: &str) -> Option<&KeyPair> {
        self.of(user).iter().find(|pair| *pair.name == *name)
    }

    pub fn remove(&mut self, user: Uuid, name: &str) {
        if let Some(own) = self.by_user.get_mut(&user) {
            own.retain(|pair| *pair.name != *name);
            if own.is_empty() {
                self.by_user.remove(&user);
            }
        }
    }

    /// All, user by user.
    pub fn iter(&self) -> impl Iterator<Item = &KeyPair> {
        self.by_user.values().flatten()
    }
}
