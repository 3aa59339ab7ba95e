//! The specifications that types of volumes and of groups carry: what a scheduler and a driver make of them.

use http::StatusCode;
use serde_json::json;

use super::super::schema::{Object, Schema, object, property};
use super::metadata::{items, put};
use super::view::pairs;
use super::{Answer, Call, Operation, accepted, check, group_types, shapes, types};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::Pairs;

/// The rows of one kind of type: they differ in their names and in where the specifications are.
macro_rules! operations {
    ($kind:expr, $all:literal, $one:literal) => {
        [
            Operation {
                command: concat!("volume.list_", $all),
                land: |world, call| $kind.land(world, call),
                run: |world, call, _| $kind.list(world, call),
                is_read: true,
            },
            Operation {
                command: concat!("volume.create_", $all),
                land: |world, call| $kind.land_with_all(world, call),
                run: |world, call, _| $kind.create(world, call),
                is_read: false,
            },
            Operation {
                command: concat!("volume.get_", $one),
                land: |world, call| $kind.land_on_one(world, call),
                run: |world, call, _| $kind.show(world, call),
                is_read: true,
            },
            Operation {
                command: concat!("volume.update_", $one),
                land: |world, call| $kind.land_with_one(world, call),
                run: |world, call, _| $kind.update(world, call),
                is_read: false,
            },
            Operation {
                command: concat!("volume.delete_", $one),
                land: |world, call| $kind.land_on_one(world, call),
                run: |world, call, _| $kind.delete(world, call),
                is_read: false,
            },
        ]
    };
}

pub(super) const OF_TYPES: &[Operation] =
    &operations!(Kind::Volumes, "type_extra_specs", "type_extra_spec");
pub(super) const OF_GROUP_TYPES: &[Operation] =
    &operations!(Kind::Groups, "group_specs", "group_spec");

const GROUP_SPECS: Object =
    object(&[property("group_specs", Schema::Object(&shapes::EXTRA_SPECS)).required()]);

/// What the type is a type of.
#[derive(Clone, Copy)]
enum Kind {
    Volumes,
    Groups,
}

impl Kind {
    /// The key of all specifications in a body.
    const fn key(self) -> &'static str {
        match self {
            Kind::Volumes => "extra_specs",
            Kind::Groups => "group_specs",
        }
    }

    fn held<'a>(self, world: &'a World, call: &Call) -> Result<&'a Pairs, Fault> {
        Ok(match self {
            Kind::Volumes => &types::kind(world, call)?.extra_specs,
            Kind::Groups => &group_types::kind(world, call)?.specs,
        })
    }

    fn change(
        self,
        world: &mut World,
        call: &Call,
        change: impl FnOnce(&mut Pairs),
    ) -> Result<(), Fault> {
        match self {
            Kind::Volumes => types::change(world, call, |kind| change(&mut kind.extra_specs)),
            Kind::Groups => {
                change(&mut group_types::kind_mut(world, call)?.specs);
                Ok(())
            }
        }
    }

    fn one<'a>(self, world: &'a World, call: &Call) -> Result<&'a str, Fault> {
        let key = call.path_param("key");
        let mut held = self.held(world, call)?.iter();
        let found = held.find(|(name, _)| **name == *key);
        if let Some((_, value)) = found {
            return Ok(value);
        }
        Err(Fault::not_found(match self {
            Kind::Volumes => {
                let id = types::kind(world, call)?.id;
                format!("Volume Type {id} has no extra specs with key {key}.")
            }
            Kind::Groups => {
                let id = group_types::kind(world, call)?.id;
                format!("Group Type {id} has no specs with key {key}.")
            }
        }))
    }

    fn land(self, world: &World, call: &Call) -> Result<Landing, Fault> {
        self.held(world, call).map(|_| Landing::default())
    }

    fn land_with_all(self, world: &World, call: &Call) -> Result<Landing, Fault> {
        let shape = match self {
            Kind::Volumes => &shapes::CREATE_EXTRA_SPECS,
            Kind::Groups => &GROUP_SPECS,
        };
        check(shape, call)?;
        self.land(world, call)
    }

    fn land_with_one(self, world: &World, call: &Call) -> Result<Landing, Fault> {
        check(&shapes::EXTRA_SPECS, call)?;
        let key = call.path_param("key");
        match (call.body.as_object(), self) {
            (Some(body), _) if body.len() == 1 && body.contains_key(key) => self.land(world, call),
            (_, Kind::Volumes) => Err(Fault::bad_request("Request body and URI mismatch")),
            (_, Kind::Groups) => Err(Fault::bad_request("Request body and URI mismatch.")),
        }
    }

    fn land_on_one(self, world: &World, call: &Call) -> Result<Landing, Fault> {
        self.one(world, call).map(|_| Landing::default())
    }

    fn list(self, world: &World, call: &Call) -> Result<Answer, Fault> {
        let shown = json!({self.key(): pairs(self.held(world, call)?)});
        Ok(Answer::json(StatusCode::OK, &shown))
    }

    fn create(self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        let wanted = &call.body[self.key()];
        self.change(world, call, |held| put(held, items(wanted)))?;
        let status = match self {
            Kind::Volumes => StatusCode::OK,
            Kind::Groups => StatusCode::ACCEPTED,
        };
        Ok(Answer::json(status, &json!({self.key(): wanted})))
    }

    fn show(self, world: &World, call: &Call) -> Result<Answer, Fault> {
        let shown = json!({call.path_param("key"): self.one(world, call)?});
        Ok(Answer::json(StatusCode::OK, &shown))
    }

    fn update(self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        self.change(world, call, |held| put(held, items(&call.body)))?;
        Ok(Answer::json(StatusCode::OK, &call.body))
    }

    fn delete(self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        let key = call.path_param("key");
        self.change(world, call, |held| held.retain(|(name, _)| **name != *key))?;
        Ok(accepted())
    }
}
