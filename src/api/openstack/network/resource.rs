//! What the API does alike with every kind of thing: list, show, create, update and delete.

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::render::Hex;
use super::attribute::{Attribute, Audience, common};
use super::body::{self, Wanted};
use super::{Answer, Call, Operation, listing, policy};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::limits::holdings::{Held, Holdings};
use crate::world::network::{Counted, Meta, Networking, not_found};

/// A kind of thing, as the API knows it.
pub(super) trait Resource: Held + Sized + 'static {
    /// What one is called in paths and bodies: `floatingip`.
    const NAME: &'static str;
    /// What many are called in bodies: `floatingips`.
    const PLURAL: &'static str;
    /// What Neutron calls one that is not there, without `NotFound`.
    const CLASS: &'static str;
    const COUNTED: Option<Counted>;
    /// Its own attributes, beside those that everything has.
    const ATTRIBUTES: &'static [Attribute<Self>];

    fn store(networking: &Networking) -> &Holdings<Self>;
    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self>;
    fn meta(&self) -> &Meta;
    fn meta_mut(&mut self) -> &mut Meta;

    /// Whether others than its owner may see it.
    fn is_shared_with(&self, _: &Networking, _project: Uuid) -> bool {
        false
    }

    /// Whether others than its owner may change it.
    fn is_changeable_by(&self, _: &Networking, _project: Uuid) -> bool {
        false
    }

    /// Makes one. What an attribute can put in by itself is put in afterwards.
    ///
    /// # Errors
    /// Where it cannot be.
    fn create(world: &mut World, call: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault>;

    /// Changes what no attribute can change by itself.
    ///
    /// # Errors
    /// Where it cannot be.
    fn update(_: &mut World, _: &Call, _id: Uuid, _: &Wanted) -> Result<(), Fault> {
        Ok(())
    }

    /// # Errors
    /// Where something needs it.
    fn delete(world: &mut World, call: &Call, id: Uuid) -> Result<(), Fault>;

    /// The few among which a list has to look, where the query tells.
    fn candidates(_: &World, _: &Call) -> Option<Vec<Uuid>> {
        None
    }

    /// What a rule can ask of it.
    fn target(_id: Uuid) -> Target {
        Target::Nothing
    }
}

/// All attributes: its own, and those that everything has.
pub(super) fn attributes<T: Resource>() -> impl Iterator<Item = &'static Attribute<T>> {
    let common: &'static [Attribute<T>] = const { &common::<T>() };
    T::ATTRIBUTES.iter().chain(common)
}

/// The operations on a kind of thing, under the names of their commands: list, show, create, update, delete.
pub(super) const fn operations<T: Resource>(names: [&'static str; 5]) -> [Operation; 5] {
    let [list, show, create, update, delete] = names;
    [
        Operation {
            command: list,
            land: Landing::nowhere,
            run: listing::list::<T>,
            is_read: true,
        },
        Operation {
            command: show,
            land: land_on::<T>,
            run: run_show::<T>,
            is_read: true,
        },
        Operation {
            command: create,
            land: land_create::<T>,
            run: run_create::<T>,
            is_read: false,
        },
        Operation {
            command: update,
            land: land_update::<T>,
            run: run_update::<T>,
            is_read: false,
        },
        Operation {
            command: delete,
            land: land_on::<T>,
            run: run_delete::<T>,
            is_read: false,
        },
    ]
}

/// An owner's id; empty for the cloud's own things.
pub(super) fn owner(project: Uuid) -> Value {
    if project.is_nil() {
        json!("")
    } else {
        json!(Hex(project))
    }
}

/// The caller's project; nil for one without.
pub(super) fn own_project(call: &Call) -> Uuid {
    let session = call.session.as_ref();
    let project = session.and_then(|session| session.project.as_ref());
    project.map(|project| project.id).unwrap_or_default()
}

pub(super) fn is_visible<T: Resource>(world: &World, call: &Call, item: &T) -> bool {
    let own = own_project(call);
    call.is_admin() || item.meta().project == own || item.is_shared_with(&world.networking, own)
}

/// One that the caller may see, by its id.
///
/// # Errors
/// Its kind's `NotFound`.
pub(super) fn find<'a, T: Resource>(
    world: &'a World,
    call: &Call,
    id: &str,
) -> Result<&'a T, Fault> {
    let found = Uuid::try_parse(id)
        .ok()
        .and_then(|id| T::store(&world.networking).get(id));
    found
        .filter(|item| is_visible(world, call, *item))
        .ok_or_else(|| not_found(T::CLASS, id))
}

/// The one of the call's path.
///
/// # Errors
/// As [`find`].
pub(super) fn of_path<'a, T: Resource>(world: &'a World, call: &Call) -> Result<&'a T, Fault> {
    find(world, call, call.path_param(T::NAME))
}

/// The one of the call's path, where the caller may change it.
///
/// # Errors
/// As [`find`]; as Neutron refuses what its policy does not allow.
pub(super) fn own_of_path<'a, T: Resource>(
    world: &'a World,
    call: &Call,
    verb: &str,
) -> Result<&'a T, Fault> {
    let item = of_path::<T>(world, call)?;
    let own = own_project(call);
    let is_theirs = item.meta().project == own || item.is_changeable_by(&world.networking, own);
    if call.is_admin() || is_theirs {
        Ok(item)
    } else {
        Err(policy::refuse(&format!("{verb}_{}", T::NAME), &[]))
    }
}

pub(super) fn land_on<T: Resource>(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = of_path::<T>(world, call)?.meta().id;
    Ok(Landing::on(T::target(id)))
}

fn land_create<T: Resource>(_: &World, call: &Call) -> Result<Landing, Fault> {
    body::for_create::<T>(call)?;
    Ok(Landing::default())
}

fn land_update<T: Resource>(world: &World, call: &Call) -> Result<Landing, Fault> {
    let landing = land_on::<T>(world, call)?;
    body::for_update::<T>(call)?;
    Ok(landing)
}

/// One, as the caller sees it.
pub(super) fn view<T: Resource>(world: &World, call: &Call, item: &T) -> Value {
    let fields: Vec<&str> = listing::values(call, "fields").collect();
    let mut shown = Map::new();
    for attribute in attributes::<T>() {
        let is_seen = attribute.seen_by == Audience::All || call.is_admin();
        let is_wanted = fields.is_empty() || fields.contains(&attribute.name);
        if let Some(show) = attribute.show.filter(|_| is_seen && is_wanted) {
            shown.insert(attribute.name.to_owned(), show(world, item));
        }
    }
    shown.into()
}

/// The answer that shows one.
pub(super) fn answer<T: Resource>(
    world: &World,
    call: &Call,
    status: StatusCode,
    id: Uuid,
) -> Result<Answer, Fault> {
    let item = T::store(&world.networking)
        .get(id)
        .ok_or_else(|| not_found(T::CLASS, id))?;
    Ok(Answer::json(
        status,
        &json!({T::NAME: view(world, call, item)}),
    ))
}

fn run_show<T: Resource>(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = of_path::<T>(world, call)?.meta().id;
    answer::<T>(world, call, StatusCode::OK, id)
}

fn run_create<T: Resource>(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let bodies = body::for_create::<T>(call)?;
    let mut made = Vec::with_capacity(bodies.items.len());
    for wanted in &bodies.items {
        match create_one::<T>(world, call, wanted) {
            Ok(id) => made.push(id),
            // All of them, or none.
            Err(fault) => {
                for id in made {
                    T::delete(world, call, id)?;
                }
                return Err(fault);
            }
        }
    }
    match made.as_slice() {
        [id] if !bodies.is_bulk => answer::<T>(world, call, StatusCode::CREATED, *id),
        ids => {
            let items = ids
                .iter()
                .filter_map(|id| T::store(&world.networking).get(*id));
            let shown: Vec<Value> = items.map(|item| view(world, call, item)).collect();
            Ok(Answer::json(
                StatusCode::CREATED,
                &json!({T::PLURAL: shown}),
            ))
        }
    }
}

fn create_one<T: Resource>(world: &mut World, call: &Call, wanted: &Wanted) -> Result<Uuid, Fault> {
    if let Some(counted) = T::COUNTED {
        world.networking.admit(wanted.project, counted)?;
    }
    let meta = world.new_meta(wanted.project);
    let id = T::create(world, call, meta, wanted)?;
    put_in::<T>(world, id, wanted);
    Ok(id)
}

/// Sets the attributes that can be set by themselves.
fn put_in<T: Resource>(world: &mut World, id: Uuid, wanted: &Wanted) {
    let Some(item) = T::store_mut(&mut world.networking).get_mut(id) else {
        return;
    };
    for attribute in attributes::<T>() {
        if let (Some(set), Some(value)) = (attribute.set, wanted.get(attribute.name)) {
            set(item, value);
        }
    }
}

fn run_update<T: Resource>(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = own_of_path::<T>(world, call, "update")?.meta().id;
    let wanted = body::for_update::<T>(call)?;
    T::update(world, call, id, &wanted)?;
    put_in::<T>(world, id, &wanted);
    touch::<T>(world, id);
    answer::<T>(world, call, StatusCode::OK, id)
}

/// Notes that something has changed.
pub(super) fn touch<T: Resource>(world: &mut World, id: Uuid) {
    let now = world.now();
    if let Some(item) = T::store_mut(&mut world.networking).get_mut(id) {
        item.meta_mut().touch(now);
    }
}

fn run_delete<T: Resource>(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = own_of_path::<T>(world, call, "delete")?.meta().id;
    T::delete(world, call, id)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
