//! What the things of this service have in common: whose they are, and how lists know them.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Call;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::store::Store;
use crate::world::volume::{Backup, Snapshot, Transfer, Volume};

/// A kind of thing that belongs to a project and has lists.
pub(super) trait Resource: Sized + 'static {
    /// As complaints name it.
    const TITLE: &'static str;
    /// The path of its lists, and the key of what they answer.
    const PATH: &'static str;
    const FILTERS: &'static [Filter<Self>];
    const KEYS: &'static [Key<Self>];

    fn store(world: &World) -> &Store<Self>;
    fn common(&self) -> Common<'_>;

    fn id(&self) -> Uuid {
        self.common().id
    }

    fn project(&self) -> Uuid {
        self.common().project
    }
}

/// What lists know of most things.
pub(super) struct Common<'a> {
    pub(super) id: Uuid,
    pub(super) project: Uuid,
    pub(super) name: &'a str,
    pub(super) status: &'static str,
    /// In GiB.
    pub(super) size: u64,
    /// The volume that it is made of.
    pub(super) volume: Option<Uuid>,
    pub(super) metadata: &'a [(Arc<str>, Arc<str>)],
    pub(super) created: DateTime<Utc>,
    pub(super) updated: Option<DateTime<Utc>>,
}

/// A query parameter that chooses among things. `since` is the microversion from which on it does.
pub(super) struct Filter<T> {
    pub(super) name: &'static str,
    pub(super) since: u32,
    pub(super) test: fn(&World, &T, &str) -> bool,
}

/// What a list can be sorted by.
pub(super) struct Key<T> {
    pub(super) name: &'static str,
    pub(super) compare: fn(&T, &T) -> Ordering,
}

pub(super) const fn filter<T>(
    name: &'static str,
    since: u32,
    test: fn(&World, &T, &str) -> bool,
) -> Filter<T> {
    Filter { name, since, test }
}

const fn key<T>(name: &'static str, compare: fn(&T, &T) -> Ordering) -> Key<T> {
    Key { name, compare }
}

// The filters and keys of most things; what they are called differs.

pub(super) const fn is_named<T: Resource>(name: &'static str) -> Filter<T> {
    filter(name, 0, |_, thing, wanted| thing.common().name == wanted)
}

const fn has_status<T: Resource>() -> Filter<T> {
    filter("status", 0, |_, thing, wanted| {
        thing.common().status == wanted
    })
}

const fn is_of_volume<T: Resource>() -> Filter<T> {
    filter("volume_id", 0, |_, thing, wanted| {
        same_id(wanted, thing.common().volume)
    })
}

const fn has_metadata<T: Resource>(since: u32) -> Filter<T> {
    filter("metadata", since, |_, thing, wanted| {
        has_items(wanted, thing.common().metadata)
    })
}

/// Everything here does.
const fn consumes_quota<T>() -> Filter<T> {
    filter("consumes_quota", 65, |_, _, wanted| is_flag(wanted, true))
}

pub(super) const fn by_name<T: Resource>(name: &'static str) -> Key<T> {
    key(name, |a, b| a.common().name.cmp(b.common().name))
}

pub(super) const fn by_id<T: Resource>() -> Key<T> {
    key("id", |a, b| a.id().cmp(&b.id()))
}

const fn by_status<T: Resource>() -> Key<T> {
    key("status", |a, b| a.common().status.cmp(b.common().status))
}

const fn by_size<T: Resource>(name: &'static str) -> Key<T> {
    key(name, |a, b| a.common().size.cmp(&b.common().size))
}

pub(super) const fn by_creation<T: Resource>() -> Key<T> {
    key("created_at", |a, b| {
        a.common().created.cmp(&b.common().created)
    })
}

const fn by_update<T: Resource>() -> Key<T> {
    key("updated_at", |a, b| {
        a.common().updated.cmp(&b.common().updated)
    })
}

/// The thing of that id, where the caller may see it.
pub(super) fn found<'a, T: Resource>(
    world: &'a World,
    call: &Call,
    id: &str,
) -> Result<&'a T, Fault> {
    let thing = Uuid::try_parse(id)
        .ok()
        .and_then(|id| T::store(world).get(id));
    thing
        .filter(|thing| is_visible(call, thing.project()))
        .ok_or_else(|| Fault::not_found(format!("{} {id} could not be found.", T::TITLE)))
}

/// Whether what belongs to a project is the caller's to see.
pub(super) fn is_visible(call: &Call, owner: Uuid) -> bool {
    let session = call.session.as_deref();
    let own = session.and_then(|session| session.project.as_ref());
    call.is_admin() || own.is_some_and(|own| own.id == owner)
}

/// Whether a flag in a query says what it is to say: from 3.2 on, any word for yes; before, what is not
/// "false" is yes.
pub(super) fn is_flag(wanted: &str, flag: bool) -> bool {
    let no = matches!(
        wanted.to_ascii_lowercase().as_str(),
        "false" | "0" | "f" | "no"
    );
    flag != no
}

fn same_id(wanted: &str, id: Option<Uuid>) -> bool {
    Uuid::try_parse(wanted)
        .ok()
        .is_some_and(|wanted| Some(wanted) == id)
}

/// Whether all items that a query writes as Python or JSON does, `{'role': 'db'}`, are among these.
fn has_items(wanted: &str, pairs: &[(Arc<str>, Arc<str>)]) -> bool {
    let json = wanted.replace("u'", "'").replace('\'', "\"");
    let wanted: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&json).unwrap_or_default();
    !wanted.is_empty()
        && wanted.iter().all(|(name, value)| {
            pairs
                .iter()
                .any(|(known, held)| **known == **name && Some(&**held) == value.as_str())
        })
}

impl Resource for Volume {
    const TITLE: &'static str = "Volume";
    const PATH: &'static str = "volumes";
    const FILTERS: &'static [Filter<Self>] = &[
        is_named("name"),
        is_named("display_name"),
        has_status(),
        filter("size", 0, |_, volume, wanted| {
            wanted.parse() == Ok(volume.size)
        }),
        filter("availability_zone", 0, |_, volume, wanted| {
            *volume.zone == *wanted
        }),
        filter("bootable", 0, |_, volume, wanted| {
            is_flag(wanted, volume.is_bootable)
        }),
        filter("multiattach", 0, |_, volume, wanted| {
            is_flag(wanted, volume.is_multiattach())
        }),
        has_metadata(0),
        filter("glance_metadata", 4, |_, volume, wanted| {
            has_items(wanted, &volume.image_metadata)
        }),
        filter("volume_type_id", 0, |_, volume, wanted| {
            same_id(wanted, Some(volume.kind.id))
        }),
        filter("id", 0, |_, volume, wanted| {
            same_id(wanted, Some(volume.id))
        }),
        filter("group_id", 10, |world, volume, wanted| {
            same_id(wanted, world.group_of_volume(volume.id))
        }),
        consumes_quota(),
    ];
    const KEYS: &'static [Key<Self>] = &[
        by_name("name"),
        by_name("display_name"),
        by_id(),
        by_status(),
        by_size("size"),
        key("bootable", |a, b| a.is_bootable.cmp(&b.is_bootable)),
        key("availability_zone", |a, b| a.zone.cmp(&b.zone)),
        by_creation(),
        by_update(),
    ];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.volumes
    }

    fn common(&self) -> Common<'_> {
        Common {
            id: self.id,
            project: self.project.id,
            name: &self.name,
            status: self.status.word(),
            size: self.size,
            volume: None,
            metadata: &self.metadata,
            created: self.created,
            updated: self.updated,
        }
    }
}

impl Resource for Snapshot {
    const TITLE: &'static str = "Snapshot";
    const PATH: &'static str = "snapshots";
    const FILTERS: &'static [Filter<Self>] = &[
        is_named("name"),
        is_named("display_name"),
        has_status(),
        is_of_volume(),
        has_metadata(22),
        consumes_quota(),
    ];
    const KEYS: &'static [Key<Self>] = &[
        by_name("name"),
        by_name("display_name"),
        by_id(),
        by_status(),
        by_size("volume_size"),
        by_creation(),
        by_update(),
    ];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.snapshots
    }

    fn common(&self) -> Common<'_> {
        Common {
            id: self.id,
            project: self.project.id,
            name: &self.name,
            status: self.status.word(),
            size: self.size,
            volume: Some(self.volume),
            metadata: &self.metadata,
            created: self.created,
            updated: self.updated,
        }
    }
}

impl Resource for Backup {
    const TITLE: &'static str = "Backup";
    const PATH: &'static str = "backups";
    const FILTERS: &'static [Filter<Self>] = &[is_named("name"), has_status(), is_of_volume()];
    const KEYS: &'static [Key<Self>] = &[
        by_name("name"),
        by_id(),
        by_status(),
        by_size("size"),
        by_creation(),
        by_update(),
    ];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.backups
    }

    fn common(&self) -> Common<'_> {
        Common {
            id: self.id,
            project: self.project.id,
            name: &self.name,
            status: self.status.word(),
            size: self.size,
            volume: Some(self.volume),
            metadata: &self.metadata,
            created: self.created,
            updated: self.updated,
        }
    }
}

impl Resource for Transfer {
    const TITLE: &'static str = "Transfer";
    const PATH: &'static str = "transfers";
    const FILTERS: &'static [Filter<Self>] = &[is_named("name"), is_of_volume()];
    const KEYS: &'static [Key<Self>] = &[by_name("name"), by_id(), by_creation()];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.transfers
    }

    fn common(&self) -> Common<'_> {
        Common {
            id: self.id,
            project: self.source.id,
            name: self.name.as_deref().unwrap_or_default(),
            status: "",
            size: 0,
            volume: Some(self.volume),
            metadata: &[],
            created: self.created,
            updated: None,
        }
    }
}
