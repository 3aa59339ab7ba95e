//! Events: what was done, by whom and with what outcome.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{date, joined, owner};
use crate::api::cloudstack::catalog;
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, command_name, envelope};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::Session;
use crate::world::notices::{ActionEvent, Notice};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listEvents", list).showing(show),
    Row::read("cloudstack.listEventTypes", list_types),
    Row::new(
        "cloudstack.archiveEvents",
        Landing::nowhere,
        |world, call, _| {
            let chosen = chosen(world, call)?;
            world
                .action_events
                .archive(|event| chosen.contains(&event.id));
            Ok(all_well(call))
        },
    ),
    Row::new(
        "cloudstack.deleteEvents",
        Landing::nowhere,
        |world, call, _| {
            let chosen = chosen(world, call)?;
            world
                .action_events
                .remove(|event| chosen.contains(&event.id));
            Ok(all_well(call))
        },
    ),
];

/// Whether `enddate` is a day, which is meant to its end.
pub(super) fn ends_day(args: &Args<'_>) -> bool {
    args.text("enddate").is_some_and(|end| end.len() == 10)
}

/// Whether something of that time lies within the `startdate` and `enddate` of a call. A day ends with it.
pub(super) fn is_within(args: &Args<'_>, at: DateTime<Utc>) -> bool {
    let (start, end) = (args.instant("startdate"), args.instant("enddate"));
    let end = end.map(|end| {
        if ends_day(args) {
            end + TimeDelta::days(1)
        } else {
            end
        }
    });
    start.is_none_or(|start| at >= start) && end.is_none_or(|end| at <= end)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let first: Option<Uuid> = args.text("startid").and_then(|id| id.parse().ok());
    let wants_archived = args.flag("archived") == Some(true);
    let events = world.action_events.iter().rev().filter(|event| {
        let is_step = first.is_none_or(|first| event.id == first || event.parent == Some(first));
        listing.wants_id(event.id)
            && event
                .draft
                .account
                .as_ref()
                .is_some_and(|account| listing.shows(account))
            && (listing.keyword_fits(event.draft.kind) || listing.keyword_fits(&event.text))
            && args.is("type", event.draft.kind)
            && args.is("level", event.level.word())
            && args.is("state", event.stage.word())
            && args.is("resourcetype", event.draft.thing_kind.unwrap_or_default())
            && args.is(
                "resourceid",
                &event.draft.thing.unwrap_or_default().to_string(),
            )
            && (wants_archived || !event.is_archived)
            && is_within(args, event.at)
            && is_step
    });
    Ok(listing.shown(events.map(|event| event.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let event = world.action_events.get(id)?;
    let draft = &event.draft;
    let own = json!({
        "id": id,
        "type": draft.kind,
        "level": event.level.word(),
        "state": event.stage.word(),
        "description": event.text,
        "username": draft.user.name,
        "created": date(event.at),
        "parentid": event.parent,
        "resourceid": draft.thing,
        "resourcetype": draft.thing_kind,
        "archived": event.is_archived,
    });
    let whose = draft.account.as_ref().map(|whose| owner(world, whose));
    Some(joined(own, whose.unwrap_or_default()))
}

fn list_types(_: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let types = catalog::event_types();
    let types: Vec<Value> = types.iter().map(|name| json!({ "name": name })).collect();
    let content = json!({ "count": types.len(), "eventtype": types });
    Ok(envelope::success(command_name(call), content))
}

/// The events that a call puts away or removes, as far as the caller may.
fn chosen(world: &World, call: &Call) -> Result<Vec<Uuid>, Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let is_mine = |event: &&ActionEvent| is_visible(world, session, event);
    let chosen: Vec<Uuid> = picked(&args, world.action_events.iter().filter(is_mine), |event| {
        args.is("type", event.draft.kind)
    })?;
    Ok(chosen)
}

fn is_visible(world: &World, session: &Session, event: &ActionEvent) -> bool {
    let account = event.draft.account.as_ref();
    account.is_some_and(|account| world.accounts.may_use(session, account))
}

/// Those notices that a call names by their ids, type or time; one of these it has to name.
pub(super) fn picked<'a, T: Notice + 'a>(
    args: &Args<'_>,
    notices: impl Iterator<Item = &'a T>,
    is_of_type: impl Fn(&T) -> bool,
) -> Result<Vec<Uuid>, Fault> {
    let names = ["ids", "type", "startdate", "enddate"];
    if names.iter().all(|name| args.text(name).is_none()) {
        return Err(invalid(
            "either ids, type, startDate or endDate must be specified",
        ));
    }
    let ids = args.ids("ids");
    let picked = notices.filter(|notice| {
        ids.as_ref().is_none_or(|ids| ids.contains(&notice.id()))
            && is_of_type(notice)
            && is_within(args, notice.at())
    });
    Ok(picked.map(Notice::id).collect())
}

/// The answer of a command that only says that all went well.
pub(super) fn all_well(call: &Call) -> Answer {
    envelope::success(command_name(call), json!({ "success": true }))
}
