//! What clients say of things beside what the things are: tags and details, kept for all kinds of things alike.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use uuid::Uuid;

/// One thing that is said of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub key: Arc<str>,
    pub value: Arc<str>,
    /// For whom the client keeps it, if the client said so.
    pub customer: Option<Arc<str>>,
    /// Whether users see it.
    pub is_shown: bool,
}

/// What something is, of which something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Labelled {
    /// The service's word for its kind: `UserVm`.
    pub kind: &'static str,
    pub id: Uuid,
}

/// All labels of a sort, by what they are said of. What is gone keeps its labels, for nobody names it again.
#[derive(Debug, Clone, Default)]
pub struct Labels(IndexMap<Uuid, (Labelled, Vec<Label>), FxBuildHasher>);

impl Labels {
    pub fn of(&self, id: Uuid) -> &[Label] {
        self.0.get(&id).map_or(&[], |(_, labels)| labels)
    }

    /// What a thing is of which something is said.
    pub fn kind(&self, id: Uuid) -> Option<&'static str> {
        self.0.get(&id).map(|(thing, _)| thing.kind)
    }

    /// The value that a thing's label has.
    pub fn value(&self, id: Uuid, key: &str) -> Option<&str> {
        let label = self.of(id).iter().find(|label| *label.key == *key)?;
        Some(&label.value)
    }

    /// Whether a thing has a label with this value.
    pub fn has(&self, id: Uuid, key: &str, value: &str) -> bool {
        self.value(id, key)
            .is_some_and(|own| own.eq_ignore_ascii_case(value))
    }

    /// All, in the order in which things got their first.
    pub fn iter(&self) -> impl Iterator<Item = (Labelled, &Label)> {
        let all = self.0.values();
        all.flat_map(|(thing, labels)| labels.iter().map(|label| (*thing, label)))
    }

    /// Says something of a thing, in the place of what was said under the same key.
    pub fn set(&mut self, thing: Labelled, label: Label) {
        let (_, labels) = self.0.entry(thing.id).or_insert((thing, Vec::new()));
        labels.retain(|known| known.key != label.key);
        labels.push(label);
    }

    /// Takes back what is chosen of what is said of a thing.
    pub fn remove(&mut self, id: Uuid, is_chosen: impl Fn(&Label) -> bool) {
        if let Some((_, labels)) = self.0.get_mut(&id) {
            labels.retain(|label| !is_chosen(label));
            if labels.is_empty() {
                self.0.shift_remove(&id);
            }
        }
    }
}

/// Data that servers are given when they start, kept under a name to be used often.
#[derive(Debug, Clone)]
pub struct UserData {
    pub id: Uuid,
    pub name: Arc<str>,
    pub project: Uuid,
    /// In base64.
    pub data: Arc<str>,
    /// The names of the parameters in it, between commas.
    pub params: Option<Arc<str>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(key: &str, value: &str) -> Label {
        Label {
            key: key.into(),
            value: value.into(),
            customer: None,
            is_shown: true,
        }
    }

    #[test]
    fn a_key_has_one_value_and_what_has_none_is_forgotten() {
        let thing = Labelled {
            kind: "UserVm",
            id: Uuid::from_u128(1),
        };
        let mut labels = Labels::default();
        labels.set(thing, label("a", "1"));
        labels.set(thing, label("b", "2"));
        labels.set(thing, label("a", "3"));
        assert_eq!(labels.value(thing.id, "a"), Some("3"));
        assert!(labels.has(thing.id, "b", "2") && !labels.has(thing.id, "b", "3"));
        labels.remove(thing.id, |label| &*label.key == "a");
        assert_eq!(labels.iter().count(), 1);
        labels.remove(thing.id, |_| true);
        assert_eq!(labels.iter().count(), 0);
    }
}
