//! The kinds of traffic that physical networks carry.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::joined;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::equipment::TrafficType;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.addTrafficType", Landing::nowhere, add).showing(show),
    Row::new("cloudstack.updateTrafficType", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteTrafficType", Landing::nowhere, delete),
    Row::read("cloudstack.listTrafficTypes", list).showing(show),
];

/// What hypervisors call a network that carries it.
const LABELS: [&str; 5] = [
    "kvmnetworklabel",
    "xennetworklabel",
    "vmwarenetworklabel",
    "hypervnetworklabel",
    "ovm3networklabel",
];

fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let network = args.required_id("physicalnetworkid")?;
    let asked = args.text("traffictype").unwrap_or_default();
    let mut known = TrafficType::KINDS.into_iter();
    let kind = known.find(|known| known.eq_ignore_ascii_case(asked));
    let kind = kind.ok_or_else(|| {
        Fault::invalid(format!(
            "Unable to resolve traffic type '{asked}' to a supported value"
        ))
    })?;
    let types = &world.equipment.traffic_types;
    if types.any(|known| known.network == network && &*known.kind == kind) {
        return Err(Fault::new(
            FaultKind::Internal,
            format!("This physical network already supports the traffic type: {kind}"),
        ));
    }
    let labels = labels(&args);
    let id = world.ids.uuid();
    world.equipment.traffic_types.add(TrafficType {
        id,
        network,
        kind: kind.into(),
        labels,
    });
    done(world, call, Some(id))
}

fn labels(args: &Args<'_>) -> Vec<(Arc<str>, Arc<str>)> {
    let labels = LABELS.iter();
    labels
        .filter_map(|name| Some(((*name).into(), args.text(name)?.into())))
        .collect()
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, labels) = (args.required_id("id")?, labels(&args));
    if let Some(kind) = world.equipment.traffic_types.get_mut(id) {
        kind.labels
            .retain(|(name, _)| !labels.iter().any(|(new, _)| new == name));
        kind.labels.extend(labels);
    }
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.equipment.traffic_types.remove(id);
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let network = listing.args.id("physicalnetworkid");
    let types = world.equipment.traffic_types.iter();
    let types = types.filter(|it| Some(it.network) == network && listing.keyword_fits(&it.kind));
    Ok(listing.shown(types.map(|kind| kind.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let kind = world.equipment.traffic_types.get(id)?;
    let own = json!({
        "id": kind.id,
        "physicalnetworkid": kind.network,
        "traffictype": kind.kind,
    });
    let labels = kind.labels.iter();
    Some(joined(
        own,
        labels.map(|(name, label)| (name.to_string(), json!(label))),
    ))
}
