//! Acting as another user, as Rackspace's own people do.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::super::render::{Millis, Text};
use super::super::{Answer, Call, Operation, write};
use super::body::{object, required};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::DEFAULT_DOMAIN;

const BODY: &str = "RAX-AUTH:impersonation";

const LIFETIME: &str = "expire-in-seconds";

/// Where the body says nothing of it.
const USUAL_LIFETIME: Duration = Duration::from_secs(86_400);

pub(super) const OPERATIONS: &[Operation] = &[write("identity.impersonate", impersonate)];

fn impersonate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let said = object(&call.body, BODY)?;
    let name = required(object(said, "user")?, "username", "user")?;
    let lifetime = lifetime(said)?;
    let impersonator = call
        .session
        .clone()
        .ok_or_else(|| Fault::new(FaultKind::Unauthorized, ""))?;
    // As any name that logs in, any that is acted as is somebody's.
    let known = world
        .accounts
        .users
        .named(Some(DEFAULT_DOMAIN), name)
        .cloned();
    let user = known.unwrap_or_else(|| world.accounts.user_named(name));
    let now = world.now();
    let (token, session) =
        world
            .accounts
            .impersonate(&mut world.ids, now, impersonator, user, lifetime)?;
    let shown = json!({"id": token, "expires": Text(Millis(session.expires))});
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"access": {"token": shown}}),
    ))
}

/// # Errors
/// For what is no whole number of seconds above 0.
fn lifetime(said: &Value) -> Result<Duration, Fault> {
    let seconds = match said.get(LIFETIME) {
        None | Some(Value::Null) => return Ok(USUAL_LIFETIME),
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64(),
    };
    let seconds = seconds.filter(|seconds| *seconds > 0);
    let seconds = seconds.ok_or_else(|| {
        Fault::bad_request(format!("'{LIFETIME}' must be a whole number above 0."))
    })?;
    Ok(Duration::from_secs(seconds))
}
