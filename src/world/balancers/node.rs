//! What a balancer sends requests on to.

use std::sync::Arc;

use super::Meta;
use super::balancer::meta_fact;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub id: u32,
    /// An IP address, or a name in a domain that is allowed.
    pub address: Arc<str>,
    pub port: u16,
    pub condition: Condition,
    pub kind: NodeKind,
    /// From 1 to 100.
    pub weight: u8,
    pub status: NodeStatus,
    pub metadata: Vec<Meta>,
}

macro_rules! words {
    ($(#[doc = $about:literal] $name:ident { $($value:ident: $word:literal,)* })*) => {
        $(
            #[doc = $about]
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub enum $name {
                $($value,)*
            }

            impl $name {
                /// As the service writes them.
                pub const WORDS: &[&str] = &[$($word,)*];

                pub fn word(self) -> &'static str {
                    Self::WORDS[self as usize]
                }

                pub fn named(word: &str) -> Option<Self> {
                    match word {
                        $($word => Some($name::$value),)*
                        _ => None,
                    }
                }
            }
        )*
    };
}

words! {
    /// What its owner wants of a node.
    Condition { Enabled: "ENABLED", Disabled: "DISABLED", Draining: "DRAINING", }
    /// Whether a node serves always, or only in place of others.
    NodeKind { Primary: "PRIMARY", Secondary: "SECONDARY", }
    /// Whether a node answers.
    NodeStatus { Online: "ONLINE", Offline: "OFFLINE", }
}

impl Facts for Node {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        let FactPath::Of(Subject::Node, keys) = path else {
            return None;
        };
        match keys.as_slice() {
            [field] => Some(match &**field {
                "id" => FactValue::Number(self.id.into()),
                "address" => FactValue::text(&self.address),
                "port" => FactValue::Number(self.port.into()),
                "condition" => FactValue::text(self.condition.word()),
                "type" => FactValue::text(self.kind.word()),
                "status" => FactValue::text(self.status.word()),
                _ => return None,
            }),
            [field, key] if **field == *"metadata" => meta_fact(&self.metadata, key),
            _ => None,
        }
    }
}
