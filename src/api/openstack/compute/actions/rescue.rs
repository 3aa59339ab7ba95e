//! Reboots and rescues.

use http::StatusCode;
use serde_json::json;

use super::super::super::image::visible_image;
use super::super::create::password;
use super::table::INTERRUPTIBLE;
use super::{Action, Answer, Call, Tasks, begin, options, order, ready};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::Kind;
use crate::world::server::State;

/// A hard reboot is allowed where a soft one is not.
pub(super) fn reboot(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let is_hard = options(call)["type"]
        .as_str()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("hard"));
    if !is_hard {
        return begin(world, call, action);
    }
    let hard = Action {
        kind: Some(Kind::HardReboot),
        states: Some(&[
            State::Active,
            State::Stopped,
            State::Paused,
            State::Suspended,
            State::Error,
        ]),
        tasks: Tasks::Some(INTERRUPTIBLE),
        ..*action
    };
    begin(world, call, &hard)
}

pub(super) fn rescue(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let wanted = options(call);
    let id = ready(world, call, action)?.id;
    if let Some(image) = wanted
        .get("rescue_image_ref")
        .and_then(|image| image.as_str())
    {
        let image = visible_image(world, call, image);
        image.ok_or_else(|| {
            let image = wanted["rescue_image_ref"].as_str().unwrap_or_default();
            Fault::bad_request(format!("Requested rescue image '{image}' is not supported"))
        })?;
    }
    let password = password(world, wanted);
    world.begin(order(call, id, Kind::Rescue)?);
    let body = json!({ "adminPass": password });
    Ok(Answer::json(StatusCode::OK, &body))
}
