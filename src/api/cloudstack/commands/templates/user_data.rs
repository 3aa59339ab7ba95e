//! `linkUserDataToTemplate`: what machines of a template are given.

use uuid::Uuid;

use super::{land_on, target};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::images::template::UserDataPolicy;

/// Whatever is wrong, the service says of it that linking failed.
fn failure(why: &str) -> Fault {
    let text = format!("Failed to link userdata to Template, due to: {why}");
    Fault::new(FaultKind::Internal, text)
}

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let args = args(world, call);
    let name = match (args.text("templateid"), args.text("isoid")) {
        (Some(_), None) => "templateid",
        (None, Some(_)) => "isoid",
        (Some(_), Some(_)) => {
            return Err(failure(
                "Both Template ID and ISO ID are passed, API accepts only one",
            ));
        }
        (None, None) => {
            return Err(failure(
                "At least one of Template ID or ISO ID needs to be passed",
            ));
        }
    };
    land_on(world, call, name)
}

/// Without user data, what was linked is so no longer.
pub(super) fn link(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(&landing)?.id;
    let args = args(world, call);
    let word = args
        .text("userdatapolicy")
        .unwrap_or(UserDataPolicy::AllowOverride.word());
    let policy = UserDataPolicy::of_word(&word.to_ascii_uppercase());
    let policy = policy.ok_or_else(|| failure(&format!("No enum constant {word}")))?;
    let linked = args.id("userdataid").map(|data| (data, policy));
    give(world, id, linked);
    job::done(world, call, Some(id))
}

fn give(world: &mut World, id: Uuid, linked: Option<(Uuid, UserDataPolicy)>) {
    if let Some(image) = world.image_mut(id) {
        let usual = super::change::usual(image);
        let details = image.template.get_or_insert_with(|| Box::new(usual));
        details.user_data = linked;
    }
}
