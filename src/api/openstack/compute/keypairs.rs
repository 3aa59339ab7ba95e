//! Key pairs. They belong to users.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::paging::page;
use super::super::query::{Kind, Parameters, parameter};
use super::super::render::{Hex, Micros};
use super::super::schema::{self, NAME, Object, Pattern, Schema, TEXT, Text, object, property};
use super::{Answer, Call, Operation, Site, forbidden, quota};
use crate::api::{Landing, Target, keys};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::accounts::keypair::KeyPair;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_keypairs",
        land: Landing::nowhere,
        run: list,
        is_read: true,
    },
    Operation {
        command: "compute.create_keypair",
        land: |_, call| {
            schema::check(&BODY, &call.body, call.microversion)?;
            let name = call.body["keypair"]["name"].as_str().unwrap_or_default();
            Ok(Landing::on(Target::KeyPair(name.into())))
        },
        run: create,
        is_read: false,
    },
    Operation {
        command: "compute.get_keypair",
        land,
        run: get,
        is_read: true,
    },
    Operation {
        command: "compute.delete_keypair",
        land,
        run: delete,
        is_read: false,
    },
];

const BODY: Object = object(&[property("keypair", Schema::Object(&KEYPAIR)).required()]);

const KEYPAIR: Object = object(&[
    property(
        "name",
        name("^[_\\- a-zA-Z0-9]+$", |name| is_name(name, "_- ")),
    )
    .until(91)
    .required(),
    property(
        "name",
        name("^[_\\-\\@\\. a-zA-Z0-9]+$", |name| is_name(name, "_-@. ")),
    )
    .since(92)
    .required(),
    property("type", Schema::Choice(&["ssh", "x509"])).since(2),
    property("public_key", Schema::Text(TEXT)).required_since(92),
    property("user_id", Schema::Text(TEXT)).since(10),
]);

const fn name(shown: &'static str, accepts: fn(&str) -> bool) -> Schema {
    Schema::Text(Text {
        pattern: Some(Pattern { shown, accepts }),
        ..NAME
    })
}

fn is_name(name: &str, others: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

const PARAMETERS: Parameters = Parameters {
    known: &[
        parameter("user_id", Kind::Text).since(10),
        parameter("limit", Kind::Count).since(35),
        parameter("marker", Kind::Text).since(35),
    ],
    strict_since: 75,
    allows_private: false,
};

/// Whose key pairs the call is about: the caller's, or, for admins from 2.10 on, another's.
fn owner(call: &Call, asked: Option<&str>, action: &str) -> Result<Uuid, Fault> {
    let own = call.caller()?.user.id;
    let Some(asked) = asked.filter(|_| call.microversion >= 10) else {
        return Ok(own);
    };
    let asked = Uuid::try_parse(asked).unwrap_or_default();
    if asked != own && !call.is_admin() {
        return Err(forbidden(&format!("os_compute_api:os-keypairs:{action}")));
    }
    Ok(asked)
}

/// Of one key pair, only its owner can be asked for.
const OF_ONE: Parameters = Parameters {
    known: &[parameter("user_id", Kind::Text).since(10)],
    ..PARAMETERS
};

fn land(_: &World, call: &Call) -> Result<Landing, Fault> {
    OF_ONE.check(call)?;
    Ok(Landing::on(Target::KeyPair(
        call.path_param("keypair").into(),
    )))
}

fn find<'a>(world: &'a World, call: &Call, action: &str) -> Result<&'a KeyPair, Fault> {
    let name = call.path_param("keypair");
    let user = owner(call, call.param("user_id"), action)?;
    world.keypairs.get(user, name).ok_or_else(|| {
        Fault::not_found(format!(
            "Keypair {name} not found for user {}",
            call.param("user_id")
                .filter(|_| call.microversion >= 10)
                .map_or_else(|| id_text(user), str::to_owned)
        ))
    })
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    PARAMETERS.check(call)?;
    let user = owner(call, call.param("user_id"), "index")?;
    let mut pairs: Vec<&KeyPair> = world.keypairs.of(user).iter().collect();
    pairs.sort_by_key(|pair| pair.name.clone());
    let show = |pair: &KeyPair| json!({"keypair": public(call, pair)});
    if call.microversion < 35 {
        let shown: Vec<Value> = pairs.into_iter().map(show).collect();
        return Ok(Answer::json(StatusCode::OK, &json!({ "keypairs": shown })));
    }
    let this = Site::of(call).list("os-keypairs");
    let page = page(call, &this, pairs.into_iter(), |pair| pair.name.to_string());
    let marker = call.param("marker").unwrap_or_default();
    let page =
        page.ok_or_else(|| Fault::bad_request(format!("Marker {marker} could not be found.")))?;
    let mut body = json!({"keypairs": page.items.into_iter().map(show).collect::<Vec<_>>()});
    if let Some(next) = page.next {
        body["keypairs_links"] = json!([{"rel": "next", "href": next}]);
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

fn create(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let Target::KeyPair(name) = landing.target else {
        return Err(Fault::new(FaultKind::Internal, ""));
    };
    let wanted = &call.body["keypair"];
    let user = owner(
        call,
        wanted.get("user_id").and_then(Value::as_str),
        "create",
    )?;
    check_new(world, call, user, &name)?;
    let is_certificate = wanted.get("type").and_then(Value::as_str) == Some("x509");
    let (public, private) = match wanted.get("public_key").and_then(Value::as_str) {
        Some(text) if is_certificate => (keys::certificate(text)?, None),
        Some(text) => (keys::import(text)?, None),
        None if is_certificate => {
            let message = "Certificates cannot be generated here. Please import one.";
            return Err(Fault::new(FaultKind::NotImplemented, message));
        }
        None => {
            let (public, private) = keys::generate(world.ids.bytes())?;
            (public, Some(private))
        }
    };
    let pair = KeyPair {
        number: world.keypairs.next_number(),
        name,
        user,
        public_key: public.text.into(),
        fingerprint: public.fingerprint.into(),
        kind: if is_certificate { "x509" } else { "ssh" }.into(),
        created: world.now(),
    };
    let answer = created(call, &pair, private.as_deref());
    world.keypairs.add(pair);
    Ok(answer)
}

fn check_new(world: &World, call: &Call, user: Uuid, name: &Arc<str>) -> Result<(), Fault> {
    if world.keypairs.get(user, name).is_some() {
        return Err(Fault::conflict(format!(
            "Key pair '{name}' already exists."
        )));
    }
    let project = call.caller()?.project.as_ref();
    let project = project.map(|project| project.id).unwrap_or_default();
    quota::check_key_pairs(world, project, user)
}

fn created(call: &Call, pair: &KeyPair, private: Option<&str>) -> Answer {
    let mut shown = public(call, pair);
    shown["user_id"] = json!(Hex(pair.user));
    if let Some(private) = private {
        shown["private_key"] = private.into();
    }
    let status = if call.microversion < 2 {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Answer::json(status, &json!({ "keypair": shown }))
}

/// What lists show.
fn public(call: &Call, pair: &KeyPair) -> Value {
    let mut shown = json!({
        "name": pair.name,
        "public_key": pair.public_key,
        "fingerprint": pair.fingerprint,
    });
    if call.microversion >= 2 {
        shown["type"] = json!(pair.kind);
    }
    shown
}

fn get(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let pair = find(world, call, "show")?;
    let mut shown = public(call, pair);
    shown["user_id"] = json!(Hex(pair.user));
    shown["created_at"] = json!(Micros(pair.created));
    shown["deleted"] = false.into();
    shown["deleted_at"] = Value::Null;
    shown["id"] = pair.number.into();
    shown["updated_at"] = Value::Null;
    Ok(Answer::json(StatusCode::OK, &json!({ "keypair": shown })))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let pair = find(world, call, "delete")?;
    let (user, name) = (pair.user, pair.name.clone());
    world.keypairs.remove(user, &name);
    let status = if call.microversion < 2 {
        StatusCode::ACCEPTED
    } else {
        StatusCode::NO_CONTENT
    };
    Ok(super::done(status))
}
