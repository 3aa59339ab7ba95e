//! Things that the plan of a data centre names, and things that clients make beside them.

use uuid::Uuid;

/// Whose doing it is that a thing is there, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The plan has it.
    Planned,
    /// A client made it; it is none of the plan's business.
    Made,
    /// The plan had it and has it no longer.
    Retired,
    /// A client removed it. It does not come back by being planned.
    Removed,
}

impl Presence {
    pub fn is_there(self) -> bool {
        matches!(self, Presence::Planned | Presence::Made)
    }

    /// What becomes of it when a new plan is looked at, before the plan names it.
    pub(in crate::world) fn before_a_plan(self) -> Self {
        match self {
            Presence::Planned | Presence::Retired => Presence::Retired,
            Presence::Made => Presence::Made,
            Presence::Removed => Presence::Removed,
        }
    }

    /// What becomes of it when the plan names it.
    pub(in crate::world) fn when_planned(self) -> Self {
        match self {
            Presence::Planned | Presence::Retired => Presence::Planned,
            Presence::Made => Presence::Made,
            Presence::Removed => Presence::Removed,
        }
    }
}

/// Something that an inventory can hold.
pub trait Item {
    fn id(&self) -> Uuid;
}

/// A list of things, each with the number that it got when it came; none is ever given twice.
#[derive(Debug, Clone)]
pub struct Inventory<T> {
    entries: Vec<Entry<T>>,
}

#[derive(Debug, Clone)]
struct Entry<T> {
    presence: Presence,
    item: T,
}

impl<T> Default for Inventory<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
        }
    }
}

impl<T: Item> Inventory<T> {
    /// What is there, in the order in which it came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        let there = self.entries.iter();
        there
            .filter(|entry| entry.presence.is_there())
            .map(|entry| &entry.item)
    }

    /// What is there because a client made it.
    pub fn made(&self) -> impl Iterator<Item = &T> {
        let made = self.entries.iter();
        made.filter(|entry| entry.presence == Presence::Made)
            .map(|entry| &entry.item)
    }

    pub fn first(&self) -> Option<&T> {
        self.iter().next()
    }

    pub fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// Whether there is one of that kind.
    pub fn any(&self, is_it: impl FnMut(&T) -> bool) -> bool {
        self.iter().any(is_it)
    }

    pub fn get(&self, id: Uuid) -> Option<&T> {
        self.iter().find(|item| item.id() == id)
    }

    pub fn get_mut(&mut self, id: Uuid) -> Option<&mut T> {
        let mut there = self.entries.iter_mut();
        there
            .find(|entry| entry.presence.is_there() && entry.item.id() == id)
            .map(|entry| &mut entry.item)
    }

    /// Whether it is there or was.
    pub fn knows(&self, id: Uuid) -> bool {
        self.entries.iter().any(|entry| entry.item.id() == id)
    }

    /// What got this number, counted from 1, whether it is still there or not.
    pub fn numbered(&self, number: u64) -> Option<&T> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.entries.get(index).map(|entry| &entry.item)
    }

    /// The number of what is there, or was.
    pub fn number_of(&self, id: Uuid) -> Option<u64> {
        let index = self
            .entries
            .iter()
            .position(|entry| entry.item.id() == id)?;
        Some(index as u64 + 1)
    }

    /// The number that the next one will get.
    pub fn next_number(&self) -> u64 {
        self.entries.len() as u64 + 1
    }

    /// Adds what a client made.
    pub fn add(&mut self, item: T) {
        let presence = Presence::Made;
        self.entries.push(Entry { presence, item });
    }

    /// Takes away what a client wants gone. False where it is not there.
    pub fn remove(&mut self, id: Uuid) -> bool {
        let mut there = self.entries.iter_mut();
        let found = there.find(|entry| entry.presence.is_there() && entry.item.id() == id);
        found
            .map(|entry| entry.presence = Presence::Removed)
            .is_some()
    }

    /// Everything that the next plan does not name goes.
    pub(in crate::world) fn begin_plan(&mut self) {
        for entry in &mut self.entries {
            entry.presence = entry.presence.before_a_plan();
        }
    }

    /// Lets what the plan names be as if it did not, but for its number.
    pub(in crate::world) fn retire(&mut self, is_it: impl Fn(&T) -> bool) {
        for entry in self.entries.iter_mut().filter(|entry| is_it(&entry.item)) {
            entry.presence = entry.presence.before_a_plan();
        }
    }

    /// What the plan names: `is_it` finds it, else it is made. `None` where a client removed it.
    pub(in crate::world) fn plan(
        &mut self,
        is_it: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Option<&mut T> {
        let known = self.entries.iter().position(|entry| is_it(&entry.item));
        let index = known.unwrap_or(self.entries.len());
        if known.is_none() {
            let presence = Presence::Planned;
            let item = make();
            self.entries.push(Entry { presence, item });
        }
        let entry = &mut self.entries[index];
        entry.presence = entry.presence.when_planned();
        entry.presence.is_there().then_some(&mut entry.item)
    }

    /// All of them, also those that are not there: their names may be in what still is.
    pub(in crate::world) fn all_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().map(|entry| &mut entry.item)
    }
}

/// An inventory, whatever it holds.
pub trait Register {
    /// Whether it is there.
    fn has(&self, id: Uuid) -> bool;

    /// Whether it is there or was.
    fn had(&self, id: Uuid) -> bool;

    /// The id of what is there and got this number.
    fn id_numbered(&self, number: u64) -> Option<Uuid>;
}

impl<T: Item> Register for Inventory<T> {
    fn has(&self, id: Uuid) -> bool {
        self.get(id).is_some()
    }

    fn had(&self, id: Uuid) -> bool {
        self.knows(id)
    }

    fn id_numbered(&self, number: u64) -> Option<Uuid> {
        let id = self.numbered(number)?.id();
        self.has(id).then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Thing(u128);

    impl Item for Thing {
        fn id(&self) -> Uuid {
            Uuid::from_u128(self.0)
        }
    }

    fn plan(inventory: &mut Inventory<Thing>, things: &[u128]) {
        inventory.begin_plan();
        for thing in things {
            inventory.plan(|known| known.0 == *thing, || Thing(*thing));
        }
    }

    fn there(inventory: &Inventory<Thing>) -> Vec<u128> {
        inventory.iter().map(|thing| thing.0).collect()
    }

    #[test]
    fn a_new_plan_takes_away_what_the_old_one_had_and_no_more() {
        let mut inventory = Inventory::default();
        plan(&mut inventory, &[1, 2]);
        inventory.add(Thing(3));
        plan(&mut inventory, &[2, 4]);
        assert_eq!(there(&inventory), [2, 3, 4]);
        assert_eq!(inventory.numbered(1), Some(&Thing(1)));
        assert_eq!(inventory.number_of(Uuid::from_u128(4)), Some(4));
        plan(&mut inventory, &[1]);
        assert_eq!(there(&inventory), [1, 3]);
    }

    #[test]
    fn what_a_client_removed_stays_away() {
        let mut inventory = Inventory::default();
        plan(&mut inventory, &[1, 2]);
        let id = Uuid::from_u128(1);
        assert!(inventory.remove(id) && !inventory.remove(id));
        plan(&mut inventory, &[1, 2]);
        assert_eq!(there(&inventory), [2]);
        assert!(inventory.get(id).is_none() && inventory.knows(id));
    }
}
