//! Tags: words that clients put on things.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::kind::{Kind, bad_request};
use super::resource::{Resource, of_path, own_of_path, touch};
use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::api::openstack::python::str;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::{FloatingIp, Network, Port, Router, SecurityGroup, Subnet, SubnetPool};

pub(super) const OPERATIONS: &[Operation] = &[
    tags("network.list_tags", true, |world, call, _| {
        let tags = with_subject(world, call, Read)?;
        Ok(Answer::json(StatusCode::OK, &json!({ "tags": tags })))
    }),
    tags("network.get_tag", true, |world, call, _| {
        let tags = with_subject(world, call, Read)?;
        find(call, &tags)?;
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    }),
    tags("network.replace_tags", false, |world, call, _| {
        let new = wanted(call)?;
        let tags = with_subject(
            world,
            call,
            Change(&|tags| {
                tags.clone_from(&new);
                Ok(())
            }),
        )?;
        Ok(Answer::json(StatusCode::OK, &json!({ "tags": tags })))
    }),
    tags("network.add_tags", false, |world, call, _| {
        let new = wanted(call)?;
        let tags = with_subject(
            world,
            call,
            Change(&|tags| {
                new.iter().for_each(|tag| add(tags, tag));
                Ok(())
            }),
        )?;
        Ok(Answer::json(StatusCode::OK, &json!({ "tags": tags })))
    }),
    tags("network.add_tag", false, |world, call, _| {
        let tag = call.path_param("tag");
        check(&json!(tag))?;
        with_subject(
            world,
            call,
            Change(&|tags| {
                add(tags, tag);
                Ok(())
            }),
        )?;
        Ok(Answer::empty(StatusCode::CREATED))
    }),
    tags("network.delete_tag", false, |world, call, _| {
        with_subject(
            world,
            call,
            Change(&|tags| {
                find(call, tags)?;
                tags.retain(|tag| **tag != *call.path_param("tag"));
                Ok(())
            }),
        )?;
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    }),
    tags("network.delete_tags", false, |world, call, _| {
        with_subject(
            world,
            call,
            Change(&|tags| {
                tags.clear();
                Ok(())
            }),
        )?;
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    }),
];

const fn tags(
    command: &'static str,
    is_read: bool,
    run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
) -> Operation {
    Operation {
        command,
        land: Landing::nowhere,
        run,
        is_read,
    }
}

type Tags = Vec<Arc<str>>;

/// What is to be done with something's tags.
enum Deed<'a> {
    Read,
    Change(&'a dyn Fn(&mut Tags) -> Result<(), Fault>),
}

use Deed::{Change, Read};

/// Does it with the tags of what the path names, and returns them.
fn with_subject(world: &mut World, call: &Call, deed: Deed<'_>) -> Result<Tags, Fault> {
    const KINDS: &[(&str, fn(&mut World, &Call, Deed<'_>) -> Result<Tags, Fault>)] = &[
        (Network::NAME, with_tags::<Network>),
        (Subnet::NAME, with_tags::<Subnet>),
        (Port::NAME, with_tags::<Port>),
        (Router::NAME, with_tags::<Router>),
        (FloatingIp::NAME, with_tags::<FloatingIp>),
        (SecurityGroup::NAME, with_tags::<SecurityGroup>),
        (SubnetPool::NAME, with_tags::<SubnetPool>),
    ];
    let kind = KINDS
        .iter()
        .find(|(name, _)| !call.path_param(name).is_empty());
    let (_, with_tags) = kind.expect("the routes of tags name one of these");
    with_tags(world, call, deed)
}

fn with_tags<T: Resource>(world: &mut World, call: &Call, deed: Deed<'_>) -> Result<Tags, Fault> {
    let Change(change) = deed else {
        return Ok(of_path::<T>(world, call)?.meta().tags.clone());
    };
    let id: Uuid = own_of_path::<T>(world, call, "update")?.meta().id;
    let mut tags = of_path::<T>(world, call)?.meta().tags.clone();
    change(&mut tags)?;
    if let Some(item) = T::store_mut(&mut world.networking).get_mut(id) {
        item.meta_mut().tags.clone_from(&tags);
    }
    touch::<T>(world, id);
    Ok(tags)
}

fn add(tags: &mut Tags, tag: &str) {
    if !tags.iter().any(|known| **known == *tag) {
        tags.push(tag.into());
    }
}

fn find(call: &Call, tags: &[Arc<str>]) -> Result<(), Fault> {
    let wanted = call.path_param("tag");
    if tags.iter().any(|tag| **tag == *wanted) {
        return Ok(());
    }
    Err(Fault::not_found(format!("Tag {wanted} could not be found.")).named("TagNotFound"))
}

fn check(tag: &Value) -> Result<(), Fault> {
    let message = match Kind::Text(255).convert("tags", tag) {
        Ok(_) if tag.as_str().is_some_and(|tag| tag.contains(',')) => {
            format!(
                "Invalid input for operation: '{}' contains a comma.",
                str(tag)
            )
        }
        Ok(_) => return Ok(()),
        Err(fault) => fault.message,
    };
    Err(Fault::bad_request(message).named("InvalidInput"))
}

/// The tags of the body, without duplicates.
fn wanted(call: &Call) -> Result<Tags, Fault> {
    let Some(given) = call.body.get("tags") else {
        return Err(bad_request("Invalid tags body"));
    };
    let items = given.as_array().ok_or_else(|| {
        let message = format!(
            "Invalid input for operation: '{}' is not a list.",
            str(given)
        );
        Fault::bad_request(message).named("InvalidInput")
    })?;
    let mut tags = Tags::new();
    for item in items {
        check(item)?;
        add(&mut tags, item.as_str().unwrap_or_default());
    }
    Ok(tags)
}
