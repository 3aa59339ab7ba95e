//! Moves of all servers, as administrators see them.

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::paging::page;
use super::super::query::{Kind, Parameters, parameter, time};
use super::super::render::{Hex, Micros};
use super::{Answer, Call, Operation, Site};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::operations::{self, Migration};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "compute.list_migrations",
    land,
    run: list,
    is_read: true,
}];

const PARAMETERS: Parameters = Parameters {
    known: &[
        parameter("hidden", Kind::Text),
        parameter("host", Kind::Text),
        parameter("instance_uuid", Kind::Text),
        parameter("migration_type", Kind::Text),
        parameter("source_compute", Kind::Text),
        parameter("status", Kind::Text),
        parameter("limit", Kind::Count).since(59),
        parameter("marker", Kind::Text).since(59),
        parameter("changes-since", Kind::Time).since(59),
        parameter("changes-before", Kind::Time).since(66),
        parameter("user_id", Kind::Text).since(80),
        parameter("project_id", Kind::Text).since(80),
    ],
    strict_since: 59,
    allows_private: false,
};

/// Live migrations that can still be broken off have a link to do so.
const IN_PROGRESS: &[&str] = &["queued", "preparing", "running", "post-migrating"];

fn land(_: &World, call: &Call) -> Result<Landing, Fault> {
    PARAMETERS.check(call)?;
    let (since, before) = (
        instant(call, "changes-since"),
        instant(call, "changes-before"),
    );
    match (since, before) {
        (Some(since), Some(before)) if before < since => Err(Fault::bad_request(
            "The value of changes-since must be less than or equal to changes-before.",
        )),
        _ => Ok(Landing::default()),
    }
}

/// A time that the microversion listens to.
fn instant(call: &Call, name: &str) -> Option<DateTime<Utc>> {
    let first = if name == "changes-since" { 59 } else { 66 };
    let text = call.param(name).filter(|_| call.microversion >= first);
    text.and_then(time)
}

fn kind(migration: &Migration) -> &'static str {
    match migration.kind {
        operations::Kind::Resize => "resize",
        operations::Kind::Migrate => "live-migration",
        operations::Kind::Evacuate => "evacuation",
        _ => "migration",
    }
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = world
        .migrations()
        .filter(|migration| is_wanted(world, call, migration));
    let show = |migration: &Migration| json_of(world, call, migration);
    if call.microversion < 59 {
        let shown: Vec<Value> = wanted.map(show).collect();
        return Ok(Answer::json(
            StatusCode::OK,
            &json!({ "migrations": shown }),
        ));
    }
    // The newest first.
    let this = Site::of(call).list("os-migrations");
    let page = page(call, &this, wanted.rev(), |migration| {
        migration.id.to_string()
    });
    let marker = call.param("marker").unwrap_or_default();
    let page =
        page.ok_or_else(|| Fault::bad_request(format!("Marker {marker} could not be found.")))?;
    let shown: Vec<Value> = page.items.into_iter().map(show).collect();
    let mut body = json!({ "migrations": shown });
    if let Some(next) = page.next {
        body["migrations_links"] = json!([{"rel": "next", "href": next}]);
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

fn is_wanted(world: &World, call: &Call, migration: &Migration) -> bool {
    let name = |host: Option<_>| host.map(|host| &*world.topology.host(host).name);
    let (from, to) = (name(migration.origin), name(migration.host));
    let is = |name: &str, accepts: &dyn Fn(&str) -> bool| call.param(name).is_none_or(accepts);
    let owner = |id: uuid::Uuid, wanted: &str| id_text(id) == wanted;
    let since_80 = call.microversion >= 80;
    is("host", &|host| from == Some(host) || to == Some(host))
        && is("source_compute", &|host| from == Some(host))
        && is("status", &|status| migration.status == status)
        && is("migration_type", &|word| kind(migration) == word)
        && is("instance_uuid", &|id| migration.server.to_string() == id)
        && (!since_80 || is("user_id", &|id| owner(migration.user.id, id)))
        && (!since_80 || is("project_id", &|id| owner(migration.project.id, id)))
        && instant(call, "changes-since").is_none_or(|since| migration.updated >= since)
        && instant(call, "changes-before").is_none_or(|before| migration.updated <= before)
}

fn json_of(world: &World, call: &Call, migration: &Migration) -> Value {
    let version = call.microversion;
    let host = |host: Option<_>| json!(host.map(|host| world.topology.host(host).name.clone()));
    let number = |id| world.flavors.iter().position(|flavor| flavor.id == id);
    let number = |id| json!(number(id).map_or(0, |at| at + 1));
    let (from, to) = (host(migration.origin), host(migration.host));
    // Name, value, and the microversion that brought it.
    let fields = [
        ("id", json!(migration.number), 0),
        ("uuid", json!(migration.id), 59),
        ("source_compute", from.clone(), 0),
        ("dest_compute", to.clone(), 0),
        ("source_node", from, 0),
        ("dest_node", to, 0),
        ("dest_host", json!(migration.host.map(|_| "127.0.0.1")), 0),
        (
            "old_instance_type_id",
            number(migration.old_flavor.id.clone()),
            0,
        ),
        (
            "new_instance_type_id",
            number(migration.new_flavor.id.clone()),
            0,
        ),
        ("instance_uuid", json!(migration.server), 0),
        ("status", json!(migration.status), 0),
        ("migration_type", json!(kind(migration)), 23),
        ("created_at", json!(Micros(migration.created)), 0),
        ("updated_at", json!(Micros(migration.updated)), 0),
        ("user_id", json!(Hex(migration.user.id)), 80),
        ("project_id", json!(Hex(migration.project.id)), 80),
    ];
    let mut shown: Map<String, Value> = fields
        .into_iter()
        .filter(|(.., since)| version >= *since)
        .map(|(name, value, _)| (name.to_owned(), value))
        .collect();
    let is_live = kind(migration) == "live-migration" && IN_PROGRESS.contains(&migration.status);
    if version >= 23 && is_live {
        shown.insert("links".to_owned(), links(call, migration));
    }
    Value::Object(shown)
}

fn links(call: &Call, migration: &Migration) -> Value {
    let path = format!(
        "servers/{}/migrations/{}",
        migration.server, migration.number
    );
    let this = Site::of(call).list(&path);
    let bookmark = this.replacen("/v2.1", "", 1);
    json!([{"rel": "self", "href": this}, {"rel": "bookmark", "href": bookmark}])
}
