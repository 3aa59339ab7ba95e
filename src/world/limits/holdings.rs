//! Things that count against quotas, and how much of them everybody has.
//!
//! A quota is asked about at every creation, so what somebody has must be known without a look at what all
//! others have. It is counted here alone: where a thing comes, where it goes, and where it is handed out to be
//! changed. No other code adds or subtracts.

use std::fmt::Debug;
use std::ops::{AddAssign, Deref, SubAssign};

use rustc_hash::FxHashMap;
use uuid::Uuid;

use crate::world::store::Store;

/// Whose something is: a project's, and within it a user's where quotas tell users apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner {
    pub project: Uuid,
    pub user: Option<Uuid>,
}

impl Owner {
    /// A project as a whole.
    pub fn project(project: Uuid) -> Self {
        Self {
            project,
            user: None,
        }
    }

    /// A user in a project.
    pub fn user(project: Uuid, user: Uuid) -> Self {
        Self {
            project,
            user: Some(user),
        }
    }

    /// All to whom it belongs that this one owns: the project, and the user in it.
    fn all(self) -> impl Iterator<Item = Owner> {
        let user = self.user.map(|_| self);
        std::iter::once(Self::project(self.project)).chain(user)
    }
}

/// Something of which everybody may have only so much.
pub trait Held {
    /// What it takes of each thing that is limited.
    type Share: Share;

    fn owned_by(&self) -> Owner;

    fn share(&self) -> Self::Share;
}

/// What adds up.
pub trait Share: Copy + Debug + Default + PartialEq + AddAssign + SubAssign {}

impl<T: Copy + Debug + Default + PartialEq + AddAssign + SubAssign> Share for T {}

/// Makes a struct of integers that are added up field by field. They wrap: whatever was added can be taken away
/// again.
macro_rules! share {
    ($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $number:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$about])* pub $field: $number,)*
        }

        impl std::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                $(self.$field = self.$field.wrapping_add(other.$field);)*
            }
        }

        impl std::ops::SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                $(self.$field = self.$field.wrapping_sub(other.$field);)*
            }
        }
    };
}

pub(crate) use share;

/// What a thing counts for, and for whom.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Entry<S> {
    owner: Owner,
    share: S,
}

impl<S: Share> Entry<S> {
    fn of<T: Held<Share = S>>(item: &T) -> Self {
        Self {
            owner: item.owned_by(),
            share: item.share(),
        }
    }

    /// What of it is a owner's.
    fn share_of(&self, owner: Owner) -> S {
        let is_theirs = self.owner.all().any(|own| own == owner);
        if is_theirs { self.share } else { S::default() }
    }
}

/// A [`Store`] that knows how much everybody has. It is read as the store is.
#[derive(Debug, Clone)]
pub struct Holdings<T: Held> {
    items: Store<T>,
    counts: FxHashMap<Owner, T::Share>,
    /// The item that was last handed out to be changed, and as what it is in `counts`, whatever it is by now.
    lent: Option<(Uuid, Entry<T::Share>)>,
}

impl<T: Held> Default for Holdings<T> {
    fn default() -> Self {
        Self {
            items: Store::default(),
            counts: FxHashMap::default(),
            lent: None,
        }
    }
}

impl<T: Held> Deref for Holdings<T> {
    type Target = Store<T>;

    fn deref(&self) -> &Store<T> {
        &self.items
    }
}

impl<T: Held> Holdings<T> {
    /// How much somebody has.
    pub fn held_by(&self, owner: Owner) -> T::Share {
        let mut held = self.counts.get(&owner).copied().unwrap_or_default();
        if let Some((id, before)) = &self.lent
            && let Some(item) = self.items.get(*id)
        {
            held += Entry::of(item).share_of(owner);
            held -= before.share_of(owner);
        }
        held
    }

    /// Adds an item, in the place of any that has its id.
    pub fn insert(&mut self, id: Uuid, item: T) {
        self.remove(id);
        self.count(Entry::of(&item));
        self.items.insert(id, item);
    }

    pub fn remove(&mut self, id: Uuid) -> Option<T> {
        self.settle();
        let item = self.items.remove(id)?;
        self.discount(Entry::of(&item));
        Some(item)
    }

    /// Removes an item as [`Store::forget`] does.
    pub fn forget(&mut self, id: Uuid) -> Option<T> {
        self.settle();
        let item = self.items.forget(id)?;
        self.discount(Entry::of(&item));
        Some(item)
    }

    /// An item to be changed, in whatever way.
    pub fn get_mut(&mut self, id: Uuid) -> Option<&mut T> {
        if self.lent.is_none_or(|(lent, _)| lent != id) {
            self.settle();
        }
        let item = self.items.get_mut(id)?;
        self.lent.get_or_insert_with(|| (id, Entry::of(item)));
        Some(item)
    }

    /// Changes each item, oldest first.
    pub fn for_each_mut(&mut self, mut change: impl FnMut(&mut T)) {
        self.settle();
        let mut changed = Vec::new();
        for item in self.items.iter_mut() {
            let before = Entry::of(item);
            change(item);
            let after = Entry::of(item);
            if after != before {
                changed.push((before, after));
            }
        }
        for (before, after) in changed {
            self.recount(before, after);
        }
    }

    /// Counts what was lent as what it has become.
    fn settle(&mut self) {
        if let Some((id, before)) = self.lent.take()
            && let Some(item) = self.items.get(id)
        {
            let after = Entry::of(item);
            self.recount(before, after);
        }
    }

    fn recount(&mut self, before: Entry<T::Share>, after: Entry<T::Share>) {
        if after != before {
            self.count(after);
            self.discount(before);
        }
    }

    fn count(&mut self, entry: Entry<T::Share>) {
        for owner in entry.owner.all() {
            *self.counts.entry(owner).or_default() += entry.share;
        }
    }

    fn discount(&mut self, entry: Entry<T::Share>) {
        for owner in entry.owner.all() {
            if let Some(count) = self.counts.get_mut(&owner) {
                *count -= entry.share;
                // Who has nothing is not remembered.
                if *count == T::Share::default() {
                    self.counts.remove(&owner);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, Copy)]
    struct Thing {
        owner: Owner,
        size: u64,
    }

    impl Held for Thing {
        type Share = u64;

        fn owned_by(&self) -> Owner {
            self.owner
        }

        fn share(&self) -> u64 {
            self.size
        }
    }

    #[derive(Debug, Clone, Copy)]
    enum Change {
        Insert(Thing),
        Remove,
        /// What it becomes while it is lent.
        Lend(Thing),
        /// All become larger.
        GrowAll,
    }

    fn uuid() -> impl Strategy<Value = Uuid> {
        (0..4_u128).prop_map(Uuid::from_u128)
    }

    fn owner() -> impl Strategy<Value = Owner> {
        (uuid(), prop::option::of(uuid())).prop_map(|(project, user)| Owner { project, user })
    }

    fn thing() -> impl Strategy<Value = Thing> {
        (owner(), 0..3_u64).prop_map(|(owner, size)| Thing { owner, size })
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            3 => thing().prop_map(Change::Insert),
            1 => Just(Change::Remove),
            4 => thing().prop_map(Change::Lend),
            1 => Just(Change::GrowAll),
        ]
    }

    fn apply(holdings: &mut Holdings<Thing>, id: Uuid, change: Change) {
        match change {
            Change::Insert(thing) => holdings.insert(id, thing),
            Change::Remove => drop(holdings.remove(id)),
            Change::Lend(new) => {
                if let Some(thing) = holdings.get_mut(id) {
                    *thing = new;
                }
            }
            Change::GrowAll => holdings.for_each_mut(|thing| thing.size += 1),
        }
    }

    /// What a walk through all things finds.
    fn walk(holdings: &Holdings<Thing>, owner: Owner) -> u64 {
        let theirs = holdings.iter().filter(|thing| {
            thing.owner.project == owner.project
                && (owner.user.is_none() || thing.owner.user == owner.user)
        });
        theirs.map(|thing| thing.size).sum()
    }

    proptest! {
        #[test]
        fn what_is_counted_is_what_a_walk_finds(
            changes in prop::collection::vec((uuid(), change()), 0..60),
            asked in prop::collection::vec(owner(), 1..8),
        ) {
            let mut holdings = Holdings::default();
            for (id, change) in changes {
                apply(&mut holdings, id, change);
                for owner in &asked {
                    prop_assert_eq!(holdings.held_by(*owner), walk(&holdings, *owner));
                }
            }
        }

        #[test]
        fn nobody_is_remembered_who_has_nothing(things in prop::collection::vec((uuid(), thing()), 0..20)) {
            let mut holdings = Holdings::default();
            for (id, thing) in &things {
                holdings.insert(*id, *thing);
            }
            for (id, _) in things {
                holdings.remove(id);
            }
            prop_assert!(holdings.counts.is_empty());
        }
    }
}
