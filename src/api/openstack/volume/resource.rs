//! What the things of this service have in common: whose they are, and how lists know them.

use std::cmp::Ordering;

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
    fn id(&self) -> Uuid;
    fn project(&self) -> Uuid;
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

pub(super) const fn key<T>(name: &'static str, compare: fn(&T, &T) -> Ordering) -> Key<T> {
    Key { name, compare }
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
fn has_items(wanted: &str, pairs: &[(std::sync::Arc<str>, std::sync::Arc<str>)]) -> bool {
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
        filter("name", 0, |_, volume, wanted| *volume.name == *wanted),
        filter("display_name", 0, |_, volume, wanted| {
            *volume.name == *wanted
        }),
        filter("status", 0, |_, volume, wanted| {
            volume.status.word() == wanted
        }),
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
        filter("metadata", 0, |_, volume, wanted| {
            has_items(wanted, &volume.metadata)
        }),
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
        filter("consumes_quota", 65, |_, _, wanted| is_flag(wanted, true)),
    ];
    const KEYS: &'static [Key<Self>] = &[
        key("name", |a, b| a.name.cmp(&b.name)),
        key("display_name", |a, b| a.name.cmp(&b.name)),
        key("id", |a, b| a.id.cmp(&b.id)),
        key("status", |a, b| a.status.word().cmp(b.status.word())),
        key("size", |a, b| a.size.cmp(&b.size)),
        key("bootable", |a, b| a.is_bootable.cmp(&b.is_bootable)),
        key("availability_zone", |a, b| a.zone.cmp(&b.zone)),
        key("created_at", |a, b| a.created.cmp(&b.created)),
        key("updated_at", |a, b| a.updated.cmp(&b.updated)),
    ];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.volumes
    }

    fn id(&self) -> Uuid {
        self.id
    }

    fn project(&self) -> Uuid {
        self.project.id
    }
}

impl Resource for Snapshot {
    const TITLE: &'static str = "Snapshot";
    const PATH: &'static str = "snapshots";
    const FILTERS: &'static [Filter<Self>] = &[
        filter("name", 0, |_, snapshot, wanted| *snapshot.name == *wanted),
        filter("display_name", 0, |_, snapshot, wanted| {
            *snapshot.name == *wanted
        }),
        filter("status", 0, |_, snapshot, wanted| {
            snapshot.status.word() == wanted
        }),
        filter("volume_id", 0, |_, snapshot, wanted| {
            same_id(wanted, Some(snapshot.volume))
        }),
        filter("metadata", 22, |_, snapshot, wanted| {
            has_items(wanted, &snapshot.metadata)
        }),
        filter("consumes_quota", 65, |_, _, wanted| is_flag(wanted, true)),
    ];
    const KEYS: &'static [Key<Self>] = &[
        key("name", |a, b| a.name.cmp(&b.name)),
        key("display_name", |a, b| a.name.cmp(&b.name)),
        key("id", |a, b| a.id.cmp(&b.id)),
        key("status", |a, b| a.status.word().cmp(b.status.word())),
        key("volume_size", |a, b| a.size.cmp(&b.size)),
        key("created_at", |a, b| a.created.cmp(&b.created)),
        key("updated_at", |a, b| a.updated.cmp(&b.updated)),
    ];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.snapshots
    }

    fn id(&self) -> Uuid {
        self.id
    }

    fn project(&self) -> Uuid {
        self.project.id
    }
}

impl Resource for Backup {
    const TITLE: &'static str = "Backup";
    const PATH: &'static str = "backups";
    const FILTERS: &'static [Filter<Self>] = &[
        filter("name", 0, |_, backup, wanted| *backup.name == *wanted),
        filter("status", 0, |_, backup, wanted| {
            backup.status.word() == wanted
        }),
        filter("volume_id", 0, |_, backup, wanted| {
            same_id(wanted, Some(backup.volume))
        }),
    ];
    const KEYS: &'static [Key<Self>] = &[
        key("name", |a, b| a.name.cmp(&b.name)),
        key("id", |a, b| a.id.cmp(&b.id)),
        key("status", |a, b| a.status.word().cmp(b.status.word())),
        key("size", |a, b| a.size.cmp(&b.size)),
        key("created_at", |a, b| a.created.cmp(&b.created)),
        key("updated_at", |a, b| a.updated.cmp(&b.updated)),
    ];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.backups
    }

    fn id(&self) -> Uuid {
        self.id
    }

    fn project(&self) -> Uuid {
        self.project.id
    }
}

impl Resource for Transfer {
    const TITLE: &'static str = "Transfer";
    const PATH: &'static str = "transfers";
    const FILTERS: &'static [Filter<Self>] = &[
        filter("name", 0, |_, transfer, wanted| {
            transfer.name.as_deref() == Some(wanted)
        }),
        filter("volume_id", 0, |_, transfer, wanted| {
            same_id(wanted, Some(transfer.volume))
        }),
    ];
    const KEYS: &'static [Key<Self>] = &[
        key("name", |a, b| a.name.cmp(&b.name)),
        key("id", |a, b| a.id.cmp(&b.id)),
        key("created_at", |a, b| a.created.cmp(&b.created)),
    ];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.transfers
    }

    fn id(&self) -> Uuid {
        self.id
    }

    fn project(&self) -> Uuid {
        self.source.id
    }
}
