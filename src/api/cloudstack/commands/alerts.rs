//! Alerts: what operators have to know of.

use serde_json::{Value, json};
use uuid::Uuid;

use super::date;
use super::events::{all_well, picked};
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, command_name, envelope, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::notices::AlertKind;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listAlerts", list).showing(show),
    Row::read("cloudstack.listAlertTypes", list_types),
    Row::new("cloudstack.generateAlert", land_new, generate),
    Row::new(
        "cloudstack.archiveAlerts",
        Landing::nowhere,
        |world, call, _| {
            let chosen = chosen(world, call)?;
            world.alerts.archive(|alert| chosen.contains(&alert.id));
            Ok(all_well(call))
        },
    ),
    Row::new(
        "cloudstack.deleteAlerts",
        Landing::nowhere,
        |world, call, _| {
            let chosen = chosen(world, call)?;
            world.alerts.remove(|alert| chosen.contains(&alert.id));
            Ok(all_well(call))
        },
    ),
];

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let alerts = world.alerts.iter().rev().filter(|alert| {
        !alert.is_archived
            && listing.wants_id(alert.id)
            && listing.keyword_fits(&alert.text)
            && args.is("name", &alert.name)
            && args.is("type", &alert.kind.number().to_string())
    });
    Ok(listing.shown(alerts.map(|alert| alert.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let alert = world.alerts.get(id)?;
    Some(json!({
        "id": id,
        "type": alert.kind.number(),
        "name": alert.name,
        "description": alert.text,
        "sent": date(alert.at),
    }))
}

fn list_types(_: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let types = AlertKind::all();
    let types: Vec<Value> = types
        .map(|kind| json!({ "type": kind.number(), "name": kind.name() }))
        .collect();
    let content = json!({ "count": types.len(), "alerttype": types });
    Ok(envelope::success(command_name(call), content))
}

fn kind_asked(world: &World, call: &Call) -> Result<AlertKind, Fault> {
    let number = args(world, call).number("type").unwrap_or(-1);
    AlertKind::numbered(number).ok_or_else(|| invalid(format!("Invalid alert type: {number}")))
}

fn land_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    kind_asked(world, call).map(|_| Landing::default())
}

fn generate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let kind = kind_asked(world, call)?;
    let args = args(world, call);
    let text = |name: &str| args.text(name).unwrap_or_default().to_owned();
    let (name, text) = (text("name"), text("description"));
    world.alert_named(kind, &name, &text);
    job::done(world, call, None)
}

fn chosen(world: &World, call: &Call) -> Result<Vec<Uuid>, Fault> {
    let args = args(world, call);
    picked(&args, world.alerts.iter(), |alert| {
        args.is("type", &alert.kind.number().to_string()) || args.is("type", alert.kind.name())
    })
}
