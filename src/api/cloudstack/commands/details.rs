//! Details of things: what is said of them for the cloud itself to read.

use super::tags::{labels_listed, things};
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::labels::{Label, Labelled};

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.addResourceDetail", land, add),
    Row::new("cloudstack.removeResourceDetail", land, remove),
    Row::read("cloudstack.listResourceDetails", |world, call, _| {
        labels_listed(world, call, |world| world.details.iter().collect())
    }),
];

fn named(world: &World, call: &Call) -> Result<Vec<Labelled>, Fault> {
    let args = args(world, call);
    let kind = args.text("resourcetype").unwrap_or_default();
    things(world, call, kind, &args.texts("resourceid"))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    named(world, call).map(|_| Landing::default())
}

fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let things = named(world, call)?;
    let args = args(world, call);
    let label = |(key, value): (&str, &str)| Label {
        key: key.into(),
        value: value.into(),
        customer: None,
        is_shown: args.flag("fordisplay").unwrap_or(true),
    };
    let labels: Vec<Label> = args.map("details").into_iter().map(label).collect();
    for thing in things {
        for label in &labels {
            world.details.set(thing, label.clone());
        }
    }
    job::done(world, call, None)
}

/// Takes back one detail, or all.
fn remove(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let things = named(world, call)?;
    let key = args(world, call).text("key").map(str::to_owned);
    for thing in things {
        let is_meant = |label: &Label| key.as_ref().is_none_or(|key| **key == *label.key);
        world.details.remove(thing.id, is_meant);
    }
    job::done(world, call, None)
}
